"""Two people and one mail: drafts of others, who answered since, and a mail that waits no longer once answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from store.actor import Actor
from store.engine import Store
from store.errors import CannotUndo, NotFound
from store.history.operations import undo
from store.mail.composing import Draft, Recipient, queue_mail, read_draft, save_draft, take_over_draft
from store.queries.answering import answered_since, drafts_of_others
from store.schema.activities import Activity
from store.schema.triage import Triage
from tests.store.builders import NOW, World, actor

LATER = NOW + timedelta(minutes=5)


def _desk(tx: Connection) -> tuple[Actor, Actor, int, Draft]:
    """Ann and Bob at one mailbox, a mail of a customer that waits, and an answer to it."""
    world = World(tx)
    box = world.mailbox("support@alpine.example", None)
    ann, bob = (replace(actor(world.user(name), mailbox_ids=[box]), name=name) for name in ("Ann", "Bob"))
    mail = world.email("Leak", mailbox_ids=[box], direction="in", at=NOW)
    world.party(mail, "from", "jan@contoso.example")
    tx.execute(insert(Triage).values(activity_id=mail, occurred_at=NOW, state="undecided"))
    draft = Draft(
        mailbox_id=box,
        sender=Recipient("support@alpine.example"),
        to=(Recipient("jan@contoso.example"),),
        subject="Re: Leak",
        text="We are\non our way.",
        how="reply",
        activity_id=mail,
    )
    return ann, bob, mail, draft


def test_an_answer_that_somebody_else_began_can_be_gone_on_with(store: Store) -> None:
    with store.write() as tx:
        ann, bob, mail, draft = _desk(tx)
        uid = save_draft(tx, draft, by=ann, now=LATER)
        assert drafts_of_others(tx, mail, by=ann) == ()
        [found] = drafts_of_others(tx, mail, by=bob)
        assert (found.uid, found.name, found.said) == (uid, "Ann", "We are on our way.")
        assert drafts_of_others(tx, mail, by=replace(bob, mailbox_ids=frozenset())) == ()
        take_over_draft(tx, uid, by=bob, now=LATER)
        assert read_draft(tx, uid, by=bob).text == draft.text
        with pytest.raises(NotFound):
            read_draft(tx, uid, by=ann)
        undo(tx, by=bob, now=LATER)
        assert read_draft(tx, uid, by=ann).text == draft.text
        taken = take_over_draft(tx, uid, by=bob, now=LATER)
        queue_mail(tx, uid, by=bob, now=LATER)
        with pytest.raises(CannotUndo) as refused:
            undo(tx, taken, by=bob, now=LATER, force=True)
        assert refused.value.sentence == "“Reply to jan@contoso.example: Re: Leak” is no draft any more."
        with pytest.raises(NotFound):
            take_over_draft(tx, uid, by=replace(bob, mailbox_ids=frozenset()), now=LATER)


def test_an_answer_to_what_is_private_is_shown_to_nobody_who_reads_the_mailbox_for_its_owner(
    sqlite_store: Store,
) -> None:
    with sqlite_store.write() as tx:
        ann, bob, mail, draft = _desk(tx)
        delegate = replace(bob, delegated_ids=bob.mailbox_ids)
        uid = save_draft(tx, draft, by=ann, now=LATER)
        tx.execute(update(Activity).where(Activity.id == mail).values(private=True))
        assert [len(drafts_of_others(tx, mail, by=by)) for by in (bob, delegate)] == [1, 0]
        with pytest.raises(NotFound):
            take_over_draft(tx, uid, by=delegate, now=LATER)
        queue_mail(tx, uid, by=ann, now=LATER)
        assert answered_since(tx, mail, by=delegate) is None


def test_what_somebody_else_answered_since_is_known_before_sending(store: Store) -> None:
    with store.write() as tx:
        ann, bob, mail, draft = _desk(tx)
        assert answered_since(tx, mail, by=bob) is None
        queue_mail(tx, save_draft(tx, draft, by=ann, now=LATER), by=ann, now=LATER)
        found = answered_since(tx, mail, by=bob)
        assert found is not None and (found.name, found.at) == ("Ann", LATER)
        assert answered_since(tx, mail, by=ann) is None


def test_a_mail_that_a_person_answered_waits_no_longer(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        ann, _, mail, draft = _desk(tx)
        state = select(Triage.state).where(Triage.activity_id == mail)
        queue_mail(tx, save_draft(tx, draft, by=ann, now=LATER), automatic=True, by=ann, now=LATER)
        assert tx.execute(state).scalar() == "undecided"
        sent = queue_mail(tx, save_draft(tx, draft, by=ann, now=LATER), by=ann, now=LATER)
        assert tx.execute(state).scalar() == "handled"
        undo(tx, sent, by=ann, now=LATER)
        assert tx.execute(state).scalar() == "undecided"
