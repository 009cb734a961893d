"""The worker of one mailbox: deliver what goes out, read what is due, rest when it has to.

`turn` does what is due and says after how many seconds there is more; a thread calls it again then, or earlier when
it is poked. Waiting is measured by a clock that never jumps. When the clock on the wall jumps, or the machine slept,
nothing is believed any more: connections are made anew and everything is due.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Lock
from time import monotonic

from assistant.connecting import WAYS, found_way
from assistant.listening import Listener
from assistant.pulling import Connected, Puller, SyncReport
from assistant.reconciling import comparison_due, reconcile_mailbox
from assistant.schedule import TREE, Schedule
from assistant.scheduling.calendars.free_busy import ask_when_busy
from assistant.states import LONGEST_PAUSE
from assistant.syncing import Connector, MailboxLease, TakenOver, deliver_outbox, keep_failure, keep_success
from mail_sync.errors import FolderRefused, MailboxMoved, MailboxNotFound, QuotaFull, Throttled
from mail_sync.provider import Folder, FolderRole, ItemKind, Poke
from mail_sync.reconcile import Compared
from store.engine import Store
from store.errors import NotFound, StoreError
from store.sync.mailboxes import (
    FolderRow,
    MailboxRow,
    Standing,
    keep_way,
    report_progress,
    selected_folders,
    standing_of,
)

#: Seconds by which the two clocks may drift apart between two turns before the machine counts as having slept.
JUMP = 30.0
#: Seconds until a mailbox is tried again that another process syncs, or that a busy store held up.
LOOK_AGAIN = 10.0
FOREVER = float("inf")
_SHORTEST = 1.0
_STEPS = 4  # of a comparison between two looks at the outbox


@dataclass(frozen=True, slots=True)
class Clocks:
    """`wall` gives the instant, aware UTC; `steady` seconds that only pass."""

    wall: Callable[[], datetime]
    steady: Callable[[], float] = monotonic


class MailboxWorker:
    """Syncs one mailbox. `turn` belongs to one thread; the other methods may be called from any."""

    def __init__(
        self,
        store: Store,
        mailbox_id: int,
        connect: Connector,
        *,
        clocks: Clocks,
        report: Callable[[SyncReport], None],
        wake: Callable[[], None] = lambda: None,
        listens: bool = True,
    ) -> None:
        self._store, self._mailbox_id, self._connect = store, mailbox_id, connect
        self._clocks, self._report, self._wake = clocks, report, wake
        self._listens = listens
        self._lease = MailboxLease(store, mailbox_id, clocks.wall)
        self._schedule = Schedule()
        self._lock = Lock()
        self._asked = False
        self._heard: set[str] = set()
        self._heard_somewhere = False
        self._heard_of_folders = False
        self._connected: Connected | None = None
        self._listener: Listener | None = None
        self._folders: tuple[FolderRow, ...] = ()
        self._tree_at = -FOREVER
        self._rest_until: float | None = None  # None: what the store says was not looked up yet
        self._failures = 0
        self._full: QuotaFull | None = None
        self._full_until = -FOREVER
        self._throttled_until: datetime | None = None
        self._refused: FolderRefused | None = None
        self._comparing: Iterator[Compared] | None = None
        self._moved = False
        self._looked = False  # for a mailbox that its server does not know
        self._gap = self._gap_of_clocks()

    # From other threads

    def ask(self) -> None:
        """A person wants this mailbox synced now, whatever it rests for."""
        with self._lock:
            self._asked = True
        self._wake()

    def hear(self, poke: Poke) -> None:
        """The server says that something happened."""
        with self._lock:
            self._heard |= poke.folder_ids
            self._heard_somewhere |= not poke.folder_ids
            self._heard_of_folders |= poke.tree
        self._wake()

    # On its own thread

    def turn(self) -> float:
        """Do what is due; returns the seconds until there is more. What goes wrong is kept and reported, not raised."""
        self._notice_a_jump()
        try:
            if (rest := self._rest()) > 0:
                return rest
            if not self._lease.take():
                return LOOK_AGAIN
            try:
                return self._work()
            finally:
                self._lease.give_back()
        except TakenOver:
            return LOOK_AGAIN
        except NotFound:
            return FOREVER  # it has no server any more
        except StoreError as error:
            self._report(SyncReport("store", error=error.sentence))
            return LOOK_AGAIN

    def close(self) -> None:
        """Give back what is held."""
        self._hang_up()

    def _work(self) -> float:
        with self._store.read() as tx:
            standing = standing_of(tx, self._mailbox_id)
        mailbox = standing.mailbox
        report = SyncReport(mailbox.address)
        try:
            connected = self._connection(mailbox)
            wait = self._deliver(mailbox, connected)
            wait = min(wait, self._ask_about_others(connected))
            wait = min(wait, self._read(mailbox, connected, report))
            wait = min(wait, self._compare(standing, connected))
            self._failures, self._looked = 0, False
        except (TakenOver, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the worker: kept as the mailbox's state
            wait = self._fail(mailbox, error, report)
        self._report(report)
        return wait

    def _deliver(self, mailbox: MailboxRow, connected: Connected) -> float:
        """Deliver the outbox; returns the seconds until more of it is due."""
        now = self._clocks.steady()
        if now < self._full_until:
            return self._full_until - now
        delivered = deliver_outbox(
            self._store, mailbox, connected, clock=self._clocks.wall, keep_lease=self._lease.keep
        )
        self._full = delivered.error if isinstance(delivered.error, QuotaFull) else None
        if self._full is not None:
            self._full_until = now + self._full.retry_after.total_seconds()
            return self._full.retry_after.total_seconds()
        if delivered.next_at is None:
            return FOREVER
        # What is due and waits for something else is looked at again, but not without a pause.
        return max((delivered.next_at - self._clocks.wall()).total_seconds(), _SHORTEST)

    def _read(self, mailbox: MailboxRow, connected: Connected, report: SyncReport) -> float:
        """Read what is due; returns the seconds until more is."""
        now = self._clocks.steady()
        puller = Puller(
            self._store,
            mailbox,
            connected,
            self._clocks.wall,
            lambda _: None,
            self._lease.keep,
            report,
            between=partial(self._between_pages, mailbox, connected),
        )
        with self._lock:
            is_heard_of, self._heard_of_folders = self._heard_of_folders, False
        if is_heard_of or now - self._tree_at >= TREE or not self._folders:
            self._tree_at = -FOREVER  # until it was read
            self._folders = puller.folders()
            self._tree_at = now
        else:
            with self._store.read() as tx:  # with the cursors as they are now
                self._folders = selected_folders(tx, self._mailbox_id)
        self._take_what_was_heard()
        due = self._schedule.due(self._folders, now)
        if due:
            self._listen(connected)
            self._pull(puller, mailbox, due, report)
        return self._schedule.next_at(self._folders, self._clocks.steady()) - self._clocks.steady()

    def _between_pages(self, mailbox: MailboxRow, connected: Connected, puller: Puller) -> None:
        """While years of history load: what is written here goes out, and mail that arrives now is read at once."""
        self._deliver(mailbox, connected)
        self._ask_about_others(connected)
        with self._lock:
            heard, self._heard = self._heard, set()
            somewhere, self._heard_somewhere = self._heard_somewhere, False
        self._schedule.hear(heard)
        for folder in self._folders:
            if folder.remote_id in heard or (somewhere and folder.role == FolderRole.INBOX):
                puller.glance(folder)

    def _pull(self, puller: Puller, mailbox: MailboxRow, due: list[FolderRow], report: SyncReport) -> None:
        try:
            changed: Collection[int] = puller.pull(due)
            self._refused = None
        except FolderRefused as error:
            # The others were read, and go on being read.
            changed, self._refused = (), error
        if puller.tree_may_differ:
            self._tree_at = -FOREVER
        now = self._clocks.steady()
        for folder in due:
            self._schedule.was_read(folder, now, changed=folder.folder_id in changed)
        if self._moved:
            self._keep_the_new_place(mailbox)
        hindrance = self._full or self._refused
        report.error = keep_success(self._store, mailbox, hindrance, now=self._clocks.wall())

    def _ask_about_others(self, connected: Connected) -> float:
        """Ask when those are busy whose calendars nobody syncs; returns the seconds until that is due again."""
        now = self._clocks.wall()
        again = ask_when_busy(self._store, self._mailbox_id, connected.calendar, now=now)
        return FOREVER if again is None else max((again - now).total_seconds(), _SHORTEST)

    def _listen(self, connected: Connected) -> None:
        """Listen to the folders that are read, on a thread of its own."""
        if not self._listens or not connected.mail.capabilities.listens:
            return
        folders = [_remote(folder) for folder in self._folders]
        if self._listener is not None and self._listener.is_running and self._listener.hears(folders):
            return
        if self._listener is not None:
            self._listener.stop()
        self._listener = Listener(connected.mail, folders, self.hear)
        self._listener.start()

    def _compare(self, standing: Standing, connected: Connected) -> float:
        """Some steps of the nightly comparison, where one is due; returns 0 while there is more of it."""
        now = self._clocks.wall()
        since = comparison_due(standing.mailbox, standing.compared_at, now)
        if since is None:
            return FOREVER
        if self._comparing is None:
            self._comparing = reconcile_mailbox(
                self._store, standing.mailbox, connected, since=since, clock=self._clocks.wall
            )
        for _ in range(_STEPS):
            if next(self._comparing, None) is None:
                self._comparing = None
                return FOREVER
            self._lease.keep()
        return 0.0

    def _take_what_was_heard(self) -> None:
        with self._lock:
            heard, self._heard = self._heard, set()
            somewhere, self._heard_somewhere = self._heard_somewhere, False
        self._schedule.hear(heard)
        if somewhere:
            self._schedule.look_at_what_is_in_view(self._folders)

    # Resting

    def _rest(self) -> float:
        """Seconds for which the mailbox is left alone; a person who asks, or connects it anew, ends every rest."""
        with self._lock:
            asked, self._asked = self._asked, False
        now = self._clocks.steady()
        with self._store.read() as tx:
            standing = standing_of(tx, self._mailbox_id)
        if asked or standing.is_new:
            self._begin_anew(standing)
        elif self._rest_until is None:
            self._rest_until = now + self._rest_of(standing)
        return max((self._rest_until or now) - now, 0.0)

    def _rest_of(self, standing: Standing) -> float:
        """What is left of the rest that the store remembers, as after a restart."""
        if not standing.is_failing:
            return 0.0
        if standing.retry_at is None:
            return FOREVER
        self._throttled_until = standing.retry_at
        # Both instants are ours; a clock that was set back must not make this a year.
        left = min(standing.retry_at - self._clocks.wall(), LONGEST_PAUSE)
        return max(left.total_seconds(), 0.0)

    def _begin_anew(self, standing: Standing) -> None:
        self._rest_until = self._clocks.steady()
        self._failures, self._full, self._full_until = 0, None, -FOREVER
        self._tree_at = -FOREVER
        self._schedule.look_at_everything()
        if standing.is_new:
            self._hang_up()  # it may be another password
            with self._store.write() as tx:
                report_progress(tx, self._mailbox_id, 0, 0)

    def _fail(self, mailbox: MailboxRow, error: Exception, report: SyncReport) -> float:
        self._hang_up()
        self._failures += 1
        if isinstance(error, MailboxNotFound) and not self._looked and mailbox.settings.keys() & set(WAYS):
            # The server that was found for it may be one that it left; autodiscover is asked once.
            self._looked, error = True, MailboxMoved(error.detail)
        self._moved |= isinstance(error, MailboxMoved)
        now = self._clocks.wall()
        after = keep_failure(self._store, mailbox, error, failures=self._failures, now=now)
        report.error = str(getattr(error, "sentence", "")) or f"{type(error).__name__}: {error}"
        self._throttled_until = now + after if after is not None and isinstance(error, Throttled) else None
        wait = FOREVER if after is None else after.total_seconds()
        self._rest_until = self._clocks.steady() + wait
        return wait

    # Connections and clocks

    def _connection(self, mailbox: MailboxRow) -> Connected:
        if self._connected is None:
            self._connected = self._look_for(mailbox) if self._moved else self._connect(mailbox)
        return self._connected

    def _look_for(self, mailbox: MailboxRow) -> Connected:
        """A mailbox that moved is looked for from its address; where nobody tells, it may be back where it was."""
        settings = {name: value for name, value in mailbox.settings.items() if name not in WAYS}
        try:
            return self._connect(replace(mailbox, settings=settings))
        except MailboxNotFound:
            self._moved = False
            return self._connect(mailbox)

    def _keep_the_new_place(self, mailbox: MailboxRow) -> None:
        way = found_way(self._connected)
        if way:
            with self._store.write() as tx:
                keep_way(tx, mailbox.mailbox_id, way)
        self._moved = False

    def _hang_up(self) -> None:
        if self._listener is not None:
            self._listener.stop()
        if self._connected is not None:
            self._connected.close()
        self._connected = self._listener = self._comparing = None

    def _gap_of_clocks(self) -> float:
        return self._clocks.wall().timestamp() - self._clocks.steady()

    def _notice_a_jump(self) -> None:
        gap = self._gap_of_clocks()
        if abs(gap - self._gap) > JUMP:
            self._hang_up()
            self._schedule.look_at_everything()
            self._tree_at = self._full_until = -FOREVER
            if self._rest_until is not None and self._rest_until != FOREVER:
                self._rest_until = min(self._rest_until, self._clocks.steady() + self._asked_to_wait())
        self._gap = gap

    def _asked_to_wait(self) -> float:
        """What is left, by the clock on the wall, of a pause that the server asked for.

        It passed while the machine slept; where somebody only set the clock, the server is asked once too early and
        says again how long it wants to be left alone.
        """
        if self._throttled_until is None:
            return 0.0
        return max((self._throttled_until - self._clocks.wall()).total_seconds(), 0.0)


def _remote(folder: FolderRow) -> Folder:
    return Folder(folder.remote_id, folder.path, FolderRole(folder.role), ItemKind(folder.holds))
