"""What people decide about the outbox, and that undo keeps to what can still be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from store.actor import Actor
from store.engine import Store
from store.errors import AlreadySent, CannotUndo, Invalid, NotFound
from store.history.operations import undo
from store.outbox.decisions import confirm_sent, discard_outgoing, recall_outgoing, retry_outgoing, send_now
from store.outbox.queue import NewOutgoing, Verb, enqueue
from store.schema.outbox import Outgoing
from tests.store.builders import NOW, World, actor

LATER = NOW + timedelta(seconds=15)


def _mail(tx: Connection, **values: object) -> tuple[str, Actor]:
    """A mail that waits in Kim's outbox, and Kim."""
    world = World(tx)
    kim = world.user("Kim")
    by = actor(kim, mailbox_ids=[world.mailbox("kim@alpine.example", kim)])
    act = NewOutgoing(min(by.mailbox_ids), Verb.SEND_MAIL, "Offer", {"text": "Hello"}, mails=True, not_before=LATER)
    uid = enqueue(tx, act, by=by, now=NOW)
    if values:
        tx.execute(update(Outgoing).where(Outgoing.uid == uid).values(**values))
    return uid, by


def _states(tx: Connection) -> list[tuple[str, str, str]]:
    rows = tx.execute(select(Outgoing.verb, Outgoing.state, Outgoing.stage).order_by(Outgoing.id))
    return [(row.verb, row.state, row.stage) for row in rows]


def test_recalled_mail_is_a_draft_again_and_undo_sends_it_after_another_wait(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx)
        recall_outgoing(tx, uid, by=by, now=NOW)
        assert _states(tx) == [("send_mail", "draft", "")]
        undo(tx, by=by, now=NOW + timedelta(hours=1))
        row = tx.execute(select(Outgoing.state, Outgoing.not_before, Outgoing.payload)).one()
        assert (row.state, row.not_before) == ("waiting", NOW + timedelta(hours=1, seconds=15))
        assert row.payload == {"text": "Hello"}


def test_mail_that_lies_in_drafts_already_is_recalled_and_its_draft_deleted(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx, stage="drafted", remote_id="item-1")
        recall_outgoing(tx, uid, by=by, now=NOW)
        assert _states(tx) == [("send_mail", "draft", "recalled"), ("drop_draft", "waiting", "")]


@pytest.mark.parametrize(("state", "stage"), [("working", "drafting"), ("waiting", "sending")])
def test_mail_that_is_being_sent_cannot_be_recalled(store: Store, state: str, stage: str) -> None:
    with store.write() as tx:
        uid, by = _mail(tx, state=state, stage=stage)
        with pytest.raises(CannotUndo, match="being sent at this moment"):
            recall_outgoing(tx, uid, by=by, now=NOW)


def test_sent_mail_offers_a_correction_instead_of_a_recall(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx, state="done")
        with pytest.raises(AlreadySent) as told:
            recall_outgoing(tx, uid, by=by, now=NOW)
        assert told.value.outgoing_uid == uid
        assert told.value.sentence == "“Offer” was sent and cannot be taken back; you can send a correction."


def test_failed_mail_is_tried_again_and_undo_takes_that_back_before_it_begins(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx, state="failed", stage="recalled", last_error="refused", attempts=3)
        retry_outgoing(tx, uid, by=by, now=NOW)
        row = tx.execute(select(Outgoing.state, Outgoing.attempts, Outgoing.last_error, Outgoing.stage)).one()
        assert tuple(row) == ("waiting", 0, "", "recalled")
        tx.execute(update(Outgoing).values(state="done"))
        with pytest.raises(AlreadySent):
            undo(tx, by=by, now=NOW, force=True)


def test_mail_in_doubt_is_sent_again_as_another_mail(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx, state="unsure", stage="sending")
        retry_outgoing(tx, uid, by=by, now=NOW)
        assert _states(tx) == [
            ("send_mail", "cancelled", "recalled"),
            ("drop_draft", "waiting", ""),
            ("send_mail", "waiting", ""),
        ]
        assert len(set(tx.execute(select(Outgoing.uid)).scalars())) == 3
        undo(tx, by=by, now=NOW)
        assert [state for verb, state, _ in _states(tx) if verb == "send_mail"] == ["unsure", "cancelled"]


def test_mail_in_doubt_that_was_sent_is_done_until_the_word_is_taken_back(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx, state="unsure", stage="sending")
        confirm_sent(tx, uid, by=by, now=NOW)
        assert _states(tx) == [("send_mail", "done", "recalled"), ("drop_draft", "waiting", "")]
        undo(tx, by=by, now=NOW)
        assert _states(tx)[0][1] == "unsure"


def test_discarded_mail_comes_back_by_undo(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx, state="draft")
        discard_outgoing(tx, uid, by=by, now=NOW)
        assert _states(tx) == [("send_mail", "cancelled", "")]
        undo(tx, by=by, now=NOW)
        assert _states(tx) == [("send_mail", "draft", "")]
        with pytest.raises(Invalid):
            confirm_sent(tx, uid, by=by, now=NOW)


def test_mail_goes_at_once_when_told_so(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx)
        send_now(tx, uid, by=by, now=NOW)
        assert tx.execute(select(Outgoing.not_before)).scalar_one() == NOW


def test_outbox_of_others_is_not_found(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx, state="draft")
        colleague = Actor(World(tx).user("Lee"), "Lee", "sales", by.mailbox_ids)
        for stranger in (colleague, actor(colleague.user_id or 0)):
            with pytest.raises(NotFound):
                discard_outgoing(tx, uid, by=stranger, now=NOW)


def test_a_meeting_whose_guests_were_told_is_tried_again_without_telling_them(store: Store) -> None:
    with store.write() as tx:
        uid, by = _mail(tx, verb="put_event", state="waiting", stage="told", operation_uid="x")
        with pytest.raises(AlreadySent):
            recall_outgoing(tx, uid, by=by, now=NOW)
        tx.execute(update(Outgoing).values(state="failed"))
        retry_outgoing(tx, uid, by=by, now=NOW)
        assert _states(tx) == [("put_event", "waiting", "told")]
