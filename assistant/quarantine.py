"""Trying again what could not be read: a file from its kept bytes, an item from its mailbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from assistant.apart import COMPARING, FOLLOWING, LINKING, PROPOSING, TRIAGE
from assistant.duplicates.scanning import compare_waiting
from assistant.importing import import_bytes
from assistant.intake import follow_up
from assistant.proposing.worker import propose_waiting
from assistant.pulling import reader_for
from assistant.syncing import Connector, connection
from mail_sync.errors import ItemGone
from mail_sync.ours import ours_in
from mail_sync.provider import Poisoned
from mail_sync.pull import Excluded
from store.bisect import could_not_store, write_apart
from store.duplicates.candidates import compare_again
from store.engine import Store
from store.errors import NotFound
from store.following.keeping import read_again
from store.linking.pending import known_by, reopen
from store.proposals.reading import propose_again
from store.sync.mailboxes import FolderRow, MailboxRow, folder_by_id, mailbox_by_id
from store.sync.quarantine import Unread, Waiting, put_aside, resolve, waiting
from store.triage.waiting import wait_again


@dataclass(frozen=True, slots=True)
class Retried:
    """What came of it: the item is in the store now, or still waits for this reason."""

    source: str
    read: bool
    sentence: str


def retry(store: Store, connect: Connector, uid: str, *, clock: Callable[[], datetime]) -> Retried:
    """Try one entry again, named by (the beginning of) its uid. Raises NotFound, SyncError, StoreError."""
    with store.read() as tx:
        found = waiting(tx, uid) if uid else []
    if not found:
        raise NotFound(f"nothing in quarantine is called {uid}")
    if len(found) > 1:
        raise NotFound(f"{uid} names {len(found)} entries in quarantine; give more of it")
    entry = found[0]
    for prefix, again in _AGAIN.items():
        if entry.source.startswith(prefix):
            return _retry_work(store, entry, partial(again, name=entry.source.removeprefix(prefix)), clock())
    if entry.mailbox_id is None or entry.folder_id is None:
        return _retry_file(store, entry, clock)
    with store.read() as tx:
        mailbox, folder = mailbox_by_id(tx, entry.mailbox_id), folder_by_id(tx, entry.folder_id)
    return _retry_item(store, connect, entry, mailbox, folder, clock)


def _link_again(tx: Connection, name: str) -> None:
    reopen(tx, known_by(tx, name))


def _compare_again(tx: Connection, name: str) -> None:
    compare_again(tx, name)


def _propose_again(tx: Connection, name: str) -> None:
    propose_again(tx, known_by(tx, name))


def _triage_again(tx: Connection, name: str) -> None:
    wait_again(tx, known_by(tx, name))


def _follow_again(tx: Connection, name: str) -> None:
    read_again(tx, known_by(tx, name))


#: How what failed at work on the store, by its sort, is put to waiting again.
_AGAIN: dict[str, Callable[..., None]] = {
    LINKING: _link_again,
    COMPARING: _compare_again,
    PROPOSING: _propose_again,
    TRIAGE: _triage_again,
    FOLLOWING: _follow_again,
}


def _retry_work(store: Store, entry: Waiting, again: Callable[[Connection], None], now: datetime) -> Retried:
    with store.write() as tx:
        resolve(tx, [entry.source], now=now)
        again(tx)
    follow_up(store, now=now)
    compare_waiting(store, now=now)
    propose_waiting(store, now=now)
    with store.read() as tx:
        failed = waiting(tx, entry.uid)
    if failed:
        return Retried(entry.source, read=False, sentence="It failed again.")
    return Retried(entry.source, read=True, sentence="It was looked at.")


def _retry_file(store: Store, entry: Waiting, clock: Callable[[], datetime]) -> Retried:
    if not entry.raw:
        return Retried(entry.source, read=False, sentence="Its bytes could not be kept; import the file again.")
    report = import_bytes(store, entry.source, entry.raw, clock=clock)
    if report.quarantined:
        return Retried(entry.source, read=False, sentence=report.quarantined[0].reason)
    with store.write() as tx:
        resolve(tx, [entry.source], now=clock())
    return Retried(entry.source, read=True, sentence="It was read.")


def _retry_item(
    store: Store,
    connect: Connector,
    entry: Waiting,
    mailbox: MailboxRow,
    folder: FolderRow,
    clock: Callable[[], datetime],
) -> Retried:
    now = clock()
    with store.read() as tx:
        ours = ours_in(tx)
    with connection(connect, mailbox) as connected:
        reader = reader_for(store, folder, mailbox, connected, ours, now)
        items = list(reader.read([entry.remote_id]))
    poisoned = next((item for item in items if isinstance(item, Poisoned)), None)
    if poisoned is not None and not isinstance(poisoned.error, ItemGone):
        with store.write() as tx:
            put_aside(tx, _again(entry, poisoned.error.sentence), now=now)
        return Retried(entry.source, read=False, sentence=poisoned.error.sentence)
    readable = [item for item in items if item and not isinstance(item, Poisoned | Excluded)]
    refused = _write(store, entry, lambda tx, portion: reader.write(tx, folder, portion, now=now), readable, now)
    if refused:
        return Retried(entry.source, read=False, sentence=refused)
    follow_up(store, now=now)
    return Retried(
        entry.source, read=True, sentence="It was read." if poisoned is None else "It is gone from the server."
    )


def _write(
    store: Store,
    entry: Waiting,
    write: Callable[[Connection, Sequence[Any]], object],
    items: Sequence[Any],
    now: datetime,
) -> str:
    """Store what was read and close the entry; returns why the store refused it, '' where it did not."""
    refused: list[str] = []
    with store.write() as tx:
        resolve(tx, [entry.source], now=now)
        write_apart(
            tx, items, lambda portion: write(tx, portion), lambda _, error: refused.append(could_not_store(error))
        )
        for reason in refused:
            put_aside(tx, _again(entry, reason), now=now)
    return refused[0] if refused else ""


def _again(entry: Waiting, reason: str) -> Unread:
    return Unread(
        source=entry.source,
        holds=entry.holds,
        reason=reason,
        mailbox_id=entry.mailbox_id,
        folder_id=entry.folder_id,
        remote_id=entry.remote_id,
    )
