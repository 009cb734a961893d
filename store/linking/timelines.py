"""Whose timeline shows an activity, and the rows that make reading it cheap.

An activity stands on the timelines of the records it is linked to and of those above them: a case or an opportunity
rolls up to its account and contact, a booking to its case as well, a qualified lead to all that it became, a contact to
the account that employed the person when it happened, an account to its parents. Everything here follows from `link`,
so `rebuild` gives the same rows again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, delete, func, select, true, update

from store.chunks import chunked
from store.schema.activities import Activity
from store.schema.links import Link, Timeline
from store.schema.records import Account, Case, Contact, Employment, Lead, Opportunity, Record
from store.schema.scheduling import Booking
from store.upsert import upsert

_REBUILT = 5_000  # activities per step


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An activity that is regarding a record."""

    record_id: int
    activity_id: int
    kind: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class _Employed:
    account_id: int
    since: date | None
    until: date | None

    def covers(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(slots=True)
class _Above:
    """What the records of one batch roll up to."""

    fixed: dict[int, tuple[int, ...]] = field(default_factory=dict)
    employed: dict[int, list[_Employed]] = field(default_factory=dict)


def subjects_of(tx: Connection, record_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The records whose timelines show what is linked to each record now, the record itself first."""
    above = _above(tx, record_ids)
    return {record_id: _climb(above, record_id, date.max) for record_id in record_ids}


def write_timeline(tx: Connection, rows: Sequence[TimelineEntry]) -> None:
    """Put linked activities on every timeline they belong to, and advance `last_activity_at` of those records."""
    above = _above(tx, {row.record_id for row in rows})
    entries: dict[tuple[int, int], TimelineEntry] = {}
    for row in rows:
        for subject in _climb(above, row.record_id, row.occurred_at.date()):
            entries[subject, row.activity_id] = row
    values = [
        {"subject_id": subject, "occurred_at": row.occurred_at, "activity_id": row.activity_id, "kind": row.kind}
        for (subject, _), row in entries.items()
    ]
    for portion in chunked(values):
        tx.execute(upsert(tx, Timeline).on_conflict_do_nothing(), portion)
    _advance(tx, entries)


def refresh_timelines(tx: Connection, activity_ids: Collection[int]) -> None:
    """Write the timeline rows of these activities anew from their links, and set right when their records were last
    active."""
    lost = _erase(tx, activity_ids)
    entries = [entry for portion in chunked(activity_ids) for entry in _linked(tx, portion)]
    if entries:
        write_timeline(tx, entries)
    _settle(tx, lost)


def refresh_records(tx: Connection, record_ids: Collection[int], *, since: datetime | None = None) -> None:
    """Write anew what stands on timelines because of these records, after one moved below another.

    `since` leaves older activities alone: a contact who changes company takes no history along.
    """
    found: set[int] = set()
    for portion in chunked(_with_below(tx, record_ids)):
        query = select(Link.activity_id).where(Link.record_id.in_(portion), Link.state == "linked")
        if since is not None:
            query = query.join(Activity, Activity.id == Link.activity_id).where(Activity.occurred_at >= since)
        found.update(tx.execute(query).scalars())
    for portion in chunked(sorted(found), _REBUILT):
        refresh_timelines(tx, portion)


def rebuild(tx: Connection) -> int:
    """Write every timeline anew from the links; returns how many activities are linked."""
    tx.execute(delete(Timeline))
    tx.execute(update(Record).values(last_activity_at=None))
    count, last = 0, 0
    while True:
        linked = (
            select(Link.activity_id)
            .where(Link.activity_id > last, Link.state == "linked")
            .distinct()
            .order_by(Link.activity_id)
            .limit(_REBUILT)
        )
        portion = list(tx.execute(linked).scalars())
        if not portion:
            return count
        write_timeline(tx, [entry for some in chunked(portion) for entry in _linked(tx, some)])
        count, last = count + len(portion), portion[-1]


def _linked(tx: Connection, activity_ids: Sequence[int]) -> list[TimelineEntry]:
    rows = tx.execute(
        select(Link.record_id, Activity.id, Activity.kind, Activity.occurred_at)
        .join(Activity, Activity.id == Link.activity_id)
        .where(Link.activity_id.in_(activity_ids), Link.state == "linked", Activity.deleted_at.is_(None))
    )
    return [TimelineEntry(*row) for row in rows]


def _climb(above: _Above, record_id: int, day: date) -> tuple[int, ...]:
    """The record and all above it on that day; a circle of parents ends where it began."""
    found: dict[int, None] = {}
    waiting = [record_id]
    while waiting:
        current = waiting.pop(0)
        if current in found:
            continue
        found[current] = None
        waiting += above.fixed.get(current, ())
        if current in above.employed:
            waiting += _employers(above.employed[current], day)
    return tuple(found)


def _employers(employed: Sequence[_Employed], day: date) -> list[int]:
    return [one.account_id for one in employed if one.covers(day)]


def _above(tx: Connection, record_ids: Iterable[int]) -> _Above:
    above = _Above()
    seen: set[int] = set()
    waiting = set(record_ids)
    while waiting:
        seen |= waiting
        found: set[int] = set()
        for portion in chunked(waiting):
            found |= _load_above(tx, portion, above)
        waiting = found - seen
    return above


def _load_above(tx: Connection, ids: Sequence[int], above: _Above) -> set[int]:
    """Read what these records roll up to; returns the records found above them."""
    for table in (Case, Opportunity):
        for key, *ups in tx.execute(select(table.id, table.account_id, table.contact_id).where(table.id.in_(ids))):
            above.fixed[key] = tuple(up for up in ups if up is not None)
    booked = select(Booking.id, Booking.case_id, Booking.account_id, Booking.contact_id).where(Booking.id.in_(ids))
    for key, *ups in tx.execute(booked):
        above.fixed[key] = tuple(up for up in ups if up is not None)
    became = select(Lead.id, Lead.became_opportunity_id, Lead.became_contact_id, Lead.became_account_id)
    for key, *ups in tx.execute(became.where(Lead.id.in_(ids))):
        above.fixed[key] = tuple(up for up in ups if up is not None)
    for key, parent in tx.execute(select(Account.id, Account.parent_id).where(Account.id.in_(ids))):
        above.fixed[key] = () if parent is None else (parent,)
    jobs = select(Employment.contact_id, Employment.account_id, Employment.since, Employment.until)
    for job in tx.execute(jobs.where(Employment.contact_id.in_(ids)).order_by(Employment.id)):
        above.employed.setdefault(job.contact_id, []).append(_Employed(job.account_id, job.since, job.until))
    return {up for key in ids for up in above.fixed.get(key, ())} | {
        one.account_id for key in ids for one in above.employed.get(key, ())
    }


def _with_below(tx: Connection, record_ids: Collection[int]) -> list[int]:
    """These records and all that roll up to them."""
    found: set[int] = set()
    waiting = set(record_ids)
    below = (
        (Account.id, Account.parent_id),
        (Contact.id, Contact.account_id),
        (Employment.contact_id, Employment.account_id),
        (Case.id, Case.account_id),
        (Case.id, Case.contact_id),
        (Opportunity.id, Opportunity.account_id),
        (Opportunity.id, Opportunity.contact_id),
        (Booking.id, Booking.account_id),
        (Booking.id, Booking.contact_id),
        (Booking.id, Booking.case_id),
        (Lead.id, Lead.became_account_id),
        (Lead.id, Lead.became_contact_id),
        (Lead.id, Lead.became_opportunity_id),
    )
    while waiting:
        found |= waiting
        next_ones: set[int] = set()
        for portion in chunked(waiting):
            for key, up in below:
                next_ones.update(tx.execute(select(key).where(up.in_(portion))).scalars())
        waiting = next_ones - found
    return sorted(found)


def _erase(tx: Connection, activity_ids: Collection[int]) -> set[int]:
    """Take activities off all timelines; returns whose timelines those were."""
    lost: set[int] = set()
    for portion in chunked(activity_ids):
        lost.update(
            tx.execute(select(Timeline.subject_id).where(Timeline.activity_id.in_(portion)).distinct()).scalars()
        )
        tx.execute(delete(Timeline).where(Timeline.activity_id.in_(portion)))
    return lost


def _advance(tx: Connection, entries: Mapping[tuple[int, int], TimelineEntry]) -> None:
    latest: dict[int, datetime] = {}
    for (subject, _), row in entries.items():
        latest[subject] = max(row.occurred_at, latest.get(subject, row.occurred_at))
    if latest:
        at = bindparam("at", type_=Record.__table__.c.last_activity_at.type)
        tx.execute(
            update(Record)
            .where(Record.id == bindparam("key"), func.coalesce(Record.last_activity_at < at, true()))
            .values(last_activity_at=at),
            [{"key": subject, "at": occurred_at} for subject, occurred_at in latest.items()],
        )


def _settle(tx: Connection, subjects: Collection[int]) -> None:
    """`last_activity_at` from what is left on the timelines; the index gives each answer at once."""
    for portion in chunked(subjects):
        newest = select(func.max(Timeline.occurred_at)).where(Timeline.subject_id == Record.id)
        tx.execute(update(Record).where(Record.id.in_(portion)).values(last_activity_at=newest.scalar_subquery()))
