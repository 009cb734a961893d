"""What linking reads of one mail."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mail_sync.clues import Clues, read_clues
from mail_sync.marks import marks
from mail_sync.mime.quotes import split_reply

MAIL = """\
Hello Anna,

the two pumps arrive on Tuesday the tenth of May.

Best regards
Jo Berg
Fabrikam GmbH
jo.berg@fabrikam.example

On Mon, 2 Nov 2026 10:00, Anna <anna@example.org> wrote:
> when will the pumps be
> delivered to our place in Oslo
"""


def test_clues_tell_new_words_from_signature_and_quotation() -> None:
    clues = read_clues("AW: Pumps", MAIL, len(split_reply(MAIL)[0]))
    assert clues.new_text == "Hello Anna,\n\nthe two pumps arrive on Tuesday the tenth of May."
    assert clues.signature == "Best regards\nJo Berg\nFabrikam GmbH\njo.berg@fabrikam.example"
    assert clues.own_marks == marks(clues.new_text, 40) != ()
    assert clues.quoted_marks == marks("when will the pumps be delivered to our place in Oslo", 80) != ()
    assert not clues.forwarded


def test_clues_of_a_forward_say_so_by_subject_or_by_its_marker() -> None:
    passed_on = "For you.\n\n---------- Forwarded message ---------\nFrom: Jo\nDate: Monday\nSubject: x\n\nold"
    assert read_clues("WG: Pumps", "For you.", 8).forwarded
    assert read_clues("Pumps", passed_on, 8).forwarded
    assert not read_clues("Pumps", passed_on.replace("Forwarded", "Original"), 8).forwarded


def test_clues_of_a_text_that_is_all_new_quote_nothing() -> None:
    assert read_clues("Call", "", 0) == Clues()
    assert read_clues("Call", "On Monday Jo wrote:\n> a note about the pumps in Oslo", 999).quoted_marks == ()


@given(st.text(max_size=60), st.text(max_size=400), st.integers(0, 400))
def test_clues_of_any_text_are_bounded(subject: str, text: str, size: int) -> None:
    clues = read_clues(subject, text, size)
    assert len(clues.new_text) <= 4_000
    assert (len(clues.own_marks) <= 40, len(clues.quoted_marks) <= 80) == (True, True)
