"""The service: a worker with a thread of its own for every mailbox, and one that looks what other processes ask for.

Workers, the user interface and commands meet only in the store: a request or an act for the outbox is a row, and
whoever finds it here pokes the worker that it concerns.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from time import monotonic

from assistant.cases.answering import act_on_answers
from assistant.cases.ticking import tick_clocks
from assistant.duplicates.scanning import compare_waiting
from assistant.following.in_outlook import tell_outlook
from assistant.following.keeping_up import keep_following
from assistant.leads.assigning import assign_new_leads
from assistant.leads.scoring import score_waiting
from assistant.mailbox_worker import Clocks, MailboxWorker
from assistant.proposing.worker import propose_waiting
from assistant.pulling import SyncReport
from assistant.quarantine import retry
from assistant.scheduling.calendars.writing import write_calendars
from assistant.scheduling.keeping_up import keep_up
from assistant.syncing import Connector
from assistant.triage.worker import triage_pending
from mail_sync.errors import SyncError
from store.duplicates.candidates import uncompared
from store.engine import Store
from store.errors import NotFound, StoreBusy, StoreError, StoreFull
from store.leases import acquire_lease, release_lease
from store.proposals.reading import unproposed
from store.requests import RETRY, SYNC, Asked, answer, open_requests
from store.scheduling.in_calendars import due_bookings
from store.sync.mailboxes import MailboxRow, sync_mailboxes
from store.sync.pokes import due_outboxes, new_mailboxes

LEASE = timedelta(seconds=60)
LOOK = 1.0  # seconds until a request or an act of another process is seen
TICK = 60.0  # seconds between two looks at the clocks of cases

_LEASE_NAME = "service"
_STOP_SECONDS = 4.0
_AFTER_A_BAD_TURN = 30.0
_LONGEST_WAIT = 3600.0  # a thread may not wait for ever on every platform

Report = Callable[[SyncReport], None]


class WorkerThread:
    """A worker that is called again and again by a thread, when it is due or poked."""

    def __init__(self, make: Callable[[Callable[[], None]], MailboxWorker], report: Report) -> None:
        self._report = report
        self._poked = Event()
        self._stopped = False
        self.worker = make(self._poked.set)
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """There is something to do."""
        self._poked.set()

    def stop(self) -> None:
        """End after what is being done."""
        self._stopped = True
        self._poked.set()

    def join(self, seconds: float) -> None:
        """Wait for its end."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopped:
            try:
                wait = self.worker.turn()
            except Exception as error:  # noqa: BLE001 - the edge of the thread: one bad turn must not end the mailbox
                self._report(SyncReport("service", error=f"{type(error).__name__}: {error}"))
                wait = _AFTER_A_BAD_TURN
            self._poked.wait(min(wait, _LONGEST_WAIT))
            self._poked.clear()
        self.worker.close()


