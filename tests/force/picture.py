"""What a store holds, in terms that do not depend on the order in which it came: two runs are compared by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from store.engine import Store, connect
from store.schema.activities import Activity, ActivityParty, Appointment, Attachment, Blob, BlobChunk, Occurrence
from store.schema.ledger import Quarantine
from store.schema.links import Link, Timeline
from store.schema.mail import Email, MailboxItem
from store.schema.people import Folder, Mailbox
from store.schema.records import Record, RecordAddress
from store.schema.search import SearchDocument

Rows = Counter[Hashable]


@dataclass(frozen=True)
class Picture:
    """Every collection counts its rows, so that a doubled row differs from a single one."""

    activities: Rows
    parties: Rows
    attachments: Rows
    threads: frozenset[frozenset[str]]
    occurrences: Rows
    records: Rows
    addresses: Rows
    items: Rows
    links: Rows
    timeline: Rows
    documents: Rows
    quarantine: Rows
    contents: Rows
    unfinished: int

    def differences(self, other: Picture) -> dict[str, str]:
        """The parts that differ, each with what only one of the two has."""
        found = {}
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if mine != theirs:
                found[each.name] = _difference(mine, theirs)
        return found


def picture(store: Store) -> Picture:
    """Everything that people see of a store."""
    with store.read() as tx:
        names = _activity_names(tx)
        titles = dict(tx.execute(select(Record.id, Record.kind + " " + Record.title)).all())
        return Picture(
            activities=_counted(_activities(tx, names)),
            parties=_counted(
                (names[row.activity_id], row.role, row.position, row.email, row.name)
                for row in tx.execute(select(*ActivityParty.__table__.c))
            ),
            attachments=_counted(
                (names[row[0]], *row[1:])
                for row in tx.execute(
                    select(Attachment.activity_id, Attachment.position, Attachment.filename, Blob.sha256).join(
                        Blob, Blob.id == Attachment.blob_id
                    )
                )
            ),
            threads=_threads(tx),
            occurrences=_counted(
                (names[row[0]], *row[1:])
                for row in tx.execute(select(Occurrence.activity_id, Occurrence.original_start, Occurrence.starts_at))
            ),
            records=_counted(titles.values()),
            addresses=_counted(
                (titles[row[0]], row[1]) for row in tx.execute(select(RecordAddress.record_id, RecordAddress.email))
            ),
            items=_counted(_items(tx, names, titles)),
            links=_counted(
                (names[row[0]], titles[row[1]], *row[2:])
                for row in tx.execute(
                    select(Link.activity_id, Link.record_id, Link.state, Link.rule, Link.is_primary, Link.score)
                )
            ),
            timeline=_counted(
                (titles[row[0]], names[row[1]], row[2], row[3])
                for row in tx.execute(
                    select(Timeline.subject_id, Timeline.activity_id, Timeline.kind, Timeline.occurred_at)
                )
            ),
            documents=_counted(
                (names.get(row[0] or 0), titles.get(row[1] or 0), row[2])
                for row in tx.execute(
                    select(SearchDocument.activity_id, SearchDocument.record_id, SearchDocument.title)
                )
            ),
            quarantine=_counted(
                tuple(row)
                for row in tx.execute(
                    select(Quarantine.source, Quarantine.reason).where(Quarantine.resolved_at.is_(None))
                )
            ),
            contents=_counted(_contents(tx)),
            unfinished=tx.execute(
                select(func.count()).select_from(Activity).where(Activity.link_state != "done")
            ).scalar_one(),
        )


def picture_of(store_url: Path | str) -> Picture:
    """The picture of the store with this path or URL."""
    store = connect(str(store_url))
    try:
        return picture(store)
    finally:
        store.close()


def _activity_names(tx: Connection) -> dict[int, str]:
    mails = select(Email.id, Email.message_id, Email.variant)
    names = {row.id: f"{row.message_id} {row.variant}" for row in tx.execute(mails)}
    names |= dict(tx.execute(select(Appointment.id, Appointment.identity)).all())
    others = dict(tx.execute(select(Activity.id, Activity.uid)).all())
    return others | names


def _activities(tx: Connection, names: dict[int, str]) -> Iterable[Hashable]:
    rows = tx.execute(
        select(
            Activity.id,
            Activity.kind,
            Activity.subject,
            Activity.occurred_at,
            Activity.who,
            Activity.direction,
            Activity.attachments,
            Activity.link_state,
            Email.noise,
        ).outerjoin(Email, Email.id == Activity.id)
    )
    return [(names[row.id], *row[1:]) for row in rows]


def _items(tx: Connection, names: dict[int, str], titles: dict[int, str]) -> Iterable[Hashable]:
    rows = tx.execute(
        select(
            MailboxItem.activity_id,
            MailboxItem.record_id,
            Mailbox.address,
            Folder.path,
            MailboxItem.remote_id,
            MailboxItem.is_read,
            MailboxItem.gone_at.is_(None),
        )
        .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
        .outerjoin(Folder, Folder.id == MailboxItem.folder_id)
    )
    return [(names.get(row[0] or 0), titles.get(row[1] or 0), *row[2:]) for row in rows]


def _threads(tx: Connection) -> frozenset[frozenset[str]]:
    members: dict[int, set[str]] = {}
    for row in tx.execute(select(Email.thread_id, Email.message_id)):
        members.setdefault(row.thread_id, set()).add(row.message_id)
    return frozenset(map(frozenset, members.values()))


def _contents(tx: Connection) -> Iterable[Hashable]:
    """Every content with the size of its chunks: a half-written one would differ."""
    sizes = (
        select(Blob.sha256, Blob.size, func.sum(func.length(BlobChunk.data)))
        .outerjoin(BlobChunk, BlobChunk.blob_id == Blob.id)
        .group_by(Blob.id)
    )
    return [tuple(row) for row in tx.execute(sizes)]


def _counted(rows: Iterable[Any]) -> Rows:
    return Counter(rows)


def _difference(mine: Any, theirs: Any) -> str:
    if isinstance(mine, int):
        return f"{mine} here, {theirs} there"
    only_mine, only_theirs = mine - theirs, theirs - mine
    return f"only here: {list(only_mine)[:3]}; only there: {list(only_theirs)[:3]}"
