"""The service on bad days: it waits as long as it was asked to, outlives a full disk, and does what others ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from assistant import connecting
from assistant.service import LOOK, POLL, watch
from assistant.pulling import SyncReport
from store.actor import SYSTEM
from store.engine import Store, open_store
from store.requests import SYNC, request
from tests.force.corpus import START
from tests.force.world import CARDS, EVENTS, MAILS, World

ALL = MAILS + CARDS + EVENTS


class Watch:
    """The service with a clock of its own: every wait moves it, and `rounds` waits end it."""

    def __init__(self, world: World, store: Store) -> None:
        self.store = store
        self.now = START + timedelta(days=300)
        self.reports: list[SyncReport] = []
        self._connect = connecting.exchange_connector(lambda _: "demo", clock=lambda: self.now)
        self._left = 0

    def rounds(self, count: int) -> list[SyncReport]:
        """Let some rounds pass; what was reported in them."""
        self._left, before = count, len(self.reports)
        watch(
            self.store,
            self._connect,
            clock=lambda: self.now,
            report=self.reports.append,
            wait=self._wait,
            stop=lambda: self._left == 0,
        )
        return self.reports[before:]

    def let_pass(self, time: timedelta) -> None:
        self.now += time

    def _wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self._left -= 1


@pytest.fixture
def service(world: World) -> Iterator[Watch]:
    store = open_store(str(world.store))
    yield Watch(world, store)
    store.close()


def test_service_syncs_at_once_and_again_after_its_interval(service: Watch) -> None:
    assert [report.new for report in service.rounds(3)] == [ALL]
    service.let_pass(POLL)
    assert [(report.new, report.error) for report in service.rounds(2)] == [(0, "")]


def test_service_waits_as_long_as_a_busy_server_asked(service: Watch, world: World) -> None:
    world.sandbox.faults.set("http_status", 503, retry_after=600)
    (report,) = service.rounds(3)
    assert report.error.startswith("The mail server is busy and asked us to wait")
    world.sandbox.faults.clear()
    service.let_pass(timedelta(seconds=580))
    assert service.rounds(1) == []
    service.let_pass(timedelta(seconds=20) - LOOK)
    assert [report.new for report in service.rounds(2)] == [ALL]


def test_service_leaves_a_refused_mailbox_alone_until_somebody_asks(service: Watch, world: World) -> None:
    world.sandbox.faults.set("http_status", 401)
    (report,) = service.rounds(3)
    assert report.error.startswith("The mail server did not accept the user name and password")
    world.sandbox.faults.clear()
    service.let_pass(timedelta(days=2))
    assert service.rounds(2) == []
    with service.store.write() as tx:
        request(tx, SYNC, {"mailbox": report.mailbox}, by=SYSTEM, now=service.now)
    assert [report.new for report in service.rounds(2)] == [ALL]


def test_service_outlives_a_full_disk(service: Watch) -> None:
    room = [15]
    _limit(service.store, lambda: room[0])
    reports = service.rounds(2)
    assert {report.error for report in reports} == {
        "The disk is full: nothing was lost, free some space and run it again."
    }
    room[0] = 1_000_000
    assert sum(report.new for report in service.rounds(2)) > 0
    assert service.reports[-1].error == ""


def _limit(store: Store, room: Callable[[], int]) -> None:
    """The file may grow by so many pages from now on."""
    with store.read() as tx:
        pages = int(tx.exec_driver_sql("PRAGMA page_count").scalar_one())

    @event.listens_for(store.engine, "begin")
    def limit(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + room()}")
