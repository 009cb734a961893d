"""What the store does not let the wait list say, and what follows for it when bookings and wishes change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from store.chunks import chunked
from store.errors import Invalid
from store.kept.sorts import Sort, State
from store.scheduling.stored import least_window
from store.scheduling.written import length_text
from store.schema.scheduling import Service, Waiting

#: What a booking that is made for somebody who waits says of the waiting; one that is deleted is as one cancelled.
_FOLLOWS = {"hold": "offered", "confirmed": "booked", "done": "booked", "no_show": "booked"}
#: What free slots are looked for by.
_ASKED = ("service", "earliest", "latest", "area", "units", "wishes", "status")


def check_waiting(tx: Connection, key: int | None, state: Mapping[str, Any]) -> None:
    """Raises Invalid for a time in which the service cannot be done, and where nobody can wait for it any more."""
    if state.get("status") in ("waiting", "offered"):
        _check_service(tx, key, state.get("service"))
    if not {"service", "earliest", "latest"} <= state.keys():
        return
    rows = select(Service.name, Service.duration, Service.on_end).where(Service.uid == state["service"])
    name, duration, on_end = tx.execute(rows).one()
    earliest, latest = (datetime.fromisoformat(state[each]) for each in ("earliest", "latest"))
    if latest - earliest < timedelta(minutes=least_window(duration, on_end=on_end)):
        raise Invalid(
            f"{name} takes {length_text(duration, in_hours=on_end)}, and there is less time"
            f" from {earliest:%Y-%m-%d %H:%M} to {latest:%Y-%m-%d %H:%M} UTC."
        )


def _check_service(tx: Connection, key: int | None, uid: str | None) -> None:
    """Raises Invalid for a service that is gone: that of this uid, else that of the entry with this key."""
    wanted = Service.uid == uid if uid else Service.id.in_(select(Waiting.service_id).where(Waiting.id == key))
    name = tx.execute(select(Service.name).where(wanted, Service.deleted_at.is_not(None))).scalar()
    if name is not None:
        raise Invalid(f"The service {name} is not there any more.")


def forget_slot(
    tx: Connection, _sort: Sort, key: int, before: State | None, after: State | None, /, *, now: datetime
) -> None:
    """The slot that was found is none any more once something else is asked for."""
    if before is None or after is None or any(before.get(name) != after.get(name) for name in _ASKED):
        tx.execute(update(Waiting).where(Waiting.id == key).values(looked_at=None, slot={}))


def follow_waiting(tx: Connection, standing: Mapping[int, str | None]) -> None:
    """Whoever a booking was made for waits, or waits no more, as these bookings stand: statuses by key, None: deleted.

    It follows from the booking alone, so that taking back what became of the booking takes this back too.
    """
    for portion in chunked(standing):
        waits = select(Waiting.id, Waiting.booking_id, Waiting.status).where(
            Waiting.booking_id.in_(portion), Waiting.status != "withdrawn"
        )
        for key, booking_id, status in tx.execute(waits).all():
            becomes = _FOLLOWS.get(standing.get(booking_id or 0) or "", "waiting")
            if becomes != status:
                values: dict[str, Any] = {"status": becomes}
                if becomes == "waiting":
                    values |= {"looked_at": None, "slot": {}}
                tx.execute(update(Waiting).where(Waiting.id == key).values(values))
