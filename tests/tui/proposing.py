"""Proposals in the sample store: an unknown sender, and a contact whose job changed."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from store.engine import Store
from store.schema.activities import ActivityParty
from store.schema.mail import Email, MailboxItem
from store.schema.proposals import Proposal
from store.schema.records import Record, RecordAddress
from store.types import new_uid
from tests.tui.world import NOW

STRANGER = "nils.berg@wingtip.example"


def propose(store: Store) -> tuple[int, int]:
    """Two open proposals, about the senders of the two newest received mails; returns the keys of the mails."""
    with store.write() as tx:
        first, second = (
            tx.execute(
                select(Email.id)
                .join(MailboxItem, Email.id == MailboxItem.activity_id)
                .join(ActivityParty, ActivityParty.activity_id == MailboxItem.activity_id)
                .join(RecordAddress, RecordAddress.email == ActivityParty.email)
                .where(MailboxItem.mailbox_id == 1, ActivityParty.role == "from")
                .order_by(MailboxItem.occurred_at.desc())
                .limit(2)
            )
            .scalars()
            .all()
        )
        sender = (ActivityParty.activity_id == first, ActivityParty.role == "from")
        tx.execute(update(ActivityParty).where(*sender).values(email=STRANGER, domain="wingtip.example"))
        known = (
            select(Record.id, Record.uid)
            .join(RecordAddress, RecordAddress.record_id == Record.id)
            .join(ActivityParty, ActivityParty.email == RecordAddress.email)
            .where(ActivityParty.activity_id == second, ActivityParty.role == "from")
        )
        contact = tx.execute(known).one()
        person = [
            {"field": "title", "value": "Nils Berg", "quote": "Nils Berg"},
            {"field": "job_title", "value": "Head of Lifts", "quote": "Head of Lifts, Wingtip Resorts"},
            {"field": "phone", "value": "+47 555 0100", "quote": "Tel. +47 555 0100"},
            {"field": "company", "value": "Wingtip Resorts", "quote": "Head of Lifts, Wingtip Resorts"},
        ]
        change = [{"field": "job_title", "value": "Managing Director", "quote": "Managing Director", "before": "Buyer"}]
        common = {"state": "open", "found_at": NOW}
        rows = (
            {"kind": "person", "subject": STRANGER, "record_id": None, "activity_id": first, "fields": person},
            {
                "kind": "change",
                "subject": f"{contact.uid} job_title",
                "record_id": contact.id,
                "activity_id": second,
                "fields": change,
            },
        )
        for row in rows:
            tx.execute(insert(Proposal).values(uid=new_uid(), **row, **common))
    return first, second
