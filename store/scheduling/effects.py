"""What follows when bookings appear, change or go: nothing is double-booked, the service activity that stands for each
on the timelines of its customer and its case says what the booking says, and so will the calendars of its resources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from store.actor import Actor
from store.errors import Invalid
from store.linking.timelines import refresh_timelines
from store.scheduling.in_calendars import await_calendars
from store.scheduling.lifecycle import occupies
from store.scheduling.occupying import check_capacity
from store.scheduling.waiting_effects import follow_waiting
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.scheduling import Booking, Resource, Service

_HOLDS = ("status", "starts_at", "resources")
_STATUS = ("status",)
_SHOWN = (*_HOLDS, "title", "place")
_IN_CALENDARS = (*_SHOWN, "service", "account", "contact", "case", "description")


@dataclass(frozen=True, slots=True)
class ChangedBooking:
    """A booking before and after; None where it did not exist or was deleted."""

    record_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def follow_bookings(tx: Connection, changes: Sequence[ChangedBooking], *, by: Actor, now: datetime) -> None:
    """Carry the consequences of these changes, which are written already, through the store. Raises Taken, Invalid."""
    anew = {one.record_id: one.after for one in changes if one.after and occupies(one.after) and _differs(one, _HOLDS)}
    if anew:
        check_capacity(tx, anew)
        _check_services(tx, {one.after["service"] for one in changes if one.after and _begins(one)})
    shown = [one for one in changes if _differs(one, _SHOWN)]
    if shown:
        refresh_timelines(tx, [_show(tx, one, by, now) for one in shown])
    statuses = {one.record_id: one.after["status"] if one.after else None for one in changes if _differs(one, _STATUS)}
    follow_waiting(tx, statuses)
    await_calendars(tx, [one.record_id for one in changes if _differs(one, _IN_CALENDARS)], now=now)


def _begins(one: ChangedBooking) -> bool:
    """Whether a booking holds its resources that did not before."""
    return occupies(one.after) and not occupies(one.before)


def _check_services(tx: Connection, uids: Collection[str]) -> None:
    """Raises Invalid for a service that is gone: nothing could be planned with its bookings."""
    wanted = select(Service.name).where(Service.uid.in_(sorted(uids)), Service.deleted_at.is_not(None))
    name = tx.execute(wanted.limit(1)).scalar() if uids else None
    if name is not None:
        raise Invalid(f"The service {name} is not there any more, so nothing can be booked for it.")


def _differs(one: ChangedBooking, names: Sequence[str]) -> bool:
    if one.before is None or one.after is None:
        return True
    return any(one.before.get(name) != one.after.get(name) for name in names)


def _show(tx: Connection, one: ChangedBooking, by: Actor, now: datetime) -> int:
    """Bring the booking's activity to what it says; returns the activity's key."""
    key = tx.execute(select(Booking.activity_id).where(Booking.id == one.record_id)).scalar_one()
    if one.after is None:
        if key is not None:
            tx.execute(update(Activity).where(Activity.id == key).values(deleted_at=now))
        return key or 0
    values = _values(tx, one.after)
    if key is not None:
        tx.execute(update(Activity).where(Activity.id == key).values(**values, version=Activity.version + 1))
        return int(key)
    new = insert(Activity).values(kind="service_activity", created_at=now, **values).returning(Activity.id)
    activity_id = int(tx.execute(new).scalar_one())
    tx.execute(update(Booking).where(Booking.id == one.record_id).values(activity_id=activity_id))
    tx.execute(
        insert(Link).values(
            activity_id=activity_id,
            record_id=one.record_id,
            state="linked",
            is_primary=True,
            score=1.0,
            rule="booking",
            evidence=[],
            engine_version=0,
            decided_by="user",
            user_id=by.user_id,
            decided_at=now,
        )
    )
    return activity_id


def _values(tx: Connection, state: Mapping[str, Any]) -> dict[str, Any]:
    uids = list(dict.fromkeys(one["resource"] for one in state["resources"]))
    rows = tx.execute(select(Resource.uid, Resource.name).where(Resource.uid.in_(uids)))
    names = {row.uid: row.name for row in rows}
    said = (state["status"].replace("_", " "), state.get("place") or "")
    return {
        "subject": state["title"],
        "occurred_at": datetime.fromisoformat(state["starts_at"]),
        "ends_at": datetime.fromisoformat(state["ends_at"]),
        "who": ", ".join(names[uid] for uid in uids),
        "preview": " · ".join(filter(None, said)),
        "deleted_at": None,
    }
