"""Booking a service at a customer's, and what becomes of it. Each act is one operation that can be undone.

Whoever asks last finds a resource taken: capacity is checked in the transaction that writes (store.scheduling.effects),
when a booking is made, moved or confirmed, and when undo, redo or bringing back let it hold its resources again.
Whether somebody is qualified and at work is the search's to say (assistant.scheduling); a scheduler may book against
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from store.actor import Actor
from store.errors import Invalid, NotFound, Stale
from store.history.ledger import Change, record_operation
from store.records.references import find_uid
from store.records.state import State, Stored
from store.records.values import read_values
from store.records.writing import Created, change_record, change_records, insert_records, visible_record
from store.scheduling.stored import working_days
from store.schema.records import Record
from store.schema.scheduling import Resource, Service

_MINUTE = timedelta(minutes=1)
_INSTANTS = ("starts_at", "ends_at", "works_from", "works_until")
_LATEST = timedelta(days=5 * 366)
_VERBS = {"confirmed": "Confirmed", "done": "Completed", "no_show": "Marked as not kept", "cancelled": "Cancelled"}


_Service = Row[int, str, str, int, int, int, bool, str]


@dataclass(frozen=True, slots=True)
class Need:
    """A resource that is booked: from `offset` minutes after the start for `minutes` (None: to the end of the service),
    so many units of it. `part` is its place in the service's rule."""

    resource_id: int
    offset: int = 0
    minutes: int | None = None
    units: int = 1
    part: str = ""


@dataclass(frozen=True, slots=True)
class Put:
    """A booking that was made, for an operation of several acts."""

    record_id: int
    uid: str
    number: str
    title: str
    start: datetime
    change: Change


@dataclass(frozen=True, slots=True)
class Move:
    """Where a booking goes, for an operation of several acts; what is None stays as it is."""

    stored: Stored
    starts_at: datetime | None = None
    needs: Sequence[Need] | None = None
    minutes: int | None = None


def book(
    tx: Connection,
    service_id: int,
    starts_at: datetime,
    needs: Sequence[Need],
    *,
    values: Mapping[str, Any] | None = None,
    by: Actor,
    now: datetime,
) -> Created:
    """Book a service from `starts_at` with these resources; `values` are the booking's fields (store.records.fields).

    Raises Taken naming what holds a resource, and Invalid, for a time in the past among others.
    """
    made = put_booking(tx, service_id, starts_at, needs, values=values, by=by, now=now)
    summary = f"Booked {made.number} {made.title} for {_told(made.start)}"
    uid = record_operation(tx, "book", summary, [made.change], by=by, now=now)
    return Created(made.record_id, made.uid, made.number, uid)


def put_booking(
    tx: Connection,
    service_id: int,
    starts_at: datetime,
    needs: Sequence[Need],
    *,
    values: Mapping[str, Any] | None = None,
    by: Actor,
    now: datetime,
) -> Put:
    """As `book`, for the caller to record as a part of its operation."""
    service = _service(tx, service_id)
    start = bookable_start(starts_at, now)
    length = _length(service, needs)
    end = start + length
    given = {name: value for name, value in (values or {}).items() if value not in (None, "")}
    state: State = {"status": service.initial_status, "title": "", **read_values("booking", given)}
    state |= {"service": service.uid, "starts_at": start.isoformat(), "ends_at": end.isoformat()}
    state["resources"] = _entries(tx, service, start, needs, length)
    state["title"] = state["title"] or title_of(tx, service.name, state, by)
    inserted, changes = insert_records(tx, "booking", [state], by=by, now=now)
    one = inserted[0]
    return Put(one.record_id, one.uid, one.number, state["title"], start, changes[0])


