"""What people do with appointments: create, edit, move, cancel, delete.

Each act changes the store, writes one operation of the ledger, and enqueues what the calendar's server must be told, in
one transaction. Whether others are mailed follows calendar_sync.invite, and a preview of an act says so beforehand.
What mails somebody waits for its recall time; until then undo recalls it, afterwards calendar_sync.corrections can mail
a correction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from calendar_sync.acting import SHOWN, Act, mailed_about, stored_appointment
from calendar_sync.booking import Booking, Calendar, booked_at, organizer_name, own_calendar
from calendar_sync.clashes import Clash, clashes
from calendar_sync.edit import EventEdit, Scope, apply_edit, without
from calendar_sync.event import Event
from calendar_sync.fields import key_of
from calendar_sync.invite import MailedPreview, is_organizer, together
from calendar_sync.occurring import check_between_neighbours, occurrence_at
from calendar_sync.stored import read_event
from mail_sync.message import Address
from store.activities.appointment_state import set_appointment_deleted
from store.activities.calendar_acts import remove_everywhere
from store.actor import Actor
from store.errors import Invalid
from store.linking.by_hand import link_by_hand, linked_by_hand
from store.outbox.queue import RECALL
from store.types import new_uid

_HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act did. `clashes` are other bookings of the same calendar at that time, which nobody is refused for.

    `following_id` is the second series where this-and-following divided one; `outgoing_uids` are the acts that mail
    somebody and can be recalled until their time comes.
    """

    activity_id: int
    operation_uid: str
    mailed: MailedPreview
    clashes: tuple[Clash, ...] = ()
    following_id: int | None = None
    outgoing_uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """An edit before it is carried out; the second preview is that of the second series."""

    booking: Booking
    before: Event
    event: Event
    mailed: MailedPreview
    following: Event | None = None
    invited: MailedPreview | None = None

    @property
    def all_mailed(self) -> MailedPreview:
        return self.mailed if self.invited is None else together(self.mailed, self.invited)


def create_appointment(
    tx: Connection,
    fields: EventEdit,
    *,
    mailbox_id: int | None = None,
    record_id: int | None = None,
    tell: bool = True,
    recall: timedelta = RECALL,
    by: Actor,
    now: datetime,
) -> Acted:
    """A new appointment in a mailbox's calendar (None: the actor's own), regarding a record if one is given.

    `fields` need a title and a start; without an end it lasts half an hour, or a day. Raises Invalid, NotFound.
    """
    calendar = own_calendar(tx, mailbox_id, by=by, now=now)
    event = _new_event(fields, calendar, now)
    mailed = mailed_about(None, event, calendar, tell=tell, now=now)
    title = event.title[:SHOWN]
    act = Act.begin(tx, "create_appointment", f"Created appointment {title}", recall=recall, by=by, now=now)
    activity_id = act.insert(event, calendar)
    if record_id is not None:
        act.changes += link_by_hand(tx, activity_id, record_id, by=by, now=now)
    act.put(booked_at(tx, activity_id, by=by), f"New appointment: {title}", mailed)
    act.finish()
    found = clashes(tx, activity_id, calendar.mailbox_id, now=now)
    return Acted(activity_id, act.operation_uid, mailed, found, outgoing_uids=tuple(act.mailing))


def preview_creation(
    tx: Connection, fields: EventEdit, *, mailbox_id: int | None = None, by: Actor, now: datetime
) -> MailedPreview:
    """Who would be mailed by `create_appointment`. Raises Invalid, NotFound."""
    calendar = own_calendar(tx, mailbox_id, by=by, now=now)
    return mailed_about(None, _new_event(fields, calendar, now), calendar, tell=True, now=now)


def edit_appointment(
    tx: Connection,
    activity_id: int,
    edit: EventEdit,
    *,
    scope: Scope = Scope.SERIES,
    original_start: datetime | date | None = None,
    tell: bool = True,
    recall: timedelta = RECALL,
    by: Actor,
    now: datetime,
) -> Acted:
    """Change an appointment, or a part of a series. Of a meeting that somebody else organizes only the reminder and the
    categories can be changed (hard case 32). Raises Invalid, NotFound."""
    plan = _planned(tx, activity_id, edit, scope, original_start, tell=tell, by=by, now=now)
    verb = "Moved" if edit.moves else "Edited"
    return _carry_out(tx, plan, f"{verb} appointment {plan.before.title[:SHOWN]}", recall=recall, by=by, now=now)


