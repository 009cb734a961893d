"""How people here file mail that is about no matter: under the person who wrote it, or under the company."""

from __future__ import annotations

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from store.schema.links import Link
from store.schema.records import Record

_LATEST = 100  # decisions of people that are looked at
_ENOUGH = 3  # of them for the person make it a habit, where fewer are for the company


def files_under_company(tx: Connection) -> bool:
    """False where people lately chose the contact where the account stood for choice too, more often than the
    account."""
    latest = (
        select(Link.activity_id, Link.record_id)
        .where(Link.decided_by == "user", Link.is_primary, Link.state == "linked")
        .order_by(Link.decided_at.desc(), Link.id.desc())
        .limit(_LATEST)
        .subquery()
    )
    chosen, other, beside = aliased(Record), aliased(Record), aliased(Link)
    choices = (
        select(chosen.kind, func.count(latest.c.activity_id.distinct()))
        .select_from(latest)
        .join(chosen, chosen.id == latest.c.record_id)
        .join(beside, beside.activity_id == latest.c.activity_id)
        .join(other, other.id == beside.record_id)
        .where(chosen.kind.in_(("account", "contact")), other.kind.in_(("account", "contact")))
        .where(other.kind != chosen.kind)
        .group_by(chosen.kind)
    )
    times = dict(tx.execute(choices).all())
    people = times.get("contact", 0)
    return people < _ENOUGH or people <= times.get("account", 0)
