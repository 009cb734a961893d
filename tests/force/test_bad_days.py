"""A mailbox on a sandbox on its bad days: what the service does then, and the sentence that a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from assistant.schedule import POLL, POLL_REST, TREE
from mail_sync.sandbox.content import BytesContent
from store.engine import Store, open_store
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.people import Folder
from store.schema.records import Record
from tests.force import corpus
from tests.force.watching import Watch
from tests.force.world import CARDS, EVENTS, MAILS, World

ALL = MAILS + CARDS + EVENTS
SOON = timedelta(seconds=POLL)
FOLDERS = 5  # that are read: inbox, sent items, archive, contacts, calendar


@pytest.fixture
def store(world: World) -> Iterator[Store]:
    opened = open_store(str(world.store))
    yield opened
    opened.close()


@pytest.fixture
def service(store: Store) -> Iterator[Watch]:
    watch = Watch(store)
    yield watch
    watch.worker.close()


def _count(service: Watch, *conditions: object) -> int:
    with service.store.read() as tx:
        query = select(func.count()).select_from(MailboxItem)
        return tx.execute(query.where(*conditions)).scalar_one()  # type: ignore[arg-type]


def _activities(service: Watch) -> int:
    with service.store.read() as tx:
        return tx.execute(select(func.count()).select_from(Activity)).scalar_one()


def test_throttled_for_an_hour(service: Watch, world: World) -> None:
    world.sandbox.faults.set("http_status", 429, retry_after=3600)
    service.turn()
    row = service.row()
    assert (row.state, row.retry_at) == ("throttled", service.now + timedelta(hours=1))
    assert row.state_detail.startswith("The mail server is busy and asked us to wait")
    asked = dict(world.sandbox.counts)
    service.let_pass(timedelta(minutes=59))
    assert (service.turn(), dict(world.sandbox.counts)) == ([], asked)
    world.sandbox.faults.clear()
    service.let_pass(timedelta(minutes=1))
    assert [report.new for report in service.turn()] == [ALL]


def test_tenant_that_blocks_ews(service: Watch, world: World) -> None:
    world.sandbox.faults.set("ews_blocked")
    service.turn()
    row = service.row()
    assert (row.state, row.retry_at) == ("ews_blocked", None)
    assert row.state_detail.startswith(
        "This organisation blocks Exchange Web Services; an administrator must allow it (EWSEnabled, EWSAllowedAppIDs)"
    )
    asked = dict(world.sandbox.counts)
    service.let_pass(timedelta(days=3))
    assert (service.turn(), dict(world.sandbox.counts)) == ([], asked)


def test_password_changed_mid_sync(service: Watch, world: World) -> None:
    world.sandbox.faults.set("http_status", 401, operation="GetItem", skip=5)
    service.turn()
    row = service.row()
    assert row.state_detail.startswith(
        'The mail server did not accept the user name and password; run "regarding connect" to enter them again'
    )
    assert 0 < _count(service) < ALL
    world.sandbox.faults.clear()
    service.let_pass(timedelta(hours=1))
    assert service.turn() == []
    service.worker.ask()
    service.turn()
    assert (service.row().state, _count(service)) == ("ready", ALL)


@pytest.mark.parametrize("fault", ["invalid_sync_state", "ignore_sync_state"])
def test_server_restored_from_last_weeks_backup(service: Watch, world: World, fault: str) -> None:
    """What came since is missing there, what was deleted since is back under another id, and no cursor counts."""
    deleted = world.items("inbox")[0]
    source = deleted.content
    service.turn()
    activities = _activities(service)
    for item in world.items("inbox")[-3:]:
        world.mailbox.delete(item.item_id)
    world.mailbox.delete(deleted.item_id)
    back = world.mailbox.add(world.mailbox.folder("inbox"), source)
    world.sandbox.faults.set(fault, times=4)
    service.let_pass(SOON)
    service.turn()
    assert service.row().state == "ready"
    assert (_count(service, MailboxItem.gone_at.is_not(None)), _count(service)) == (3, ALL)
    assert _count(service, MailboxItem.remote_id == back.item_id, MailboxItem.gone_at.is_(None)) == 1
    assert _activities(service) == activities


def test_folder_with_many_items_deleted_by_mistake(
    service: Watch, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.sync.burial.MOST_BURIED", 20)
    service.turn()
    inbox = world.items("inbox")
    for item in inbox[:-1]:
        world.mailbox.delete(item.item_id)
    for _ in range(2):
        service.worker.ask()
        service.turn()
    row = service.row()
    assert (row.state, row.state_detail) == (
        "asks",
        f"Outlook says that {len(inbox) - 1} of {len(inbox)} mails in Inbox are gone; nothing was taken out here. "
        "Were they deleted on purpose?",
    )
    assert _count(service, MailboxItem.buried_at.is_not(None)) == 0


def test_laptop_asleep_for_a_week(service: Watch, world: World) -> None:
    service.turn()
    service.now += timedelta(days=7)
    world.mailbox.delete(world.items("inbox")[0].item_id)
    assert [report.error for report in service.turn()] == [""]
    assert _count(service, MailboxItem.gone_at.is_not(None)) == 1


@pytest.mark.parametrize("days", [-400, 400])
def test_clock_jumps(service: Watch, world: World, days: int) -> None:
    service.turn()
    service.now += timedelta(days=days)
    world.mailbox.delete(world.items("inbox")[0].item_id)
    for _ in range(2):
        assert {report.error for report in service.turn()} == {""}
        service.let_pass(SOON)
    assert (service.row().state, _count(service, MailboxItem.gone_at.is_not(None))) == ("ready", 1)


def test_nightly_comparison_finds_what_the_feed_lost(service: Watch, world: World) -> None:
    """The cursors are moved behind what happens, so that no feed tells of it."""
    _compare(service)  # a mailbox is compared for the first time right after it was read
    gone, edited = world.items("inbox")[0], world.items("contacts")[0]
    world.mailbox.delete(gone.item_id)
    arrived = world.mailbox.add(world.mailbox.folder("inbox"), BytesContent(corpus.mail(5_000)))
    text = edited.content.read().replace(b"FN:Person 0", b"FN:Person Zero")
    world.mailbox.edit(edited.item_id, content=BytesContent(text))
    _move_cursors(service, world)
    service.let_pass(SOON)
    service.turn()
    assert _count(service, MailboxItem.gone_at.is_not(None)) == 0
    service.let_pass(timedelta(days=1))
    _compare(service)
    assert service.row().reconciled_at is not None
    assert _count(service, MailboxItem.remote_id == gone.item_id, MailboxItem.gone_at.is_not(None)) == 1
    assert _count(service, MailboxItem.remote_id == arrived.item_id) == 1
    with service.store.read() as tx:
        assert tx.execute(select(Record.title).where(Record.title == "Person Zero")).scalar() == "Person Zero"


def _move_cursors(service: Watch, world: World) -> None:
    provider = service.connect().mail
    with service.store.write() as tx:
        for folder in provider.folders():
            cursor = [page.cursor for page in provider.changes(folder, None)][-1]
            tx.execute(update(Folder).where(Folder.remote_id == folder.folder_id).values(cursor=cursor))


def _compare(service: Watch) -> None:
    """So many turns that a comparison that is due ends."""
    for _ in range(3 * FOLDERS):
        service.turn()


def test_cycle_in_which_nothing_happened_asks_once_for_each_folder(service: Watch, world: World) -> None:
    _compare(service)
    assert _asked(service, world, POLL_REST) == {"SyncFolderItems": FOLDERS}
    assert _asked(service, world, TREE) == {"SyncFolderItems": FOLDERS, "FindFolder": 1}


def _asked(service: Watch, world: World, seconds: float) -> dict[str, int]:
    """Every request of the turn after so many seconds, by operation."""
    before = dict(world.sandbox.counts)
    service.let_pass(timedelta(seconds=seconds))
    service.turn()
    asked = {name: count - before.get(name, 0) for name, count in world.sandbox.counts.items()}
    return {name: count for name, count in asked.items() if count}
