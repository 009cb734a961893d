from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mail_sync.answering import (
    MOST_REFERENCES,
    Answering,
    Original,
    Recipients,
    answer_recipients,
    answer_subject,
    answer_to,
    composed_text,
    quoted,
    thread_references,
)
from mail_sync.message import Address
from mail_sync.mime.quotes import split_reply

US, JANE, BOB = (
    Address("anna@alpine.example", "Anna"),
    Address("jane@fabrikam.example", "Jane"),
    Address("bob@x.example"),
)
ORIGINAL = Original(
    message_id="1@fabrikam.example",
    subject="Snow guns",
    sender=JANE,
    sent_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    text="Hello Anna\n\n> earlier",
    to=(US, BOB),
    cc=(Address("carl@x.example"), JANE),
)


def _is_ours(email: str) -> bool:
    return email == US.email


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        ("Offer", "Re: Offer"),
        ("AW: Re: SV: Offer", "Re: Offer"),
        ("RE[2]: aw: Offer", "Re: Offer"),
        ("回复：报价", "Re: 报价"),
        ("Fwd: WG: Offer", "Re: Offer"),
        ("[EXT] Re: Offer", "Re: [EXT] Re: Offer"),
        ("Recall: the plan", "Re: Recall: the plan"),
        ("", "Re:"),
    ],
)
def test_answer_has_one_prefix_in_whatever_language_the_others_were(subject: str, wanted: str) -> None:
    assert answer_subject(subject, Answering.REPLY) == wanted


def test_forward_has_its_own_prefix() -> None:
    assert answer_subject("Re: Offer", Answering.FORWARD) == "Fwd: Offer"


def test_reply_goes_to_the_sender_or_where_they_want_it() -> None:
    assert answer_recipients(ORIGINAL, Answering.REPLY, _is_ours) == Recipients((JANE,))
    desk = replace(ORIGINAL, reply_to=(Address("desk@fabrikam.example"), US))
    assert answer_recipients(desk, Answering.REPLY, _is_ours) == Recipients((Address("desk@fabrikam.example"),))


def test_reply_to_all_copies_everybody_else_once_and_never_ourselves() -> None:
    assert answer_recipients(ORIGINAL, Answering.REPLY_ALL, _is_ours) == Recipients(
        (JANE,), (BOB, Address("carl@x.example"))
    )


def test_answering_our_own_mail_goes_on_writing_to_its_recipients() -> None:
    ours = replace(ORIGINAL, sender=US, to=(JANE,), cc=(BOB,))
    assert answer_recipients(ours, Answering.REPLY, _is_ours) == Recipients((JANE,))
    assert answer_recipients(ours, Answering.REPLY_ALL, _is_ours) == Recipients((JANE,), (BOB,))


def test_note_to_ourselves_can_be_answered() -> None:
    note = replace(ORIGINAL, sender=US, to=(US,), cc=())
    assert answer_recipients(note, Answering.REPLY, _is_ours) == Recipients((US,))


def test_references_end_with_the_mail_that_is_answered_and_stay_few() -> None:
    long = replace(ORIGINAL, references=tuple(f"{n}@x" for n in range(40)))
    found = thread_references(long)
    assert (len(found), found[0], found[-1]) == (MOST_REFERENCES, "0@x", "1@fabrikam.example")


def test_quotation_is_told_from_the_answer_by_our_own_reader() -> None:
    text = "Yes, gladly.\n\n" + quoted(ORIGINAL)
    assert split_reply(text) == ("Yes, gladly.", "")
    assert quoted(ORIGINAL).splitlines()[-1] == ">> earlier"


def test_forward_carries_the_original_with_its_headers_and_stays_in_the_thread() -> None:
    answer = answer_to(ORIGINAL, Answering.FORWARD, _is_ours)
    assert answer.recipients == Recipients()
    assert (answer.in_reply_to, answer.references) == ("", ("1@fabrikam.example",))
    assert "From: Jane <jane@fabrikam.example>" in answer.quotation.splitlines()
    assert split_reply("FYI\n\n" + answer.quotation)[0] == "FYI"


def test_empty_answer_leaves_room_above_signature_and_quotation() -> None:
    assert composed_text("Anna\nAlpine", "On") == "\n\n-- \nAnna\nAlpine\n\nOn\n"
    assert composed_text("", "") == ""
