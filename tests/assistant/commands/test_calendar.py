"""`regarding calendar`: appointments are listed, made, moved, called off and answered."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from assistant.compose import compose
from store.sync.mailboxes import add_mailbox
from tests.assistant.commands.conftest import NOW, Run
from tests.assistant.commands.test_schemas import check

DAY = ("--from", "2026-06-01", "--days", 30)


@pytest.fixture
def daily(filled: Run) -> str:
    """A series of three mornings, regarding Engines Ltd; its id."""
    words = ("Stand-up", "--start", "2026-06-08 10:00", "--repeat", "FREQ=DAILY;COUNT=3", "--regarding", "Engines Ltd")
    check("calendar-add", filled("calendar", "add", *words, "--json").json)
    return str(rows(filled)[0]["uid"])


def rows(run: Run) -> list[dict[str, Any]]:
    listed = run("calendar", "list", *DAY, "--json").json
    check("calendar-list", listed)
    return [row for row in listed["appointments"] if row["title"] in ("Stand-up", "Fair")]


def times(run: Run) -> list[str]:
    return [row["starts_at"][5:16] for row in rows(run)]


def test_added_series_is_listed_with_what_it_is_regarding(filled: Run, daily: str) -> None:
    assert times(filled) == ["06-08T10:00", "06-09T10:00", "06-10T10:00"]
    assert {row["regarding"]["title"] for row in rows(filled)} == {"Engines Ltd"}
    assert daily in filled("calendar", "list", *DAY).out


def test_one_occurrence_is_moved_and_the_rest_is_called_off(filled: Run, daily: str) -> None:
    second = rows(filled)[1]["original_start"]
    moved = filled("calendar", "move", daily, "--start", "2026-06-09 14:30", "--occurrence", second, "--json")
    check("calendar-move", moved.json)
    assert times(filled) == ["06-08T10:00", "06-09T14:30", "06-10T10:00"]
    cancelled = filled("calendar", "cancel", daily, "--occurrence", second, "--following", "--json")
    check("calendar-cancel", cancelled.json)
    assert times(filled) == ["06-08T10:00"]
    assert filled("undo").code == 0
    assert len(times(filled)) == 3


def test_whole_days_are_dates(filled: Run) -> None:
    assert filled("calendar", "add", "Fair", "--start", "2026-06-20", "--end", "22.06.2026").code == 0
    (row,) = rows(filled)
    assert (row["on_date"], row["until_date"]) == ("2026-06-20", "2026-06-22")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "x", "--start", "2026-06-08 25:00"), "no time 25:00"),
        (("add", "x", "--start", "soon"), "is not a date"),
        (("add", "x", "--start", "2026-06-08", "--zone", "Mars/Base"), "no time zone"),
        (("list", "--calendar", "nobody@alpine.example"), "no calendar"),
        (("cancel", "ID", "--following"), "which one is the first"),
        (("answer", "ID", "accepted"), "You organize"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(filled: Run, daily: str, words: tuple[str, ...], said: str) -> None:
    ran = filled("calendar", *(daily if word == "ID" else word for word in words))
    assert ran.code != 0
    assert said in ran.err


def test_invitation_from_a_file_is_answered(filled: Run, tmp_path: Path) -> None:
    lines = (
        "From: Ada <ada@engines.example>", "To: me@ours.example", "Subject: Fair", "Message-ID: <fair@engines.example>",
        "Date: Mon, 1 Jun 2026 10:00:00 +0000", "Content-Type: text/calendar; method=REQUEST", "",
        "BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:fair", "SUMMARY:Fair",
        "DTSTART:20260620T100000Z", "ORGANIZER:mailto:ada@engines.example", "ATTENDEE:mailto:me@ours.example",
        "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    (tmp_path / "fair.eml").write_text("\r\n".join(lines), newline="")
    services = compose(os.environ["REGARDING_STORE"])
    with services.store.write() as tx:
        add_mailbox(tx, address="me@ours.example", provider="exchange", name="Me", now=NOW)
    services.close()
    assert filled("import", tmp_path / "fair.eml").code == 0
    (row,) = rows(filled)
    check("calendar-answer", filled("calendar", "answer", row["uid"], "declined", "--quiet", "--json").json)
    (row,) = rows(filled)
    assert row["calendars"] == {"files": "declined"}
