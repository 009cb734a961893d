"""The schedule board: going through time and resources from the keyboard."""

from __future__ import annotations

from datetime import timedelta

from assistant.compose import Services
from store.actor import SYSTEM
from store.scheduling.booking import Need, book
from tests.store.scheduling.scene import workshop
from tests.tui import world
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import press, until
from tui.app import RegardingApp
from tui.screens.board import BoardScreen
from tui.screens.record import RecordScreen

TEN = world.NOW.replace(hour=10, minute=0) + timedelta(days=1)


def line_of(app: RegardingApp, words: str) -> str:
    return next((line for line in screen_text(app) if line.strip().startswith(words)), "")


def bottom(app: RegardingApp) -> str:
    return screen_text(app)[-2].strip()


async def test_an_empty_board_says_what_to_do(run: Run) -> None:
    async with run("7", "B", size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: "Nothing can be booked yet" in bottom(app))


async def test_board_shows_bookings_goes_through_time_and_opens_one(run: Run, services: Services) -> None:
    with services.store.write() as tx:
        shop = workshop(tx)
        needs = [Need(shop.ann), Need(shop.room, 0, 30, 2)]
        book(tx, shop.repair, TEN, needs, values={"account": shop.account}, by=SYSTEM, now=world.NOW)
    async with run("7", "B") as (app, pilot):
        await until(pilot, lambda: "Ann" in line_of(app, "◆ Ann"))
        screen = app.screen
        assert isinstance(screen, BoardScreen)
        assert [each.name for each in screen.grid.board.lines] == ["Ann", "Bob", "Van", "Room"]  # type: ignore[union-attr]
        await press(pilot, "plus", "minus", "minus", "minus")
        assert screen.grid.zoom.name == "3 days"
        await until(pilot, lambda: "▎" in line_of(app, "◆ Ann"))
        await press(pilot, "tab")
        assert f"Repair, Contoso · {TEN:%a} 10:00-11:00 · confirmed" in bottom(app)
        await press(pilot, "minus", "minus")
        assert screen.grid.booking is not None  # it stays under the cursor
        await press(pilot, "right_square_bracket", "t", "down")
        assert bottom(app).startswith("Bob · ")
        await press(pilot, "up", "tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))
