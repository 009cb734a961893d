"""`regarding follow-up`: reminders are written as people say times, put off, given away, done and taken back."""

from __future__ import annotations

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


def test_reminder_is_added_put_off_done_and_taken_back(filled: Run) -> None:
    made = filled("follow-up", "add", "call", "Engines", "--at", "tomorrow 8:30", "--about", "Engines", "--json").json
    check("follow-up-add", made)
    assert filled("follow-up", "list").out == "There is nothing to come back to.\n"
    listed = filled("follow-up", "list", "--all", "--json").json
    check("follow-up-list", listed)
    [row] = listed["follow_ups"]
    assert (row["text"], row["due_wall"], row["record"]["title"]) == (
        "call Engines",
        "2026-03-05T08:30:00",
        "Engines Ltd",
    )
    check("follow-up-snooze", filled("follow-up", "snooze", "call", "--until", "next week", "--json").json)
    assert filled("follow-up", "snooze", "call", "--until", "soon").err == (
        "regarding: 'soon' is no time; write it as tomorrow 8:30, in two weeks, or 2026-12-24 14:00.\n"
    )
    assert filled("follow-up", "done", "Nobody").err == (
        "regarding: There is nothing with that number or name (none of your follow-ups is called Nobody).\n"
    )
    check("follow-up-done", filled("follow-up", "done", "call", "--json").json)
    assert filled("follow-up", "list", "--all").out == "There is nothing to come back to.\n"
    filled("undo")
    shown = filled("follow-up", "list", "--all").out.split()[0]
    assert shown == row["uid"][-8:]
    check("follow-up-dismiss", filled("follow-up", "dismiss", shown, "--json").json)
    filled("undo")
    assert filled("follow-up", "confirm", "call").err == "regarding: This was confirmed already.\n"


def test_settings_are_kept_and_shown(filled: Run) -> None:
    check("follow-up-settings", filled("follow-up", "settings", "--a-day", "3", "--mail-at", "7:30", "--json").json)
    shown = filled("follow-up", "settings").out
    assert [line.split() for line in shown.splitlines()][2:] == [
        ["a-day", "3"], ["patience", "3"], ["confirm", "off"], ["colleagues", "off"], ["mail-at", "07:30"],
        ["outlook", "off"],
    ]  # fmt: skip
    assert filled("follow-up", "settings", "--outlook", "maybe").err == "regarding: 'maybe' is neither on nor off.\n"
