"""One act on appointments while it is carried out: its operation, what it changed, and what it tells servers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from calendar_sync.booking import Booking, Calendar
from calendar_sync.event import Event
from calendar_sync.invite import MailedPreview, who_is_mailed
from calendar_sync.rows import compose_appointment
from mail_sync.ours import ours_in
from store.activities.appointment_state import StoredAppointment, read_appointments
from store.activities.appointments import insert_appointment, replace_appointment
from store.activities.calendar_acts import never_told, place_new, tell_server
from store.actor import Actor
from store.history.ledger import Change, add_changes, begin_operation, merged
from store.history.undoable import same
from store.keys import allocate
from store.linking.timelines import refresh_timelines
from store.outbox.queue import Verb
from store.schema.activities import Activity
from store.schema.mail import MailboxItem

SHOWN = 80  # characters of a title in a summary


@dataclass(slots=True)
class Act:
    """Collects the changes of one operation. Acts that mail somebody wait until they cannot be recalled any more."""

    tx: Connection
    operation_id: int
    operation_uid: str
    recall: timedelta
    by: Actor
    now: datetime
    changes: list[Change] = field(default_factory=list)
    mailing: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, tx: Connection, name: str, summary: str, *, recall: timedelta, by: Actor, now: datetime) -> Act:
        return cls(tx, *begin_operation(tx, name, summary, by=by, now=now), recall, by, now)

    def finish(self) -> None:
        """Write the changes into the ledger."""
        waiting = [Change("outgoing", uid, {"state": "cancelled"}, {"state": "waiting"}) for uid in self.mailing]
        add_changes(self.tx, self.operation_id, [*waiting, *merged(self.changes)])

    def insert(self, event: Event, calendar: Calendar) -> int:
        """Write a new appointment and show it in the calendar; returns its key."""
        (activity_id,) = allocate(self.tx, Activity, 1)
        appointment = compose_appointment(event, ours=ours_in(self.tx), now=self.now)
        insert_appointment(self.tx, activity_id, appointment, now=self.now)
        owner = update(Activity).where(Activity.id == activity_id)
        self.tx.execute(owner.values(owner_id=self.by.user_id))
        place_new(
            self.tx,
            calendar.mailbox_id,
            activity_id,
            occurred_at=appointment.occurred_at,
            categories=event.categories,
        )
        stored = stored_appointment(self.tx, activity_id)
        self.changes.append(Change("appointment", stored.uid, None, stored.state))
        return activity_id

    def rewrite(self, booking: Booking, event: Event) -> None:
        """Write an appointment as it is now; of the copy, its categories and answer."""
        before = stored_appointment(self.tx, booking.activity_id)
        appointment = compose_appointment(event, ours=ours_in(self.tx), now=self.now)
        replace_appointment(self.tx, booking.activity_id, appointment)
        values: dict[str, Any] = {"categories": list(event.categories)}
        if event.my_response:
            values["response"] = event.my_response
        self.tx.execute(update(MailboxItem).where(MailboxItem.id == booking.copy.item_id).values(**values))
        refresh_timelines(self.tx, [booking.activity_id])
        self.note(before)

    def note(self, before: StoredAppointment) -> None:
        """Keep what changed of an appointment since it was read."""
        after = stored_appointment(self.tx, before.activity_id)
        if before.deleted or after.deleted:
            sides = (None if each.deleted else each.state for each in (before, after))
            self.changes.append(Change("appointment", before.uid, *sides))
            return
        names = before.state.keys() | after.state.keys()
        differing = [name for name in sorted(names) if not same(before.state.get(name), after.state.get(name))]
        one, other = ({name: each.state.get(name) for name in differing} for each in (before, after))
        if differing:
            self.changes.append(Change("appointment", before.uid, one, other))

    def put(self, booking: Booking, summary: str, mailed: MailedPreview) -> None:
        """Have the calendar's server brought to how the appointment stands."""
        self.tell(booking, Verb.PUT_EVENT, summary, {"notify": mailed.notify.value}, mails=mailed.mails)

    def remove(self, booking: Booking, summary: str, payload: dict[str, Any], mailed: MailedPreview) -> None:
        """Have the server remove an appointment or one occurrence of it."""
        is_whole = not payload["original_start"]
        if is_whole and never_told(self.tx, booking.copy, booking.activity_id, now=self.now):
            return
        self.tell(booking, Verb.REMOVE_EVENT, summary, payload, mails=mailed.mails)

    def tell(self, booking: Booking, verb: Verb, summary: str, payload: dict[str, Any], *, mails: bool) -> None:
        """Enqueue an act for the calendar's server, if it has one."""
        if not booking.copy.has_server:
            return
        uid = tell_server(
            self.tx,
            booking.copy,
            verb,
            summary,
            payload,
            activity_id=booking.activity_id,
            mails=mails,
            not_before=self.now + self.recall if mails else None,
            operation_uid=self.operation_uid,
            by=self.by,
            now=self.now,
        )
        if mails:
            self.mailing.append(uid)


def stored_appointment(tx: Connection, activity_id: int) -> StoredAppointment:
    """The appointment with this key as the ledger keeps it."""
    uid = tx.execute(select(Activity.uid).where(Activity.id == activity_id)).scalar_one()
    return read_appointments(tx, [uid])[uid]


def mailed_about(
    before: Event | None, after: Event | None, calendar: Calendar, *, tell: bool, now: datetime
) -> MailedPreview:
    """Who is mailed about a change in a calendar, unless its person wants nobody to be."""
    preview = who_is_mailed(before, after, now=now, ours=calendar.ours)
    if preview.mails and not calendar.has_server:
        return MailedPreview(reason="this calendar has no server that sends invitations.")
    if preview.mails and not tell:
        return MailedPreview(reason="you chose to tell nobody.")
    return preview
