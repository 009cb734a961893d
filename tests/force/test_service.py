"""The service on bad days: it waits as long as it was asked to, outlives a full disk, and does what others ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from assistant.schedule import POLL
from store.engine import Store, open_store
from tests.force.watching import Watch
from tests.force.world import CARDS, EVENTS, MAILS, World

ALL = MAILS + CARDS + EVENTS


@pytest.fixture
def service(world: World) -> Iterator[Watch]:
    store = open_store(str(world.store))
    yield Watch(store)
    store.close()


def test_service_syncs_at_once_and_again_after_its_interval(service: Watch) -> None:
    assert [report.new for report in service.turn()] == [ALL]
    service.let_pass(timedelta(seconds=POLL))
    assert [(report.new, report.error) for report in service.turn()] == [(0, "")]


def test_service_waits_as_long_as_a_busy_server_asked(service: Watch, world: World) -> None:
    world.sandbox.faults.set("http_status", 503, retry_after=600)
    (report,) = service.turn()
    assert report.error.startswith("The mail server is busy and asked us to wait")
    world.sandbox.faults.clear()
    service.let_pass(timedelta(seconds=599))
    assert service.turn() == []
    service.let_pass(timedelta(seconds=1))
    assert [report.new for report in service.turn()] == [ALL]


def test_service_leaves_a_refused_mailbox_alone_until_somebody_asks(service: Watch, world: World) -> None:
    world.sandbox.faults.set("http_status", 401)
    (report,) = service.turn()
    assert report.error.startswith("The mail server did not accept the user name and password")
    world.sandbox.faults.clear()
    service.let_pass(timedelta(days=2))
    assert service.turn() == []
    service.worker.ask()
    assert [report.new for report in service.turn()] == [ALL]


def test_service_outlives_a_full_disk(service: Watch) -> None:
    room = [15]
    _limit(service.store, lambda: room[0])
    reports = service.turn()
    assert {report.error for report in reports} == {
        "The disk is full: nothing was lost, free some space and run it again."
    }
    room[0] = 1_000_000
    assert sum(report.new for report in service.turn()) > 0
    assert service.reports[-1].error == ""


def _limit(store: Store, room: Callable[[], int]) -> None:
    """The file may grow by so many pages from now on."""
    with store.read() as tx:
        pages = int(tx.exec_driver_sql("PRAGMA page_count").scalar_one())

    @event.listens_for(store.engine, "begin")
    def limit(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + room()}")
