"""What is lost with a lead that is deleted, in words."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, exists, func, select
from sqlalchemy.orm import aliased

from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.records import Lead, Record


def lost_with_lead(tx: Connection, record_id: int) -> Iterator[str]:
    """Phrases about the activities that would be regarding nothing, and about what the lead became; none for a record
    of another kind."""
    became = select(Lead.became_opportunity_id, Lead.became_contact_id, Lead.became_account_id)
    keys = tx.execute(became.where(Lead.id == record_id)).one_or_none()
    if keys is None:
        return
    if alone := _regarding_nothing_else(tx, record_id):
        yield f"{alone:,} {'of them is' if alone == 1 else 'of them are'} regarding nothing else"
    named = select(Record.id, Record.number, Record.title).where(Record.deleted_at.is_(None))
    living = {row.id: f"{row.number} {row.title}" for row in tx.execute(named.where(Record.id.in_(filter(None, keys))))}
    if first := next((living[key] for key in keys if key in living), ""):
        yield f"what it became stays: {first}"


def _regarding_nothing_else(tx: Connection, record_id: int) -> int:
    other = aliased(Link)
    elsewhere = exists().where(
        other.activity_id == Link.activity_id, other.record_id != record_id, other.state == "linked"
    )
    alone = (
        select(func.count())
        .select_from(Link)
        .join(Activity, Activity.id == Link.activity_id)
        .where(Link.record_id == record_id, Link.state == "linked", Activity.deleted_at.is_(None), ~elsewhere)
    )
    return tx.execute(alone).scalar_one()
