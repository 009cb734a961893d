"""Plays rules and scores for leads over leads that were made before, and tells what they would have done. Nothing is
changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from assistant.leads.facts import lead_facts
from assistant.triage.matching import Decision, WhyNot, lead_rulebook
from assistant.triage.model import RuleFile
from assistant.triage.scoring import Score, ScoreCard
from store.actor import Actor
from store.queries.leads import LeadMade, leads_made_since
from store.records.state import read_states


@dataclass(frozen=True, slots=True)
class TriedLead:
    """A lead, what would have been done with it, and, where no rule fits, why the nearest one does not; `score` is None
    where no rule scores."""

    made: LeadMade
    decision: Decision
    nearest: WhyNot | None
    score: Score | None


@dataclass(frozen=True, slots=True)
class LeadPlay:
    """The leads that were played, newest first; `more` says that there are older ones in the span."""

    leads: tuple[TriedLead, ...]
    more: bool


def play_leads(tx: Connection, rules: RuleFile, since: datetime, *, limit: int, by: Actor) -> LeadPlay:
    """What the rules would have done with the newest leads that were made since then, by what is known of them now."""
    found = leads_made_since(tx, since, limit=limit + 1, by=by)
    rulebook, card = lead_rulebook(rules.lead), ScoreCard(rules.scores)
    states = read_states(tx, [one.uid for one in found[:limit]])
    tried: list[TriedLead] = []
    for one in found[:limit]:
        facts = lead_facts(states[one.uid].state)
        decision = rulebook.decide(facts)
        nearest = None if decision.rule else rulebook.nearest(facts)
        tried.append(TriedLead(one, decision, nearest, card.score(facts) if rules.scores else None))
    return LeadPlay(tuple(tried), len(found) > limit)


def taken(leads: Sequence[TriedLead], rule: str) -> int:
    """How many of these leads a rule would have taken."""
    return sum(one.decision.rule is not None and one.decision.rule.name == rule for one in leads)
