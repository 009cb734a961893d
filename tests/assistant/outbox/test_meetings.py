"""Answers to invitations: the organizer is told once, or a person is asked."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from calendar_sync.event import Attendee, Event
from mail_sync.errors import QuotaFull
from mail_sync.message import Address
from mail_sync.provider import FolderRole
from store.outbox.queue import NewOutgoing, Verb, enqueue
from store.schema.mail import MailboxItem
from tests.assistant.outbox.world import JANE, US, Death, Killed, World

MEETING = Event(
    uid="visit@fabrikam.example",
    title="Visit",
    start=datetime(2026, 3, 9, 9, tzinfo=UTC),
    end=datetime(2026, 3, 9, 10, tzinfo=UTC),
    organizer=Address(JANE, "Jane"),
    attendees=(Attendee(Address(US)),),
    my_response="none",
)


@pytest.fixture
def invited(small: World) -> World:
    small.provider.deliver(small.folder(FolderRole.CALENDAR), MEETING)
    small.sync()
    return small


def _answer(world: World, answer: str = "accepted", *, tell: bool = True) -> str:
    remote = world.provider.box.items(world.folder(FolderRole.CALENDAR))[0].item_id
    act = NewOutgoing(
        world.mailbox.mailbox_id,
        Verb.ANSWER_MEETING,
        "Accept: Visit",
        {"answer": answer, "comment": "Gladly", "tell": tell, "original_start": ""},
        item_id=world.item(remote).id,
        mails=tell,
    )
    with world.store.write() as tx:
        return enqueue(tx, act, by=world.by, now=world.now)


def _shown(world: World) -> str:
    event = world.provider.box.items(world.folder(FolderRole.CALENDAR))[0].content
    assert isinstance(event, Event)
    return event.my_response


def _settle(world: World, uid: str) -> str:
    for _ in range(20):
        world.deliver()
        if world.state(uid) not in ("waiting", "working"):
            break
        world.pass_time(seconds=15)
    return world.state(uid)


@pytest.mark.parametrize(("tell", "told"), [(True, 1), (False, 0)])
def test_answer_shows_in_the_calendar_and_tells_the_organizer_where_asked(
    invited: World, tell: bool, told: int
) -> None:
    uid = _answer(invited, "tentative", tell=tell)
    invited.deliver()
    assert (invited.state(uid), _shown(invited)) == ("done", "tentative")
    assert [mailed.recipients for mailed in invited.server.mailed] == [(JANE,)] * told


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_organizer_is_never_told_twice_wherever_the_process_is_killed(invited: World, after: bool) -> None:
    ends = []
    for step, answer in enumerate(("accepted", "tentative", "accepted", "tentative", "accepted"), start=1):
        already = len(invited.server.mailed)
        uid = _answer(invited, answer)
        with suppress(Killed):
            invited.deliver(Death(step, after))
        ends.append((_settle(invited, uid), len(invited.server.mailed) - already))
    # claim, sending, answer, done, and nothing more to die at
    sent, unsure = ("done", 1), ("unsure", 0)
    assert ends == ([sent, unsure, sent, sent, sent] if after else [sent, sent, unsure, sent, sent])


def test_lost_reply_is_looked_up_in_the_calendar(invited: World) -> None:
    uid = _answer(invited)
    invited.provider.faults.lose_replies(1)
    invited.deliver()
    assert (invited.state(uid), len(invited.server.mailed)) == ("done", 1)


@pytest.mark.parametrize(("answer", "ends"), [("declined", "done"), ("accepted", "unsure")])
def test_answer_in_doubt_is_looked_up_although_the_meeting_left_the_calendar(
    invited: World, answer: str, ends: str
) -> None:
    uid = _answer(invited, answer)
    with suppress(Killed):
        invited.deliver(Death(3, after=answer == "declined"))
    for item in invited.provider.box.items(invited.folder(FolderRole.CALENDAR)):
        invited.provider.box.remove(item.item_id)
    with invited.store.write() as tx:
        tx.execute(update(MailboxItem).values(gone_at=invited.now, buried_at=invited.now))
    assert _settle(invited, uid) == ends
    assert len(invited.server.mailed) == (ends == "done")


def test_full_mailbox_answers_later(invited: World) -> None:
    uid = _answer(invited)
    invited.provider.faults.fail_writes(QuotaFull(), times=2)
    invited.deliver()
    assert (invited.row(uid).state, invited.row(uid).stage) == ("waiting", "")
    invited.pass_time(minutes=30)
    invited.provider.faults.heal()
    invited.deliver()
    assert (invited.state(uid), len(invited.server.mailed)) == ("done", 1)


def test_meeting_that_left_the_calendar_is_not_answered(invited: World) -> None:
    uid = _answer(invited)
    invited.provider.box.remove(invited.provider.box.items(invited.folder(FolderRole.CALENDAR))[0].item_id)
    for _ in range(10):
        invited.deliver()
        invited.now = max(invited.now, invited.row(uid).not_before) + timedelta(minutes=1)
    assert (invited.state(uid), invited.server.mailed) == ("cancelled", [])
