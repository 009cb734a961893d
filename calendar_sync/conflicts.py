"""Choosing in a conflict: the mailbox's side or ours, for contacts and appointments alike.

The server's side is taken over here at once; our side goes out through the outbox and mails nobody. Either choice is
one operation, which undo takes back: then the question is open again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from calendar_sync import fields as event_fields
from calendar_sync.acting import stored_appointment
from calendar_sync.merging import SERIES, agreed_base, chosen_theirs
from calendar_sync.rows import compose_appointment
from calendar_sync.stored import read_event
from mail_sync import card_fields
from mail_sync.merge import Conflict
from mail_sync.ours import ours_in
from store.activities.appointments import replace_appointment
from store.activities.calendar_acts import SILENTLY
from store.actor import Actor
from store.errors import NotAllowed, NotFound
from store.history.ledger import Change, record_operation
from store.history.undoable import same
from store.linking.timelines import refresh_timelines
from store.outbox.queue import NewOutgoing, Verb, enqueue
from store.queries.conflicts import ConflictRow
from store.records.cards import CardBatch
from store.records.fields import fields_of
from store.records.state import read_state
from store.records.values import fitting, read_values
from store.records.writing import change_record
from store.sync.bases import read_base
from store.sync.conflicts import THEIRS, OpenConflict, close_conflict, open_conflict
from store.sync.contact_copies import put_contact
from store.sync.event_items import keep_copy


@dataclass(frozen=True, slots=True)
class ShownConflict:
    """A conflict in words: the field as people call it, and each side's value as they read it, '' for empty."""

    label: str
    base: str
    theirs: str
    mine: str


def resolve_conflict(tx: Connection, uid: str, choice: str, *, by: Actor, now: datetime) -> str:
    """Settle a conflict by "theirs" or "mine"; returns the operation's uid.

    Raises NotFound, NotAllowed, Invalid.
    """
    return resolve_conflicts(tx, [uid], choice, by=by, now=now)


def resolve_conflicts(tx: Connection, uids: Sequence[str], choice: str, *, by: Actor, now: datetime) -> str:
    """Settle several conflicts of one item alike, as one operation.

    Raises NotFound, Invalid, and NotAllowed for an appointment in a calendar that is not theirs to write into.
    """
    found, changes = [], []
    for uid in uids:
        conflict = open_conflict(tx, uid, by=by)
        _check_may_settle(conflict, by)
        found.append(conflict)
        changes += _settle(tx, conflict, choice, by, now)
    if not found:
        raise NotFound("no conflict was named")
    side = "the mailbox's" if choice == THEIRS else "our"
    names = ", ".join(label_of(each.holds, each.field).lower() for each in found)
    summary = f"Chose {side} {names} of {found[0].title[:80]}"
    return record_operation(tx, "resolve_conflict", summary, changes, by=by, now=now)


def _check_may_settle(found: OpenConflict, by: Actor) -> None:
    """A choice asks for the right that an edit asks for: a contact is edited by all who see it, an appointment only in
    a calendar of one's own (see `calendar_sync.booking.booked_at`)."""
    if found.holds != "contact" and not by.sees_everything and found.mailbox_id not in by.mailbox_ids:
        raise NotAllowed("this appointment lies in a calendar that is not yours: whoever keeps it chooses")


def _settle(tx: Connection, found: OpenConflict, choice: str, by: Actor, now: datetime) -> list[Change]:
    conflict = Conflict(found.field, found.sides.base, found.sides.theirs, found.sides.mine)
    agreed = agreed_base(read_base(tx, found.item_id).fields, conflict)
    changes = [close_conflict(tx, found, choice, agreed, by=by, now=now)]
    if choice == THEIRS:
        return changes + _take_theirs(tx, found, conflict, by, now)
    _send_mine(tx, found, by, now)
    return changes


