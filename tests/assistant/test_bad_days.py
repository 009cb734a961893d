"""Bad days of a mailbox: what the service does, and the sentence that a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from assistant.mailbox_worker import FOREVER, LOOK_AGAIN
from assistant.schedule import TREE
from mail_sync.card import ContactCard
from mail_sync.errors import (
    AccessDenied,
    AuthExpired,
    EwsBlocked,
    MailboxMoved,
    MailboxNotFound,
    MailboxUnavailable,
    RightsRevoked,
    SyncError,
    Throttled,
)
from mail_sync.provider import Folder, Page, Poke
from store.engine import Store
from store.leases import acquire_lease
from store.schema.mail import MailboxItem
from store.schema.people import Folder as FolderTable
from store.schema.people import Mailbox
from store.sync.folders import is_outbound_held
from tests.assistant.sync_world import START, World

HOUR = timedelta(hours=1)


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


def turn_all(world: World, worker: object, seconds: float) -> None:
    """Let time pass as the worker's thread does, until so many seconds have passed."""
    left = seconds
    while left > 0:
        wait = max(worker.turn(), 0.001)  # type: ignore[attr-defined]
        step = min(wait, left)
        world.let_pass(timedelta(seconds=step))
        left -= step


def test_throttled_for_an_hour_rests_that_hour_and_says_until_when(world: World) -> None:
    worker = world.worker()
    world.provider.fail(Throttled("ErrorServerBusy", HOUR))
    assert worker.turn() == 3600
    row = world.row()
    assert (row.state, row.retry_at) == ("throttled", START + HOUR)
    assert row.state_detail == "The mail server is busy and asked us to wait (ErrorServerBusy)."
    asked = world.provider.requests
    turn_all(world, worker, 3599)
    assert world.provider.requests == asked
    turn_all(world, worker, 2)
    assert world.row().state == "ready"


def test_throttling_is_honoured_after_a_restart(world: World) -> None:
    world.provider.fail(Throttled("ErrorServerBusy", HOUR))
    world.worker().turn()
    world.let_pass(HOUR / 2)
    assert world.worker().turn() == 1800


@pytest.mark.parametrize(
    ("error", "state", "sentence"),
    [
        (
            AuthExpired("HTTP 401"),
            "auth_expired",
            'The mail server did not accept the user name and password; run "regarding connect" to enter them again '
            "(HTTP 401).",
        ),
        (
            EwsBlocked("HTTP 403"),
            "ews_blocked",
            "This organisation blocks Exchange Web Services; an administrator must allow it (EWSEnabled, "
            "EWSAllowedAppIDs) (HTTP 403).",
        ),
    ],
)
def test_refused_mailbox_is_not_tried_again_until_a_person_acts(
    world: World, error: SyncError, state: str, sentence: str
) -> None:
    worker = world.worker()
    worker.turn()
    world.let_pass(timedelta(minutes=3))
    world.provider.fail(error)
    assert worker.turn() == FOREVER
    assert (world.row().state, world.row().state_detail, world.row().retry_at) == (state, sentence, None)
    asked = world.provider.requests
    world.let_pass(timedelta(days=7))
    assert worker.turn() == FOREVER
    assert world.worker().turn() == FOREVER
    assert world.provider.requests == asked
    worker.ask()
    assert worker.turn() < FOREVER
    assert world.row().state == "ready"


def test_password_changed_mid_sync_stops_there_and_goes_on_after_connecting_anew(world: World) -> None:
    for number in range(5):
        world.mail(number)
    world.provider.page_size = 2
    worker = world.worker()
    fetch, calls = world.provider.fetch_messages, iter([None, None])

    def refused(item_ids: object) -> object:
        if item_ids and next(calls, "changed") == "changed":
            raise AuthExpired("HTTP 401")
        return fetch(item_ids)  # type: ignore[arg-type]

    world.provider.fetch_messages = refused  # type: ignore[method-assign, assignment]
    assert worker.turn() == FOREVER
    assert (world.row().state, len(world.items())) == ("auth_expired", 4)
    world.provider.fetch_messages = fetch  # type: ignore[method-assign]
    with world.store.write() as tx:
        tx.execute(update(Mailbox).values(state="new", state_detail=""))
    worker.turn()
    assert (world.row().state, len(world.items()), len(world.connections)) == ("ready", 5, 2)


