"""The numbers of a team on the screen: a table, the plots of what is under the cursor, and a file of it."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from assistant.compose import Services
from store.schema.records import Case, Record
from store.schema.service import Queue
from tests.tui import world
from tests.tui.conftest import Run, screen_text, settle
from tests.tui.test_changes import press, until
from tui.dialogs.form import FormDialog
from tui.screens.numbers import NumbersScreen


@pytest.fixture
def desk(services: Services) -> Services:
    """All cases of the sample but three are gone; those lie in two queues, and one was resolved yesterday."""
    with services.store.write() as tx:
        tx.execute(insert(Queue), [{"uid": name, "name": name} for name in ("Support", "Sales")])
        for place, (queue_id, age) in enumerate(((1, 10), (1, 2), (2, 1))):
            created = world.NOW - timedelta(days=age)
            record = {"uid": f"n{place}", "number": f"CAS-9000{place}", "title": f"Case {place}", "kind": "case"}
            key = tx.execute(
                insert(Record).values(**record, created_at=created, modified_at=created).returning(Record.id)
            ).scalar_one()
            closed = {"status": "resolved", "resolved_at": world.NOW - timedelta(days=1)} if place == 0 else {}
            tx.execute(insert(Case).values(id=key, queue_id=queue_id, **closed))
        tx.execute(update(Record).where(Record.kind == "case", ~Record.uid.like("n_")).values(deleted_at=world.NOW))
    return services


def table(screen: NumbersScreen) -> list[tuple[str, int, int]]:
    rows = [(row.name, row.course.whole) for row in screen.groups.pages.window.rows]
    return [(name, whole.created, whole.open) for name, whole in rows]


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_table_and_plots_follow_the_cursor_and_are_saved(
    run: Run, desk: Services, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.flows.files._downloads", lambda: tmp_path)
    async with run(size=size) as (app, pilot):
        app.action_show_mode("numbers")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, NumbersScreen)
        assert table(screen) == [("All cases", 3, 2), ("Support", 2, 1), ("Sales", 1, 1)]
        shown = "\n".join(screen_text(app))
        assert "2 open   no promise   3 opened   1 resolved" in shown
        assert ("Opened and closed" in shown, "Resolution  ■ median" in shown) == (True, size[0] == 200)
        await press(pilot, "down")
        assert "1 open   no promise   2 opened   1 resolved" in "\n".join(screen_text(app))
        await press(pilot, "v")
        await press(pilot, "g")
        assert table(screen) == [("All cases", 3, 2), ("nobody", 3, 2)]
        if size[0] == 80:
            await press(pilot, "p")
            assert any(line.startswith(" Open cases") for line in screen_text(app))
            return
        await press(pilot, "s")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, NumbersScreen))
    [file] = tmp_path.glob("numbers-*.csv")
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    assert [row[:2] for row in rows] == [["person", "opened"], ["none", "3"], ["total", "3"]]
