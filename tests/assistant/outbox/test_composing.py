"""From a stored mail to an answer in the outbox and back out of the server's Sent Items."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from assistant.composing import answer_draft, correction_draft, new_draft, with_template
from mail_sync.answering import Answering
from store.actor import SYSTEM
from store.engine import open_store
from store.errors import AlreadySent, CannotUndo, Invalid, NotFound
from store.history.operations import undo
from store.mail.composing import (
    MOST_BYTES,
    Draft,
    Recipient,
    attach_file,
    attach_from_mail,
    detach_file,
    discard_draft,
    queue_mail,
    read_draft,
    save_draft,
)
from store.mail.templates import delete_template, save_template, templates
from store.outbox.decisions import recall_outgoing
from store.records.writing import create_record
from store.schema.people import Mailbox
from store.sync.mailboxes import claim_addresses
from tests.assistant.linking.mails import JANE, US
from tests.assistant.outbox.world import World


def _answer(world: World, how: Answering = Answering.REPLY, **headers: Any) -> Draft:
    item = world.receive(1, **headers)
    with world.store.read() as tx:
        return answer_draft(tx, world.item(item).activity_id, how, by=world.by)


def _sent(world: World) -> EmailMessage:
    return message_from_bytes(world.server.mailed[-1].raw, policy=policy.default)


def _send(world: World, draft: Draft) -> str:
    uid = world.do(save_draft, draft)
    world.do(queue_mail, uid)
    world.pass_time(seconds=15)
    world.deliver()
    assert world.state(uid) == "done"
    return uid


def test_answer_keeps_the_thread_and_carries_a_token_beside_it(world: World) -> None:
    draft = _answer(world, references=(7, 8))
    assert draft.to == (Recipient(JANE),)
    assert (draft.subject, draft.sender.email) == ("Re: Snow guns", US)
    uid = _send(world, draft)
    sent = _sent(world)
    assert sent["In-Reply-To"] == "<m1@mail.example>"
    references = sent["References"].split()
    assert [*references[:2], references[3]] == ["<m7@mail.example>", "<m8@mail.example>", "<m1@mail.example>"]
    assert references[2].startswith(f"<rg.{uid}.")
    assert sent["Message-ID"].startswith(f"<rg.{uid}.")
    assert sent["X-Regarding"].strip().startswith(f"rg.{uid}.")
    assert "> Hello number 1" in sent.get_content()


def test_draft_is_kept_changed_and_thrown_away_by_its_writer(world: World) -> None:
    draft = Draft(1, Recipient(US, "Anna"), to=(Recipient(JANE), Recipient(JANE.upper())), subject="A\nB", text="C")
    uid = world.do(save_draft, draft)
    with world.store.read() as tx:
        kept = read_draft(tx, uid, by=world.by)
    assert (kept.to, kept.subject) == ((Recipient(JANE),), "A B")
    world.do(save_draft, kept, uid=uid)
    assert world.row(uid).summary == f"Mail to {JANE}: A B"
    world.do(discard_draft, uid)
    with pytest.raises(NotFound):
        world.do(save_draft, kept, uid=uid)
    world.do(undo)
    assert world.state(uid) == "draft"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"to": ()}, "The mail has no recipient."),
        ({"to": (Recipient("jane"),)}, "'jane' is not an e-mail address."),
        ({"text": "Dear {contact.given_name}"}, "{contact.given_name} is still to be filled in."),
        ({"sender": Recipient("boss@alpine.example")}, "This mailbox does not send as boss@alpine.example."),
    ],
)
def test_mail_that_cannot_go_is_refused_in_words(small: World, values: dict[str, Any], sentence: str) -> None:
    uid = small.do(save_draft, replace(Draft(1, Recipient(US), (Recipient(JANE),)), **values))
    with pytest.raises(Invalid) as refused:
        small.do(queue_mail, uid)
    assert refused.value.sentence == sentence
    assert small.state(uid) == "draft"


def test_files_travel_with_the_mail_and_too_many_do_not(small: World) -> None:
    uid = small.do(save_draft, Draft(1, Recipient(US), to=(Recipient(JANE),), subject="Files", text="See\n"))
    small.do(attach_file, uid, "big.bin", "", iter([b"x" * (MOST_BYTES + 1)]))
    with pytest.raises(Invalid, match="at most 20 MB"):
        small.do(queue_mail, uid)
    small.do(detach_file, uid, 0)
    small.do(attach_file, uid, "offer.pdf", "application/pdf", iter([b"%PDF", b"-1"]))
    small.do(queue_mail, uid, recall=timedelta(0))
    small.deliver()
    attached = list(_sent(small).iter_attachments())
    assert [(part.get_filename(), part.get_content()) for part in attached] == [("offer.pdf", b"%PDF-1")]


def test_forward_carries_text_and_files_of_the_original(small: World) -> None:
    draft = _answer(small, Answering.FORWARD)
    assert (draft.subject, draft.to) == ("Fwd: Snow guns", ())
    uid = small.do(save_draft, draft)
    assert small.do(attach_from_mail, uid, draft.activity_id) == 0
    assert "---------- Forwarded message ----------" in draft.text


def test_mail_waits_can_be_recalled_by_undo_and_later_offers_a_correction(world: World) -> None:
    uid = world.do(save_draft, Draft(1, Recipient(US), to=(Recipient(JANE),), subject="Offer", text="100 EUR"))
    world.do(queue_mail, uid)
    world.deliver()
    assert world.state(uid) == "waiting"
    world.do(undo)
    assert world.state(uid) == "draft"
    world.do(queue_mail, uid)
    world.pass_time(seconds=15)
    world.deliver()
    with pytest.raises(AlreadySent) as told:
        world.do(undo)
    with world.store.read() as tx:
        draft = correction_draft(tx, told.value.outgoing_uid, by=world.by)
    assert (draft.subject, draft.to, draft.how) == ("Correction: Offer", (Recipient(JANE),), "correction")
    assert draft.in_reply_to.startswith(f"rg.{uid}.")
    assert "> 100 EUR" in draft.text


def test_undo_sends_no_words_that_were_written_after_a_mail_was_taken_back(small: World) -> None:
    draft = Draft(1, Recipient(US), to=(Recipient(JANE),), subject="Offer", text="100 EUR")
    uid = small.do(save_draft, draft)
    small.do(queue_mail, uid)
    small.do(recall_outgoing, uid)
    small.do(undo)
    assert small.state(uid) == "waiting"
    small.do(recall_outgoing, uid)
    small.do(save_draft, replace(draft, text="{me.name} offers"), uid=uid)
    with pytest.raises(CannotUndo, match="was changed since it was taken back"):
        small.do(undo)
    assert small.state(uid) == "draft"


def test_answer_comes_from_the_address_that_was_written_to(small: World) -> None:
    with small.store.write() as tx:
        claim_addresses(tx, ["service@alpine.example"], mailbox_id=1)
        tx.execute(update(Mailbox).values(settings={"signature": "Anna\nAlpine"}))
    draft = _answer(small, to="service@alpine.example", cc=US)
    assert draft.sender.email == "service@alpine.example"
    assert draft.text.startswith("\n\n-- \nAnna\nAlpine\n\nOn ")
    assert _answer_all(small).cc == ()


def _answer_all(world: World) -> Draft:
    item = world.receive(2, to="service@alpine.example", cc=US)
    with world.store.read() as tx:
        return answer_draft(tx, world.item(item).activity_id, Answering.REPLY_ALL, by=world.by)


def test_template_is_filled_from_recipient_record_and_writer(small: World) -> None:
    with small.store.write() as tx:
        values = {"title": "Jane Roe", "given_name": "Jane", "emails": [JANE]}
        create_record(tx, "contact", values, by=SYSTEM, now=small.now)
        case = create_record(tx, "case", {"title": "Leak"}, by=SYSTEM, now=small.now)
    uid = small.do(save_template, "Greeting", "About {case.number}", "Dear {contact.given_name} of {account.name},")
    with small.store.read() as tx:
        draft = new_draft(tx, record_id=case.record_id, to=[Recipient(JANE)], by=small.by)
        template = templates(tx, by=small.by)[0]
        begun = with_template(tx, draft, template.subject, template.text + " {me.name}", by=small.by)
    assert (template.uid, template.shared) == (uid, False)
    assert begun.draft.subject == f"About {case.number}"
    assert begun.draft.text.startswith("Dear Jane of {account.name}, Anna")
    assert begun.missing == ("account.name",)
    small.do(delete_template, uid)
    with small.store.read() as tx:
        assert templates(tx, by=small.by) == ()


def test_sending_needs_a_mailbox(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "empty.db"))
    with store.read() as tx, pytest.raises(Invalid, match="connect one first"):
        new_draft(tx, by=SYSTEM)
    store.close()
