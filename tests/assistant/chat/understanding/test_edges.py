"""Where texts begin and end."""

from __future__ import annotations

from assistant.chat.understanding.edges import learned, plain, span

SAID = ("remind", "me", "to", "order", "belts", "<time>")


def test_text_stands_between_the_words_that_lead_to_it_and_the_time() -> None:
    assert span("remind.text", "text", SAID, 0, learned()) == (3, 5)


def test_request_without_a_text_has_none() -> None:
    assert span("remind.text", "text", ("remind", "me", "<time>"), 0, learned()) is None


def test_words_that_no_phrasing_has_of_its_own_are_any_word() -> None:
    assert plain(SAID, {"remind", "me", "to"}.__contains__) == ["remind", "me", "to", "~", "~", "<time>"]
