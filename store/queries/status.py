"""How the mailboxes and the store itself are doing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, func, or_, select, true

from store.actor import Actor
from store.engine import Store
from store.linking.pending import re_examined
from store.queries.paging import AnySelect, Order, Page, Window, cut, windowed
from store.schema.activities import Activity
from store.schema.ledger import Quarantine
from store.schema.outbox import Outgoing
from store.schema.people import Folder, Mailbox
from store.schema.records import Record
from store.sync.missing import sentence_of


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder of a mailbox; `total` is how many items the server says it holds."""

    folder_id: int
    path: str
    role: str
    holds: str
    selected: bool
    total: int
    synced_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """What a server has yet to be told, what it refused, and what nobody knows; since when the oldest waits."""

    waiting: int = 0
    failed: int = 0
    unsure: int = 0
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A mailbox: `state` with its `detail` in words, and `progress` as (done, total) items of the sync under way.

    States: new, syncing, ready, asks (see `question`), throttled, unavailable, auth_expired, ews_blocked, moved,
    quota_full, rights_revoked, access_denied, not_found, untrusted, refused, error. `retry_at` is the next try after a
    failure, None where nothing is tried before a person acts. `compared_at` is when every folder was last compared
    with its server id by id. `client_id` is the application that signs in, '' where a password does.
    """

    mailbox_id: int
    uid: str
    address: str
    name: str
    provider: str
    state: str
    detail: str
    progress: tuple[int, int]
    last_success_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    retry_at: datetime | None
    folders: tuple[FolderRow, ...]
    outbox: OutboxCounts = OutboxCounts()
    quarantined: int = 0
    question: str = ""
    compared_at: datetime | None = None
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """An item or a file that could not be read; `mailbox` is an address, '' for a file."""

    quarantine_id: int
    uid: str
    source: str
    holds: str
    mailbox: str
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime
    raw_blob_id: int | None


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Sizes in bytes; `path` is None and sizes are those of the database for PostgreSQL, whose disk is not ours."""

    url: str
    path: Path | None
    size: int
    wal_size: int
    free_disk: int | None
    counts: Mapping[str, int]


def mailboxes(tx: Connection, *, by: Actor) -> tuple[MailboxRow, ...]:
    """The mailboxes `by` may read, all of them for an administrator, by address."""
    statement = select(Mailbox).with_only_columns(*Mailbox.__table__.c).order_by(Mailbox.address)
    if not _sees_all_mailboxes(by):
        statement = statement.where(Mailbox.id.in_(sorted(by.mailbox_ids)))
    rows = tx.execute(statement).all()
    keys = [row.id for row in rows]
    folders, outboxes, aside = _folders(tx, keys), _outboxes(tx, keys), _aside(tx, keys)
    return tuple(
        MailboxRow(
            mailbox_id=row.id,
            uid=row.uid,
            address=row.address,
            name=row.name,
            provider=row.provider,
            state=row.state,
            detail=row.state_detail,
            progress=(row.progress_done, row.progress_total),
            last_success_at=row.last_success_at,
            last_error=row.last_error,
            last_error_at=row.last_error_at,
            retry_at=row.retry_at,
            folders=tuple(folders.get(row.id, ())),
            outbox=outboxes.get(row.id, OutboxCounts()),
            quarantined=aside.get(row.id, 0),
            question=sentence_of(row.question),
            compared_at=row.reconciled_at,
            client_id=str(row.settings.get("client_id", "")),
        )
        for row in rows
    )


def quarantined(
    tx: Connection, *, by: Actor, after: QuarantineRow | None = None, limit: int = 50
) -> Page[QuarantineRow]:
    """What could not be read and waits, newest first; what came as a file is seen by everybody but restricted users."""
    statement: AnySelect = (
        select(
            Quarantine.id,
            Quarantine.uid,
            Quarantine.source,
            Quarantine.holds,
            func.coalesce(Mailbox.address, ""),
            Quarantine.reason,
            Quarantine.attempts,
            Quarantine.first_at,
            Quarantine.last_at,
            Quarantine.raw_blob_id,
        )
        .outerjoin(Mailbox, Mailbox.id == Quarantine.mailbox_id)
        .where(Quarantine.resolved_at.is_(None))
    )
    statement = statement.where(sees_quarantined(by))
    window = Window(after=(after.quarantine_id,) if after else None, limit=limit)
    page = cut(tx.execute(windowed(statement, Order((Quarantine.id,), descending=True), window)).all(), window)
    return Page(tuple(QuarantineRow(*row) for row in page.rows), page.more)