def preview_edit(
    tx: Connection,
    activity_id: int,
    edit: EventEdit,
    *,
    scope: Scope = Scope.SERIES,
    original_start: datetime | date | None = None,
    by: Actor,
    now: datetime,
) -> MailedPreview:
    """Who would be mailed by `edit_appointment`. Raises Invalid, NotFound."""
    return _planned(tx, activity_id, edit, scope, original_start, tell=True, by=by, now=now).all_mailed


def move_appointment(
    tx: Connection,
    activity_id: int,
    start: datetime | date,
    end: datetime | date | None = None,
    *,
    scope: Scope = Scope.SERIES,
    original_start: datetime | date | None = None,
    tell: bool = True,
    recall: timedelta = RECALL,
    by: Actor,
    now: datetime,
) -> Acted:
    """Put an appointment to another time (see EventEdit); without `end` it keeps its length. Raises Invalid."""
    edit = EventEdit(start=start, end=end)
    return edit_appointment(
        tx, activity_id, edit, scope=scope, original_start=original_start, tell=tell, recall=recall, by=by, now=now
    )


def cancel_appointment(
    tx: Connection,
    activity_id: int,
    *,
    scope: Scope = Scope.SERIES,
    original_start: datetime | date | None = None,
    comment: str = "",
    tell: bool = True,
    recall: timedelta = RECALL,
    by: Actor,
    now: datetime,
) -> Acted:
    """Call off a meeting or a part of it. A meeting with others stays in the store as cancelled, one's own appointment
    is deleted. Raises Invalid, NotFound."""
    booking = booked_at(tx, activity_id, by=by)
    before = _organized(tx, booking)
    rest = without(before, scope, original_start)
    mailed = mailed_about(before, rest, booking.calendar, tell=tell, now=now)
    title = before.title[:SHOWN]
    if rest is not None and scope is Scope.FOLLOWING:
        plan = _Plan(booking, before, rest, mailed)
        return _carry_out(tx, plan, f"Ended series {title}", recall=recall, by=by, now=now)
    act = Act.begin(tx, "cancel_appointment", f"Cancelled appointment {title}", recall=recall, by=by, now=now)
    gone = ""
    if rest is not None and original_start is not None:
        gone = key_of(occurrence_at(before, original_start).original_start or original_start)
        act.rewrite(booking, rest)
    elif before.attendees:
        off = tuple(replace(each, status="cancelled") for each in before.exceptions)
        act.rewrite(booking, replace(before, status="cancelled", exceptions=off))
    else:
        stored = stored_appointment(tx, activity_id)
        set_appointment_deleted(tx, stored, now)
        act.note(stored)
    payload = {"notify": mailed.notify.value, "comment": comment.strip(), "original_start": gone}
    act.remove(booking, f"Cancel: {title}", payload, mailed)
    act.finish()
    return Acted(activity_id, act.operation_uid, mailed, outgoing_uids=tuple(act.mailing))


def preview_cancellation(
    tx: Connection,
    activity_id: int,
    *,
    scope: Scope = Scope.SERIES,
    original_start: datetime | date | None = None,
    by: Actor,
    now: datetime,
) -> MailedPreview:
    """Who would be mailed by `cancel_appointment`. Raises Invalid, NotFound."""
    booking = booked_at(tx, activity_id, by=by)
    before = _organized(tx, booking)
    return mailed_about(before, without(before, scope, original_start), booking.calendar, tell=True, now=now)


