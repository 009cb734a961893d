"""`regarding case` and `regarding sla`: cases are given, closed, opened and merged, and say how their clocks stand."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check

_HOURS = ("--zone", "UTC", "--hours", "Mon-Fri 09:00-17:00")


@pytest.fixture
def desk(regarding: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A queue that promises an answer in four hours; three cases lie in it since Wednesday noon."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr("assistant.commands.sla.tzlocal", lambda: UTC)
    assert regarding("queue", "hours", "new", "Office", *_HOURS).code == 0
    promised = ("--first-response", "normal 4 h", "--resolution", "normal 8 h")
    assert regarding("queue", "sla", "new", "Standard", "--calendar", "Office", *promised).code == 0
    assert regarding("queue", "new", "Support", "--sla", "Standard").code == 0
    for title in ("Leak", "Leaking", "Pump"):
        assert regarding("case", "new", title, "--queue", "Support").code == 0
    return regarding


def test_cases_are_given_closed_opened_and_merged(desk: Run) -> None:
    assigned = desk("case", "assign", "Leak", "Pump", "--queue", "support", "--priority", "high", "--json").json
    check("case-assign", assigned)
    assert (assigned["numbers"], len(assigned["operations"])) == (["CAS-00001", "CAS-00003"], 2)
    for name, words in (
        ("resolve", ("Leak", "Tightened")),
        ("reopen", ("Leak",)),
        ("merge", ("Leaking", "Leak")),
        ("cancel", ("Pump",)),
    ):
        check(f"case-{name}", desk("case", name, *words, "--json").json)
    assert desk("case", "merge", "Pump", "Leak").out == (
        "CAS-00003 Pump is part of CAS-00001 Leak now; regarding undo takes it back.\n"
    )
    assert desk("show", "CAS-00002", "--json").json["title"] == "Leak"


REFUSED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("assign", "Leak"), "Say to whom with --to, to which --queue, with which --priority or --status."),
    (
        ("assign", "Leak", "--to", "Nobody"),
        "There is nothing with that number or name (no colleague is called Nobody).",
    ),
    (("resolve", "Leak", ""), "Say how it was resolved: a resolved case has a resolution."),
    (("reopen", "Leak"), "CAS-00001 is open already."),
    (("merge", "Leak", "Leak"), "CAS-00001 cannot be merged with itself."),
)


def test_what_cannot_be_done_is_said_in_a_sentence(desk: Run) -> None:
    for words, sentence in REFUSED:
        ran = desk("case", *words)
        assert (ran.code, ran.err) == (1, f"regarding: {sentence}\n")


def test_clocks_are_told_in_words_and_in_the_readers_zone(desk: Run) -> None:
    desk("case", "assign", "Leak", "--status", "waiting")
    found = desk("sla", "Leak", "--json").json
    check("sla", found)
    assert (found["sla"], found["state"], found["covered"]) == ("Standard", "running", None)
    assert found["clocks"]["first_response"]["due_at"] == datetime(2026, 3, 4, 16, tzinfo=UTC).isoformat()
    assert [(event["kind"], event["value"]) for event in found["events"]] == [
        ("created", "normal"),
        ("queue", "Support"),
        ("status", "waiting"),
    ]
    shown = re.sub(r" by .*", "", desk("sla", "CAS-00001").out)
    assert shown == (
        "CAS-00001 Leak: waiting, normal\n"
        "  promise         Standard\n"
        "  queue           Support\n"
        "  first response  4 h left (due Wed 2026-03-04 16:00)\n"
        "  resolution      paused: waiting for the customer\n"
        "2026-03-04 12:00  created normal\n"
        "2026-03-04 12:00  queue Support\n"
        "2026-03-04 12:00  status waiting\n"
    )


def test_case_to_which_nothing_is_promised_says_so(regarding: Run) -> None:
    regarding("case", "new", "Gun")
    check("sla", regarding("sla", "Gun", "--json").json)
    assert "nothing is promised" in regarding("sla", "Gun").out