def test_mailbox_that_stays_away_is_asked_for_less_and_less(world: World) -> None:
    worker = world.worker()
    waits = []
    for _ in range(8):
        world.provider.fail(MailboxUnavailable("no route"), times=3)
        waits.append(worker.turn())
        world.let_pass(timedelta(seconds=waits[-1]))
        world.provider.faults.heal()
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    assert worker.turn() < FOREVER
    assert world.row().state == "ready"


def test_mailbox_that_moved_is_looked_for_and_its_new_place_is_kept(world: World) -> None:
    world.settings(service_endpoint="https://old.example/EWS/Exchange.asmx", server="old.example")
    worker = world.worker()
    worker.turn()
    world.let_pass(timedelta(minutes=2))
    world.provider.fail(MailboxMoved("ErrorMailboxMoveInProgress"), times=3)
    wait = worker.turn()
    assert (world.row().state, wait) == ("moved", 120)
    world.provider.faults.heal()
    world.endpoint = "https://new.example/EWS/Exchange.asmx"
    world.let_pass(timedelta(seconds=wait))
    worker.turn()
    assert "service_endpoint" not in world.connections[-1].settings
    assert (world.row().state, world.row().settings["found"]) == ("ready", {"endpoint": world.endpoint})


def test_mailbox_that_its_server_does_not_know_is_looked_for_once(world: World) -> None:
    world.settings(found={"endpoint": "https://old.example/EWS/Exchange.asmx"})
    worker = world.worker()
    worker.turn()
    states = []
    for _ in range(2):
        world.let_pass(timedelta(minutes=3))
        world.provider.fail(MailboxNotFound("ErrorNonExistentMailbox"), times=1)
        worker.turn()
        states.append((world.row().state, "found" in world.connections[-1].settings))
    assert states == [("moved", True), ("not_found", False)]
    assert worker.turn() == FOREVER


def test_right_that_was_taken_away_is_told_apart_from_one_that_never_was(world: World) -> None:
    worker = world.worker()
    worker.turn()
    world.let_pass(timedelta(seconds=TREE))
    world.provider.fail(AccessDenied("ErrorAccessDenied"))
    assert worker.turn() == FOREVER
    assert (world.row().state, world.row().state_detail) == (
        "rights_revoked",
        RightsRevoked("ErrorAccessDenied").sentence,
    )


def test_laptop_asleep_for_a_week_reads_everything_at_once_when_it_wakes(world: World) -> None:
    worker = world.worker()
    worker.turn()
    world.wall += timedelta(days=7)  # the steady clock stands still while the machine sleeps
    world.mail(1)
    worker.turn()
    assert (world.row().state, len(world.items()), len(world.connections)) == ("ready", 1, 2)


@pytest.mark.parametrize("days", [-400, 400])
def test_clock_that_jumps_neither_stops_the_sync_nor_buries_anything(world: World, days: int) -> None:
    item = world.mail(1)
    worker = world.worker()
    worker.turn()
    world.box.remove(item)
    world.wall += timedelta(days=days)
    worker.turn()
    assert world.items() == [(item, "Inbox", True, False)]
    world.mail(2)
    turn_all(world, worker, 130)
    assert len(world.items()) == 2


@pytest.mark.parametrize(("jump", "is_asked"), [(timedelta(minutes=10), False), (timedelta(hours=2), True)])
def test_pause_that_the_server_asked_for_outlives_a_jump_of_the_clock(
    world: World, jump: timedelta, is_asked: bool
) -> None:
    """A clock that was set and a machine that slept look the same: once the pause may be over, it is asked once."""
    worker = world.worker()
    world.provider.fail(Throttled("ErrorServerBusy", HOUR), times=9)
    worker.turn()
    asked = world.provider.requests
    world.wall += jump
    waits = [worker.turn() for _ in range(3)]
    assert (world.provider.requests - asked, min(waits) > 45 * 60) == (int(is_asked), True)


