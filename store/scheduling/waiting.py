"""The wait list: who waits for a service, from when and until when. Each act is one operation that can be undone.

What is offered is a booking on hold; whether it is confirmed or cancelled decides whether somebody still waits
(store.scheduling.waiting_effects).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.errors import Ambiguous, Invalid, NotFound
from store.history.ledger import Change, record_operation
from store.kept.keeping import Put, Saved, change, put
from store.kept.sorts import State, read_state
from store.records.references import find_uid
from store.scheduling.fields import WAITING_FIELDS
from store.scheduling.reading import thing_called
from store.scheduling.sorts import RESOURCE, SERVICE, WAITING
from store.scheduling.typed import count, names, text
from store.scheduling.written import YEARS, midnight, moment_from
from store.schema.records import Record
from store.schema.scheduling import Service, Waiting

WAITING_STATUSES = ("waiting", "offered", "booked", "withdrawn")
#: Those that something is still to be done about.
OPEN_WAITING = ("waiting", "offered")

#: The records that say for whom it is.
CUSTOMERS = ("account", "contact", "case")
#: What a booking for somebody who waits says as the entry does.
_TAKEN_OVER = (*CUSTOMERS, "area", "place", "description")
_MOST_UNITS, _LEAST_URGENT, _PRIORITY = 100_000, 9, 5
_LONGEST = timedelta(days=366)
_ONE_DAY = timedelta(days=1)
_NEW: State = {
    "name": "", "service": None, "account": None, "contact": None, "case": None, "earliest": None, "latest": None,
    "area": "", "place": "", "units": 1, "priority": _PRIORITY, "wishes": {}, "description": "", "status": "waiting",
    "reason": "", "booking": None, "created_at": None,
}  # fmt: skip


def add_waiting(tx: Connection, given: Mapping[str, Any], *, zone: str, by: Actor, now: datetime) -> Saved:
    """Somebody waits, as `store.scheduling.fields.WAITING_FIELDS` says it; times without an offset are read on the
    clocks of the zone. Raises Invalid, NotFound, Ambiguous, NotAllowed."""
    state = _state(tx, {**_NEW, "created_at": now.isoformat()}, given, zone=zone, by=by, now=now)
    done = put(tx, WAITING, None, state, by=by, now=now)
    return _saved(tx, "create_waiting", f"{state['name']} waits", done, by, now)


def edit_waiting(
    tx: Connection, waiting_id: int, given: Mapping[str, Any], *, zone: str, by: Actor, now: datetime
) -> Saved:
    """Change what is given of it; the rest stays. Raises Invalid, NotFound, Ambiguous, NotAllowed."""
    before = _standing(tx, waiting_id)
    if before["status"] not in OPEN_WAITING:
        raise Invalid(f"{before['name']} is {before['status']}: put it on the wait list anew.")
    state = _state(tx, dict(before), given, zone=zone, by=by, now=now)
    done = put(tx, WAITING, waiting_id, state, by=by, now=now)
    return _saved(tx, "edit_waiting", f"Changed what {state['name']} waits for", done, by, now)


def withdraw(tx: Connection, waiting_id: int, reason: str = "", *, by: Actor, now: datetime) -> str:
    """Nobody waits any more; returns the operation's uid. Raises NotFound, NotAllowed, and Invalid while a booking is
    held for it."""
    before = _standing(tx, waiting_id)
    if before["status"] == "offered":
        number = tx.execute(select(Record.number).where(Record.uid == before["booking"])).scalar_one()
        raise Invalid(f"{number} is held for {before['name']}: confirm it or cancel it first.")
    open_state(tx, waiting_id)
    said = text(reason)[:1_000]
    summary = f"Withdrew {before['name']} from the wait list" + (f": {said}" if said else "")
    return change(tx, WAITING, waiting_id, {"status": "withdrawn", "reason": said}, summary, by=by, now=now)


def open_state(tx: Connection, waiting_id: int) -> State:
    """The state of an entry that still waits. Raises NotFound, and Invalid for one that waits no more."""
    state = _standing(tx, waiting_id)
    if state["status"] != "waiting":
        raise Invalid(f"{state['name']} is {state['status']} already.")
    return state


def check_customer(tx: Connection, state: Mapping[str, Any]) -> None:
    """Raises Invalid for an entry whose customer, contact or case was deleted."""
    uids = [state[kind] for kind in CUSTOMERS if state[kind]]
    gone = select(Record.title).where(Record.uid.in_(uids), Record.deleted_at.is_not(None)).limit(1)
    title = tx.execute(gone).scalar()
    if title is not None:
        raise Invalid(f"{title} was deleted: change for whom {state['name']} waits, or withdraw it.")


def put_offered(tx: Connection, waiting_id: int, booking_uid: str, status: str, *, by: Actor, now: datetime) -> Change:
    """A booking was made for it (`status` offered or booked), for the caller to record."""
    state = {**_standing(tx, waiting_id), "status": status, "booking": booking_uid}
    return put(tx, WAITING, waiting_id, state, by=by, now=now).change


def held_for(state: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a booking on hold for an entry in this state."""
    return {name: state[name] for name in _TAKEN_OVER} | {"status": "hold"}


