"""`regarding schedule wait`: who waits is listed, offered a slot, and withdrawn."""

from __future__ import annotations

from pathlib import Path

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schedule import WORKSHOP
from tests.assistant.commands.test_schemas import check


def test_who_waits_is_offered_what_comes_free(regarding: Run, tmp_path: Path) -> None:
    (tmp_path / "workshop.toml").write_text(WORKSHOP, "utf-8")
    regarding("schedule", "import", "workshop.toml")
    regarding("account", "new", "Contoso")
    assert regarding("schedule", "wait", "list").out == "Nobody waits.\n"
    new = ("schedule", "wait", "new", "Repair", "--account", "Contoso", "--until")
    assert regarding(*new, "2026-03-05T11:00", "--from", "2026-03-05", "--preferred", "Ann; Bob").out == (
        "Repair, Contoso waits. There is a slot: Thu 2026-03-05 08:00-10:00 Ann, Van.\n"
    )
    check("schedule-wait-new", regarding(*new, "2026-03-09", "--name", "Other", "--json").json)
    check("schedule-wait-edit", regarding("schedule", "wait", "edit", "other", "--priority", 7, "--json").json)
    listed = ("schedule", "wait", "list")
    check("schedule-wait-list", regarding(*listed, "--json").json)
    assert regarding(*listed).out.splitlines() == [
        "5  Repair, Contoso  2026-03-05 - 2026-03-05 11:00    slot Thu 2026-03-05 08:00-10:00 Ann, Van",
        "7  Other            2026-03-04 13:00 - 2026-03-09    slot Wed 2026-03-04 13:00-15:00 Bob, Van",
    ]
    check("schedule-wait-offer", regarding("schedule", "wait", "offer", "Repair, Contoso", "--json").json)
    withdrawn = regarding("schedule", "wait", "withdraw", "Other", "--reason", "done by themselves", "--json")
    check("schedule-wait-withdraw", withdrawn.json)
    assert [line.split("  ")[-1] for line in regarding(*listed, "--all").out.splitlines()] == [
        "offered BKG-00001",
        "withdrawn done by themselves",
    ]
    assert regarding("schedule", "wait", "edit", "Other").err == (
        "regarding: Say what to change, for instance --until.\n"
    )
    assert regarding("schedule", "wait", "offer", "Repair, Contoso").err == (
        "regarding: Repair, Contoso is offered already.\n"
    )
    assert regarding(*new, "2026-03-01").err == "regarding: Until: 2026-03-01 23:00 UTC is over.\n"
