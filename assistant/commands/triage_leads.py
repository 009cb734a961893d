"""What `regarding triage test` tells of leads: the rule that would have given each, its score, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from assistant.commands.payloads import plain
from assistant.commands.words import one_line, table
from assistant.leads.playing import LeadPlay, TriedLead, taken
from assistant.triage.model import RuleFile


def leads_payload(played: LeadPlay, rules: RuleFile) -> dict[str, Any]:
    """For scripts."""
    return {
        "leads": [_payload(one) for one in played.leads],
        "lead_counts": [
            {"rule": rule.name, "leads": taken(played.leads, rule.name)} for rule in rules.lead if rule.enabled
        ],
    }


def leads_lines(played: LeadPlay, rules: RuleFile, since: datetime) -> Iterator[str]:
    """For people; nothing where no rule is about leads."""
    if not (rules.lead or rules.scores):
        return
    if not played.leads:
        yield f"No lead was made since {since:%Y-%m-%d}."
        return
    for one in played.leads:
        yield f"{one.made.created_at:%Y-%m-%d %H:%M} {one.made.number} {one_line(one.made.title, 60)}"
        yield from (f"  {line}" for line in _told(one, rules))
    if rules.lead:
        yield ""
        rows = [(rule.name, taken(played.leads, rule.name)) for rule in rules.lead if rule.enabled]
        rows.append(("no rule", sum(one.decision.rule is None for one in played.leads)))
        yield from table([(f"{leads:,}".rjust(7), name) for name, leads in rows])


def _told(one: TriedLead, rules: RuleFile) -> Iterator[str]:
    decision = one.decision
    if decision.rule is not None:
        done = ", ".join(f"{action.name} {action.value}" for action in decision.actions)
        yield f"{decision.rule.name}: {done}"
        yield f"because {'; '.join(decision.reasons) or 'it fits everything'}"
    elif one.nearest is not None:
        yield f"no rule; the nearest is {one.nearest.rule.name}: {one.nearest.sentence}"
    elif rules.lead:
        yield "no rule"
    if one.score is not None:
        yield f"score {one.score.value}"
        yield from (f"  {reason.sentence}" for reason in one.score.reasons)


def _payload(one: TriedLead) -> dict[str, Any]:
    decision, nearest, score = one.decision, one.nearest, one.score
    return {
        "uid": one.made.uid,
        "number": one.made.number,
        "title": one.made.title,
        "created_at": plain(one.made.created_at),
        "rule": decision.rule.name if decision.rule else None,
        "actions": [plain(action) for action in decision.actions],
        "reasons": list(decision.reasons),
        "why_not": {"rule": nearest.rule.name, "sentence": nearest.sentence} if nearest else None,
        "score": score.value if score else None,
        "score_reasons": [reason.sentence for reason in score.reasons] if score else [],
    }
