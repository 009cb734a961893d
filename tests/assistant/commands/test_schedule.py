"""`regarding site|resource|service|schedule`: a workshop is set up, asked, booked, and tells why not."""

from __future__ import annotations

from pathlib import Path

from icalendar import Calendar

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check

WORKSHOP = """
[[site]]
name = "Zurich"
zone = "Europe/Zurich"
area = "8000"
closures = ["2026-12-25", "2026-12-24 08:00-12:00"]

[[resource]]
name = "Ann"
kind = "person"
site = "Zurich"
hours = "Mon-Fri 08:00-12:00, 13:00-17:00"
skills = { welding = 3, ladder = 1 }

[[resource]]
name = "Bob"
kind = "person"
site = "Zurich"
hours = "Mon-Fri 08:00-12:00, 13:00-17:00; from 2027-01-01 Mon 08:00-12:00"
time_off = ["2026-03-05 dentist"]

[[resource]]
name = "Van"
kind = "equipment"
site = "Zurich"
hours = "daily 00:00-24:00"

[[group]]
name = "Technicians"
resources = ["Ann", "Bob"]

[[service]]
name = "Repair"
duration = "2 h"
grid = 60
after = "15 min"
[service.rule]
all = [
  { pick = 1, groups = ["Technicians"], name = "Technician" },
  { pick = 1, resources = ["Van"], part = { offset = 0, duration = 60 } },
]

[travel]
default = 20
minutes = [["8000", "9000", 65]]
"""


def _workshop(regarding: Run, tmp_path: Path) -> None:
    (tmp_path / "workshop.toml").write_text(WORKSHOP, "utf-8")
    check("schedule-import", regarding("schedule", "import", "workshop.toml", "--json").json)


def test_a_workshop_is_imported_shown_changed_and_taken_back(regarding: Run, tmp_path: Path) -> None:
    _workshop(regarding, tmp_path)
    for noun in (("site",), ("resource",), ("resource", "group"), ("service",)):
        found = regarding(*noun, "list", "--json").json
        check(f"{'-'.join(noun)}-list", found)
        [[first, *_]] = found.values()
        check(f"{'-'.join(noun)}-show", regarding(*noun, "show", first["name"], "--json").json)
    assert regarding("resource", "list").out.splitlines()[1].split() == [
        *("Bob", "person", "Zurich", "Mon-Fri", "08:00-12:00,", "13:00-17:00;", "from", "2027-01-01", "Mon"),
        "08:00-12:00",
    ]
    again = regarding("schedule", "import", "workshop.toml", "--json").json
    assert (again["new"], again["changed"]) == (0, 0)
    check("schedule-export", regarding("schedule", "export", "kept.toml", "--json").json)
    again = regarding("schedule", "import", "kept.toml", "--json").json
    assert (again["new"], again["changed"]) == (0, 0)
    kept = (tmp_path / "kept.toml").read_text("utf-8")
    regarding("undo")  # the empty change
    regarding("schedule", "export", "kept.toml")
    assert (tmp_path / "kept.toml").read_text("utf-8") == kept
    new = ("--kind", "facility", "--site", "zurich", "--capacity", 4, "--hours", "Mon-Fri 08:00-18:00")
    check("resource-new", regarding("resource", "new", "Room", *new, "--json").json)
    check("resource-edit", regarding("resource", "edit", "Room", "--capacity", 2, "--json").json)
    check("resource-off", regarding("resource", "off", "Room", "2026-04-01", "2026-04-03", "--json").json)
    check("resource-delete", regarding("resource", "delete", "Room", "--json").json)
    check(
        "resource-group-new", regarding("resource", "group", "new", "Field", "--groups", "Technicians", "--json").json
    )
    told = regarding("resource", "group", "edit", "Technicians", "--groups", "Field")
    assert told.err == "regarding: A group cannot hold itself: Technicians > Field > Technicians.\n"
    rule = "1 of Technicians; called Technician\n1 of Van; for 45 min"
    check("service-edit", regarding("service", "edit", "Repair", "--notice", "1 h", "--rule", rule, "--json").json)
    shown = [line.split("  ")[-1].strip() for line in regarding("service", "show", "Repair").out.splitlines()]
    assert shown[-3:] == ["1 of Technicians; called Technician", "1 of Van; for 45 min", "confirmed"]
    refused = regarding("service", "new", "Dive", "--duration", "1 h", "--rule", "1 of anybody; with diving 2")
    assert refused.err == "regarding: The rule can never be met: it needs 1, and nobody and nothing fits.\n"
    (tmp_path / "ways.csv").write_text("from,to,minutes\n8000,3000,80\n", "utf-8")
    check("site-travel", regarding("site", "travel", "ways.csv", "--json").json)
    assert regarding("site", "travel").out == "8000  3000  80 min\nWhere no way is known: 20 min.\n"


