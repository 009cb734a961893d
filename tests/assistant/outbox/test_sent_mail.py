"""A mail that was sent from here comes back once, linked to what its writer chose, and so do its answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from assistant.linking.worker import link_pending
from store.actor import SYSTEM
from store.linking.refusals import refuse_domain, refuse_message, refuse_sender
from store.linking.thread_refusals import refuse_thread
from store.mail.composing import Draft, Recipient, queue_mail, save_draft
from store.mail.tokens import token
from store.records.writing import create_record
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.outbox import Outgoing
from store.schema.records import Record
from store.types import new_uid
from tests.assistant.linking.mails import mail
from tests.assistant.outbox.world import JANE, US, World

STRANGER = "mallory@else.example"


@pytest.fixture
def deal(world: World) -> int:
    with world.store.write() as tx:
        values = {"title": "Snow guns"}
        return create_record(tx, "opportunity", values, number="OPP-00231", by=SYSTEM, now=world.now).record_id


def _send(world: World, record_id: int | None, answers: str = "") -> str:
    people = Recipient(US), (Recipient(JANE),)
    draft = Draft(1, *people, subject="Offer", text="100 EUR", in_reply_to=answers, record_id=record_id)
    uid = world.do(save_draft, draft)
    world.do(queue_mail, uid)
    world.pass_time(seconds=15)
    world.deliver()
    world.sync()
    return uid


def _key(world: World, subject: str) -> int:
    with world.store.read() as tx:
        return tx.execute(select(Activity.id).where(Activity.subject == subject)).scalar_one()


def _links(world: World, subject: str) -> list[tuple[str, str]]:
    with world.store.read() as tx:
        rows = tx.execute(
            select(Record.number, Link.rule)
            .join(Link, Link.record_id == Record.id)
            .join(Activity, Activity.id == Link.activity_id)
            .where(Activity.subject == subject, Link.state == "linked")
        )
        return [(row.number, row.rule) for row in rows]


def _answer(world: World, names: str, *, sender: str = JANE, number: int = 1) -> list[tuple[str, str]]:
    """An answer arrives that knows our mail only by what stands in References."""
    subject = f"Answer {number}"
    raw = mail(number, sender=sender, subject=subject, headers={"References": names})
    world.provider.deliver(world.provider.box.folders()[0], raw)
    world.sync()
    return _links(world, subject)


def _reference(world: World, uid: str) -> str:
    return f"<{world.row(uid).payload['references'][-1]}>"


@pytest.mark.parametrize("renamed", [False, True])
def test_sent_mail_shows_once_and_is_linked_to_what_its_writer_chose(world: World, deal: int, renamed: bool) -> None:
    world.server.renames = renamed
    _send(world, deal)
    world.sync()
    with world.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(Email)).scalar() == 1
    assert _links(world, "Offer") == [("OPP-00231", "sent")]


@pytest.mark.parametrize(("refuse", "refused"), [(refuse_sender, JANE), (refuse_domain, "fabrikam.example")])
def test_what_a_writer_chose_stands_where_nothing_is_to_be_linked_by_rule(
    world: World, deal: int, refuse: Callable[..., str], refused: str
) -> None:
    world.do(refuse, refused)
    _send(world, deal)
    assert _links(world, "Offer") == [("OPP-00231", "sent")]


def test_what_a_writer_chose_stands_in_a_refused_thread_until_the_mail_itself_is_refused(
    world: World, deal: int
) -> None:
    world.receive(1)
    world.do(refuse_thread, _key(world, "Snow guns"))
    _send(world, deal, answers="m1@mail.example")
    assert (_links(world, "Snow guns"), _links(world, "Offer")) == ([], [("OPP-00231", "sent")])
    world.do(refuse_thread, _key(world, "Offer"))
    link_pending(world.store, now=world.now)
    assert _links(world, "Offer") == []


def test_mail_that_was_said_to_be_not_relevant_is_not_linked_to_what_its_writer_chose(world: World, deal: int) -> None:
    _send(world, deal)
    world.do(refuse_message, _key(world, "Offer"))
    link_pending(world.store, now=world.now)
    assert _links(world, "Offer") == []


def test_case_9_copy_in_the_inbox_is_the_same_mail(world: World, deal: int) -> None:
    _send(world, deal)
    world.provider.deliver(world.provider.box.folders()[0], world.server.mailed[0].raw)
    world.sync()
    with world.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(Email)).scalar() == 1


def test_answer_with_our_token_is_linked_although_the_server_renamed_our_mail(world: World, deal: int) -> None:
    world.server.renames = True
    uid = _send(world, deal)
    assert _answer(world, _reference(world, uid)) == [("OPP-00231", "token")]


def test_token_copied_by_a_stranger_proves_nothing(world: World, deal: int) -> None:
    uid = _send(world, deal)
    assert _answer(world, _reference(world, uid), sender=STRANGER) == []


def test_forged_and_truncated_tokens_prove_nothing(world: World, deal: int) -> None:
    uid = _send(world, deal)
    real = _reference(world, uid)
    forged = f"<{token(b'x' * 32, uid)}.ref@alpine.example>"
    other = f"<{token(b'x' * 32, new_uid())}@alpine.example>"
    assert _answer(world, forged, number=1) == []
    assert _answer(world, other, number=2) == []
    assert _answer(world, real.replace(".ref@", "@").replace(real[45:50], ""), number=3) == []


def test_stamp_of_ours_on_a_strangers_mail_proves_nothing(world: World, deal: int) -> None:
    uid = _send(world, deal)
    stamp = world.row(uid).payload["headers"][0][1]
    raw = mail(1, sender=STRANGER, to=JANE, cc=US, subject="Copied", headers={"X-Regarding": stamp})
    world.provider.deliver(world.provider.box.folders()[0], raw)
    world.sync()
    assert _links(world, "Copied") == []


def test_sent_copy_that_a_sync_meets_settles_a_mail_in_doubt(world: World, deal: int) -> None:
    uid = _send(world, deal)
    with world.store.write() as tx:
        tx.execute(update(Outgoing).where(Outgoing.uid == uid).values(state="unsure", stage="sending"))
    sent = world.provider.box.items(world.provider.box.folders()[1])[0]
    world.provider.box.change(sent.item_id, flagged=True)
    world.sync()
    assert world.state(uid) == "done"


def test_mail_that_is_regarding_nothing_is_linked_by_its_stamp_to_nothing(small: World) -> None:
    _send(small, None)
    assert _links(small, "Offer") == []