def sees_quarantined(by: Actor) -> ColumnElement[bool]:
    """Condition on entries in quarantine that `by` may read."""
    if _sees_all_mailboxes(by):
        return true()
    own = Quarantine.mailbox_id.in_(sorted(by.mailbox_ids))
    return or_(own, Quarantine.mailbox_id.is_(None)) if by.sees_every_record else own


def store_health(store: Store) -> StoreHealth:
    """Where the store is, how large, and how many records of each kind and activities it holds.

    Activities are counted by their highest id: counting a million rows would take longer than anybody waits.
    """
    with store.read() as tx:
        kinds = select(Record.kind, func.count().label("held")).where(Record.deleted_at.is_(None)).group_by(Record.kind)
        counts = {row.kind: row.held for row in tx.execute(kinds)}
        counts["activity"] = tx.execute(select(func.coalesce(func.max(Activity.id), 0))).scalar_one()
        size = 0 if store.path else tx.execute(select(func.pg_database_size(func.current_database()))).scalar_one()
    if store.path is None:
        return StoreHealth(_shown(store), None, size, 0, None, counts)
    return StoreHealth(
        url=_shown(store),
        path=store.path,
        size=_size(store.path),
        wal_size=_size(store.path.with_name(store.path.name + "-wal")),
        free_disk=shutil.disk_usage(store.path.parent).free,
        counts=counts,
    )


def _sees_all_mailboxes(by: Actor) -> bool:
    return by.sees_everything or by.role == "admin"


def _folders(tx: Connection, mailbox_ids: list[int]) -> dict[int, list[FolderRow]]:
    found: dict[int, list[FolderRow]] = {}
    columns = (Folder.path, Folder.role, Folder.holds, Folder.selected, Folder.total, Folder.synced_at)
    statement = select(Folder.mailbox_id, Folder.id, *columns).where(Folder.mailbox_id.in_(mailbox_ids))
    for row in tx.execute(statement.order_by(Folder.path)):
        folder = FolderRow(row.id, row.path, row.role, row.holds, row.selected, row.total, row.synced_at)
        found.setdefault(row.mailbox_id, []).append(folder)
    return found


def _outboxes(tx: Connection, mailbox_ids: list[int]) -> dict[int, OutboxCounts]:
    names = {"waiting": "waiting", "working": "waiting", "failed": "failed", "unsure": "unsure"}
    counts: dict[int, dict[str, int]] = {}
    oldest: dict[int, datetime] = {}
    statement = (
        select(Outgoing.mailbox_id, Outgoing.state, func.count(), func.min(Outgoing.created_at))
        .where(Outgoing.mailbox_id.in_(mailbox_ids), Outgoing.state.in_(names))
        .group_by(Outgoing.mailbox_id, Outgoing.state)
    )
    for mailbox_id, state, count, first in tx.execute(statement):
        found = counts.setdefault(mailbox_id, {})
        found[names[state]] = found.get(names[state], 0) + count
        if names[state] == "waiting":
            oldest[mailbox_id] = min(first, oldest.get(mailbox_id, first))
    return {key: OutboxCounts(**found, oldest_at=oldest.get(key)) for key, found in counts.items()}


def _aside(tx: Connection, mailbox_ids: list[int]) -> dict[int, int]:
    waiting = (Quarantine.mailbox_id.in_(mailbox_ids), Quarantine.resolved_at.is_(None))
    rows = tx.execute(select(Quarantine.mailbox_id, func.count()).where(*waiting).group_by(Quarantine.mailbox_id))
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _shown(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def re_examining(tx: Connection, *, by: Actor) -> int:
    """How many mails and meetings that were decided before wait to be looked at again, because something became known
    that may explain them."""
    return re_examined(tx)