def test_a_file_with_a_mistake_changes_nothing(regarding: Run, tmp_path: Path) -> None:
    broken = WORKSHOP.replace('resources = ["Van"]', 'resources = ["Lorry"]')
    (tmp_path / "broken.toml").write_text(broken, "utf-8")
    assert regarding("schedule", "import", "broken.toml").err == (
        "regarding: service Repair: Part 2 of the rule: there is no resource Lorry; there are Ann, Bob, Van.\n"
    )
    (tmp_path / "circle.toml").write_text("[[site]", "utf-8")
    assert regarding("schedule", "import", "circle.toml").code == 1
    assert regarding("site", "list").out == "There are no sites yet.\n"


WINDOW = ("Repair", "--from", "2026-03-05", "--days", 1)
SHEET = ("schedule", "sheet", "Ann", "--date", "2026-03-05")


def _with_customer(regarding: Run, tmp_path: Path) -> None:
    _workshop(regarding, tmp_path)
    regarding("account", "new", "Contoso", "--street", "Hauptstrasse 5", "--city", "Bern", "--phone", "+41 31 1234567")


def test_slots_are_offered_booked_moved_and_explained(regarding: Run, tmp_path: Path) -> None:
    _with_customer(regarding, tmp_path)
    found = regarding("schedule", "slots", *WINDOW, "--earliest", "--json").json
    check("schedule-slots", found)
    assert [(slot["start"], [each["name"] for each in slot["resources"]]) for slot in found["slots"]] == [
        (f"2026-03-05T{hour:02}:00:00+00:00", ["Ann", "Van"]) for hour in (7, 8, 9, 12, 13, 14)
    ]
    made = regarding("schedule", "book", "Repair", "--at", "2026-03-05T08:00", "--account", "Contoso", "--json").json
    check("schedule-book", made)
    why = regarding("schedule", "why", *WINDOW, "--at", "2026-03-05T09:00", "--json").json
    check("schedule-why", why)
    assert [(one["name"], [reason["kind"] for reason in one["reasons"]]) for one in why["resources"]] == [
        ("Ann", ["booked"]),
        ("Bob", ["off"]),
        ("Van", ["booked"]),
    ]
    again = regarding("schedule", "book", "Repair", "--at", "2026-03-05T09:00", "--resource", "Ann")
    assert again.err == "regarding: Ann is taken by BKG-00001 from 2026-03-05 08:00 UTC to 2026-03-05 09:15 UTC.\n"
    none = regarding("schedule", "book", "Repair", "--at", "2026-03-05T08:00")
    assert none.err.startswith("regarding: Nobody can do Repair at that time;")
    gap = regarding("schedule", "book", "Repair", "--at", "2026-03-29T02:30")
    assert gap.err == "regarding: There is no 02:30 on 2026-03-29 in Europe/Zurich: the clocks skip it.\n"
    past = regarding("schedule", "book", "Repair", "--at", "2026-03-01T08:00")
    assert past.err == "regarding: 2026-03-01 07:00 UTC is over: nothing can be booked in the past.\n"
    check("schedule-move", regarding("schedule", "move", "BKG-00001", "--at", "2026-03-05T13:00", "--json").json)
    check("schedule-slots", regarding("schedule", "slots", *WINDOW, "--moving", "BKG-00001", "--json").json)
    check("show", regarding("show", "BKG-00001", "--json").json)
    check("timeline", regarding("timeline", "Contoso", "--json").json)
    check("record-list", regarding("booking", "list", "--view", "open", "--json").json)


