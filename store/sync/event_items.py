"""An appointment with one calendar's copy of it, as merging and the outbox work on them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from store.chunks import chunked
from store.outbox.queue import OutgoingState, Verb
from store.schema.activities import Activity, Appointment
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.sync.moves import BORN_HERE
from store.sync.notes import note

_OPEN = (OutgoingState.WAITING.value, OutgoingState.WORKING.value)


@dataclass(frozen=True, slots=True)
class EventItem:
    """`response` is what the calendar's owner answered; `deleted` says that the appointment was deleted here."""

    item_id: int
    mailbox_id: int
    activity_id: int
    remote_id: str
    stamp: str
    response: str
    gone: bool
    buried: bool
    identity: str
    title: str
    sequence: int
    modified_at: datetime | None
    deleted: bool
    has_server: bool

    @property
    def is_new(self) -> bool:
        """The server does not know it yet."""
        return self.remote_id.startswith(BORN_HERE)

    @property
    def is_organizers(self) -> bool:
        return self.response == "organizer"


def event_items(tx: Connection, activity_ids: Collection[int]) -> dict[int, list[EventItem]]:
    """The copies of these appointments by appointment, oldest first."""
    found: dict[int, list[EventItem]] = {}
    for portion in chunked(set(activity_ids)):
        rows = tx.execute(
            select(
                MailboxItem.id.label("item_id"),
                MailboxItem.mailbox_id,
                Activity.id.label("activity_id"),
                MailboxItem.remote_id,
                MailboxItem.stamp,
                MailboxItem.response,
                MailboxItem.gone_at.is_not(None).label("gone"),
                MailboxItem.buried_at.is_not(None).label("buried"),
                Appointment.identity,
                Activity.subject.label("title"),
                Appointment.sequence,
                Appointment.modified_at,
                Activity.deleted_at.is_not(None).label("deleted"),
                (Mailbox.provider != "files").label("has_server"),
            )
            .join(Activity, Activity.id == MailboxItem.activity_id)
            .join(Appointment, Appointment.id == Activity.id)
            .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
            .where(MailboxItem.activity_id.in_(portion))
            .order_by(MailboxItem.id)
        )
        for row in rows:
            found.setdefault(row.activity_id, []).append(EventItem(**row._mapping))
    return found


def event_item(tx: Connection, item_id: int | None) -> EventItem | None:
    """One copy; None for an item that is no appointment's."""
    activity_id = tx.execute(select(MailboxItem.activity_id).where(MailboxItem.id == item_id)).scalar()
    items = event_items(tx, [activity_id]).get(activity_id, []) if activity_id is not None else []
    return next((each for each in items if each.item_id == item_id), None)


def buried_deletions(tx: Connection, item_ids: Collection[int]) -> list[str]:
    """The uids of appointments that were deleted here and had left the calendar by these items of it."""
    found: list[str] = []
    for portion in chunked(item_ids):
        rows = select(Activity.uid).join(MailboxItem, MailboxItem.activity_id == Activity.id)
        left = (MailboxItem.id.in_(portion), MailboxItem.buried_at.is_not(None), Activity.deleted_at.is_not(None))
        found += tx.execute(rows.where(*left)).scalars()
    return found


def uid_of(tx: Connection, activity_id: int) -> str:
    """The uid of an activity."""
    return tx.execute(select(Activity.uid).where(Activity.id == activity_id)).scalar_one()


def brings_it_along(tx: Connection, item_id: int, outgoing_id: int) -> bool:
    """Whether a later act of a person writes this appointment and mails its guests: what went out silently before
    would leave it nothing to tell them."""
    later = select(Outgoing.id).where(
        Outgoing.item_id == item_id,
        Outgoing.id > outgoing_id,
        Outgoing.verb == Verb.PUT_EVENT.value,
        Outgoing.mails.is_(True),
        Outgoing.state.in_(_OPEN),
    )
    return tx.execute(later.limit(1)).scalar() is not None


def leave_calendar(tx: Connection, item: EventItem, why: str, *, now: datetime) -> None:
    """The calendar holds this copy no longer; the appointment stays for the others and for the record."""
    gone = {"gone_at": now, "buried_at": now, "gone_cycle": None}
    tx.execute(update(MailboxItem).where(MailboxItem.id == item.item_id).values(**gone))
    note(tx, item.mailbox_id, item.item_id, "buried", why, now=now)


def keep_versions(tx: Connection, activity_id: int, sequence: int, modified_at: datetime | None) -> None:
    """What the server counts of an appointment that is otherwise as it was."""
    values = {"sequence": sequence, "modified_at": modified_at}
    tx.execute(update(Appointment).where(Appointment.id == activity_id).values(**values))


def keep_copy(tx: Connection, item_id: int, categories: Collection[str], response: str) -> None:
    """What belongs to a calendar's own copy."""
    values = {"categories": list(categories), **({"response": response} if response else {})}
    tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(**values))
