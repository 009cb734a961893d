"""`regarding triage test RULES`: what rules would make of past mail and leads, and why not. Nothing is changed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.payloads import plain
from assistant.commands.progress import progress_bar
from assistant.commands.spans import instant_since
from assistant.commands.triage_files import read_rule_file
from assistant.commands.triage_leads import leads_lines, leads_payload
from assistant.commands.triage_next import COMMANDS as DECIDING
from assistant.commands.triage_rules import RULES
from assistant.commands.words import one_line, table
from assistant.leads.playing import LeadPlay, play_leads
from assistant.triage.matching import Decision
from assistant.triage.model import Action, Rule, RuleFile, RuleKind, ScoreRule
from assistant.triage.playing import Play, Tried, play
from assistant.triage.stored import all_rules

_USUAL, _USUAL_SPAN = 200, "30d"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "rules",
        type=Path,
        nargs="?",
        metavar="RULES",
        help="a file of rules, as docs/triage_rules.md tells; without it, the rules that are kept",
    )
    parser.add_argument(
        "--since",
        metavar="SPAN",
        default=_USUAL_SPAN,
        help=f"so many days back, as {_USUAL_SPAN}, or a date; {_USUAL_SPAN} by default",
    )
    parser.add_argument(
        "--limit", type=count, default=_USUAL, metavar="COUNT", help=f"the newest mails and leads, {_USUAL} by default"
    )


def _run(context: Context, arguments: Namespace) -> Outcome:
    since = instant_since(arguments.since, context.clock())
    rules = _rules(context, arguments)
    services, limit = context.services(), arguments.limit
    played, leads = Play((), False), LeadPlay((), False)
    notes: list[str] = []
    lines: list[str] = []
    if rules.mail:
        with progress_bar(context, "Trying") as show:
            played = play(services, rules.mail, since, limit=limit, progress=lambda share: show(share, "mail"))
        lines += _lines(played, rules.mail, since)
    if rules.lead or rules.scores:
        leads = services.read(play_leads, rules, since, limit=limit)
        lines += leads_lines(leads, rules, since)
    if played.more:
        notes.append("Older mail of that time was not tried; --limit takes more.")
    if leads.more:
        notes.append("Older leads of that time were not tried; --limit takes more.")
    payload = _payload(played, rules.mail, since, notes) | leads_payload(leads, rules)
    return Outcome(payload, [*lines, *notes])


def _rules(context: Context, arguments: Namespace) -> RuleFile:
    """What the file says; without one, the rules that are kept and switched on. Raises CommandError."""
    if arguments.rules is not None:
        rules = read_rule_file(context, arguments.rules, otherwise="nothing was tried")
        if not (rules.mail or rules.lead or rules.scores):
            raise CommandError(f"{arguments.rules} has no rule.")
        return rules
    kept = tuple(one.rule for one in context.services().read(all_rules) if one.stored.state.enabled)
    if not any(kept):
        raise CommandError("No rule is kept; name a file of rules.")
    mail, lead = (
        tuple(rule for rule in kept if isinstance(rule, Rule) and rule.kind is kind)
        for kind in (RuleKind.MAIL, RuleKind.LEAD)
    )
    return RuleFile(mail, lead, tuple(rule for rule in kept if isinstance(rule, ScoreRule)))


def _counts(played: Play, rules: Sequence[Rule]) -> list[tuple[str, int]]:
    """How many mails each rule would have taken, in the order of the rules."""
    taken = Counter(mail.decision.rule.name for mail in played.mails if mail.decision.rule)
    return [(rule.name, taken[rule.name]) for rule in rules if rule.enabled]


def _payload(played: Play, rules: Sequence[Rule], since: datetime, notes: Sequence[str]) -> dict[str, Any]:
    return {
        "since": since.isoformat(),
        "mails": [_mail_payload(mail) for mail in played.mails],
        "more": played.more,
        "counts": [{"rule": name, "mails": mails} for name, mails in _counts(played, rules)],
        "untouched": _untouched(played),
        "notes": list(notes),
    }


def _mail_payload(mail: Tried) -> dict[str, Any]:
    decision, nearest = mail.decision, mail.nearest
    return {
        "uid": mail.uid,
        "occurred_at": plain(mail.occurred_at),
        "who": mail.who,
        "subject": mail.subject,
        "rule": decision.rule.name if decision.rule else None,
        "actions": [plain(action) for action in decision.actions],
        "reasons": list(decision.reasons),
        "withheld": [plain(each) for each in decision.withheld],
        "why_not": {"rule": nearest.rule.name, "sentence": nearest.sentence} if nearest else None,
    }


def _untouched(played: Play) -> int:
    return sum(mail.decision.rule is None for mail in played.mails)


def _lines(played: Play, rules: Sequence[Rule], since: datetime) -> Iterator[str]:
    if not played.mails:
        yield f"No mail came in since {since:%Y-%m-%d}."
        return
    for mail in played.mails:
        yield f"{mail.occurred_at:%Y-%m-%d %H:%M} {one_line(mail.who, 30)}: {one_line(mail.subject, 50)}"
        yield from (f"  {line}" for line in _told(mail))
    yield ""
    rows = [*_counts(played, rules), ("no rule", _untouched(played))]
    yield from table([(f"{mails:,}".rjust(7), name) for name, mails in rows])


def _told(mail: Tried) -> Iterator[str]:
    if mail.decision.rule:
        yield f"{mail.decision.rule.name}: {_done(mail.decision)}"
        yield f"because {'; '.join(mail.decision.reasons) or 'it fits everything'}"
        yield from dict.fromkeys(each.why for each in mail.decision.withheld)
    elif mail.nearest:
        yield f"no rule; the nearest is {mail.nearest.rule.name}: {mail.nearest.sentence}"
    else:
        yield "no rule"


def _done(decision: Decision) -> str:
    return ", ".join(map(_action, decision.actions)) or "nothing"


def _action(action: Action) -> str:
    return action.name if action.name == "ignore" else f"{action.name} {action.value}"


COMMAND = Command(
    "triage",
    "what becomes of mail that comes in, and the rules that decide about it",
    _run,
    subcommands=(
        *DECIDING,
        Command("test", "show what rules would make of past mail and leads, and why not", _run, _arguments),
        RULES,
    ),
)
