"""The life of a case on its screen: given, prioritised, resolved with its parts, opened again, merged."""

from __future__ import annotations

import os

from sqlalchemy import select

from assistant.compose import Services
from store.actor import SYSTEM
from store.records.writing import create_record
from store.schema.records import Case, Record
from tests.tui.conftest import Run, screen_text
from tests.tui.desk import desk
from tests.tui.test_changes import on_form, press, toasts, until
from tests.tui.test_screens import assert_fits
from tests.tui.world import NOW
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.narrow import NarrowDialog
from tui.dialogs.pick import PickDialog


async def test_case_goes_through_its_life_by_keys_on_its_own_screen(run: Run, services: Services) -> None:
    desk(services.store)
    with services.store.write() as tx:
        pump = create_record(tx, "case", {"title": "Pump", "queue": "Support"}, by=SYSTEM, now=NOW)
        part = create_record(tx, "case", {"title": "Pump seal", "parent": pump.number}, by=SYSTEM, now=NOW)

    def case(key: int = pump.record_id) -> tuple[str, str, int | None]:
        columns = (Case.status, Case.priority, Record.owner_id)
        with services.store.read() as tx:
            row = tx.execute(select(*columns).join(Record, Record.id == Case.id).where(Case.id == key)).one()
            return row[0], row[1], row[2]

    async with run() as (app, pilot):
        app.open_record(pump.record_id)
        await until(pilot, lambda: any("Promised: Standard" in line for line in screen_text(app)))
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("enter")
        await until(pilot, lambda: case()[1] == "urgent")
        await pilot.press("G")
        await until(pilot, lambda: isinstance(app.screen, NarrowDialog))
        await pilot.press("enter")
        await until(pilot, lambda: case()[2] is not None)
        await pilot.press("full_stop")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        if folder := os.environ.get("CASE_PICTURES"):
            app.save_screenshot("case.svg", folder)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await pilot.press("enter")
        await on_form(pilot)
        await pilot.press(*"New seal", "ctrl+s")
        await until(pilot, lambda: [case()[0], case(part.record_id)[0]] == ["resolved", "resolved"])
        await until(pilot, lambda: any("and 1 of its parts" in said for said in toasts(app)))
        await until(pilot, lambda: any("Resolved" in line for line in screen_text(app)))
        assert_fits(app)
        await pilot.press("full_stop")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("enter")
        await until(pilot, lambda: case()[0] == "in_progress")
        await press(pilot, "ctrl+z", "ctrl+z")
        await until(pilot, lambda: case()[0] == "new")


async def test_case_is_merged_into_another_one_which_is_shown_then(run: Run, services: Services) -> None:
    with services.store.write() as tx:
        one, other = (
            create_record(tx, "case", {"title": title}, by=SYSTEM, now=NOW) for title in ("Pmp", "Pump noise")
        )
    async with run() as (app, pilot):
        app.open_record(one.record_id)
        await until(pilot, lambda: any("Pmp" in line for line in screen_text(app)))
        await pilot.press("full_stop", "up", "up", "enter")
        await until(pilot, lambda: isinstance(app.screen, PickDialog))
        await press(pilot, *"Pump noise")
        await press(pilot, "enter")
        await until(pilot, lambda: any("Merged case" in said for said in toasts(app)))
        await until(pilot, lambda: any(other.number in line for line in screen_text(app)[:4]))
