"""Cases of another program keep when they were opened and closed, so that numbers are right from the first day."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from assistant.tables.exporting import export
from assistant.tables.plan import plan_import
from assistant.tables.run import run_import
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.numbers.periods import period
from store.queries.numbers import team_numbers
from store.schema.records import Case, Record

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TABLE = """Ticket Number,Subject,Status,Created On,Resolved On
A1,Jam,Resolved,10/2/2026 9:00 AM,10/16/2026 3:00 PM
A2,Noise,New,11/18/2026 10:00,
A3,Smoke,Resolved,11/19/2026 08:00,11/1/2026 08:00
A4,Ahead,New,12/24/2026,
A5,Odd,New,long ago,10/16/2026
"""


def test_cases_are_as_old_as_the_table_says(sqlite_store: Store, write: Callable[[str, str], Path]) -> None:
    plan = plan_import(write("tickets.csv", TABLE), store=sqlite_store, by=SYSTEM)
    run_import(plan, store=sqlite_store, by=SYSTEM, now=NOW)
    with sqlite_store.read() as tx:
        columns = (Record.title, Record.created_at, Case.resolved_at, Record.extra)
        rows = tx.execute(select(*columns).join(Case, Case.id == Record.id).order_by(Record.id)).all()
        found = {row.title: (row.created_at, row.resolved_at, row.extra) for row in rows}
        numbers = team_numbers(tx, period(date(2026, 10, 1), NOW, unit="month"), now=NOW, by=SYSTEM)
    assert found == {
        "Jam": (datetime(2026, 10, 2, 9, tzinfo=UTC), datetime(2026, 10, 16, 15, tzinfo=UTC), {}),
        "Noise": (datetime(2026, 11, 18, 10, tzinfo=UTC), None, {}),
        "Smoke": (datetime(2026, 11, 19, 8, tzinfo=UTC), datetime(2026, 11, 19, 8, tzinfo=UTC), {}),
        "Ahead": (NOW, None, {}),
        "Odd": (NOW, None, {"opened_on": "long ago"}),
    }
    assert [(one.created, one.resolved, one.open) for one in numbers.all.parts] == [(1, 1, 0), (4, 1, 3)]


def test_exported_cases_are_as_old_where_they_are_imported_again(
    sqlite_store: Store, write: Callable[[str, str], Path]
) -> None:
    def ages() -> list[tuple[str, datetime, datetime | None]]:
        columns = (Record.title, Record.created_at, Case.resolved_at)
        with sqlite_store.read() as tx:
            living = select(*columns).join(Case, Case.id == Record.id).where(Record.deleted_at.is_(None))
            return [(row.title, row.created_at, row.resolved_at) for row in tx.execute(living.order_by(Record.title))]

    first = run_import(
        plan_import(write("tickets.csv", TABLE), store=sqlite_store, by=SYSTEM), store=sqlite_store, by=SYSTEM, now=NOW
    )
    out, before = io.StringIO(newline=""), ages()
    with sqlite_store.write() as tx:
        export(tx, "case", out, by=SYSTEM)
        undo(tx, first.operation_uid, by=SYSTEM, now=NOW)
    assert ages() == []
    text = out.getvalue().replace("A1,", "B1,").replace("A2,", "B2,").replace("A3,", "B3,").replace("A4,", "B4,")
    plan = plan_import(write("cases.csv", text.replace("A5,", "B5,")), store=sqlite_store, by=SYSTEM)
    run_import(plan, store=sqlite_store, by=SYSTEM, now=NOW + timedelta(days=3))
    assert (ages(), len(before)) == (before, 5)
