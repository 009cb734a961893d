"""Calendars for tests of what people do with appointments: two colleagues with a server each, and what waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from calendar_sync.edit import EventEdit
from calendar_sync.event import Attendee, Event
from calendar_sync.ingest import prepare_event, write_events
from mail_sync.capture import CaptureRules
from mail_sync.message import Address
from mail_sync.ours import ours_in
from store.actor import Actor, actor_for
from store.engine import Store
from store.schema.activities import Occurrence
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Folder
from store.sync.mailboxes import FolderState, add_mailbox, save_folders

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA, BEN = Address("anna@alpine.example", "Anna Ott"), Address("ben@alpine.example", "Ben Kay")
GUS = Address("gus@fabrikam.example", "Gus Fab")


@dataclass(frozen=True)
class Waiting:
    """One act in the outbox, as far as tests look at it."""

    verb: str
    payload: Mapping[str, Any]
    mails: bool
    delay: timedelta
    state: str


def connect(store: Store, who: Address) -> int:
    """A mailbox with a calendar that a server keeps."""
    with store.write() as tx:
        mailbox_id = add_mailbox(tx, address=who.email, provider="exchange", name=who.name, now=NOW)
        save_folders(tx, mailbox_id, [FolderState("cal", "Calendar", "calendar", "appointment", 0, True)])
        return mailbox_id


def actor(tx: Connection, who: Address) -> Actor:
    return actor_for(tx, who.email)


def meeting(*people: Address, title: str = "Offer", days: int = 1, rrule: str | None = None) -> EventEdit:
    """A meeting of an hour, in so many days."""
    start = NOW + timedelta(days=days)
    return EventEdit(
        title=title,
        start=start,
        end=start + timedelta(hours=1),
        timezone="Europe/Berlin",
        attendees=tuple(Attendee(each) for each in people),
        rrule=rrule,
    )


def arrive(tx: Connection, mailbox_id: int, event: Event, *, item_id: str = "i1") -> int:
    """The server brings an appointment; its activity."""
    prepared = prepare_event(item_id, "c1", event, ours=ours_in(tx), capture=CaptureRules(private_items=False), now=NOW)
    folder_id = tx.execute(select(Folder.id).where(Folder.mailbox_id == mailbox_id)).scalar()
    write_events(tx, mailbox_id, folder_id, [prepared], now=NOW)
    held = (MailboxItem.mailbox_id == mailbox_id, MailboxItem.remote_id == item_id)
    return tx.execute(select(MailboxItem.activity_id).where(*held)).scalar_one() or 0


def outbox(tx: Connection, *, since: datetime = NOW) -> list[Waiting]:
    """What servers have yet to be told, in order."""
    columns = (Outgoing.verb, Outgoing.payload, Outgoing.mails, Outgoing.not_before, Outgoing.state)
    rows = tx.execute(select(*columns).order_by(Outgoing.id))
    return [Waiting(row.verb, row.payload, row.mails, row.not_before - since, row.state) for row in rows]


def delivered(tx: Connection) -> None:
    """The servers were told everything."""
    tx.execute(update(Outgoing).where(Outgoing.state == "waiting").values(state="done"))
    items = tx.execute(select(MailboxItem.id, MailboxItem.remote_id).where(MailboxItem.remote_id.like("new:%"))).all()
    for row in items:
        tx.execute(update(MailboxItem).where(MailboxItem.id == row.id).values(remote_id=f"on server {row.id}"))


def times(tx: Connection, activity_id: int) -> list[str]:
    """When an appointment takes place as written out, without the times that are cancelled."""
    rows = tx.execute(
        select(Occurrence.starts_at, Occurrence.title, Occurrence.status)
        .where(Occurrence.activity_id == activity_id)
        .order_by(Occurrence.starts_at)
    )
    return [f"{row.starts_at:%d.%m. %H:%M} {row.title}" for row in rows if row.status != "cancelled"]
