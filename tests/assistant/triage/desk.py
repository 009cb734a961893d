"""A support desk: a company whose mailbox has a queue with two people, and mail that arrives there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select

from assistant.intake import follow_up
from assistant.triage.stored import check_rules, new_rules
from mail_sync.capture import CaptureRules
from mail_sync.ingest import prepare_mail, write_mail
from mail_sync.mime.reader import read_message
from mail_sync.ours import ours_in
from mail_sync.provider import RemoteMessage
from store.actor import SYSTEM, Actor
from store.engine import Store
from store.mail.templates import save_template
from store.queries.history import OperationRow, operations
from store.queues.saving import save_queue
from store.queues.values import QueueValues
from store.schema.activities import Activity
from store.schema.mail import Email
from store.schema.outbox import Outgoing
from store.schema.people import Folder, User
from store.schema.records import TABLES, Record
from store.schema.triage import Notice, Triage
from store.triage.keeping import put_rules
from tests.assistant.linking.mails import FOUNDED, US, found_company, mail
from tests.store.scenes import add_user

#: When the mail of `mail(number)` arrives, an hour after each other; rules stand since the day before.
FIRST = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
DAY = timedelta(days=1)


@dataclass
class Desk:
    """The desk, at the hour `now`."""

    store: Store
    now: datetime = FIRST
    people: list[Actor] = field(default_factory=list)
    queue_id: int = 0
    inbox_id: int = 0
    sent_id: int = 0

    def __post_init__(self) -> None:
        found_company(self.store)
        with self.store.write() as tx:
            values = {"mailbox_id": 1, "remote_id": "inbox", "path": "Inbox", "role": "inbox", "holds": "email"}
            self.inbox_id = tx.execute(insert(Folder).values(values).returning(Folder.id)).scalar_one()
            values |= {"remote_id": "sent", "path": "Sent Items", "role": "sent"}
            self.sent_id = tx.execute(insert(Folder).values(values).returning(Folder.id)).scalar_one()
            self.people = [add_user(tx, name) for name in ("Kim Abercrombie", "Lee Park")]
            members = tuple(one.user_id for one in self.people if one.user_id)
            queue = QueueValues("Support", address=US, member_ids=members)
            self.queue_id = save_queue(tx, queue, by=SYSTEM, now=FOUNDED).id
            text = "Dear {contact.name}, it is {case.number}.\n{me.name}"
            save_template(tx, "We have it", "We have it: {case.number}", text, shared=True, by=SYSTEM, now=FOUNDED)

    def rules(self, *tables: str, kind: str = "mail", beside: bool = False, at: datetime = FIRST - DAY) -> None:
        """Keep these rules, and no others unless `beside` them."""
        with self.store.write() as tx:
            text = "\n".join(f"[[{kind}]]\n{table}" for table in tables)
            put_rules(tx, new_rules(check_rules(tx, text, "r", by=SYSTEM)), replace_all=not beside, by=SYSTEM, now=at)

    def arrive(self, *mails: bytes, folder_id: int | None = None, stamp: str = "") -> None:
        """These mails arrive at once, each when it says; then everything that follows is done. `stamp` is what the
        server kept of ours on them."""
        with self.store.write() as tx:
            ours = ours_in(tx)
            for raw in mails:
                remote_id = f"{sha256(raw).hexdigest()} in {folder_id or self.inbox_id}"
                remote = RemoteMessage(remote_id, "", read_message(raw), is_read=False, stamp=stamp)
                prepared = prepare_mail(remote, ours=ours, capture=CaptureRules(), now=self.now)
                assert prepared is not None
                write_mail(tx, 1, folder_id or self.inbox_id, [prepared], now=self.now)
        follow_up(self.store, now=self.now)

    def arrives(self, number: int, **said: Any) -> None:
        """Mail `number` arrives in its hour."""
        self.now = FIRST + timedelta(hours=number, minutes=1)
        self.arrive(mail(number, **said))

    # What came of it

    def states(self) -> dict[str, str]:
        """The state of every mail that waits or waited, by its Message-ID."""
        query = select(Email.message_id, Triage.state).join(Triage, Triage.activity_id == Email.id)
        with self.store.read() as tx:
            return {row.message_id.partition("@")[0]: row.state for row in tx.execute(query.order_by(Email.id))}

    def records(self, kind: str, *columns: str) -> list[tuple[Any, ...]]:
        """What stands in these columns of the records of a kind that are there, oldest first."""
        table: Any = TABLES[kind]
        wanted = [getattr(table, name) if hasattr(table, name) else getattr(Record, name) for name in columns]
        query = (
            select(*wanted).select_from(table).join(Record, Record.id == table.id).where(Record.deleted_at.is_(None))
        )
        with self.store.read() as tx:
            return [tuple(row) for row in tx.execute(query.order_by(Record.id))]

    def operations(self) -> list[OperationRow]:
        """What rules did, newest first."""
        with self.store.read() as tx:
            return [row for row in operations(tx, by=SYSTEM, limit=500) if row.user.startswith("rule ")]

    def outbox(self) -> list[dict[str, Any]]:
        """The mails that wait to be sent."""
        with self.store.read() as tx:
            return list(tx.execute(select(Outgoing.payload).order_by(Outgoing.id)).scalars())

    def notices(self) -> Sequence[str]:
        with self.store.read() as tx:
            return list(tx.execute(select(Notice.text).order_by(Notice.id)).scalars())

    def waits_for(self) -> list[tuple[int | None, str | None]]:
        """In which queue, and for whom, each mail waits."""
        query = select(Triage.queue_id, User.name).outerjoin(User, User.id == Triage.user_id)
        with self.store.read() as tx:
            return [(row.queue_id, row.name) for row in tx.execute(query.order_by(Triage.activity_id))]

    def activity_id(self, number: int) -> int:
        """The key of mail `number`."""
        query = select(Activity.id).join(Email, Email.id == Activity.id)
        with self.store.read() as tx:
            return tx.execute(query.where(Email.message_id == f"m{number}@mail.example")).scalar_one()
