"""A mail is sent once or a person is asked, whatever breaks in between."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from mail_sync.errors import AuthExpired, QuotaFull, SendRefused, Throttled
from mail_sync.provider import FolderRole
from mail_sync.providers.memory_box import MemoryItem
from tests.assistant.outbox.world import Death, Killed, World

_STEPS = 8  # commits and writes on the server while a mail is sent, and one more


def _settle(world: World, uid: str) -> str:
    """Deliver until the mail's fate is decided."""
    for _ in range(20):
        world.deliver()
        if world.state(uid) not in ("waiting", "working"):
            break
        world.pass_time(seconds=15)
    return world.state(uid)


def test_mail_is_drafted_sent_and_kept_once_in_sent_items(world: World) -> None:
    uid = world.write_mail()
    delivered = world.deliver()
    assert (delivered.done, delivered.sent, delivered.next_at) == (1, 1, None)
    assert world.state(uid) == "done"
    assert [mailed.recipients for mailed in world.server.mailed] == [("jane@fabrikam.example",)]
    assert world.subjects(FolderRole.SENT) == ["Offer"]
    assert world.subjects(FolderRole.DRAFTS) == []


def test_mail_waits_for_its_time_and_says_when_that_is(small: World) -> None:
    later = small.now + timedelta(seconds=15)
    uid = small.write_mail(not_before=later)
    assert small.deliver().next_at == later
    assert small.state(uid) == "waiting"
    small.pass_time(seconds=15)
    assert small.deliver().sent == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_mail_is_never_sent_twice_wherever_the_process_is_killed(small: World, after: bool) -> None:
    ends = []
    for step in range(1, _STEPS + 1):
        already = len(small.server.mailed)
        uid = small.write_mail(f"Offer {step}")
        with suppress(Killed):
            small.deliver(Death(step, after))
        ends.append((_settle(small, uid), len(small.server.mailed) - already))
        assert small.subjects(FolderRole.DRAFTS).count(f"Offer {step}") == (ends[-1] == ("unsure", 0))
    # claim, drafting, save, drafted, sending, send, done, and nothing more to die at
    unsure, sent = ("unsure", 0), ("done", 1)
    assert ends == ([sent] * 4 + [unsure] + [sent] * 3 if after else [sent] * 5 + [unsure] + [sent] * 2)


def test_lost_reply_to_the_sending_is_looked_up_and_not_repeated(small: World) -> None:
    uid = small.write_mail()
    small.provider.faults.lose_replies(1)  # of saving the draft
    small.deliver()
    assert small.state(uid) == "waiting"
    small.pass_time(seconds=10)
    small.deliver()
    assert (small.state(uid), len(small.server.mailed)) == ("done", 1)
    assert small.subjects(FolderRole.DRAFTS) == []


@pytest.mark.parametrize("arrived", [True, False])
def test_sending_with_an_unknown_outcome_ends_sent_or_with_a_question(small: World, arrived: bool) -> None:
    uid = small.write_mail()
    folder = small.folder(FolderRole.DRAFTS)

    def drop_the_reply(*_: object) -> None:
        faults = small.provider.faults
        (faults.lose_replies if arrived else faults.lose_requests)(1)

    small.provider.before_send = drop_the_reply
    small.deliver()
    if arrived:
        assert (small.state(uid), len(small.server.mailed)) == ("done", 1)
        return
    assert small.state(uid) == "waiting"
    assert _settle(small, uid) == "unsure"
    assert small.server.mailed == []
    assert len(small.provider.box.items(folder)) == 1
    assert small.row(uid).last_error.startswith("Nobody can say whether this mail was sent")
    assert small.now < small.row(uid).staged_at + timedelta(minutes=3)


def test_mail_that_shows_in_sent_items_late_counts_as_sent(small: World) -> None:
    uid = small.write_mail()
    small.provider.before_send = lambda *_: small.provider.faults.lose_requests(1)
    small.deliver()
    draft: MemoryItem = small.provider.box.items(small.folder(FolderRole.DRAFTS))[0]
    small.pass_time(seconds=30)
    small.provider.box.move(draft.item_id, small.folder(FolderRole.SENT), is_draft=False)
    assert small.deliver().sent == 1
    assert small.state(uid) == "done"


def test_refused_mail_fails_in_words_and_may_be_sent_again(small: World) -> None:
    uid = small.write_mail()
    small.provider.before_send = lambda *_: small.provider.faults.fail_writes(SendRefused("too many recipients"))
    small.deliver()
    row = small.row(uid)
    assert (row.state, row.stage) == ("failed", "recalled")
    assert row.last_error == "The server refused this (too many recipients)."
    assert small.server.mailed == []


@pytest.mark.parametrize("error", [QuotaFull(), Throttled(retry_after=timedelta(minutes=10))])
def test_mailbox_that_is_unavailable_at_the_sending_sends_the_same_draft_later(small: World, error: Exception) -> None:
    uid = small.write_mail()
    assert isinstance(error, QuotaFull | Throttled)
    small.provider.before_send = lambda *_: small.provider.faults.fail_writes(error, times=2)
    delivered = small.deliver()
    assert delivered.error is error
    assert (small.row(uid).state, small.row(uid).stage, small.row(uid).attempts) == ("waiting", "drafted", 0)
    assert small.row(uid).not_before == small.now + error.retry_after
    small.pass_time(minutes=30)
    small.provider.faults.heal()
    small.deliver()
    assert (small.state(uid), len(small.server.mailed)) == ("done", 1)
    assert small.subjects(FolderRole.DRAFTS) == []


def test_draft_that_somebody_deleted_in_outlook_is_not_sent(small: World) -> None:
    uid = small.write_mail()
    small.provider.before_send = lambda *_: small.provider.faults.fail_writes(QuotaFull(), times=2)
    small.deliver()
    small.provider.box.remove(small.provider.box.items(small.folder(FolderRole.DRAFTS))[0].item_id)
    small.pass_time(minutes=30)
    small.deliver()
    assert (small.state(uid), small.server.mailed) == ("failed", [])
    assert small.row(uid).last_error == "The draft was deleted in Outlook before it was sent, so it was not sent."


def test_several_drafts_with_one_stamp_become_one(small: World) -> None:
    uid = small.write_mail()
    with pytest.raises(Killed):
        small.deliver(Death(3, after=True))
    box = small.provider.box
    draft = box.items(small.folder(FolderRole.DRAFTS))[0]
    box.add(small.folder(FolderRole.DRAFTS), draft.content, is_draft=True, stamp=uid)
    small.deliver()
    assert (small.state(uid), len(small.server.mailed)) == ("done", 1)
    assert small.subjects(FolderRole.DRAFTS) == []
    assert small.subjects(FolderRole.DELETED) == ["Offer"]


def test_refused_mailbox_stops_and_everything_waits_in_order(small: World) -> None:
    first, second = small.write_mail("First"), small.write_mail("Second")
    small.provider.faults.fail(AuthExpired())
    delivered = small.deliver()
    assert isinstance(delivered.error, AuthExpired)
    assert (small.state(first), small.state(second)) == ("waiting", "waiting")
    small.pass_time(minutes=1)
    small.deliver()
    assert small.subjects(FolderRole.SENT) == ["First", "Second"]
