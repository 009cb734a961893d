"""The service with its threads, over a mailbox in memory that can be listened to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import select

from assistant.mailbox_worker import Clocks
from assistant.service import Service
from mail_sync.errors import AuthExpired, MailboxUnavailable
from store.actor import SYSTEM, actor_for
from store.engine import Store
from store.mail.acts import mark_mail
from store.records.writing import create_record
from store.requests import SYNC, open_requests, request
from store.schema.mail import MailboxItem
from store.schema.triage import Notice
from tests.assistant.linking.mails import US
from tests.assistant.sync_world import World
from tests.force.processes import until
from tests.store.cases.scene import add_queue, add_sla


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


@pytest.fixture
def running(world: World) -> Iterator[Service]:
    """The service, looking every few milliseconds."""
    service = Service(world.store, world.connect, clocks=Clocks(_now), report=world.reports.append)
    ended = Event()

    def run() -> None:
        while not ended.wait(0.01):
            service.look()
        service.close()

    thread = Thread(target=run)
    thread.start()
    until(lambda: world.row().state == "ready", "the first sync")
    yield service
    ended.set()
    thread.join()


def test_mail_that_arrives_is_heard_of(running: Service, world: World) -> None:
    world.mail(1)
    until(lambda: len(world.items()) == 1, "the mail")


def test_change_made_here_reaches_the_server(running: Service, world: World) -> None:
    item = world.mail(1)
    until(lambda: len(world.items()) == 1, "the mail")
    with world.store.write() as tx:
        (item_id,) = tx.execute(select(MailboxItem.id)).scalars()
        mark_mail(tx, [item_id], by=actor_for(tx, US), now=_now(), is_read=True)
    until(lambda: world.box.item(item).is_read, "the mark")


def test_stream_that_breaks_is_opened_anew_and_nothing_is_missed(running: Service, world: World) -> None:
    world.mail(1)
    until(lambda: len(world.items()) == 1, "the mail")
    world.provider.faults.fail_listening(MailboxUnavailable("dropped"))
    world.mail(2)
    until(lambda: len(world.items()) == 2, "the second mail")
    world.mail(3)
    until(lambda: len(world.items()) == 3, "the third mail")


def test_refused_mailbox_waits_for_a_request(running: Service, world: World) -> None:
    world.provider.faults.fail(AuthExpired("HTTP 401"))
    world.mail(1)
    until(lambda: world.row().state == "auth_expired", "the refusal")
    with world.store.write() as tx:
        request(tx, SYNC, {"mailbox": US}, by=SYSTEM, now=_now())
    until(lambda: (world.row().state, len(world.items())) == ("ready", 1), "the sync that was asked for")
    with world.store.read() as tx:
        assert open_requests(tx) == []


def test_clocks_of_cases_tick(world: World) -> None:
    now = _now()
    with world.store.write() as tx:
        add_queue(tx, sla_id=add_sla(tx))
        create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=SYSTEM, now=now - timedelta(days=20))
    service = Service(world.store, world.connect, clocks=Clocks(_now), report=world.reports.append)
    service.look()
    until(lambda: len(_notices(world)) == 2, "what is late is told")
    service.close()


def _notices(world: World) -> list[str]:
    with world.store.read() as tx:
        return list(tx.execute(select(Notice.text)).scalars())
