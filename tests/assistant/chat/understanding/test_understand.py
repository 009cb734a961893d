"""What understanding does with requests that are not plain sailing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.chat.registry import shapes
from assistant.chat.understanding.understand import understand
from assistant.chat.understanding.values import Argument, Choice, Named, Open, Shape, Situation, Step, Understood
from tests.assistant.chat.fakes import FakeNaming

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def said(text: str, *, screen: Open | None = None, last: tuple[str, ...] = (), without: str = "") -> Understood:
    known: dict[str, Shape] = {name: shape for name, shape in shapes().items() if name != without}
    return understand(text, known, FakeNaming(), Situation(NOW, screen, last))


def test_two_people_of_one_name_are_asked_about_with_their_companies() -> None:
    got = said("log a call with Martin Berger: they decide on monday")
    assert (got.status, got.tool, got.missing) == ("ask", "log_call", ("record",))
    assert got.choices == tuple(
        Choice("record", each, each)
        for each in ("Martin Berger (Fabrikam GmbH)", "Martin Berger (Northwind Traders AG)")
    )


def test_company_named_with_a_person_tells_who_is_meant() -> None:
    got = said("log a call with Martin Berger at Fabrikam: they decide on monday")
    assert (got.status, got.arguments["record"]) == ("ready", "Martin Berger")


def test_day_and_month_in_either_order_are_asked_about() -> None:
    got = said("book a brake test for Fabrikam on 12/1 at 8")
    assert (got.status, got.tool, got.missing) == ("ask", "book_service", ("start",))
    assert [one.value for one in got.choices] == ["2026-12-01T08:00", "2027-01-12T08:00"]


def test_an_hour_later_is_asked_about_where_a_meeting_is_moved() -> None:
    got = said("move this an hour later", screen=Open("calendar", "Kick-off"))
    assert (got.status, got.tool, got.missing) == ("ask", "move_appointment", ("start",))


def test_misspelt_words_are_understood() -> None:
    assert said("resovle CAS-00031, fuse replaced").tool == "resolve_case"


def test_she_is_asked_for_where_two_were_listed() -> None:
    got = said("timeline of her", last=("Jane Doe", "Pia Lechner"))
    assert (got.status, [one.value for one in got.choices]) == ("ask", ["$1", "$2"])


def test_second_step_works_with_what_the_first_one_makes() -> None:
    got = said("new case for Fabrikam: gate stays locked, and give it to Anna Hofer")
    assert got.steps == (
        Step("create_case", {"title": "gate stays locked", "record": "Fabrikam GmbH"}),
        Step("assign", {"record": "$last", "owner": "Anna Hofer"}),
    )


def test_second_step_is_about_what_the_first_one_makes_whatever_is_open() -> None:
    text = "new case for Fabrikam: gate stays locked, and give it to Anna Hofer"
    got = said(text, screen=Open("case", "Belt runs to one side"))
    assert got.steps[1].arguments == {"record": "$last", "owner": "Anna Hofer"}


def test_half_of_a_plan_is_not_done_where_no_tool_does_the_other() -> None:
    text = "new case for Fabrikam: gate stays locked, and assign it to Anna Hofer"
    assert said(text, without="assign").status == "out_of_scope"


def test_name_that_nobody_has_is_asked_about_where_everything_would_be_shown_without_it() -> None:
    for text, tool, missing in (
        ("mail from Zorro", "find_mail", "sender"),
        ("open cases for zorro", "list_cases", "record"),
    ):
        got = said(text)
        assert (got.status, got.tool, got.missing) == ("ask", tool, (missing,))


def test_tool_of_which_nothing_was_learned_is_known_by_its_examples() -> None:
    water = Shape("water_plants", (Argument("record", "record", "whose"),), ("water the plants at Fabrikam",))
    got = understand("water the plants of Northwind", {**shapes(), "water_plants": water}, FakeNaming(), Situation(NOW))
    assert (got.status, got.tool, got.arguments) == ("ready", "water_plants", {"record": "Northwind Traders AG"})


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("log a call with Jane Doe: no answer, left a voicemail", "log_call", {"text": "no answer, left a voicemail"}),
        ("rang Jane Doe, no answer, left a voicemail", "log_call", {"direction": "outgoing"}),
        ("Jane Doe rang at 8, the offer is fine", "log_call", {"direction": "incoming", "at": "2026-11-24T08:00"}),
        ("log a call with Jane Doe on friday: fine", "log_call", {"at": "2026-11-20"}),
        ("mail Jane Doe and Anna Hofer: we come at ten", "write_mail", {"to": ["Jane Doe", "Anna Hofer"]}),
        ("mail Jane Doe 'we come at ten'", "write_mail", {"text": "we come at ten"}),
        ("which of my cases are waiting", "list_cases", {"owner": "me", "status": "waiting"}),
        ("remind me to call Jane Doe back tomorrow at 9", "remind", {"text": "call Jane Doe back"}),
        ("meeting with Jane Doe monday nine to ten", "create_appointment", {"start": "2026-11-30T09:00"}),
    ],
)
def test_arguments_are_what_was_said(text: str, tool: str, arguments: Mapping[str, object]) -> None:
    got = said(text)
    assert (got.tool, {name: got.arguments.get(name) for name in arguments}) == (tool, arguments)


def test_lead_that_is_called_as_a_contact_is_asked_about() -> None:
    class Both(FakeNaming):
        def named(self, texts: Sequence[str]) -> Mapping[str, Sequence[Named]]:
            found = super().named(texts)
            return {
                text: [*ones, *(replace(one, kind="lead", number="LEA-00009", company="") for one in ones)]
                for text, ones in found.items()
            }

    got = understand("mail Jane Doe: we come at ten", shapes(), Both(), Situation(NOW))
    assert (got.missing, [(one.value, one.shown) for one in got.choices]) == (
        ("to",),
        [("Jane Doe (Fabrikam GmbH)", "Jane Doe (Fabrikam GmbH)"), ("LEA-00009", "Jane Doe (lead LEA-00009)")],
    )


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    assert said(text, screen=Open("case", "Gate stays locked"), last=("Jane Doe",)).status in (
        "ready",
        "ask",
        "out_of_scope",
    )