def test_rest_survives_a_clock_that_was_set_back(world: World) -> None:
    world.provider.fail(Throttled("ErrorServerBusy", HOUR))
    world.worker().turn()
    world.wall -= timedelta(days=400)
    assert world.worker().turn() <= 6 * 3600


def test_server_restored_from_last_weeks_backup_is_compared_and_nothing_doubles(world: World) -> None:
    for number in range(5):
        world.mail(number)
    jane = world.card("Jane")
    world.cycle()
    backup = world.box.snapshot()
    later = [world.mail(number) for number in range(10, 13)]
    world.cycle()
    world.box.restore(backup)
    world.cycle()
    assert world.row().state == "ready"
    world.cycle(2)  # few as they are, what a restored server misses is not believed to be deleted
    assert world.row().state_detail == (
        "Outlook says that 3 of 8 mails in Inbox are gone; nothing was taken out here. Were they deleted on purpose?"
    )
    assert [item[0] for item in world.items() if item[2] and not item[3]] == later
    assert (jane, "Contacts", False, False) in world.items()
    assert len(world.items()) == 9


def test_what_a_restored_server_gets_back_is_asked_about_no_longer(world: World) -> None:
    backup = world.box.snapshot()
    world.mail(1)
    world.cycle()
    world.box.restore(backup)
    world.cycle(2)
    assert world.row().state == "asks"
    world.mail(1)
    world.cycle(2)
    assert (world.row().state, world.row().question) == ("ready", {})
    assert [item[2:] for item in world.items()] == [(False, False)]


def test_restored_server_that_lost_a_large_part_is_asked_about(world: World) -> None:
    backup = world.box.snapshot()
    for number in range(60):
        world.mail(number)
    world.cycle()
    world.box.restore(backup)
    world.cycle(2)
    assert world.row().state_detail == (
        "Outlook says that 60 of 60 mails in Inbox are gone; nothing was taken out here. Were they deleted on purpose?"
    )


def test_nothing_is_written_to_a_server_until_it_was_compared(world: World) -> None:
    for number in range(4):
        world.mail(number)
    world.cycle()
    world.box.forget_cursors()
    world.provider.page_size = 2
    worker = world.worker()
    fail = world.provider.changes

    def broken(folder: object, cursor: object) -> object:
        for number, page in enumerate(fail(folder, cursor)):  # type: ignore[arg-type]
            if number == 1:
                raise MailboxUnavailable("no route")
            yield page

    world.provider.changes = broken  # type: ignore[method-assign, assignment]
    worker.turn()
    with world.store.read() as tx:
        assert is_outbound_held(tx, world.mailbox_id)
    world.provider.changes = fail  # type: ignore[method-assign]
    world.let_pass(timedelta(minutes=1))
    worker.turn()
    with world.store.read() as tx:
        assert not is_outbound_held(tx, world.mailbox_id)
    assert len(world.items()) == 4


def test_silent_full_resync_is_noticed_and_finds_what_was_deleted_meanwhile(world: World) -> None:
    items = [world.mail(number) for number in range(6)]
    world.cycle()
    world.box.remove(items[0])
    world.box.forget_cursors(silently=True)
    world.cycle()
    assert [item[0] for item in world.items() if item[2]] == [items[0]]
    assert len(world.items()) == 6


def _lose(world: World) -> None:
    """From here on the feed knows nothing of what happened: cursors point behind it."""
    with world.store.write() as tx:
        for row in tx.execute(select(FolderTable.id, FolderTable.remote_id)).all():
            folder = next((f for f in world.box.folders() if f.folder_id == row.remote_id), None)
            if folder is not None:
                cursor = list(world.provider.changes(folder, None))[-1].cursor
                tx.execute(update(FolderTable).where(FolderTable.id == row.id).values(cursor=cursor))


