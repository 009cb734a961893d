"""What a person does about follow-ups. Each act is one operation that can be undone; times are of their user's zone.

Repeated reminders are worked out where calendars are: `calendar_sync.reminders` calls these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from store.access import sees_record
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.following.customers import customers_of
from store.following.state import Stored, read_follow_up, write_follow_up
from store.following.values import DISMISSED, DONE, OPEN, PROPOSED, STANDING, WITHDRAWN, Kind, instant_of
from store.history.ledger import Change, record_operation
from store.schema.following import FollowUp
from store.schema.people import User
from store.schema.records import Record
from store.sla.hours import zone_named
from store.types import new_uid

_LONGEST = 1_000  # characters


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder that was written, and the operation that takes it back."""

    follow_up_id: int
    uid: str
    operation_uid: str


def write_reminder(
    tx: Connection,
    text: str,
    wall: datetime,
    zone: str,
    *,
    recurrence: str = "",
    record_id: int | None = None,
    activity_id: int | None = None,
    by: Actor,
    now: datetime,
) -> Reminded:
    """Remind `by` of something at a naive wall time of an IANA zone. `recurrence` is believed to be a rule, of which
    `wall` is the first time. Raises Invalid, NotFound."""
    if by.user_id is None:
        raise Invalid("Say who you are: set user in the configuration.")
    said = _words(text)
    zone_named(zone)
    if record_id is not None:
        seen = select(Record.id).where(Record.id == record_id, Record.deleted_at.is_(None), sees_record(by))
        if tx.execute(seen).first() is None:
            raise NotFound("this record is not there any more")
    uid = new_uid()
    customer = None if record_id is None else customers_of(tx, [record_id])[record_id]
    row = {
        "uid": uid, "identity": f"reminder:{uid}", "kind": Kind.REMINDER.value, "user_id": by.user_id,
        "record_id": record_id, "customer_id": customer, "activity_id": activity_id, "text": said, "state": OPEN,
        "due_wall": wall.isoformat(timespec="minutes"), "zone": zone, "due_at": instant_of(wall, zone),
        "recurrence": recurrence, "facts": {"first": wall.isoformat(timespec="minutes")} if recurrence else {},
        "made_by": by.user_id, "made_at": now,
    }  # fmt: skip
    key = tx.execute(insert(FollowUp).values(row).returning(FollowUp.id)).scalar_one()
    stored = read_follow_up(tx, key)
    assert stored is not None
    change = Change("follow_up", uid, None, stored.state)
    operation = record_operation(tx, "remind", f"Reminder: {said}", [change], by=by, now=now)
    return Reminded(key, uid, operation)


def edit_reminder(tx: Connection, follow_up_id: int, text: str, *, by: Actor, now: datetime) -> str:
    """Say it in other words. Raises Invalid, NotFound."""
    stored = own(tx, follow_up_id, by)
    return _change(tx, stored, {"text": _words(text)}, "edit_follow_up", "Changed", by, now)


def snooze(tx: Connection, follow_up_id: int, until: datetime, *, by: Actor, now: datetime) -> str:
    """Let it come back at another moment (aware). Raises Invalid for one that is over, NotFound."""
    check_to_come(until, now)
    stored = own(tx, follow_up_id, by)
    # Whoever puts a suggestion off says that it holds.
    values = {"snoozed_until": until.isoformat(), "state": OPEN}
    return _change(tx, stored, values, "snooze", "Snoozed", by, now)


def check_to_come(until: datetime, now: datetime) -> None:
    """Raises Invalid for a moment that is over; both aware."""
    if until <= now:
        raise Invalid("Snooze until a time that is still to come.")


def mark_done(tx: Connection, follow_up_id: int, then: datetime | None = None, *, by: Actor, now: datetime) -> str:
    """It is done; of a repeated one this time is, and it comes back at `then` (naive wall time of its zone).
    Raises NotFound."""
    stored = own(tx, follow_up_id, by)
    values: dict[str, Any] = {"state": DONE, "closed_at": now.isoformat(), "snoozed_until": None}
    if then is not None:
        moment = instant_of(then, stored.state["zone"])
        values = {"due_wall": then.isoformat(timespec="minutes"), "due_at": moment.isoformat(), "snoozed_until": None}
    return _change(tx, stored, values, "follow_up_done", "Done", by, now)


def dismiss(tx: Connection, follow_up_id: int, *, by: Actor, now: datetime) -> str:
    """It is nothing to come back to. Raises NotFound."""
    stored = own(tx, follow_up_id, by)
    values = {"state": DISMISSED, "closed_at": now.isoformat()}
    return _change(tx, stored, values, "dismiss_follow_up", "Dismissed", by, now)


def confirm(tx: Connection, follow_up_id: int, *, by: Actor, now: datetime) -> str:
    """What was found holds. Raises Invalid for one that waits for no yes, NotFound."""
    stored = own(tx, follow_up_id, by)
    if stored.state["state"] != PROPOSED:
        raise Invalid("This was confirmed already.")
    return _change(tx, stored, {"state": OPEN}, "confirm_follow_up", "Confirmed", by, now)


def delegate(tx: Connection, follow_up_id: int, user_uid: str, *, by: Actor, now: datetime) -> str:
    """Give it to a colleague, with whom it comes up and rings anew. Raises NotFound, and Invalid for oneself and for a
    colleague who does not see what it is about."""
    stored = own(tx, follow_up_id, by)
    named = select(User.id, User.uid, User.name, User.role).where(User.uid == user_uid, User.active.is_(True))
    colleague = tx.execute(named).one_or_none()
    if colleague is None:
        raise NotFound("this colleague is not there any more")
    if colleague.id == by.user_id:
        raise Invalid("This is yours already.")
    reader = Actor(colleague.id, colleague.name, colleague.role)
    about = select(Record.id).where(Record.uid == stored.state["record"])
    if tx.execute(about).first() is not None and tx.execute(about.where(sees_record(reader))).first() is None:
        raise Invalid(f"{colleague.name} does not see the record that this is about.")
    tx.execute(update(FollowUp).where(FollowUp.id == follow_up_id).values(told_for=None))
    values = {"user": colleague.uid, "state": OPEN, "brought_on": None}
    return _change(tx, stored, values, "delegate_follow_up", f"Gave to {colleague.name}", by, now)


def own(tx: Connection, follow_up_id: int, by: Actor) -> Stored:
    """A follow-up about which `by` still has to do something. Raises NotFound, Invalid for one that is over."""
    stored = read_follow_up(tx, follow_up_id)
    if stored is None or stored.state["state"] == WITHDRAWN or not (by.is_system or stored.user_id == by.user_id):
        raise NotFound("this is not among your follow-ups")
    if stored.state["state"] not in STANDING:
        raise Invalid(f"This is {stored.state['state']} already.")
    return stored


def _change(
    tx: Connection, stored: Stored, values: Mapping[str, Any], name: str, verb: str, by: Actor, now: datetime
) -> str:
    write_follow_up(tx, stored.follow_up_id, values)
    about = stored.state["text"] or stored.state["kind"].replace("_", " ")
    change = Change("follow_up", stored.uid, {key: stored.state[key] for key in values}, values)
    return record_operation(tx, name, f"{verb}: {about}", [change], by=by, now=now)


def _words(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Invalid("Say what you want to be reminded of.")
    return said[:_LONGEST]
