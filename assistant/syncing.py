"""One cycle over one mailbox: deliver what goes out, read what came in, and keep an honest state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from assistant.following.keeping_up import keep_following
from assistant.outbox.worker import Delivered, deliver
from assistant.pulling import Connected, Puller, SyncProgress, SyncReport
from assistant.reconciling import comparison_due, reconcile_mailbox
from assistant.scheduling.calendars.free_busy import ask_when_busy
from assistant.states import rest_after
from mail_sync.errors import QuotaFull, SyncError
from store.engine import Store
from store.errors import StoreBusy, StoreFull
from store.leases import acquire_lease, release_lease
from store.sync.folders import is_outbound_held
from store.sync.mailboxes import MailboxRow, report_failure, report_success, standing_of

LEASE = timedelta(minutes=2)

Connector = Callable[[MailboxRow], Connected]


class TakenOver(Exception):
    """Our lease ran out, as while waiting for a busy server, and another process reads the mailbox now."""

    sentence = "Another program is syncing this mailbox at the moment."


def sync_mailbox(
    store: Store,
    mailbox: MailboxRow,
    connect: Connector,
    *,
    clock: Callable[[], datetime],
    progress: Callable[[SyncProgress], None],
) -> SyncReport:
    """One cycle. A failure of the mailbox is reported and kept in words, never raised; StoreError is raised."""
    report = SyncReport(mailbox.address)
    lease = MailboxLease(store, mailbox.mailbox_id, clock)
    if not lease.take():
        report.error = TakenOver.sentence
        return report
    try:
        with connection(connect, mailbox) as connected:
            delivered = deliver_outbox(store, mailbox, connected, clock=clock, keep_lease=lease.keep)
            puller = Puller(store, mailbox, connected, clock, progress, lease.keep, report)
            puller.pull(puller.folders())
            ask_when_busy(store, mailbox.mailbox_id, connected.calendar, now=clock())
            _compare_if_due(store, mailbox, connected, clock=clock, keep_lease=lease.keep)
        report.error = keep_success(store, mailbox, delivered.error, now=clock())
        keep_following(store, now=clock())
    except TakenOver:
        report.error = TakenOver.sentence
    except SyncError as error:
        report.error = error.sentence
        keep_failure(store, mailbox, error, failures=1, now=clock())
    finally:
        lease.give_back()
    return report


def _compare_if_due(
    store: Store,
    mailbox: MailboxRow,
    connected: Connected,
    *,
    clock: Callable[[], datetime],
    keep_lease: Callable[[], None],
) -> None:
    """The nightly comparison, for those who let no service run. Raises SyncError, StoreError, TakenOver."""
    with store.read() as tx:
        standing = standing_of(tx, mailbox.mailbox_id)
    since = comparison_due(mailbox, standing.compared_at, clock())
    if since is not None:
        for _ in reconcile_mailbox(store, mailbox, connected, since=since, clock=clock):
            keep_lease()


def deliver_outbox(
    store: Store,
    mailbox: MailboxRow,
    connected: Connected,
    *,
    clock: Callable[[], datetime],
    keep_lease: Callable[[], None],
) -> Delivered:
    """Deliver what is due, unless the mailbox's server cannot be believed for now.

    A full mailbox is told and not raised, because reading goes on. Raises what else concerns the whole mailbox.
    """
    with store.read() as tx:
        held = is_outbound_held(tx, mailbox.mailbox_id)
    if held:
        return Delivered()
    delivered = deliver(store, mailbox, connected, clock=clock, report=lambda *_: keep_lease())
    if delivered.error is not None and not isinstance(delivered.error, QuotaFull):
        raise delivered.error
    return delivered


def keep_success(store: Store, mailbox: MailboxRow, hindrance: SyncError | None, *, now: datetime) -> str:
    """The mailbox was read to its end, as far as nothing hinders it; returns the hindrance in words, '' for none."""
    with store.write() as tx:
        report_success(tx, mailbox.mailbox_id, now=now)
        if hindrance is None:
            return ""
        rest = rest_after(hindrance, 1)
        retry_at = None if rest.after is None else now + rest.after
        report_failure(tx, mailbox.mailbox_id, state=rest.state, sentence=rest.sentence, retry_at=retry_at, now=now)
    return hindrance.sentence


def keep_failure(
    store: Store, mailbox: MailboxRow, error: Exception, *, failures: int, now: datetime
) -> timedelta | None:
    """Keep a failure in words; returns how long to leave the mailbox alone, None until a person acts."""
    rest = rest_after(error, failures)
    retry_at = None if rest.after is None else now + rest.after
    with store.write() as tx:
        report_failure(tx, mailbox.mailbox_id, state=rest.state, sentence=rest.sentence, retry_at=retry_at, now=now)
    return rest.after


@contextmanager
def connection(connect: Connector, mailbox: MailboxRow) -> Iterator[Connected]:
    """A connection that is given back."""
    connected = connect(mailbox)
    try:
        yield connected
    finally:
        connected.close()


class MailboxLease:
    """The right to sync a mailbox, which only one process has at a time."""

    def __init__(self, store: Store, mailbox_id: int, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._name = f"mailbox {mailbox_id}"
        self._taken_at: datetime | None = None

    def take(self) -> bool:
        """Take it, or keep it for longer; False while another process has it."""
        now = self._clock()
        with self._store.write() as tx:
            is_ours = acquire_lease(tx, self._name, until=now + LEASE, now=now)
        self._taken_at = now if is_ours else None
        return is_ours

    def keep(self) -> None:
        """Keep it for longer, unless it was taken a moment ago and nobody can have it yet. Raises TakenOver."""
        if self._taken_at is not None and timedelta() <= self._clock() - self._taken_at < LEASE / 4:
            return
        if not self.take():
            raise TakenOver

    def give_back(self) -> None:
        """Let others have it; where the store does not listen it runs out by itself."""
        self._taken_at = None
        with suppress(StoreBusy, StoreFull), self._store.write() as tx:
            release_lease(tx, self._name)
