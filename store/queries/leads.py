"""Where leads stand: how promising they are and why, and what they became."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.errors import NotFound
from store.leads.lifecycle import OPEN
from store.leads.scores import LeadScore, stored_score
from store.queries.paging import AnyRow, AnySelect
from store.queries.refs import REF_COLUMNS, RecordRef, refs
from store.schema.records import Lead, Record


@dataclass(frozen=True, slots=True)
class LeadStanding:
    """A lead on its way. `score` is None where it was not worked out; `became_` where it did not become that, or where
    that was deleted."""

    lead: RecordRef
    status: str
    disqualify_reason: str
    score: LeadScore | None
    qualified_at: datetime | None
    became_account: RecordRef | None
    became_contact: RecordRef | None
    became_opportunity: RecordRef | None

    @property
    def became(self) -> tuple[RecordRef, ...]:
        """All that it became."""
        found = (self.became_account, self.became_contact, self.became_opportunity)
        return tuple(one for one in found if one is not None)


_BECAME = (Lead.became_account_id, Lead.became_contact_id, Lead.became_opportunity_id)


def lead_standing(tx: Connection, record_id: int, *, by: Actor) -> LeadStanding:
    """Raises NotFound where there is no such lead or `by` may not see it."""
    row = tx.execute(_leads(by).where(Lead.id == record_id)).one_or_none()
    if row is None:
        raise NotFound("no such lead")
    [found] = _standings(tx, [row], by)
    return found


def promising_leads(tx: Connection, *, limit: int, by: Actor) -> tuple[LeadStanding, ...]:
    """The open leads that have a score, the most promising first."""
    scored = _leads(by).where(Lead.score.is_not(None), Lead.status.in_(OPEN), Record.deleted_at.is_(None))
    rows = tx.execute(scored.order_by(Lead.score.desc(), Record.title_key, Record.id).limit(limit)).all()
    return tuple(_standings(tx, rows, by))


@dataclass(frozen=True, slots=True)
class LeadMade:
    """A lead and when it was made."""

    uid: str
    number: str
    title: str
    created_at: datetime


def leads_made_since(tx: Connection, since: datetime, *, limit: int, by: Actor) -> tuple[LeadMade, ...]:
    """The living leads that were made since then, the newest first."""
    own = (Record.kind == "lead", Record.deleted_at.is_(None), Record.created_at >= since, sees_record(by))
    made = select(Record.uid, Record.number, Record.title, Record.created_at).where(*own)
    rows = tx.execute(made.order_by(Record.created_at.desc(), Record.id.desc()).limit(limit))
    return tuple(LeadMade(*row) for row in rows)


def leads_that_became(tx: Connection, record_id: int, *, by: Actor) -> tuple[RecordRef, ...]:
    """The living leads from which an account, a contact or an opportunity came, the latest first."""
    found = select(*REF_COLUMNS).join(Lead, Lead.id == Record.id)
    of_it = found.where(sees_record(by), Record.deleted_at.is_(None))
    rows = [row for column in _BECAME for row in tx.execute(of_it.where(column == record_id))]
    return tuple(sorted((RecordRef(*row) for row in rows), key=lambda ref: -ref.record_id))


def _leads(by: Actor) -> AnySelect:
    own = (Lead.status, Lead.disqualify_reason, Lead.score, Lead.score_reasons, Lead.qualified_at)
    return select(*REF_COLUMNS, *own, *_BECAME).join(Lead, Lead.id == Record.id).where(sees_record(by))


def _standings(tx: Connection, rows: Sequence[AnyRow], by: Actor) -> list[LeadStanding]:
    known = refs(tx, {key for row in rows for key in row[-3:] if key is not None}, by=by)
    return [
        LeadStanding(
            lead=RecordRef(*row[:5]),
            status=row.status,
            disqualify_reason=row.disqualify_reason,
            score=stored_score(row.score, row.score_reasons),
            qualified_at=row.qualified_at,
            became_account=known.get(row.became_account_id),
            became_contact=known.get(row.became_contact_id),
            became_opportunity=known.get(row.became_opportunity_id),
        )
        for row in rows
    ]
