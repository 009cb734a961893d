"""The service: pulls every mailbox again and again, as its state allows, and does what other processes ask for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection

from assistant.intake import follow_up
from assistant.pulling import SyncProgress, SyncReport
from assistant.quarantine import retry
from assistant.syncing import Connector, sync_mailbox
from mail_sync.errors import SyncError
from store.engine import Store
from store.errors import NotFound, StoreBusy, StoreFull
from store.leases import acquire_lease, release_lease
from store.mailboxes import MailboxRow, due_mailboxes, sync_mailboxes
from store.requests import RETRY, SYNC, Asked, answer, open_requests

POLL = timedelta(minutes=2)
LEASE = timedelta(seconds=60)
LOOK = timedelta(seconds=2)  # how soon a request of another process is seen

_LEASE_NAME = "service"


def watch(
    store: Store,
    connect: Connector,
    *,
    clock: Callable[[], datetime],
    report: Callable[[SyncReport], None],
    wait: Callable[[float], None],
    address: str | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Go on until `stop` says so. Raises StoreError where waiting cannot help.

    A mailbox's failure is kept as its state and tried again later; a store that is full or held by another program is
    told and tried again. Of several services on one store one works; another takes over when it ends.
    """

    def keep_lease(_: SyncProgress) -> None:
        """A long sync would outlive the lease."""
        _is_ours(store, clock())

    while not stop():
        try:
            if _is_ours(store, clock()):
                for mailbox in _asked_or_due(store, connect, clock, address):
                    if not stop():
                        report(sync_mailbox(store, mailbox, connect, clock=clock, progress=keep_lease))
                follow_up(store, now=clock())
        except (StoreBusy, StoreFull) as error:
            report(SyncReport("store", error=error.sentence))
        wait(LOOK.total_seconds())
    with suppress(StoreBusy, StoreFull), store.write() as tx:
        release_lease(tx, _LEASE_NAME)


def _asked_or_due(
    store: Store, connect: Connector, clock: Callable[[], datetime], address: str | None
) -> list[MailboxRow]:
    asked = _serve_requests(store, connect, clock)
    with store.read() as tx:
        return _wanted(tx, asked, address, clock())


def _is_ours(store: Store, now: datetime) -> bool:
    with store.write() as tx:
        return acquire_lease(tx, _LEASE_NAME, until=now + LEASE, now=now)


def _wanted(tx: Connection, asked: set[str], address: str | None, now: datetime) -> list[MailboxRow]:
    """The mailboxes whose time has come, and those that somebody asked for ('' asks for all)."""
    due = {mailbox.mailbox_id for mailbox in due_mailboxes(tx, poll=POLL, now=now, address=address)}
    everyone = sync_mailboxes(tx, address)
    return [each for each in everyone if each.mailbox_id in due or each.address in asked or "" in asked]


def _serve_requests(store: Store, connect: Connector, clock: Callable[[], datetime]) -> set[str]:
    """Do what was asked for; returns the addresses to sync now, '' for all."""
    with store.read() as tx:
        asked = open_requests(tx)
    sync_now: set[str] = set()
    for request in asked:
        outcome = "done"
        if request.name == SYNC:
            sync_now.add(str(request.payload.get("mailbox", "")))
        elif request.name == RETRY:
            outcome = _retry(store, connect, request, clock)
        with store.write() as tx:
            answer(tx, request.request_id, outcome, now=clock())
    return sync_now


def _retry(store: Store, connect: Connector, request: Asked, clock: Callable[[], datetime]) -> str:
    try:
        return retry(store, connect, str(request.payload.get("quarantine", "")), clock=clock).sentence
    except (NotFound, SyncError) as error:
        return error.sentence