def delete_appointment(
    tx: Connection,
    activity_id: int,
    *,
    scope: Scope = Scope.SERIES,
    original_start: datetime | date | None = None,
    by: Actor,
    now: datetime,
) -> Acted:
    """Take an appointment that concerns nobody else, or a meeting that was called off, out of the calendar.

    Raises Invalid for a meeting that stands: its organizer cancels it, everybody else declines. Raises NotFound.
    """
    booking = booked_at(tx, activity_id, by=by)
    event = read_event(tx, activity_id, item_id=booking.copy.item_id)
    if event.status != "cancelled":
        if not is_organizer(event, booking.ours):
            raise Invalid(f"{organizer_name(event)} organizes this meeting: decline it instead.")
        if any(each.address.email not in booking.ours for each in event.attendees):
            raise Invalid("Others are invited: cancel the meeting, with or without telling them.")
        return cancel_appointment(
            tx, activity_id, scope=scope, original_start=original_start, tell=False, by=by, now=now
        )
    title = event.title[:SHOWN]
    act = Act.begin(tx, "delete_appointment", f"Deleted appointment {title}", recall=RECALL, by=by, now=now)
    stored = stored_appointment(tx, activity_id)
    set_appointment_deleted(tx, stored, now)
    act.note(stored)
    remove_everywhere(tx, activity_id, f"Delete: {title}", by=by, now=now)
    act.finish()
    return Acted(activity_id, act.operation_uid, MailedPreview(reason="it was called off already."))


def _new_event(fields: EventEdit, calendar: Calendar, now: datetime) -> Event:
    if not (fields.title or "").strip():
        raise Invalid("An appointment needs a title.")
    if fields.start is None:
        raise Invalid("An appointment needs a start.")
    blank = Event(f"{new_uid()}@regarding", "", now, now + _HALF_AN_HOUR)
    event = apply_edit(blank, replace(fields, timezone=fields.timezone or "UTC")).event
    if event.attendees:
        event = replace(event, organizer=Address(calendar.address, calendar.name))
    return replace(event, my_response="organizer")


def _organized(tx: Connection, booking: Booking) -> Event:
    """The event of a copy whose owner may change everything of it. Raises Invalid."""
    event = read_event(tx, booking.activity_id, item_id=booking.copy.item_id)
    booking.check_organizes(event)
    return event


def _planned(
    tx: Connection,
    activity_id: int,
    edit: EventEdit,
    scope: Scope,
    original_start: datetime | date | None,
    *,
    tell: bool,
    by: Actor,
    now: datetime,
) -> _Plan:
    booking = booked_at(tx, activity_id, by=by)
    before = read_event(tx, activity_id, item_id=booking.copy.item_id)
    if replace(edit, reminder_minutes=None, categories=None) != EventEdit():
        booking.check_organizes(before)
    edited = apply_edit(before, edit, scope, original_start, new_uid=f"{new_uid()}@regarding")
    if scope is Scope.OCCURRENCE and edit.moves and original_start is not None and booking.calendar.has_server:
        check_between_neighbours(edited.event, original_start)
    event, following = (_organized_by(booking.calendar, each) for each in (edited.event, edited.following))
    mailed = mailed_about(before, event, booking.calendar, tell=tell, now=now)
    if event is None or following is None:
        return _Plan(booking, before, event or before, mailed)
    invited = mailed_about(None, following, booking.calendar, tell=tell, now=now)
    return _Plan(booking, before, event, mailed, following, invited)


def _organized_by(calendar: Calendar, event: Event | None) -> Event | None:
    """An appointment to which somebody was invited is a meeting, which has an organizer."""
    if event is None or event.organizer is not None or not event.attendees:
        return event
    return replace(event, organizer=Address(calendar.address, calendar.name))


def _carry_out(tx: Connection, plan: _Plan, summary: str, *, recall: timedelta, by: Actor, now: datetime) -> Acted:
    booking, title = plan.booking, plan.event.title[:SHOWN]
    act = Act.begin(tx, "edit_appointment", summary, recall=recall, by=by, now=now)
    if plan.event != plan.before:
        act.rewrite(booking, plan.event)
        act.put(booking, f"Update: {title}", plan.mailed)
    following_id = None
    if plan.following is not None and plan.invited is not None:
        following_id = act.insert(plan.following, booking.calendar)
        for record_id in linked_by_hand(tx, booking.activity_id):
            act.changes += link_by_hand(tx, following_id, record_id, by=by, now=now)
        act.put(booked_at(tx, following_id, by=by), f"New series: {title}", plan.invited)
    act.finish()
    found = clashes(tx, following_id or booking.activity_id, booking.calendar.mailbox_id, now=now)
    return Acted(booking.activity_id, act.operation_uid, plan.all_mailed, found, following_id, tuple(act.mailing))
