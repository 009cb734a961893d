"""What a model writes as arguments, read as the grammar reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.chat.model.arguments import LONGEST, Reading, arguments_of
from assistant.chat.registry import every_tool
from assistant.chat.understanding.lexicon import lexicon
from assistant.chat.understanding.values import Open, Situation
from tests.assistant.chat.fakes import FakeNaming

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
READING = Reading(
    FakeNaming(),
    Situation(NOW, Open("case", "Gate stays locked"), ("Fabrikam GmbH", "Northwind Traders AG")),
    lexicon().choices,
    {1: "CAS-00002", 2: "mail-uid"}.get,
)
SHAPES = {name: tool.shape for name, tool in every_tool().items()}


def read(tool: str, written: str) -> tuple[dict[str, Any], list[str], list[str]]:
    found = arguments_of(SHAPES[tool], written, READING)
    return found.values, found.missing, found.wrong


@pytest.mark.parametrize(
    ("tool", "written", "values"),
    [
        ("timeline", '{"record": "fabricam"}', {"record": "Fabrikam GmbH"}),
        ("timeline", '{"record": "acc-00001"}', {"record": "acc-00001"}),
        ("timeline", '{"record": "[1]"}', {"record": "CAS-00002"}),
        ("timeline", '{"record": "$screen"}', {"record": "$screen"}),
        ("timeline", '{"record": "$2"}', {"record": "$2"}),
        ("timeline", '{"record": "Nobody Knows"}', {"record": "Nobody Knows"}),
        ("timeline", '{"record": "Martin Berger (Fabrikam GmbH)"}', {"record": "Martin Berger (Fabrikam GmbH)"}),
        ("resolve_case", '{"case": "the gate case of Fabrikam"}', {"case": "Gate stays locked"}),
        ("assign", '{"record": "$last", "owner": "me"}', {"record": "$last", "owner": "me"}),
        ("create_task", '{"title": "Call", "due_on": "next friday"}', {"title": "Call", "due_on": "2026-12-04"}),
        ("create_task", '{"title": "Call", "due_on": "2026-12-01"}', {"title": "Call", "due_on": "2026-12-01"}),
        (
            "create_appointment",
            '{"start": "2026-12-01T14:00:00", "duration": "45", "attendees": ["Jane Doe", "Pia Lechner"]}',
            {"start": "2026-12-01T14:00", "duration": 45, "attendees": ["Jane Doe", "Pia Lechner"]},
        ),
        ("create_appointment", '{"start": "2026-12-01T14:00:00+02:00"}', {"start": "2026-12-01T12:00"}),
        ("timeline", '{"record": "$1", "period": "2026-11-03"}',
         {"record": "$1", "period": {"start": "2026-11-03T00:00", "end": "2026-11-04T00:00"}}),
        ("read_mail", '{"mail": "[2]"}', {"mail": "mail-uid"}),
        ("read_mail", '{"mail": {"sender": "jane"}}', {"mail": {"sender": "Jane Doe"}}),
        ("read_mail", '{"mail": "Jane Doe"}', {"mail": {"sender": "Jane Doe"}}),
        ("list_cases", '{"priority": "urgent", "record": null}', {"priority": "urgent"}),
        ("win_opportunity", '{"opportunity": "OPP-00001", "amount": 1500.0}',
         {"opportunity": "OPP-00001", "amount": 1500}),
        ("win_opportunity", '{"opportunity": "OPP-00001", "amount": "148k"}',
         {"opportunity": "OPP-00001", "amount": 148_000}),
        ("undo", "{}", {}),
    ],
)  # fmt: skip
def test_arguments_are_read(tool: str, written: str, values: dict[str, Any]) -> None:
    assert read(tool, written) == (values, [], [])


def test_a_name_of_several_is_asked_with_choices() -> None:
    found = arguments_of(SHAPES["log_call"], '{"record": "Martin Berger", "text": "fine"}', READING)
    assert (found.values, found.missing) == ({"text": "fine"}, ["record"])
    assert [(one.argument, one.shown) for one in found.choices] == [
        ("record", "Martin Berger (Fabrikam GmbH)"),
        ("record", "Martin Berger (Northwind Traders AG)"),
    ]


def test_what_was_not_said_is_asked_for() -> None:
    assert read("create_case", '{"record": "Fabrikam GmbH"}')[1] == ["title"]


@pytest.mark.parametrize(
    ("tool", "written", "wrong"),
    [
        ("timeline", "{", "the arguments are no JSON object"),
        ("timeline", "[" * 100_000, "the arguments are no JSON object"),
        ("timeline", "[]", "the arguments are no JSON object"),
        ("timeline", '{"who": "x", "record": "$1"}', "there is no argument who; there are record, period"),
        ("undo", '{"who": "x"}', "there is no argument who; there are none"),
        ("timeline", '{"record": 3}', "record: it is a text"),
        ("timeline", '{"record": "$7"}', "record: $7 points at nothing"),
        ("timeline", '{"record": "[9]"}', "record: there is no line [9] that names anything"),
        ("create_task", '{"title": "Call", "due_on": "someday"}', "due_on: 'someday' cannot be read as by which day"),
        ("list_cases", '{"priority": "huge"}', "priority: it is one of urgent, high, low, normal"),
        ("create_appointment", '{"start": "2026-12-01T14:00", "duration": 0}', "duration: it is a number of minutes"),
        ("create_appointment", '{"start": "2026-12-01T14:00", "attendees": [3]}', "attendees: it is a list of names"),
        ("win_opportunity", '{"opportunity": "$1", "amount": NaN}', "amount: it is a number"),
        ("win_opportunity", '{"opportunity": "$1", "amount": true}', "amount: it is a number"),
        ("find_mail", '{"unread": "yes"}', "unread: it is true or false"),
        ("read_mail", '{"mail": {"by": "Jane"}}', "mail: it is described by sender"),
        ("create_task", f'{{"title": "{"x" * (LONGEST + 1)}"}}', f"title: it is longer than {LONGEST} characters"),
    ],
)
def test_what_cannot_be_meant_is_told_back(tool: str, written: str, wrong: str) -> None:
    assert read(tool, written)[2] == [wrong]


def test_text_of_a_model_is_harmless_for_a_terminal() -> None:
    assert read("create_task", '{"title": "Call\\u001b[31m"}')[0] == {"title": "Call␛[31m"}
