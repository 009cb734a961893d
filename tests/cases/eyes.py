"""What a person sees of a store, by the queries of the product."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from store import blobs
from store.actor import SYSTEM, Actor, actor_for
from store.engine import Store
from store.errors import NotFound
from store.queries.activities import ActivityDetail, activity_detail
from store.queries.agenda import AgendaRow, agenda
from store.queries.inbox import InboxRow, inbox, inbox_counts
from store.queries.record_detail import record_detail
from store.queries.record_names import find_record
from store.queries.search import search
from store.queries.timeline import TimelineRow, timeline
from store.schema.activities import Blob
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.schema.records import Record
from tests.assistant.outbox.world import START

FABRIKAM = "Fabrikam"


class Eyes:
    """Looks as the user `us` unless another one is named."""

    def __init__(self, store: Store, us: str) -> None:
        self.store = store
        self.us = us

    def actor(self, address: str = "") -> Actor:
        with self.store.read() as tx:
            return actor_for(tx, address or self.us)

    def key(self, name: str) -> int:
        with self.store.read() as tx:
            return find_record(tx, name, by=SYSTEM).record_id

    def inbox(self, address: str = "") -> Sequence[InboxRow]:
        """The mail that somebody may read, newest first."""
        with self.store.read() as tx:
            return inbox(tx, by=self.actor(address)).rows

    def subjects(self, address: str = "") -> list[str]:
        return sorted(row.subject for row in self.inbox(address))

    def unread(self, address: str = "") -> int:
        with self.store.read() as tx:
            return inbox_counts(tx, by=self.actor(address)).unread.value

    def timeline(self, name: str = FABRIKAM, address: str = "") -> Sequence[TimelineRow]:
        with self.store.read() as tx:
            return timeline(tx, self.key(name), by=self.actor(address)).rows

    def on_timeline(self, name: str = FABRIKAM, address: str = "") -> list[str]:
        return sorted(row.subject for row in self.timeline(name, address))

    def detail(self, subject: str, address: str = "") -> ActivityDetail:
        """The only mail or meeting with this subject that somebody may see."""
        rows = {row.activity_id for row in self.inbox(address) if row.subject == subject}
        (key,) = rows or {row.activity_id for row in self.agenda(address) if row.title == subject}
        with self.store.read() as tx:
            return activity_detail(tx, key, by=self.actor(address))

    def links(self, subject: str) -> list[tuple[str, str, str]]:
        """(record, state, rule) of what a mail is regarding."""
        return sorted((link.record.title, link.state, link.rule) for link in self.detail(subject).links)

    def found(self, words: str, address: str = "") -> list[str]:
        with self.store.read() as tx:
            return sorted(hit.activity.subject for hit in search(tx, words, by=self.actor(address)).activities)

    def exists(self, name: str) -> bool:
        """Whether there is a record of this name, number or address."""
        with self.store.read() as tx:
            try:
                find_record(tx, name, by=SYSTEM)
            except NotFound:
                return False
            return True

    def agenda(self, address: str = "") -> Sequence[AgendaRow]:
        """The next two months."""
        with self.store.read() as tx:
            return agenda(tx, by=self.actor(address), start=START, end=START + timedelta(days=60))

    def responses(self, activity_id: int) -> dict[str, str]:
        """What the owner of each calendar answered to a meeting, by mailbox."""
        with self.store.read() as tx:
            rows = tx.execute(
                select(Mailbox.address, MailboxItem.response)
                .join(MailboxItem, MailboxItem.mailbox_id == Mailbox.id)
                .where(MailboxItem.activity_id == activity_id)
            )
            return {row.address: row.response for row in rows}

    def contacts(self) -> list[str]:
        """The names of all contacts."""
        with self.store.read() as tx:
            living = select(Record.title).where(Record.kind == "contact", Record.deleted_at.is_(None))
            return sorted(tx.execute(living).scalars())

    def contact_fields(self, name: str) -> tuple[str, str]:
        """Job title and department of a contact."""
        with self.store.read() as tx:
            fields = record_detail(tx, self.key(name), by=self.actor()).fields
            return str(fields["job_title"]), str(fields["department"])

    def held(self, content: bytes) -> list[int]:
        """The stored contents that hold these bytes."""
        with self.store.read() as tx:
            keys = tx.execute(select(Blob.id).order_by(Blob.id)).scalars().all()
            return [key for key in keys if content in blobs.read(tx, key)]
