"""An appointment in the calendar of one mailbox, and who may change what of it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from calendar_sync.event import Event
from calendar_sync.invite import is_organizer
from calendar_sync.stored import is_withheld
from mail_sync.ours import ours_in
from store.access import sees_activity
from store.activities.calendar_acts import CalendarCopy, copies_of
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.schema.activities import Activity, Appointment
from store.schema.people import Folder, Mailbox, OwnAddress, User
from store.sync.mailboxes import FILES, files_mailbox


@dataclass(frozen=True, slots=True)
class Calendar:
    """A mailbox's calendar. `address` and `name` are those of its owner, who organizes what is made in it; `ours` are
    the addresses under which its owner is invited."""

    mailbox_id: int
    address: str
    name: str
    has_server: bool
    ours: frozenset[str]


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment as the calendar holds it on which an act works."""

    activity_id: int
    copy: CalendarCopy
    calendar: Calendar

    @property
    def ours(self) -> frozenset[str]:
        return self.calendar.ours

    def check_organizes(self, event: Event) -> None:
        """Raises Invalid for a meeting that somebody else organizes."""
        if not is_organizer(event, self.ours):
            raise Invalid(
                f"{organizer_name(event)} organizes this meeting: "
                "you can answer it, or set your reminder and categories."
            )


def organizer_name(event: Event) -> str:
    return (event.organizer.name or event.organizer.email) if event.organizer else "Somebody else"


def booked_at(tx: Connection, activity_id: int, *, mailbox_id: int | None = None, by: Actor) -> Booking:
    """The copy of an appointment that `by` works on: in the mailbox named, else where they organize it, else their own.

    Raises NotFound, and Invalid where it only shows that somebody is busy or lies in no calendar of theirs.
    """
    row = tx.execute(
        select(Appointment.identity)
        .join(Activity, Activity.id == Appointment.id)
        .where(Appointment.id == activity_id, Activity.deleted_at.is_(None), sees_activity(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such appointment")
    if is_withheld(row.identity):
        raise Invalid("Of this appointment only its time is known here: change it in Outlook.")
    mine = [
        copy
        for copy in copies_of(tx, activity_id)
        if not copy.gone
        and (by.sees_everything or copy.mailbox_id in by.mailbox_ids)
        and mailbox_id in (None, copy.mailbox_id)
    ]
    if not mine:
        raise Invalid("This appointment lies in no calendar of yours.")
    copy = min(mine, key=lambda each: (each.response != "organizer", each.owner_id != by.user_id, each.item_id))
    return Booking(activity_id, copy, _calendar(tx, copy.mailbox_id, by))


def own_calendar(tx: Connection, mailbox_id: int | None, *, by: Actor, now: datetime) -> Calendar:
    """The calendar in which `by` makes something: the one named, else that of their own mailbox, else the one without a
    server. Raises NotFound, Invalid."""
    if mailbox_id is None:
        owned = select(Mailbox.id).join(Folder, Folder.mailbox_id == Mailbox.id)
        owned = owned.where(Mailbox.owner_id == by.user_id, Mailbox.provider != FILES, Folder.holds == "appointment")
        found = tx.execute(owned.order_by(Mailbox.id).limit(1)).scalar() if by.user_id is not None else None
        return _calendar(tx, found if found is not None else files_mailbox(tx, now=now), by)
    if not by.sees_everything and mailbox_id not in by.mailbox_ids:
        raise NotFound("no such calendar")
    return _calendar(tx, mailbox_id, by)


def _calendar(tx: Connection, mailbox_id: int, by: Actor) -> Calendar:
    row = tx.execute(
        select(Mailbox.address, Mailbox.name, Mailbox.provider, User.name.label("owner"))
        .outerjoin(User, User.id == Mailbox.owner_id)
        .where(Mailbox.id == mailbox_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no such calendar")
    if row.provider == FILES and row.address == FILES:  # nobody's in particular: all of us organize in it
        email = tx.execute(select(User.email).where(User.id == by.user_id)).scalar() if by.user_id else None
        ours = ours_in(tx).emails | ({email} if email else set())
        return Calendar(mailbox_id, email or "", by.name if email else "", False, frozenset(ours))
    aliases = set(tx.execute(select(OwnAddress.email).where(OwnAddress.mailbox_id == mailbox_id)).scalars())
    name = row.owner or row.name
    return Calendar(mailbox_id, row.address, name, row.provider != FILES, frozenset({row.address} | aliases))
