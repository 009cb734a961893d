"""`regarding numbers`: for people, for spreadsheets and for scripts."""

from __future__ import annotations

import csv
from datetime import UTC, timedelta
from io import StringIO

import pytest
from sqlalchemy import insert, update

from store.engine import open_store
from store.schema.records import Case, Record
from store.schema.service import Queue
from tests.assistant.commands.conftest import NOW, Run
from tests.assistant.commands.test_schemas import check

_DAY = timedelta(days=1)


@pytest.fixture
def desk(regarding: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Three cases: one resolved after a day in the queue =Cells, one cancelled, one open for five days."""
    monkeypatch.setattr("assistant.commands.numbers.tzlocal", lambda: UTC)
    for title in ("Jam", "Noise", "Smoke"):
        assert regarding("case", "new", title).code == 0
    store = open_store("store.db")
    with store.write() as tx:
        tx.execute(insert(Queue).values(uid="q", name="=Cells"))
        tx.execute(update(Record).values(created_at=NOW - 5 * _DAY))
        closed = {"Jam": ("resolved", 4, 1), "Noise": ("cancelled", 1, None)}
        for number, (status, ago, queue_id) in zip((1, 2), closed.values(), strict=True):
            values = {"status": status, "resolved_at": NOW - ago * _DAY, "queue_id": queue_id}
            tx.execute(update(Case).where(Case.id == number).values(values))
    store.close()
    return regarding


def test_numbers_are_told_to_people_to_spreadsheets_and_to_scripts(desk: Run) -> None:
    assert desk("numbers").out.splitlines() == [
        "Cases, 2026-02-02 to 2026-03-04. Times: the median / what 9 of 10 did not exceed.",
        "",
        "Queue     Opened  Resolved  Reopened  Open  First response  Resolution   Kept",
        "=Cells    1       1         0         0     -               24 h / 24 h  -",
        "no queue  2       0         0         1     -               -            -",
        "Total     3       1         0         1     -               24 h / 24 h  -",
    ]
    rows = list(csv.reader(StringIO(desk("numbers", "--csv").out)))
    assert [(row[0], row[1], row[8], row[14]) for row in rows] == [
        ("queue", "opened", "open 3-7 days", "resolution median minutes"),
        ("'=Cells", "1", "0", "1440.0"),
        ("none", "2", "1", ""),
        ("total", "3", "1", "1440.0"),
    ]
    payload = desk("numbers", "--by", "person", "--json").json
    check("numbers", payload)
    assert [(one["name"], one["opened"], one["open"]) for one in payload["groups"]] == [("", 3, 1)]


def test_period_can_be_cut_otherwise_and_narrowed(desk: Run) -> None:
    days = desk("numbers", "--since", "2026-02-28", "--until", "2026-03-01", "--by", "day", "--json").json
    assert (days["unit"], [part["name"] for part in days["parts"]]) == ("day", ["2026-02-28", "2026-03-01"])
    assert [(part["resolved"], part["open"]) for part in days["parts"]] == [(1, 2), (0, 2)]
    assert desk("numbers", "--queue", "=cells", "--json").json["total"]["opened"] == 1
    told = desk("numbers", "--by", "month", "--since", "90d").out.splitlines()[3:]
    assert [line.split()[:2] for line in told] == [
        ["2025-12-04", "0"],
        ["2026-01-01", "0"],
        ["2026-02-01", "3"],
        ["2026-03-01", "0"],
        ["Total", "3"],
    ]


def test_what_is_not_known_is_one_sentence(desk: Run) -> None:
    for words, said in (
        (("--since", "soon"), "'soon' is not a date; write it as 2026-11-30, or so many days back, as 30d."),
        (("--until", "30"), "'30' is not a date; write it as 2026-11-30."),
        (("--person", "Nobody"), "Person: there is no user Nobody."),
    ):
        ran = desk("numbers", *words)
        assert (ran.code, ran.out, ran.err) == (1, "", f"regarding: {said}\n")