def test_day_of_a_resource_is_printed_as_sheet_and_board(regarding: Run, tmp_path: Path) -> None:
    _with_customer(regarding, tmp_path)
    regarding("schedule", "book", "Repair", "--at", "2026-03-05T13:00", "--account", "Contoso")
    check("schedule-sheet", regarding(*SHEET, "--json").json)
    assert regarding(*SHEET).out.splitlines() == [
        "Thu 2026-03-05 13:00-15:00  BKG-00001  Repair, Contoso",
        "    Contoso",
        "    Hauptstrasse 5, Bern",
        "    +41 31 1234567",
        "    Van",
    ]
    check("schedule-sheet", regarding(*SHEET, "--ics", "ann.ics", "--json").json)
    [event] = Calendar.from_ical((tmp_path / "ann.ics").read_bytes()).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Repair, Contoso (BKG-00001)"
    assert event.decoded("DTSTART").isoformat() == "2026-03-05T13:00:00+01:00"
    board = ("schedule", "board", "--from", "2026-03-05", "--group", "Technicians", "--resource", "van")
    check("schedule-board", regarding(*board, "--days", 2, "--json").json)
    assert regarding(*board).out.splitlines() == [
        "Thu 2026-03-05",
        "  Ann  08:00-12:00, 13:00-17:00",
        "    13:00-15:00  BKG-00001  Repair, Contoso",
        "  Bob  dentist",
        "  Van  00:00-24:00",
        "    13:00-14:00  BKG-00001  Repair, Contoso",
    ]
    check("schedule-board", regarding(*board, "--ics", "board.ics", "--json").json)
    [event] = Calendar.from_ical((tmp_path / "board.ics").read_bytes()).walk("VEVENT")
    assert (event.decoded("DTEND").isoformat(), str(event["DESCRIPTION"]).splitlines()[-1]) == (
        "2026-03-05T15:00:00+01:00",
        "With Ann, Van",
    )
    nobody = regarding("schedule", "board", "--group", "Cleaners")
    assert (nobody.code, nobody.out) == (1, "")
    early = regarding("schedule", "complete", "BKG-00001")
    assert early.err.startswith("regarding: The booking begins on 2026-03-05 at 12:00 UTC:")
    check("schedule-cancel", regarding("schedule", "cancel", "BKG-00001", "--json").json)
    assert regarding(*SHEET).out == "Ann has nothing to do.\n"
    check("undo", regarding("undo", "--json").json)
    regarding("resource", "off", "Ann", "2026-03-05")
    told = regarding("schedule", "slots", *WINDOW).out.splitlines()
    assert (told[0], [line.split()[0] for line in told[1:]]) == ("There is no slot:", ["Ann", "Bob", "Van"])
    regarding("service", "new", "Install", "--duration", "2 d", "--rule", '{"pick": 2, "groups": ["Technicians"]}')
    days = regarding("schedule", "slots", "Install", "--from", "2026-03-09", "--days", 7).out.splitlines()
    assert [line.split("  ")[0] for line in days] == [
        f"{first} 2026-03-{date:02} 08:00 - {last} 17:00"
        for date, first, last in ((9, "Mon", "Tue"), (10, "Tue", "Wed"), (11, "Wed", "Thu"), (12, "Thu", "Fri"))
    ]