class Service:
    """All mailboxes of a store. `look` is called every second by whoever runs it."""

    def __init__(
        self,
        store: Store,
        connect: Connector,
        *,
        clocks: Clocks,
        report: Report,
        address: str | None = None,
    ) -> None:
        self._store, self._connect = store, connect
        self._clocks, self._report, self._address = clocks, report, address
        self._threads: dict[int, WorkerThread] = {}
        self._errands = ThreadPoolExecutor(max_workers=1, thread_name_prefix="errand")
        self._on_the_way: set[int] = set()  # requests that an errand carries out
        self._comparing: Future[None] | None = None
        self._telling: Future[None] | None = None
        self._ticking: Future[None] | None = None
        self._ticked = clocks.steady() - TICK  # the last look at the clocks of cases

    def look(self) -> None:
        """Begin what is missing and pass on what others ask for. A store that is full or held is told."""
        try:
            if not self._is_ours():
                self.stop()
                return
            self._begin()
            self._pass_on()
            self._compare()
            self._tell_calendars()
            self._tick()
        except StoreError as error:
            self._report(SyncReport("store", error=error.sentence))

    def stop(self) -> None:
        """End all workers."""
        for thread in self._threads.values():
            thread.stop()
        end = monotonic() + _STOP_SECONDS
        for thread in self._threads.values():
            thread.join(max(end - monotonic(), 0.0))
        self._threads.clear()

    def close(self) -> None:
        """End, and let another service take over."""
        self.stop()
        self._errands.shutdown(wait=False, cancel_futures=True)
        with suppress(StoreBusy, StoreFull), self._store.write() as tx:
            release_lease(tx, _LEASE_NAME)

    def _is_ours(self) -> bool:
        now = self._clocks.wall()
        with self._store.write() as tx:
            return acquire_lease(tx, _LEASE_NAME, until=now + LEASE, now=now)

    def _begin(self) -> None:
        with self._store.read() as tx:
            mailboxes = {row.mailbox_id: row for row in sync_mailboxes(tx, self._address)}
        for mailbox_id in mailboxes.keys() - self._threads.keys():
            self._threads[mailbox_id] = WorkerThread(partial(self._worker, mailbox_id), self._report)
        for mailbox_id in self._threads.keys() - mailboxes.keys():
            self._threads.pop(mailbox_id).stop()

    def _worker(self, mailbox_id: int, wake: Callable[[], None]) -> MailboxWorker:
        return MailboxWorker(
            self._store, mailbox_id, self._connect, clocks=self._clocks, report=self._report, wake=wake
        )

    def _pass_on(self) -> None:
        with self._store.read() as tx:
            asked = open_requests(tx)
            waiting = due_outboxes(tx, self._clocks.wall()) | new_mailboxes(tx)
            mailboxes = sync_mailboxes(tx, self._address)
        for mailbox_id in waiting & self._threads.keys():
            self._threads[mailbox_id].poke()
        for request in asked:
            if request.name == SYNC:
                self._sync(str(request.payload.get("mailbox", "")), mailboxes)
                self._answer(request, "done")
            elif request.name == RETRY and request.request_id not in self._on_the_way:
                self._on_the_way.add(request.request_id)
                self._errands.submit(self._retry, request)

    def _compare(self) -> None:
        """Go on proposing and looking for duplicates, a step at a time, when nothing else is under way."""
        with self._store.read() as tx:
            waits = uncompared(tx, limit=1) or unproposed(tx, limit=1)
        if waits and (self._comparing is None or self._comparing.done()):
            self._comparing = self._errands.submit(self._compare_some)

    def _tell_calendars(self) -> None:
        """Let the calendars of resources know at once what became of bookings."""
        with self._store.read() as tx:
            waits = due_bookings(tx, limit=1)
        if waits and (self._telling is None or self._telling.done()):
            job = partial(write_calendars, self._store, now=self._clocks.wall())
            self._telling = self._errands.submit(self._try, job)

    def _tick(self) -> None:
        """Let the clocks of cases tick, what was put off wake, new leads be given and scored, what follows from
        bookings be done, and what somebody has to come back to be found, brought up and told to Outlook, once a
        minute."""
        steady = self._clocks.steady()
        if steady - self._ticked >= TICK and (self._ticking is None or self._ticking.done()):
            self._ticked = steady
            self._ticking = self._errands.submit(self._tick_once)

    def _tick_once(self) -> None:
        jobs = (act_on_answers, triage_pending, assign_new_leads, tick_clocks, keep_up, keep_following, tell_outlook)
        for job in jobs:
            self._try(partial(job, self._store, now=self._clocks.wall()))
        self._try(partial(score_waiting, self._store))

    def _compare_some(self) -> None:
        for job in (propose_waiting, compare_waiting):
            self._try(partial(job, self._store, now=self._clocks.wall()))

    def _try(self, job: Callable[[], object]) -> None:
        """Carry out one job; where it fails, that is told, and the others go on."""
        try:
            job()
        except StoreError as error:
            self._report(SyncReport("store", error=error.sentence))

    def _sync(self, address: str, mailboxes: tuple[MailboxRow, ...]) -> None:
        """Sync one mailbox now, '' for all."""
        for mailbox in mailboxes:
            if address in ("", mailbox.address):
                self._threads[mailbox.mailbox_id].worker.ask()

    def _retry(self, request: Asked) -> None:
        try:
            outcome = retry(
                self._store, self._connect, str(request.payload.get("quarantine", "")), clock=self._clocks.wall
            ).sentence
        except (NotFound, SyncError) as error:
            outcome = error.sentence
        except StoreError as error:
            self._report(SyncReport("store", error=error.sentence))
            self._on_the_way.discard(request.request_id)
            return
        self._answer(request, outcome)

    def _answer(self, request: Asked, outcome: str) -> None:
        with self._store.write() as tx:
            answer(tx, request.request_id, outcome, now=self._clocks.wall())


def watch(
    store: Store,
    connect: Connector,
    *,
    clock: Callable[[], datetime],
    report: Report,
    wait: Callable[[float], object],
    address: str | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Go on until `stop` says so.

    A mailbox's failure is kept as its state and tried again as that allows; a store that is full or held by another
    program is told and tried again. Of several services on one store one works; another takes over when it ends.
    """
    service = Service(store, connect, clocks=Clocks(clock), report=report, address=address)
    try:
        while not stop():
            service.look()
            wait(LOOK)
    finally:
        service.close()
