"""What goes wrong between a mailbox and the sample store: a question, conflicts, refusals, unreadable items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select, update

from store.engine import Store
from store.outbox.queue import NewOutgoing, Verb, enqueue
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.schema.records import Record
from store.sync.conflicts import Sides, keep_conflicts
from store.sync.notes import note
from store.sync.quarantine import Unread, put_aside
from tests.tui.world import ME, NOW, me

BLOCKED = "This organisation blocks Exchange Web Services; an administrator must allow it."
MISSING = {"1": {"path": "Inbox", "holds": "email", "gone": 200, "of": 210}}
RAW = b"From: Petra <petra@contoso.example>\r\nX-Odd: \x1b[31mred\r\n\r\nHello\r\n"
BINARY = bytes(range(256)) * 20


@dataclass(frozen=True, slots=True)
class Trouble:
    """Keys of what `trouble` made."""

    contact_id: int
    contact_item_id: int
    mail_id: int
    mail_item_id: int


def trouble(store: Store) -> Trouble:
    """Put all of it into the sample store."""
    with store.write() as tx:
        question = {"folders": MISSING, "asked_at": NOW.isoformat()}
        asking = {"question": question, "state": "asks", "reconciled_at": NOW - timedelta(hours=3)}
        tx.execute(update(Mailbox).where(Mailbox.id == 1).values(**asking))
        blocked = {"state": "ews_blocked", "state_detail": BLOCKED, "last_error": BLOCKED}
        tx.execute(update(Mailbox).where(Mailbox.id == 3).values(**blocked))
    made = conflicts(store)
    with store.write() as tx:
        note(tx, 1, made.mail_item_id, "met", "first met on the server in Inbox", now=NOW - timedelta(days=1))
        note(tx, 1, made.mail_item_id, "moved", "from Inbox to Archive", now=NOW - timedelta(hours=1))
        sent = NewOutgoing(1, Verb.MARK_MAIL, "Mark read: Offer", item_id=made.mail_item_id)
        enqueue(tx, sent, by=me(store), now=NOW - timedelta(minutes=40))
        put = NewOutgoing(1, Verb.PUT_CONTACT, "Contact Petra", item_id=made.contact_item_id)
        enqueue(tx, put, by=me(store), now=NOW - timedelta(minutes=2))
        refused = {"state": "failed", "last_error": "The server refused this."}
        tx.execute(update(Outgoing).where(Outgoing.verb == Verb.PUT_CONTACT.value).values(**refused))
        put_aside(tx, Unread("a binary", "email", "The file is no mail.", raw=BINARY), now=NOW)
        put_aside(tx, Unread(f"{ME}/Inbox/x", "email", "A header is odd.", raw=RAW, mailbox_id=1), now=NOW)
    return made


def conflicts(store: Store) -> Trouble:
    """Three fields of a contact and one of an appointment in conflict."""
    with store.write() as tx:
        contact = tx.execute(select(Record.id).where(Record.kind == "contact").limit(1)).scalar_one()
        meeting = tx.execute(select(Activity.id).where(Activity.kind == "appointment").limit(1)).scalar_one()
        mail = tx.execute(
            select(MailboxItem.id, MailboxItem.activity_id)
            .where(MailboxItem.mailbox_id == 1, MailboxItem.holds == "email")
            .limit(1)
        ).one()
        held = {"mailbox_id": 1, "folder_id": 1, "occurred_at": NOW}
        card = {**held, "remote_id": "AAMkContact", "holds": "contact", "record_id": contact, "stamp": "s1"}
        event = {**held, "remote_id": "AAMkEvent", "holds": "appointment", "activity_id": meeting}
        card_id, event_id = (
            tx.execute(insert(MailboxItem).values(**values).returning(MailboxItem.id)).scalar_one()
            for values in (card, event)
        )
        said = "We met at the fair and talked about the season rental. " * 4
        fields = {
            "job_title": Sides("Buyer", "Head of Purchasing", "Chief Buyer"),
            "description": Sides(said, said.replace("season", "winter"), said + "Call in the morning."),
            "department": Sides(None, "Purchasing", "Procurement"),
        }
        places = {"location": Sides("Valley station", "Teams", "Room Patscherkofel")}
        keep_conflicts(tx, 1, {card_id: fields, event_id: places}, now=NOW - timedelta(hours=2))
    return Trouble(contact, card_id, mail.activity_id, mail.id)
