"""What one has to know is shown once, counted at the top until it was seen, and listed."""

from __future__ import annotations

from sqlalchemy import select

from assistant.compose import Services
from store.queries.notices import count_notices
from store.schema.records import Record
from store.triage.notices import tell
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import press, toasts, until
from tests.tui.test_screens import assert_fits
from tests.tui.world import NOW
from tui.screens.record import RecordScreen


async def test_a_notice_is_shown_once_counted_and_listed_until_it_was_seen(run: Run, services: Services) -> None:
    said = "CAS-00001 [b]is[/b] late."
    with services.store.write() as tx:
        case = tx.execute(select(Record.id).where(Record.kind == "case").limit(1)).scalar_one()
        tell(tx, "late", said, record_id=case, now=NOW)
    async with run(size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: said in toasts(app))
        await until(pilot, lambda: "△1" in screen_text(app)[0])
        app.look()
        await press(pilot, "ctrl+n")
        await until(pilot, lambda: any(said in line for line in screen_text(app)[2:6]))
        assert_fits(app)
        assert toasts(app).count(said) == 1
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen) and app.screen.record_id == case)
        await until(pilot, lambda: services.read(count_notices).value == 0)
        app.look()
        await until(pilot, lambda: "△" not in screen_text(app)[0])
