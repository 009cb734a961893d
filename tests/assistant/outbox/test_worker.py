"""The order of the outbox, and what one act's failure means for the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.outbox.handling import Delivery, Done, Failed, Later, Outcome
from assistant.outbox.worker import MOST_ATTEMPTS
from mail_sync.errors import AccessDenied, BrokenReply, Conflict, FolderRefused, RightsRevoked, SyncError
from store.outbox.delivery import OutboxRow, Overtaken, advance, claim, put_back
from store.outbox.queue import NewOutgoing, Verb, enqueue
from tests.assistant.outbox.world import World

MARK, SEND = Verb.MARK_MAIL, Verb.SEND_MAIL


class Scripted:
    """A handler that does what it is told, act by act, and remembers what it was given."""

    def __init__(self, **told: Outcome | BaseException) -> None:
        self.told = told
        self.seen: list[str] = []

    def __call__(self, delivery: Delivery, row: OutboxRow) -> Outcome:
        self.seen.append(row.summary)
        outcome = self.told.get(row.summary, Done())
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def _put(world: World, summary: str, item_id: int | None = None, **more: object) -> str:
    with world.store.write() as tx:
        act = NewOutgoing(world.mailbox.mailbox_id, MARK, summary, {"is_read": True}, item_id=item_id)
        return enqueue(tx, act, by=world.by, now=world.now)


def test_failing_act_lets_others_pass_and_holds_back_what_is_about_the_same_thing(world: World) -> None:
    item = world.receive()
    uids = [_put(world, name, item_id) for name, item_id in (("a", item), ("b", None), ("c", item), ("d", None))]
    script = Scripted(a=Later("not yet", timedelta(minutes=1)), b=Failed("never"))
    delivered = world.deliver(handlers={MARK: script})
    assert script.seen == ["a", "b", "d"]
    assert [world.state(uid) for uid in uids] == ["waiting", "failed", "waiting", "done"]
    assert (delivered.done, delivered.failed, delivered.waiting) == (1, 1, 1)
    script.told.clear()
    world.pass_time(minutes=1)
    world.deliver(handlers={MARK: script})
    assert script.seen == ["a", "b", "d", "a", "c"]


def test_unforeseen_failure_is_tried_again_ever_later_and_then_given_up(small: World) -> None:
    uid = _put(small, "a")
    script = Scripted(a=KeyError("surprise"))
    waits = []
    for _ in range(MOST_ATTEMPTS - 1):
        small.deliver(handlers={MARK: script})
        waits.append((small.row(uid).not_before - small.now).total_seconds())
        small.now = small.row(uid).not_before
    assert waits == [10, 20, 40, 80, 160, 320, 640]
    small.deliver(handlers={MARK: script})
    assert (small.state(uid), len(script.seen)) == ("failed", MOST_ATTEMPTS)
    assert small.row(uid).last_error == "It could not be carried out (KeyError: 'surprise')."


@pytest.mark.parametrize(
    ("error", "state", "stops", "attempts"),
    [
        (AccessDenied(), "failed", False, 1),
        (RightsRevoked(), "waiting", True, 0),
        (FolderRefused("Inbox"), "waiting", False, 1),
        (BrokenReply(), "waiting", True, 1),
        (Conflict(), "waiting", False, 1),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, SyncError) else None,
)
def test_error_concerns_the_act_or_the_whole_mailbox(
    small: World, error: SyncError, state: str, stops: bool, attempts: int
) -> None:
    uid, _ = _put(small, "a"), _put(small, "b")
    script = Scripted(a=error)
    delivered = small.deliver(handlers={MARK: script})
    assert (small.state(uid), delivered.error is error, small.row(uid).attempts) == (state, stops, attempts)
    assert script.seen == (["a"] if stops else ["a", "b"])


def test_act_without_a_handler_waits(small: World) -> None:
    uid = _put(small, "a")
    small.deliver(handlers={SEND: Scripted()})
    assert (small.state(uid), small.row(uid).attempts) == ("waiting", 0)


def test_delivery_that_was_overtaken_can_write_nothing_any_more(world: World) -> None:
    uid = _put(world, "a")
    key = world.row(uid).id
    with world.store.write() as tx:
        slow = claim(tx, key)
        quick = claim(tx, key)
    assert slow is not None
    assert quick is not None
    with world.store.write() as tx, pytest.raises(Overtaken):
        advance(tx, slow, "sending", "", now=world.now)
    with world.store.write() as tx:
        put_back(tx, quick, until=world.now, reason="", forgive=True)
        with pytest.raises(Overtaken):
            advance(tx, slow, "sending", "", now=world.now)


def test_answers_of_one_thread_wait_for_each_other(small: World) -> None:
    activity = small.item(small.receive()).activity_id
    later = small.now + timedelta(seconds=30)
    first = small.write_mail("First", activity_id=activity, not_before=later)
    second = small.write_mail("Second", activity_id=activity)
    other = small.write_mail("Other")
    small.deliver()
    assert [small.state(uid) for uid in (first, second, other)] == ["waiting", "waiting", "done"]
    small.now = later
    small.deliver()
    assert [mailed.raw.count(b"Subject: First") for mailed in small.server.mailed] == [0, 1, 0]
    assert small.state(second) == "done"
