"""A reminder that waits for its server is sent only as long as it reminds of what holds."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from assistant.scheduling.customers.reminding import remind_customers
from mail_sync.provider import FolderRole
from mail_sync.providers.memory_server import MemoryServer
from mail_sync.providers.retry import HASTY, Retry
from store.actor import SYSTEM
from store.engine import Store
from store.records.writing import edit_record
from store.scheduling.booking import cancel, move
from tests.assistant.outbox.world import Death, DyingMailbox, Killed, World
from tests.assistant.scheduling.desk import DESK, Shop, new_shop
from tests.store.scheduling.scene import NINE

FRIDAY = NINE + timedelta(days=3)
DAY_BEFORE = FRIDAY - timedelta(days=1)


@pytest.fixture
def shop(sqlite_store: Store) -> Shop:
    """The reminder of Jane's repair on Friday waits."""
    made = new_shop(sqlite_store, remind="1 d")
    made.do(move, made.booking, starts_at=FRIDAY)
    assert remind_customers(sqlite_store, now=DAY_BEFORE) == 1
    return made


def desk(shop: Shop) -> World:
    server = MemoryServer(lambda: DAY_BEFORE)
    mailbox = DyingMailbox(DESK, Retry(HASTY, sleep=lambda _: None), server=server)
    return World(shop.store, server, mailbox, SYSTEM, DAY_BEFORE + timedelta(hours=1))


def test_reminder_goes_out_when_its_server_is_there_again(shop: Shop) -> None:
    world = desk(shop)
    world.deliver()
    assert (len(world.server.mailed), shop.mails()[0].state) == (1, "done")


def test_nobody_is_reminded_of_what_has_begun(shop: Shop) -> None:
    world = desk(shop)
    world.pass_time(days=365)
    world.deliver()
    assert (world.server.mailed, shop.mails()[0].state) == ([], "cancelled")


def test_nobody_is_reminded_of_what_is_for_somebody_else_now(shop: Shop) -> None:
    shop.do(edit_record, shop.booking, {"contact": None})
    world = desk(shop)
    world.deliver()
    assert (world.server.mailed, shop.mails()[0].state) == ([], "cancelled")


def test_draft_of_a_reminder_goes_with_its_booking(shop: Shop) -> None:
    world = desk(shop)
    with suppress(Killed):
        world.deliver(Death(4, after=True))
    assert len(world.subjects(FolderRole.DRAFTS)) == 1
    shop.do(cancel, shop.booking)
    world.deliver()
    assert (world.server.mailed, world.subjects(FolderRole.DRAFTS)) == ([], [])
    assert shop.mails()[0].state == "cancelled"
