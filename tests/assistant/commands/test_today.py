"""`regarding today`: the day for people, as JSON, for another day, and as a mail."""

from __future__ import annotations

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


def test_today_prints_the_day_and_keeps_to_its_schema(filled: Run) -> None:
    filled("follow-up", "add", "call", "Engines", "--at", "in 2 hours", "--about", "Engines Ltd")
    assert "call Engines (Engines Ltd)" in filled("today").out
    found = filled("today", "--json").json
    check("today", found)
    assert [(row["why"], row["customer"]["title"]) for row in found["follow_ups"]] == [
        ("You wanted to be reminded.", "Engines Ltd")
    ]
    assert filled("today", "--day", "2026-03-03", "--json").json["counts"]["follow_ups"] == 0
    filled("follow-up", "add", "ring", "Anna", "--at", "tomorrow 8:30")
    assert [line.split() for line in filled("today", "--day", "tomorrow").out.splitlines() if "ring" in line] == [
        ["08:30", "ring", "Anna"]
    ]
    assert filled("today", "--day", "soon").err == (
        "regarding: 'soon' is no time; write it as tomorrow 8:30, in two weeks, or 2026-12-24 14:00.\n"
    )
    assert filled("today", "--day", "tomorrow", "--mail").err == (
        "regarding: Only today can be mailed; leave out --day or --mail.\n"
    )


def test_today_of_an_empty_store_says_what_to_do_first(regarding: Run) -> None:
    regarding("import", ".")
    assert regarding("today").out == (
        "There is nothing here yet: `regarding demo`, `regarding connect`, `regarding import`.\n"
    )