def test_nightly_comparison_finds_what_the_feed_lost(world: World) -> None:
    gone, kept = world.mail(1), world.mail(2)
    card = world.card("Jane")
    world.cycle()
    world.box.remove(gone)
    missed = world.mail(3)
    world.box.change(card, content=ContactCard("", "Jane Roe", emails=(("work", "jane@fabrikam.example"),)))
    _lose(world)
    worker = world.worker()
    worker.turn()
    assert [item[0] for item in world.items() if not item[2]] == [gone, kept, card]
    world.let_pass(timedelta(days=1))
    turn_all(world, worker, 5)
    assert [item[0] for item in world.items() if not item[2]] == [kept, card, missed]
    assert world.row().reconciled_at is not None
    with world.store.read() as tx:
        keys = {row[0]: row[1] for row in tx.execute(select(MailboxItem.remote_id, MailboxItem.change_key))}
    assert keys[card] == world.box.item(card).change_key


def test_nightly_comparison_runs_once_a_day(world: World) -> None:
    worker = world.worker()
    turn_all(world, worker, 10)
    world.let_pass(timedelta(days=1))
    turn_all(world, worker, 10)
    first = world.row().reconciled_at
    turn_all(world, worker, 600)
    assert world.row().reconciled_at == first
    world.let_pass(timedelta(days=1))
    turn_all(world, worker, 10)
    assert world.row().reconciled_at > first


def test_nightly_comparison_that_breaks_off_goes_on_with_the_next_folder(world: World) -> None:
    world.mail(1)
    world.card("Jane")
    worker = world.worker()
    worker.turn()
    world.let_pass(timedelta(days=1))
    listed: list[str] = []
    list_ids = world.provider.list_ids

    def once_broken(folder: object) -> object:
        listed.append(folder.path)  # type: ignore[attr-defined]
        if len(listed) == 2:
            raise MailboxUnavailable("no route")
        return list_ids(folder)  # type: ignore[arg-type]

    world.provider.list_ids = once_broken  # type: ignore[method-assign, assignment]
    turn_all(world, worker, 300)
    assert len(listed) == len(set(listed)) + 1
    assert world.row().reconciled_at is not None


def test_mail_that_arrives_while_history_loads_is_read_at_once(world: World) -> None:
    world.provider.page_size = 2
    for number in range(9):
        world.mail(number)
    worker = world.worker()
    changes, known = world.provider.changes, []

    def interrupted(folder: Folder, cursor: str | None) -> Iterator[Page]:
        for number, page in enumerate(changes(folder, cursor)):
            if folder == world.inbox and number == 1:
                known.append(world.mail(100))
                worker.hear(Poke(frozenset({folder.folder_id})))
            if folder == world.inbox and number == 2:
                known.append(str([item[0] for item in world.items() if item[0] == known[0]]))
            yield page

    world.provider.changes = interrupted  # type: ignore[method-assign]
    worker.turn()
    assert known[1] == str([known[0]])
    turn_all(world, worker, 1)
    assert len(world.items()) == 10


def test_of_two_services_of_a_shared_mailbox_one_works_and_the_other_takes_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one stalls in the middle of a folder until its lease runs out."""
    world.provider.page_size = 2
    for number in range(6):
        world.mail(number)
    first, second = world.worker(), world.worker()
    changes = world.provider.changes
    other: list[Any] = []

    def on(machine: str) -> None:
        monkeypatch.setattr("store.leases.this_process", lambda: f"{machine} 1 0")

    def stalled(folder: Folder, cursor: str | None) -> Iterator[Page]:
        for number, page in enumerate(changes(folder, cursor)):
            if number == 1 and not other:
                on("second")
                other.append(second.turn())
                world.let_pass(timedelta(minutes=3))
                other.append(second.turn())
                with world.store.write() as tx:  # it is in its next turn
                    until = world.wall + timedelta(minutes=2)
                    assert acquire_lease(tx, f"mailbox {world.mailbox_id}", until=until, now=world.wall)
                on("first")
            yield page

    world.provider.changes = stalled  # type: ignore[method-assign]
    on("first")
    assert first.turn() == LOOK_AGAIN
    assert (other[0] == LOOK_AGAIN, other[1] > LOOK_AGAIN) == (True, True)
    assert (world.row().state, len(world.items())) == ("ready", 6)
    assert [report.error for report in world.reports] == [""]
