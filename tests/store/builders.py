"""A small company in a store: rows written directly, each builder returns the id."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, update

from store.actor import Actor
from store.domains import registrable_domain
from store.schema.activities import Activity, ActivityParty, Occurrence, Task
from store.schema.links import Link, Timeline
from store.schema.mail import Email, MailboxItem, Thread
from store.schema.people import Folder, Mailbox, User
from store.schema.records import TABLES, Record, RecordAddress
from store.search import Document, add_documents
from store.search_text import indexed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class World:
    """Adds rows to a store within one transaction; numbers and instants count up by themselves."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx
        self._count = 0

    def user(self, name: str, role: str = "sales") -> int:
        values = {"email": f"{name.lower()}@alpine.example", "name": name, "role": role, "created_at": NOW}
        return self._insert(User, **values)

    def mailbox(self, address: str, owner_id: int | None) -> int:
        return self._insert(Mailbox, address=address, provider="exchange", owner_id=owner_id, created_at=NOW)

    def folder(self, mailbox_id: int, role: str) -> int:
        values = {"remote_id": role, "path": role.title(), "role": role, "holds": "email"}
        return self._insert(Folder, mailbox_id=mailbox_id, **values)

    def record(
        self, kind: str, title: str, *, owner_id: int | None = None, emails: Collection[str] = (), **own: Any
    ) -> int:
        """A record with its own row and search document; keywords of `record` itself begin with record_."""
        base = {name.removeprefix("record_"): own.pop(name) for name in list(own) if name.startswith("record_")}
        number = base.pop("number", f"{kind[:3].upper()}-{self._next():05}")
        values = {"created_at": NOW, "modified_at": NOW} | base
        record_id = self._insert(Record, kind=kind, number=number, title=title, owner_id=owner_id, **values)
        self.tx.execute(insert(TABLES[kind]).values(id=record_id, **own))
        for position, email in enumerate(emails):
            self.tx.execute(insert(RecordAddress).values(record_id=record_id, email=email, position=position))
        body = indexed(" ".join((number, *emails)))
        add_documents(self.tx, [Document(indexed(title), body, record_id=record_id)])
        return record_id

    def activity(self, kind: str, subject: str, *, at: datetime | None = None, text: str = "", **columns: Any) -> int:
        """An activity with its search document, each a minute after the one before."""
        when = at or NOW + timedelta(minutes=self._next())
        values = {"occurred_at": when, "created_at": NOW} | columns
        activity_id = self._insert(Activity, kind=kind, subject=subject, **values)
        document = Document(indexed(subject), indexed(text), occurred_at=when, activity_id=activity_id)
        add_documents(self.tx, [document])
        return activity_id

    def email(
        self,
        subject: str,
        *,
        mailbox_ids: Collection[int] = (),
        folder_id: int | None = None,
        noise: str = "",
        thread_id: int | None = None,
        is_read: bool = True,
        at: datetime | None = None,
        **columns: Any,
    ) -> int:
        when = at or NOW + timedelta(minutes=self._next())
        activity_id = self.activity("email", subject, at=when, **columns)
        digest = hashlib.sha256(str(activity_id).encode()).digest()
        self.tx.execute(
            insert(Email).values(
                id=activity_id,
                identity=digest,
                message_id=f"{activity_id}@contoso.example",
                thread_id=thread_id or self._insert(Thread),
                noise=noise,
                text_digest=digest,
                fingerprint_version=1,
                parser_version=1,
            )
        )
        for mailbox_id in mailbox_ids:
            values = {"remote_id": str(activity_id), "holds": "email", "occurred_at": when, "is_read": is_read}
            self._insert(MailboxItem, mailbox_id=mailbox_id, folder_id=folder_id, activity_id=activity_id, **values)
        return activity_id

    def task(self, subject: str, due_on: date | None, **columns: Any) -> int:
        activity_id = self.activity("task", subject, **columns)
        self.tx.execute(insert(Task).values(id=activity_id, due_on=due_on))
        return activity_id

    def occurrence(self, title: str, starts_at: datetime, ends_at: datetime, **columns: Any) -> int:
        private = columns.pop("private", False)
        activity_id = self.activity("appointment", title, at=starts_at, private=private)
        values = {"original_start": starts_at.isoformat(), "starts_at": starts_at, "ends_at": ends_at, "title": title}
        self.tx.execute(insert(Occurrence).values(activity_id=activity_id, **(values | columns)))
        return activity_id

    def party(self, activity_id: int, role: str, email: str, position: int = 0) -> None:
        values = {"role": role, "position": position, "email": email, "domain": registrable_domain(email)}
        self.tx.execute(insert(ActivityParty).values(activity_id=activity_id, **values))

    def link(self, activity_id: int, record_id: int, state: str = "linked", *, score: float = 1.0) -> int:
        """A link with its timeline row, where it is linked."""
        values = {"rule": "exact", "engine_version": 1, "decided_by": "rule", "decided_at": NOW, "score": score}
        primary = state == "linked"
        link_id = self._insert(
            Link, activity_id=activity_id, record_id=record_id, state=state, is_primary=primary, **values
        )
        if primary:
            row = self.tx.execute(Activity.__table__.select().where(Activity.id == activity_id)).one()
            self.tx.execute(
                insert(Timeline).values(
                    subject_id=record_id, occurred_at=row.occurred_at, activity_id=activity_id, kind=row.kind
                )
            )
        return link_id

    def delete_record(self, record_id: int) -> None:
        self.tx.execute(update(Record).where(Record.id == record_id).values(deleted_at=NOW))

    def delete_activity(self, activity_id: int) -> None:
        self.tx.execute(update(Activity).where(Activity.id == activity_id).values(deleted_at=NOW))

    def _insert(self, table: Any, **values: Any) -> int:
        key: int = self.tx.execute(insert(table).values(**values).returning(table.id)).scalar_one()
        return key

    def _next(self) -> int:
        self._count += 1
        return self._count


def actor(user_id: int, role: str = "sales", mailbox_ids: Collection[int] = ()) -> Actor:
    return Actor(user_id, "Somebody", role, frozenset(mailbox_ids))


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    """Collects the SQL that runs within the block."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split()[0] in ("SELECT", "WITH"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
