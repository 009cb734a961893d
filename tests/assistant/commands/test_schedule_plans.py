"""`regarding schedule whatif|optimise|plan`: what a change breaks is shown, staged, applied and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.commands import schedule_plans
from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schedule import WORKSHOP
from tests.assistant.commands.test_schemas import check
from tests.assistant.scheduling.optimise.test_improving import steps

VISIT = """
[[service]]
name = "Visit"
duration = "1 h"
grid = 60
[service.rule]
pick = 1
groups = ["Technicians"]
"""
OFF = ("schedule", "whatif", "off", "Ann", "2026-03-06", "--reason", "ill")


def _booked(regarding: Run, tmp_path: Path) -> None:
    """Two repairs of Friday the 6th by Ann, and two visits for which somebody waits."""
    (tmp_path / "workshop.toml").write_text(WORKSHOP + VISIT, "utf-8")
    regarding("schedule", "import", "workshop.toml")
    regarding("account", "new", "Contoso")
    for at in ("2026-03-06T08:00", "2026-03-06T13:00"):
        book = ("schedule", "book", "Repair", "--at", at, "--account", "Contoso")
        regarding(*book, "--resource", "Ann", "--resource", "Van")


def test_change_is_asked_about_staged_applied_and_undone(regarding: Run, tmp_path: Path) -> None:
    _booked(regarding, tmp_path)
    for name, words in {
        "hours": ("Ann", "Mon-Fri 10:00-17:00", "--since", "2026-03-05"),
        "without": ("Ann",),
        "closed": ("Zurich", "2026-03-06"),
        "move": ("BKG-00001", "--at", "2026-03-06T14:00"),
    }.items():
        check(f"schedule-whatif-{name}", regarding("schedule", "whatif", name, *words, "--json").json)
    why = "Ann is off Fri 06 Mar 00:00 to Sat 07 Mar 00:00: ill"
    assert regarding(*OFF).out.splitlines() == [
        "Ann is off 2026-03-06 ill",
        f"BKG-00001  Repair, Contoso  Fri 2026-03-06 08:00 Ann, Van  -> same time, Bob for Ann ({why})",
        f"BKG-00002  Repair, Contoso  Fri 2026-03-06 13:00 Ann, Van  -> same time, Bob for Ann ({why})",
        "2 bookings break: 2 can be done all the same, 0 cannot; 0 customers would have to be told.",
    ]
    check("schedule-whatif-off", regarding(*OFF, "--stage", "--json").json)
    check("schedule-plan-list", regarding("schedule", "plan", "list", "--json").json)
    check("schedule-plan-show", regarding("schedule", "plan", "show", "--json").json)
    two = regarding("schedule", "plan", "apply", "--without", "repair, contoso")
    assert two.err == (
        "regarding: 2 of the plan are called repair, contoso; give the number, or the uid that --json prints.\n"
    )
    leaving = ("--without", "BKG-00002", "--without", "bkg-00002")
    applied = regarding("schedule", "plan", "apply", *leaving, "--json").json
    check("schedule-plan-apply", applied)
    assert (applied["changed"], applied["left"]) == (1, 1)
    jobs = [
        regarding("schedule", "sheet", name, "--date", "2026-03-06", "--json").json["jobs"] for name in ("Ann", "Bob")
    ]
    assert [[job["number"] for job in one] for one in jobs] == [["BKG-00002"], ["BKG-00001"]]
    check("schedule-whatif-now", regarding("schedule", "whatif", "now", "--json").json)
    assert regarding("schedule", "whatif", "now", "--days", 60).out.splitlines()[1:] == [
        f"BKG-00002  Repair, Contoso  Fri 2026-03-06 13:00 Ann, Van  -> same time, Bob for Ann ({why})",
        "1 booking breaks: 1 can be done all the same, 0 cannot; 0 customers would have to be told.",
    ]
    assert regarding("schedule", "plan", "show").err == (
        "regarding: There is nothing with that number or name (no plan is staged).\n"
    )
    regarding("undo")
    check("schedule-plan-drop", regarding("schedule", "plan", "drop", "Ann is off 2026-03-06 ill", "--json").json)
    assert regarding("resource", "show", "Ann", "--json").json["time_off"] == []
    regarding("schedule", "whatif", "move", "BKG-00001", "--at", "2026-03-06T15:30", "--stage")
    asked = regarding("schedule", "plan", "apply", "--without", "BKG-00001")
    assert asked.err == "regarding: BKG-00001 is what the plan is about; it cannot be left out.\n"
    none = regarding("schedule", "whatif", "move", "BKG-00001")
    assert none.err == "regarding: Say what to change, with --at, --resource or --lasts.\n"


def test_who_waits_is_placed_beside_what_is_booked(
    regarding: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_plans, "within", lambda seconds: steps(20))
    _booked(regarding, tmp_path)
    wait = ("schedule", "wait", "new", "Visit", "--account", "Contoso", "--area", "9000")
    for name in ("one", "two"):
        regarding(*wait, "--name", name, "--from", "2026-03-06", "--until", "2026-03-06")
    regarding(*wait, "--name", "never", "--from", "2026-03-06T17:00", "--until", "2026-03-06T18:00")
    ask = ("schedule", "optimise", "--from", "2026-03-06", "--days", 1, "--replan", "all")
    found = regarding(*ask, "--stage", "--json").json
    check("schedule-optimise", found)
    assert found["figures"] == {"wanted": 3, "placed": 2, "travel_today": 0, "travel": 130}
    assert [(each["title"], each["to"] is not None) for each in found["steps"]] == [
        ("one", True),
        ("two", True),
        ("never", False),
    ]
    lines = regarding(*ask).out.splitlines()
    applied = regarding("schedule", "plan", "apply", "--json").json
    assert (applied["made"], applied["left"]) == (2, 1)
    listed = regarding("schedule", "wait", "list", "--json").json["waiting"]
    assert [(each["name"], each["status"]) for each in listed] == [
        ("one", "offered"),
        ("two", "offered"),
        ("never", "waiting"),
    ]
    regarding("undo")
    assert {each["status"] for each in regarding("schedule", "wait", "list", "--json").json["waiting"]} == {"waiting"}
    monkeypatch.setattr(schedule_plans, "is_installed", lambda: False)
    without = regarding(*ask, "--engine", "ortools")
    assert without.err == "regarding: OR-Tools is not installed: pip install 'regarding-crm[optimise]' brings it.\n"
    late = regarding("schedule", "optimise", "--from", "2026-03-01", "--days", 1)
    assert late.err == "regarding: The time that is planned must end after it begins, and after now.\n"
    assert lines == [
        "the wait list and bookings, 2026-03-06",
        "new  one      -> Fri 2026-03-06 11:00 Bob",
        "new  two      -> Fri 2026-03-06 10:00 Bob",
        "new  never    -> no place (Bob could do it on Fri 06 Mar at 14:00, 180 min outside its time)",
        "2 of 3 who wait are placed, 0 bookings would change; 130 min on the way, 0 today;"
        " 2 customers would have to be told.",
    ]
