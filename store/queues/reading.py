"""Queues, business hours, promises and contracts as they are. Queues and promises are no secrets among colleagues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from store.errors import Ambiguous, NotFound
from store.queues.values import QueueValues
from store.schema.people import User
from store.schema.service import (
    BusinessCalendar,
    Entitlement,
    Queue,
    QueueMember,
    ServiceLevel,
)
from store.sla.hours import BusinessCalendar as Hours
from store.sla.stored import calendar_from, terms_from
from store.sla.terms import Sla, SlaTerms


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works on a queue; who left the company is `away`, too."""

    user_id: int
    name: str
    away: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue with its members in the order of their turns."""

    queue_id: int
    uid: str
    name: str
    kind: str
    address: str
    assignment: str
    sla_id: int | None
    escalate_user_id: int | None
    escalate_queue_id: int | None
    reopen_days: int
    members: tuple[Member, ...] = ()

    @property
    def values(self) -> QueueValues:
        """What it consists of, to be changed with `dataclasses.replace`."""
        return QueueValues(
            self.name,
            self.kind,
            self.address,
            self.assignment,
            self.sla_id,
            self.escalate_user_id,
            self.escalate_queue_id,
            self.reopen_days,
            tuple(member.user_id for member in self.members),
            frozenset(member.user_id for member in self.members if member.away),
        )


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """Business hours under their name."""

    calendar_id: int
    uid: str
    name: str
    calendar: Hours


@dataclass(frozen=True, slots=True)
class SlaRow:
    """Promises under their name."""

    sla_id: int
    uid: str
    name: str
    calendar_id: int
    terms: SlaTerms
    calendar: Hours

    @property
    def sla(self) -> Sla:
        """The promises with the calendar they count in."""
        return Sla(self.terms, self.calendar)


def queues(tx: Connection, *, kind: str | None = None) -> tuple[QueueRow, ...]:
    """All queues, or those of a kind (case, lead), by name."""
    wanted = [Queue.deleted_at.is_(None)] if kind is None else [Queue.deleted_at.is_(None), Queue.kind == kind]
    return _queues(tx, *wanted)


def queue_of(tx: Connection, queue_id: int) -> QueueRow:
    """The queue with this key. Raises NotFound when there is none, or none any more."""
    found = _queues(tx, Queue.id == queue_id, Queue.deleted_at.is_(None))
    if not found:
        raise NotFound("this queue is not there any more")
    return found[0]


def queue_by_name(tx: Connection, name: str) -> QueueRow:
    """The queue that a person means by its name, upper or lower case, or by its uid. Raises NotFound, Ambiguous."""
    wanted = name.strip()
    known = queues(tx)
    found = [one for one in known if wanted in (one.name, one.uid)]
    found = found or [one for one in known if one.name.casefold() == wanted.casefold()]
    if len(found) > 1:
        raise Ambiguous(f"There is more than one queue {wanted}.")
    if not found:
        raise NotFound(_missing("queue", wanted, [one.name for one in known]))
    return found[0]


def calendars(tx: Connection) -> tuple[CalendarRow, ...]:
    """All business hours, by name."""
    rows = tx.execute(
        select(
            BusinessCalendar.id,
            BusinessCalendar.uid,
            BusinessCalendar.name,
            BusinessCalendar.zone,
            BusinessCalendar.hours,
            BusinessCalendar.holidays,
        )
        .where(BusinessCalendar.deleted_at.is_(None))
        .order_by(BusinessCalendar.name, BusinessCalendar.id)
    )
    return tuple(
        CalendarRow(row.id, row.uid, row.name, calendar_from(row.zone, row.hours, row.holidays)) for row in rows
    )


def service_levels(tx: Connection) -> tuple[SlaRow, ...]:
    """All promises, by name."""
    columns = (ServiceLevel.id, ServiceLevel.uid, ServiceLevel.name, ServiceLevel.calendar_id)
    rows = tx.execute(
        select(
            *columns,
            ServiceLevel.promised,
            ServiceLevel.warn_share,
            BusinessCalendar.zone,
            BusinessCalendar.hours,
            BusinessCalendar.holidays,
        )
        .join(BusinessCalendar, BusinessCalendar.id == ServiceLevel.calendar_id)
        .where(ServiceLevel.deleted_at.is_(None))
        .order_by(ServiceLevel.name, ServiceLevel.id)
    )
    return tuple(
        SlaRow(
            row.id,
            row.uid,
            row.name,
            row.calendar_id,
            terms_from(row.promised, row.warn_share),
            calendar_from(row.zone, row.hours, row.holidays),
        )
        for row in rows
    )


def sla_of(tx: Connection, *, queue_id: int | None = None, entitlement_id: int | None = None) -> SlaRow | None:
    """What is promised to a case: what its contract promises, else its queue, else nothing (None)."""
    by_id = {row.sla_id: row for row in service_levels(tx)}
    contract = None if entitlement_id is None else select(Entitlement.sla_id).where(Entitlement.id == entitlement_id)
    queue = None if queue_id is None else select(Queue.sla_id).where(Queue.id == queue_id)
    for query in (contract, queue):
        sla_id = None if query is None else tx.execute(query).scalar()
        if sla_id in by_id:
            return by_id[sla_id]
    return None


def entitlement_slas(tx: Connection, entitlement_ids: Collection[int]) -> dict[int, SlaRow]:
    """What contracts promise, by their keys; those that promise nothing of their own are left out."""
    by_id = {row.sla_id: row for row in service_levels(tx)}
    rows = tx.execute(
        select(Entitlement.id, Entitlement.sla_id).where(Entitlement.id.in_(sorted(set(entitlement_ids))))
    )
    return {row.id: by_id[row.sla_id] for row in rows if row.sla_id in by_id}


def by_name(rows: Collection[Any], name: str, noun: str) -> Any:
    """The one of these calendars, promises or contracts that a person means by name or uid. Raises NotFound, Ambiguous.

    `noun` names the sort in the sentence.
    """
    wanted = name.strip()
    found = [one for one in rows if one.uid == wanted or one.name.casefold() == wanted.casefold()]
    if len(found) > 1:
        raise Ambiguous(f"There is more than one {noun} {wanted}.")
    if not found:
        raise NotFound(_missing(noun, wanted, [one.name for one in rows]))
    return found[0]


def _missing(noun: str, wanted: str, names: Collection[str]) -> str:
    there = f"there are {', '.join(names)}" if names else "there is none yet"
    return f"no {noun} {wanted}; {there}"


def _queues(tx: Connection, *conditions: Any) -> tuple[QueueRow, ...]:
    rows = tx.execute(
        select(
            Queue.id,
            Queue.uid,
            Queue.name,
            Queue.kind,
            Queue.address,
            Queue.assignment,
            Queue.sla_id,
            Queue.escalate_user_id,
            Queue.escalate_queue_id,
            Queue.reopen_days,
        )
        .where(*conditions)
        .order_by(Queue.name, Queue.id)
    ).all()
    members = _members(tx, [row.id for row in rows])
    return tuple(replace(QueueRow(*row), members=tuple(members.get(row.id, ()))) for row in rows)


def _members(tx: Connection, queue_ids: Collection[int]) -> Mapping[int, list[Member]]:
    found: dict[int, list[Member]] = defaultdict(list)
    rows = tx.execute(
        select(QueueMember.queue_id, QueueMember.user_id, User.name, QueueMember.away, User.active)
        .join(User, User.id == QueueMember.user_id)
        .where(QueueMember.queue_id.in_(queue_ids))
        .order_by(QueueMember.queue_id, QueueMember.position, QueueMember.user_id)
    )
    for queue_id, user_id, name, away, active in rows:
        found[queue_id].append(Member(user_id, name, away or not active))
    return found
