"""What was said and answered, as lines on a screen."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.chat.dialogue import Told
from assistant.chat.registry import Change, Cite, Done, Line, Proposal
from tui.chat_words import chosen_places, first_place, lay_out, pieces
from tui.chatting import Turn

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CASE = Cite("case", "CAS-00001", "Gate stays locked")


def _texts(*turns: Turn, width: int = 40) -> list[str]:
    return [row.content.plain.rstrip() for row in lay_out(pieces(turns, NOW), width)]


def test_a_line_names_the_record_it_rests_on_once() -> None:
    lines = (Line("1 case:"), Line("Gate stays locked", (CASE,)), Line("CAS-00001 is urgent", (CASE,)))
    assert _texts(Turn("open cases", Told("answer", lines))) == [
        "› open cases",
        "  1 case:",
        "● Gate stays locked  CAS-00001",
        "● CAS-00001 is urgent",
    ]


def test_a_proposal_shows_fields_before_and_after_and_a_mail_with_its_lines() -> None:
    changes = (Change("priority", "normal", "high"), Change("text", "", "Dear Jane,\n\nwe come on Monday \x1b[31m."))
    proposal = Proposal("Send a mail.", (CASE,), changes, lambda: Done("Done.", ""), "This mails jane@x.example.")
    assert _texts(Turn("mail Jane", Told("proposal", proposals=(proposal,), note="Dropped.")), width=24) == [
        "› mail Jane",
        "  Dropped.",
        "+ Send a mail.",
        "  priority  normal →",
        "            high",
        "  text      Dear Jane,",
        "",
        "            we come on",
        "            Monday",
        "            ␛[31m.",
        "→ This mails",
        "  jane@x.example.",
    ]


def test_an_answer_that_is_still_coming_is_shown_and_what_leaves_is_said_before_the_first() -> None:
    assert _texts(Turn("open cases", heard=[Line("It leaks.", (CASE,))])) == [
        "› open cases",
        "● It leaks.  CAS-00001",
    ]
    assert pieces([], NOW, "This goes to api.models.example.")[0].said.plain == "This goes to api.models.example."


def test_the_cursor_begins_at_the_first_cited_line_of_the_last_answer() -> None:
    cited = Told("answer", (Line("one", (CASE,)), Line("two", (CASE,))))
    asked = Told("question", (Line("Which one?"),), choices=("Anna", "Bo"))
    said = pieces([Turn("a", cited), Turn("b", asked), Turn("c", stopped=True)], NOW)
    assert (chosen_places(said), first_place(said)) == ([1, 2, 6, 7], 7)
    assert first_place(pieces([Turn("a", asked), Turn("b", cited)], NOW)) == 6
    assert first_place(pieces([], NOW)) == -1