def waiting_called(tx: Connection, name: str) -> int:
    """The key of the entry that a person means by its name or uid: where several have the name, the only one that
    still waits. Raises NotFound, Ambiguous."""
    wanted = text(name)
    living = select(Waiting.id, Waiting.name, Waiting.status).where(Waiting.deleted_at.is_(None))
    found = tx.execute(living.where(Waiting.uid == wanted)).all()
    found = found or [row for row in tx.execute(living).all() if row.name.casefold() == wanted.casefold()]
    open_ones = [row for row in found if row.status in OPEN_WAITING]
    chosen = open_ones if len(found) > 1 and open_ones else found
    if not chosen:
        raise NotFound(f"nobody on the wait list is called {wanted}")
    if len(chosen) > 1:
        raise Ambiguous(f"{len(chosen)} on the wait list are called {wanted}; give the uid that --json prints.")
    return int(chosen[0].id)


def _saved(tx: Connection, name: str, summary: str, done: Put, by: Actor, now: datetime) -> Saved:
    return Saved(done.id, done.uid, record_operation(tx, name, summary, [done.change], by=by, now=now))


def _standing(tx: Connection, waiting_id: int) -> State:
    stored = read_state(tx, WAITING, waiting_id)
    if stored is None or stored.deleted:
        raise NotFound("this is not on the wait list any more")
    return stored.state


def _state(tx: Connection, state: State, given: Mapping[str, Any], *, zone: str, by: Actor, now: datetime) -> State:
    known = {field.name for field in WAITING_FIELDS}
    if unknown := sorted(set(given) - known):
        raise Invalid(
            f"The wait list has no {unknown[0]!r}; it has {', '.join(field.name for field in WAITING_FIELDS)}."
        )
    made = _made(tx, state)
    state |= {name: text(given[name]) for name in ("area", "place", "name") if name in given}
    if "description" in given:
        state["description"] = str(given["description"] or "").strip()
    if given.get("service") or not state["service"]:
        state["service"] = thing_called(tx, SERVICE, text(given.get("service"))).uid
    for kind in CUSTOMERS:
        if kind in given:
            state[kind] = find_uid(tx, kind, given[kind], by=by) if given[kind] else None
    _read_times(state, given, zone, now)
    if "priority" in given:
        state["priority"] = count("Priority", given["priority"], _LEAST_URGENT) if given["priority"] else _PRIORITY
    if "units" in given:
        state["units"] = count("Units", given["units"], _MOST_UNITS) if given["units"] else 1
    wishes = dict(state["wishes"])
    for name in ("preferred", "excluded"):
        if name in given:
            wishes[name] = [thing_called(tx, RESOURCE, one).uid for one in names(given[name])]
    state["wishes"] = {name: uids for name, uids in wishes.items() if uids}
    if not state["name"] or (state["name"] == made and "name" not in given):
        state["name"] = _made(tx, state)
    return state


def _made(tx: Connection, state: State) -> str:
    """The name that follows from what is asked for and for whom, whether or not they were deleted since."""
    if not state["service"]:
        return ""
    service = tx.execute(select(Service.name).where(Service.uid == state["service"])).scalar_one()
    whom = state["account"] or state["contact"]
    title = tx.execute(select(Record.title).where(Record.uid == whom)).scalar() if whom else None
    return service if title is None else f"{service}, {title}"


def _read_times(state: State, given: Mapping[str, Any], zone: str, now: datetime) -> None:
    if given.get("earliest") or not state["earliest"]:
        state["earliest"] = _moment(given.get("earliest") or now, zone, timedelta()).isoformat()
    if given.get("latest") or not state["latest"]:
        if not given.get("latest"):
            raise Invalid("Until: say how long it waits.")
        latest = _moment(given["latest"], zone, _ONE_DAY)
        if latest <= now:
            raise Invalid(f"Until: {latest:%Y-%m-%d %H:%M} UTC is over.")
        state["latest"] = latest.isoformat()
    earliest, latest = (datetime.fromisoformat(state[name]) for name in ("earliest", "latest"))
    if latest <= earliest:
        raise Invalid("The time in which somebody waits must end after it begins.")
    if latest - max(earliest, now) > _LONGEST:
        raise Invalid("Until: a year ahead at most.")


def _moment(given: Any, zone: str, whole_day: timedelta) -> datetime:
    """A moment in UTC, to the minute; of a day alone its first one, or with a `whole_day` the end of it."""
    if isinstance(given, datetime):
        return given.astimezone(UTC).replace(second=0, microsecond=0)
    said = text(given)
    if ":" in said:
        return moment_from(said, zone)
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise Invalid(f"{said!r} is not a day or a time; write it as 2026-11-30 or 2026-11-30T14:00.") from None
    if day.year not in YEARS:
        raise Invalid(f"{day.year:04} is beyond the calendar, which goes from {YEARS[0]} to {YEARS[-1]:04}.")
    return midnight(day + whole_day, zone)
