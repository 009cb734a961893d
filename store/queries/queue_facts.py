"""Queues, business hours and SLAs with the names of what they refer to, to be shown and filled in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.queues.reading import (
    CalendarRow,
    QueueRow,
    SlaRow,
    by_name,
    calendars,
    queue_by_name,
    queues,
    service_levels,
)
from store.queues.written import holidays_text, promises_text, week_text
from store.schema.people import Mailbox, OwnAddress, User


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """A queue; `sla` and `escalates_to` are names, '' for none. `remarks` say what may not be as it is meant."""

    queue: QueueRow
    sla: str
    escalates_to: str
    remarks: tuple[str, ...] = ()

    @property
    def typed(self) -> dict[str, Any]:
        """What a form begins with (store.queues.fields)."""
        one = self.queue
        return {
            "name": one.name,
            "kind": one.kind,
            "address": one.address,
            "assignment": one.assignment,
            "sla": self.sla,
            "escalate_to": self.escalates_to,
            "reopen_days": one.reopen_days,
        }


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """Everything that a team's service is made of."""

    queues: tuple[QueueFacts, ...]
    calendars: tuple[CalendarRow, ...]
    slas: tuple[SlaRow, ...]


def service_facts(tx: Connection, *, by: Actor) -> ServiceFacts:
    """All queues, business hours and SLAs; who works here may know them."""
    hours, promised, known = calendars(tx), service_levels(tx), queues(tx)
    slas = {row.sla_id: row.name for row in promised}
    names = {queue.queue_id: queue.name for queue in known}
    escalated = {queue.escalate_user_id for queue in known} - {None}
    users = {row.id: row.name for row in tx.execute(select(User.id, User.name).where(User.id.in_(escalated)))}
    read = set(tx.execute(select(OwnAddress.email).where(OwnAddress.mailbox_id.is_not(None))).scalars())
    read |= set(tx.execute(select(Mailbox.address)).scalars())
    facts = tuple(
        QueueFacts(one, _name(slas, one.sla_id), _escalation(one, users, names), tuple(_remarks(one, read)))
        for one in known
    )
    return ServiceFacts(facts, hours, promised)


def queue_called(tx: Connection, name: str, *, by: Actor) -> QueueRow:
    """The queue that a person means by its name or uid. Raises NotFound, Ambiguous."""
    return queue_by_name(tx, name)


def calendar_called(tx: Connection, name: str, *, by: Actor) -> CalendarRow:
    """The business hours that a person means by their name or uid. Raises NotFound, Ambiguous."""
    found: CalendarRow = by_name(calendars(tx), name, "business hours")
    return found


def sla_called(tx: Connection, name: str, *, by: Actor) -> SlaRow:
    """The SLA that a person means by its name or uid. Raises NotFound, Ambiguous."""
    found: SlaRow = by_name(service_levels(tx), name, "SLA")
    return found


def typed_calendar(row: CalendarRow) -> dict[str, Any]:
    """What a form of these business hours begins with."""
    return {
        "name": row.name,
        "zone": row.calendar.zone,
        "hours": week_text(row.calendar.week).replace("; ", "\n"),
        "holidays": holidays_text(row.calendar.holidays).replace("; ", "\n"),
    }


def typed_sla(row: SlaRow, calendar: str) -> dict[str, Any]:
    """What a form of this SLA begins with; `calendar` is the name of its business hours."""
    terms = row.terms
    return {
        "name": row.name,
        "calendar": calendar,
        "first_response": promises_text(terms.first_response),
        "resolution": promises_text(terms.resolution),
        "warn_at": round(terms.warn_share * 100),
        "pauses_waiting": "waiting" in terms.pauses,
        "pauses_on_hold": "on_hold" in terms.pauses,
        "starts_anew": terms.starts_anew,
    }


def _remarks(one: QueueRow, read: Collection[str]) -> Iterator[str]:
    """`read` are the addresses of mailboxes."""
    if one.assignment != "none" and all(member.away for member in one.members):
        yield "nobody is there to be given anything" if one.members else "nobody works on it"
    if one.address and one.address not in read:
        yield f"no mailbox is {one.address}"
    if one.sla_id is not None and one.escalate_user_id is None and one.escalate_queue_id is None:
        yield "what is late goes to nobody"


def _escalation(one: QueueRow, users: Mapping[int, str], queues: Mapping[int, str]) -> str:
    return _name(users, one.escalate_user_id) or _name(queues, one.escalate_queue_id)


def _name(names: Mapping[int, str], key: int | None) -> str:
    return "" if key is None else names.get(key, "")
