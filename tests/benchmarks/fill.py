"""A store as a company of six has it after years: deterministic, filled in bulk.

One account in particular has a tenth of all activities; three of four activities are mails, of which seven in ten
are linked; every mailbox holds a fifth of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, case, cast, func, insert, literal, null, select, text
from sqlalchemy.sql.expression import ColumnElement

from store.engine import Store
from store.schema.activities import Activity, Task
from store.schema.links import Link, Timeline
from store.schema.mail import Email, MailboxItem, Thread
from store.schema.people import Folder, Mailbox, User
from store.schema.records import TABLES, Contact, Record
from store.schema.search import SearchDocument
from store.search import Document, activity_document_id, add_documents
from store.search_text import indexed
from tests.benchmarks.words import Writer

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPAN = timedelta(days=5 * 365)

MAILBOXES = 5
RECORDS = {"account": 20_000, "contact": 40_000, "opportunity": 10_000, "case": 20_000, "lead": 10_000}
BIG_ACCOUNT = 1

_CHUNK = 20_000
_KINDS = (*("email",) * 15, "appointment", "appointment", "phone_call", "task", "note")


def fill(store: Store, activities: int) -> None:
    """Fill an empty store; five mailboxes, 100,000 records and that many activities."""
    writer = Writer(seed=7)
    with store.write() as tx:
        _people(tx)
        _records(tx, writer)
    for start in range(1, activities + 1, _CHUNK):
        with store.write() as tx:
            _activities(tx, writer, range(start, min(start + _CHUNK, activities + 1)), activities)
    with store.write() as tx:
        _mail(tx)
        _links(tx)
        _index(tx)
    with store.write() as tx:
        tx.execute(text("ANALYZE"))


def _people(tx: Connection) -> None:
    users = range(1, MAILBOXES + 2)
    tx.execute(
        insert(User),
        [{"id": i, "email": f"user{i}@alpine.example", "name": f"User {i}", "created_at": NOW} for i in users],
    )
    boxes = range(1, MAILBOXES + 1)
    tx.execute(
        insert(Mailbox),
        [
            {"id": i, "address": f"user{i}@alpine.example", "provider": "exchange", "owner_id": i, "created_at": NOW}
            for i in boxes
        ],
    )
    tx.execute(
        insert(Folder),
        [
            {"id": 2 * i - 1 + j, "mailbox_id": i, "remote_id": role, "path": role, "role": role, "holds": "email"}
            for i in boxes
            for j, role in enumerate(("inbox", "sent"))
        ],
    )


def _records(tx: Connection, writer: Writer) -> None:
    record_id = 0
    for kind, count in RECORDS.items():
        rows, own, documents = [], [], []
        for position in range(count):
            record_id += 1
            title = writer.name()
            created = NOW - timedelta(minutes=7 * record_id)
            rows.append(
                {
                    "id": record_id,
                    "uid": str(UUID(int=record_id)),
                    "kind": kind,
                    "number": f"{kind[:3].upper()}-{position + 1:05}",
                    "title": title,
                    "owner_id": record_id % MAILBOXES + 1,
                    "created_at": created,
                    "modified_at": created,
                }
            )
            own.append({"id": record_id} | _own(kind, position))
            documents.append(Document(indexed(title), indexed(str(rows[-1]["number"])), record_id=record_id))
        tx.execute(insert(Record), rows)
        tx.execute(insert(TABLES[kind]), own)
        add_documents(tx, documents)


def _own(kind: str, position: int) -> dict[str, Any]:
    account = position % RECORDS["account"] + 1
    if kind == "account":
        return {"city": f"City {position % 300}", "industry": f"Industry {position % 20}"}
    if kind == "contact":
        return {"account_id": account, "job_title": "Buyer"}
    if kind == "opportunity":
        return {
            "account_id": account,
            "status": "open" if position % 3 else "won",
            "amount": Decimal(position * 37 % 90_000),
            "currency": "EUR",
            "close_date": date(2026, 1, 1) + timedelta(days=position % 365),
        }
    if kind == "case":
        return {"account_id": account, "status": "new" if position % 4 == 0 else "resolved"}
    return {}


def _activities(tx: Connection, writer: Writer, ids: range, activities: int) -> None:
    rows: list[dict[str, Any]] = []
    documents: list[dict[str, Any]] = []
    for i, (kind, occurred_at) in zip(ids, _when(ids, activities), strict=True):
        subject, body = writer.text(6), writer.text(30)
        rows.append(
            {
                "id": i,
                "uid": str(UUID(int=i)),
                "kind": kind,
                "subject": subject,
                "occurred_at": occurred_at,
                "who": f"Person {i % 40_000}",
                "preview": body[:80],
                "direction": "out" if i % 4 == 0 else "in",
                "private": i % 97 == 0,
                "link_state": "done",
                "created_at": NOW,
            }
        )
        document_id = activity_document_id(occurred_at, i)
        documents.append({"id": document_id, "activity_id": i, "title": subject, "body": body})
    tx.execute(insert(Activity), rows)
    # The index is built at the end, in one go.
    tx.execute(insert(SearchDocument), documents)


def _when(ids: range, activities: int) -> Iterator[tuple[str, datetime]]:
    rng = random.Random(ids.start)
    for i in ids:
        yield rng.choice(_KINDS), NOW - SPAN * (1 - i / activities)


def _mail(tx: Connection) -> None:
    tx.execute(insert(Thread).values(id=1))
    mails = select(
        Activity.id,
        _bytes(tx, Activity.uid),
        Activity.uid,
        literal(1),
        _bytes(tx, Activity.uid),
        literal(1),
        literal(1),
    ).where(Activity.kind == "email")
    names = ["id", "identity", "message_id", "thread_id", "text_digest", "fingerprint_version", "parser_version"]
    tx.execute(insert(Email).from_select(names, mails))
    items = select(
        Activity.id % MAILBOXES + 1,
        2 * (Activity.id % MAILBOXES) + 1 + case((Activity.id % 4 == 0, 1), else_=0),
        Activity.uid,
        literal("email"),
        Activity.id,
        Activity.occurred_at,
        case((Activity.id % 50 == 0, literal(False)), else_=literal(True)),
    ).where(Activity.kind == "email")
    names = ["mailbox_id", "folder_id", "remote_id", "holds", "activity_id", "occurred_at", "is_read"]
    tx.execute(insert(MailboxItem).from_select(names, items))
    tx.execute(insert(Task).from_select(["id", "due_on"], select(Activity.id, null()).where(Activity.kind == "task")))


def _bytes(tx: Connection, column: Any) -> ColumnElement[Any]:
    return cast(column, LargeBinary) if tx.dialect.name == "sqlite" else func.convert_to(column, "UTF8")


def _links(tx: Connection) -> None:
    """Every tenth activity belongs to the big account, the others to a contact; three in ten mails to nobody."""
    linked = Activity.id % 10 < 7
    contact = RECORDS["account"] + 1 + Activity.id % RECORDS["contact"]
    about = case((Activity.id % 10 == 0, BIG_ACCOUNT), else_=contact)
    names = ["uid", "activity_id", "record_id", "state", "is_primary", "score", "rule", "engine_version", "decided_by"]
    columns = (Activity.uid, Activity.id, about, literal("linked"), literal(True), literal(1.0), literal("exact"))
    rows = select(*columns, literal(1), literal("rule"), literal(NOW, Link.decided_at.type)).where(linked)
    tx.execute(insert(Link).from_select([*names, "decided_at"], rows))
    names = ["subject_id", "occurred_at", "activity_id", "kind"]
    own = select(about, Activity.occurred_at, Activity.id, Activity.kind).where(linked)
    tx.execute(insert(Timeline).from_select(names, own))
    employer = select(Contact.account_id).where(Contact.id == contact).scalar_subquery()
    rolled_up = select(employer, Activity.occurred_at, Activity.id, Activity.kind).where(linked, Activity.id % 10 > 0)
    tx.execute(insert(Timeline).from_select(names, rolled_up))


def _index(tx: Connection) -> None:
    """Fill the index from the documents with much memory, which takes half the time."""
    if tx.dialect.name == "sqlite":
        hash_size = text("INSERT INTO search_index (search_index, rank) VALUES ('hashsize', :bytes)")
        tx.execute(hash_size, {"bytes": 128 << 20})
        tx.execute(text("INSERT INTO search_index (search_index) VALUES ('rebuild')"))
        tx.execute(hash_size, {"bytes": 1 << 20})