def shown(row: ConflictRow) -> ShownConflict:
    """A conflict as people read it."""
    sides = (row.sides.base, row.sides.theirs, row.sides.mine)
    said = (value_of(row.holds, row.field, side) for side in sides)
    return ShownConflict(label_of(row.holds, row.field), *said)


def label_of(holds: str, name: str) -> str:
    """What people call a field of the merged map."""
    if holds == "contact":
        known = fields_of("contact")
        return known[name].label if name in known else name.capitalize()
    return event_fields.label(name)


def value_of(holds: str, name: str, value: Any) -> str:
    """A side's value in words."""
    if holds == "contact":
        return card_fields.shown(value)
    if name == SERIES:
        return _series_in_words(value or {})
    return _event_value(value)


def _series_in_words(group: Mapping[str, Any]) -> str:
    parts = [_event_value(group.get(name)) for name in ("when", "recurrence")]
    own = sum(1 for name, value in group.items() if value and event_fields.occurrence_key(name))
    parts += [f"{own} changed occurrences"] if own else []
    parts += [f"{len(group['skipped'])} cancelled occurrences"] if group.get("skipped") else []
    return "; ".join(part for part in parts if part)


def _event_value(value: Any) -> str:
    match value:
        case None:
            return ""
        case {"value": inner}:
            return _event_value(inner)
        case {"start": start, "end": end}:
            return f"{_moment(start)} to {_moment(end)}"
        case {"rrule": rule}:
            return str(rule)
        case list():
            return ", ".join(str(each.get("email")) if isinstance(each, Mapping) else str(each) for each in value)
        case dict():
            return ", ".join(f"{name}: {answer}" for name, answer in value.items())
    return str(value)


def _moment(text: str) -> str:
    return text.replace("+00:00", " UTC").replace("T", " ")


def _take_theirs(tx: Connection, found: OpenConflict, conflict: Conflict, by: Actor, now: datetime) -> list[Change]:
    if found.record_id is not None:
        return _take_into_contact(tx, found, found.record_id, by, now)
    if found.activity_id is None:
        return []
    before = stored_appointment(tx, found.activity_id)
    mine = read_event(tx, found.activity_id, item_id=found.item_id)
    event = event_fields.with_fields(mine, chosen_theirs(conflict))
    replace_appointment(tx, found.activity_id, compose_appointment(event, ours=ours_in(tx), now=now))
    keep_copy(tx, found.item_id, event.categories, event.my_response)
    refresh_timelines(tx, [found.activity_id])
    after = stored_appointment(tx, found.activity_id)
    every = before.state.keys() | after.state.keys()
    names = [name for name in sorted(every) if not same(before.state.get(name), after.state.get(name))]
    sides = ({name: each.state.get(name) for name in names} for each in (before, after))
    return [Change("appointment", before.uid, *sides)] if names else []


def _take_into_contact(tx: Connection, found: OpenConflict, record_id: int, by: Actor, now: datetime) -> list[Change]:
    stored = read_state(tx, record_id)
    if stored is None or stored.deleted:
        return []
    theirs = {found.field: found.sides.theirs}
    values = card_fields.to_record(theirs, stored.state)
    if found.field == "company":
        batch = CardBatch(tx, now)
        company = found.sides.theirs
        values["account"] = batch.account_for(company, ()) if company else None
        batch.record()
    state = read_values("contact", fitting("contact", values))
    change = change_record(tx, stored, state, by=by, now=now, besides=found.item_id)
    return [change] if change is not None else []


def _send_mine(tx: Connection, found: OpenConflict, by: Actor, now: datetime) -> None:
    if found.holds == "contact":
        put_contact(tx, found.item_id, by=by, now=now)
        return
    act = NewOutgoing(
        found.mailbox_id,
        Verb.PUT_EVENT,
        f"Appointment {found.title[:80]}",
        SILENTLY,
        item_id=found.item_id,
        activity_id=found.activity_id,
    )
    enqueue(tx, act, by=by, now=now)