def move(
    tx: Connection,
    booking_id: int,
    *,
    starts_at: datetime | None = None,
    needs: Sequence[Need] | None = None,
    minutes: int | None = None,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Move a booking to another time, give it to other resources, or make it last so many minutes; returns the
    operation's uid. What is not given stays. Raises NotFound, Taken, Invalid, Stale."""
    stored = _booking(tx, booking_id, by)
    if expected_version is not None and expected_version != stored.version:
        raise Stale(f"{stored.number} {stored.state['title']}")
    state = moved_state(tx, Move(stored, starts_at, needs, minutes), now)
    return _change(tx, stored, state, "move_booking", "Moved", by=by, now=now)


def put_moves(tx: Connection, moves: Sequence[Move], *, by: Actor, now: datetime) -> list[Change]:
    """Move bookings, each of them once and all before capacity is looked at, so that they may change places; the caller
    records the changes. Raises NotFound, Taken, Invalid."""
    wanted = [(each.stored, moved_state(tx, each, now)) for each in moves]
    return [change for change in change_records(tx, wanted, by=by, now=now) if change is not None]


def moved_state(tx: Connection, one: Move, now: datetime) -> State:
    """What a move changes of a booking's state. Raises NotFound, Invalid."""
    stored, starts_at, needs, minutes = one.stored, one.starts_at, one.needs, one.minutes
    before = {name: datetime.fromisoformat(stored.state[name]) for name in ("starts_at", "ends_at")}
    start = before["starts_at"] if starts_at is None else bookable_start(starts_at, now)
    length = before["ends_at"] - before["starts_at"]
    if minutes is not None:
        if minutes < 1:
            raise Invalid("A booking lasts at least one minute.")
        length = minutes * _MINUTE
    if needs is not None:
        service = _service(tx, _service_id(tx, stored))
        length = length if minutes is not None else _length(service, needs, length)
    state: State = {"starts_at": start.isoformat(), "ends_at": (start + length).isoformat()}
    if needs is not None:
        state["resources"] = _entries(tx, service, start, needs, length)
    else:
        longer = length - (before["ends_at"] - before["starts_at"])
        state["resources"] = [
            _shifted(each, start - before["starts_at"], longer, before["ends_at"]) for each in stored.state["resources"]
        ]
    return state


def confirm(tx: Connection, booking_id: int, *, by: Actor, now: datetime) -> str:
    """What was held is confirmed; returns the operation's uid. Raises NotFound, Invalid."""
    return _settle(tx, booking_id, "confirmed", by=by, now=now)


def complete(tx: Connection, booking_id: int, *, by: Actor, now: datetime) -> str:
    """The service was done; returns the operation's uid. Raises NotFound, Invalid before it begins."""
    return _settle(tx, booking_id, "done", by=by, now=now)


def no_show(tx: Connection, booking_id: int, *, by: Actor, now: datetime) -> str:
    """The customer did not keep it; its resources are free. Returns the operation's uid. Raises NotFound, Invalid."""
    return _settle(tx, booking_id, "no_show", by=by, now=now)


def cancel(tx: Connection, booking_id: int, *, by: Actor, now: datetime) -> str:
    """It will not take place; its resources are free. Returns the operation's uid. Raises NotFound, Invalid."""
    return _settle(tx, booking_id, "cancelled", by=by, now=now)


def _settle(tx: Connection, booking_id: int, status: str, *, by: Actor, now: datetime) -> str:
    stored = _booking(tx, booking_id, by)
    if stored.state["status"] == status:
        raise Invalid(f"{stored.number} is {status.replace('_', ' ')} already.")
    return _change(tx, stored, {"status": status}, f"{status}_booking", _VERBS[status], by=by, now=now)


def _change(tx: Connection, stored: Stored, state: State, name: str, verb: str, *, by: Actor, now: datetime) -> str:
    start = datetime.fromisoformat(state.get("starts_at") or stored.state["starts_at"])
    where = f" to {_told(start)}" if name == "move_booking" else ""
    change = change_record(tx, stored, state, by=by, now=now) or Change("record", stored.uid, {}, {})
    summary = f"{verb} {stored.number} {stored.state['title']}{where}"
    return record_operation(tx, name, summary, [change], by=by, now=now)


def _booking(tx: Connection, booking_id: int, by: Actor) -> Stored:
    stored = visible_record(tx, booking_id, by)
    if stored.kind != "booking":
        raise Invalid(f"{stored.number} is no booking.")
    return stored


def _service(tx: Connection, service_id: int) -> _Service:
    columns = (Service.id, Service.uid, Service.name, Service.duration, Service.before, Service.after, Service.on_end)
    wanted = select(*columns, Service.initial_status).where(Service.id == service_id, Service.deleted_at.is_(None))
    rows = tx.execute(wanted).all()
    if not rows:
        raise NotFound("this service is not there any more")
    return rows[0]


def _service_id(tx: Connection, stored: Stored) -> int:
    return tx.execute(select(Service.id).where(Service.uid == stored.state["service"])).scalar_one()


def bookable_start(starts_at: datetime, now: datetime) -> datetime:
    """The whole minute of UTC at which a booking begins. Raises Invalid for the past, and too far ahead."""
    start = starts_at.astimezone(UTC).replace(second=0, microsecond=0)
    if start < now - _MINUTE:
        raise Invalid(f"{_told(start)} is over: nothing can be booked in the past.")
    if start > now + _LATEST:
        raise Invalid(f"{_told(start)} is more than five years ahead.")
    return start


def _length(service: _Service, needs: Sequence[Need], before: timedelta | None = None) -> timedelta:
    """How long a booking takes: as long as it did before, else as its service does. One of days ends when the last of
    its resources is done, where it is said of all when they are."""
    ends = [None if need.minutes is None else need.offset + need.minutes for need in needs]
    said = [each for each in ends if each is not None]
    if working_days(service.duration, on_end=service.on_end) and said and len(said) == len(ends):
        return max(said) * _MINUTE
    return service.duration * _MINUTE if before is None else before


def _entries(
    tx: Connection, service: _Service, start: datetime, needs: Sequence[Need], length: timedelta
) -> list[dict[str, Any]]:
    """The entries of the booking's state (store.scheduling.booked), buffers included. Raises Invalid."""
    whole = length // _MINUTE
    if not needs:
        raise Invalid("Say who or what is booked.")
    columns = (Resource.id, Resource.uid, Resource.name, Resource.hours)
    ids = sorted({need.resource_id for need in needs})
    rows = tx.execute(select(*columns).where(Resource.id.in_(ids), Resource.deleted_at.is_(None)))
    resources = {row.id: row for row in rows}
    found = []
    for need in needs:
        resource = resources.get(need.resource_id)
        if resource is None:
            raise NotFound("this resource is not there any more")
        if not resource.hours:
            raise Invalid(f"{resource.name} has no work hours, so it cannot be booked.")
        minutes = whole - need.offset if need.minutes is None else need.minutes
        if minutes < 1 or need.offset < 0 or need.offset + minutes > whole:
            raise Invalid(f"{resource.name} is needed for at least a minute, and within the {whole} minutes it takes.")
        if need.units < 1:
            raise Invalid(f"At least one unit of {resource.name} is booked.")
        begins = start + need.offset * _MINUTE
        ends = begins + minutes * _MINUTE
        occupied = {"starts_at": begins - service.before * _MINUTE, "ends_at": ends + service.after * _MINUTE}
        moments = {**occupied, "works_from": begins, "works_until": ends}
        entry = {"resource": resource.uid, **{name: at.isoformat() for name, at in moments.items()}}
        found.append(entry | {"units": need.units, "part": need.part})
    return found


def _shifted(one: Mapping[str, Any], by: timedelta, longer: timedelta, ended: datetime) -> dict[str, Any]:
    """An entry at another time; what lasted to the end of the booking lasts to its new end."""
    moments = {name: datetime.fromisoformat(one[name]) + by for name in _INSTANTS}
    if datetime.fromisoformat(one["works_until"]) == ended:
        moments["works_until"] += longer
        moments["ends_at"] += longer
    if moments["works_until"] <= moments["works_from"] or moments["works_until"] > ended + by + longer:
        raise Invalid("So short a booking leaves no time for one of its parts.")
    return {**one, **{name: at.isoformat() for name, at in moments.items()}}


def title_of(tx: Connection, service: str, state: Mapping[str, Any], by: Actor) -> str:
    """The name of the service, and for whom it is."""
    for kind in ("account", "contact"):
        if state.get(kind) is not None:
            uid = find_uid(tx, kind, state[kind], by=by)
            return f"{service}, {tx.execute(select(Record.title).where(Record.uid == uid)).scalar_one()}"
    return service


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
