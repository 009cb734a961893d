"""A text is known by its marks however mail programs wrap and indent it."""

from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from mail_sync.marks import marks, shared_line

TEXT = (
    "The two pumps arrive on Tuesday the tenth of May. Our fitter needs the cellar to be free by eight in the morning, "
    "and somebody who can show him where the main valve is."
)


def test_marks_are_the_same_however_a_quotation_is_wrapped_and_indented() -> None:
    quoted = textwrap.fill(TEXT, 40, initial_indent="> ", subsequent_indent=">> ")
    assert marks(quoted, 40) == marks(TEXT, 40)


def test_marks_of_a_quoted_part_are_marks_of_the_whole() -> None:
    part = "JD> Our fitter needs the cellar to be free by eight\nJD> in the morning"
    assert len(marks(part, 80)) == 6
    assert set(marks(part, 80)) <= set(marks(TEXT, 80))


def test_marks_of_a_long_text_and_of_its_quotation_are_chosen_alike() -> None:
    words = [f"word{number * number % 997}" for number in range(2_000)]
    whole, part = " ".join(words), " ".join(words[300:700])
    own, quoted = marks(whole, 40), marks(part, 80)
    assert (len(own), len(quoted)) == (40, 80)
    assert len(set(own) & set(quoted)) >= 5


def test_marks_of_what_says_too_little_are_none() -> None:
    assert marks("Thanks, see you then. Jo", 40) == ()
    assert marks("a b c d e f g h", 40) == ()
    assert marks("", 40) == ()


def test_marks_of_chinese_text_ignore_line_breaks() -> None:
    text = "两台水泵将于五月十日星期二到货我们的技工需要在早上八点之前清空地下室"
    assert marks(f"> {text[:20]}\n> {text[20:]}", 80) == marks(text, 80) != ()


def test_shared_line_is_the_line_that_both_say() -> None:
    said = "Hello Jo,\n\nthe two pumps arrive on Tuesday the tenth of May, as I said.\n\nAnna"
    assert shared_line(said, marks("pumps arrive on Tuesday the tenth of May", 40)) == said.split("\n")[2]
    assert shared_line(said, marks("quite another thing that nobody ever said here", 40)) == ""


@given(st.text(max_size=300), st.integers(0, 50))
def test_marks_are_few_sorted_and_fit_a_signed_column(text: str, most: int) -> None:
    found = marks(text, most)
    assert len(found) <= most
    assert list(found) == sorted(set(found))
    assert all(0 <= mark < 2**63 for mark in found)
