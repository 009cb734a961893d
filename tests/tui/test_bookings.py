"""Bookings among the other records: found, opened, changed."""

from __future__ import annotations

from datetime import timedelta

from assistant.compose import Services
from store.actor import SYSTEM
from store.scheduling.booking import Need, book
from tests.store.scheduling.scene import workshop
from tests.tui import world
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import until
from tui.app import RegardingApp
from tui.dialogs.form import FormDialog
from tui.screens.record import RecordScreen


def shown(app: RegardingApp) -> str:
    return " ".join(" ".join(screen_text(app)).split())


async def test_booking_is_found_and_its_screen_says_when_and_with_whom(run: Run, services: Services) -> None:
    start = world.NOW.replace(minute=0) + timedelta(days=1)
    with services.store.write() as tx:
        shop = workshop(tx)
        values = {"account": shop.account, "place": "Hauptstrasse 5"}
        needs = [Need(shop.ann), Need(shop.room, 0, 30, 2)]
        made = book(tx, shop.repair, start, needs, values=values, by=SYSTEM, now=world.NOW)
    local = start.astimezone()
    async with run() as (app, pilot):
        await pilot.press("/", *"repair")
        await until(pilot, lambda: "Repair, Contoso" in shown(app))
        await pilot.press("escape")
        app.open_record(made.record_id)
        await until(pilot, lambda: f"Room x 2 {local:%H:%M}-{local + timedelta(minutes=30):%H:%M}" in shown(app))
        assert f"{local:%a %Y-%m-%d %H:%M}-{local + timedelta(hours=1):%H:%M}" in shown(app)
        await until(pilot, lambda: "Ann, Room" in shown(app))  # its service activity, on the timeline
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, FormDialog) and "Hauptstrasse 5" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))
