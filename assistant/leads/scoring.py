"""Working out how promising leads are, from the rules that are kept for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from assistant.leads.facts import lead_facts
from assistant.triage.scoring import ScoreCard
from assistant.triage.stored import LiveLeadRules
from store.actor import Actor
from store.engine import Store
from store.leads.qualifying import visible_lead
from store.leads.scores import LeadScore, ScoreLine, unscored, write_scores
from store.records.state import State, read_states

_BATCH = 1_000  # leads per step


def score_of(tx: Connection, record_id: int, *, by: Actor) -> LeadScore | None:
    """How promising the lead is now; None where no rule says. Raises NotFound, Invalid."""
    lead = visible_lead(tx, record_id, by)
    rules = LiveLeadRules(tx)
    return _scored(rules.scores, lead.state) if rules.scored else None


def score_lead(tx: Connection, record_id: int, *, by: Actor, now: datetime) -> LeadScore | None:
    """Work the lead's score out and keep it; None where no rule says. Raises NotFound, Invalid."""
    score = score_of(tx, record_id, by=by)
    if score is not None:
        write_scores(tx, {record_id: score})
    return score


def score_waiting(store: Store, *, limit: int = _BATCH) -> int:
    """Work out the scores of the next open leads that wait for it; returns how many they were."""
    with store.read() as tx:  # without the write lock, which others need
        rules = LiveLeadRules(tx)
        waiting = unscored(tx, limit) if rules.scored else []
    if not waiting:
        return 0
    with store.write() as tx:
        leads = read_states(tx, waiting).values()
        write_scores(tx, {lead.record_id: _scored(rules.scores, lead.state) for lead in leads})
    return len(waiting)


def _scored(card: ScoreCard, lead: State) -> LeadScore:
    score = card.score(lead_facts(lead))
    return LeadScore(score.value, tuple(ScoreLine(one.name, one.points, one.because) for one in score.reasons))
