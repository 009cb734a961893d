"""How promising leads are, as it was worked out from rules; without a score where it has to be worked out again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from store.chunks import chunked
from store.leads.lifecycle import OPEN
from store.schema.records import Lead, Record

#: The fields that a score rests on.
SCORED = ("emails", "company", "country", "employees", "industry", "source", "topic")


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """What one rule adds or takes away, with a phrase for each of its conditions."""

    rule: str
    points: int
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeadScore:
    """`value` is 0 to 100; the lines that count most stand in front."""

    value: int
    lines: tuple[ScoreLine, ...]


def write_scores(tx: Connection, scores: Mapping[int, LeadScore]) -> None:
    """Keep these scores of leads by key."""
    rows = [{"key": key, "value": score.value, "lines": _plain(score.lines)} for key, score in scores.items()]
    if rows:
        reasons = bindparam("lines", type_=Lead.__table__.c.score_reasons.type)
        wanted = update(Lead).where(Lead.id == bindparam("key"))
        tx.execute(wanted.values(score=bindparam("value"), score_reasons=reasons), rows)


def _plain(lines: Sequence[ScoreLine]) -> list[dict[str, Any]]:
    return [{"rule": line.rule, "points": line.points, "because": list(line.because)} for line in lines]


def stored_score(value: int | None, reasons: Sequence[Mapping[str, Any]]) -> LeadScore | None:
    """A score as its columns hold it."""
    if value is None:
        return None
    lines = (ScoreLine(one["rule"], one["points"], tuple(one.get("because", ()))) for one in reasons)
    return LeadScore(value, tuple(lines))


def unscored(tx: Connection, limit: int) -> list[str]:
    """The uids of open leads whose score has to be worked out, the oldest first."""
    waiting = select(Record.uid).join(Lead, Lead.id == Record.id)
    waiting = waiting.where(Lead.score.is_(None), Lead.status.in_(OPEN), Record.deleted_at.is_(None))
    return list(tx.execute(waiting.order_by(Lead.id).limit(limit)).scalars())


def forget_scores(tx: Connection, record_ids: Collection[int] | None = None) -> None:
    """The scores of these leads have to be worked out again; None for all that are open."""
    gone = update(Lead).values(score=None, score_reasons=[])
    if record_ids is None:
        tx.execute(gone.where(Lead.score.is_not(None), Lead.status.in_(OPEN)))
        return
    for portion in chunked(record_ids):
        tx.execute(gone.where(Lead.id.in_(portion)))
