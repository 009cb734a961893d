"""The schedule board: going through time and resources from the keyboard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection
from textual.events import Click, MouseDown, MouseEvent, MouseMove, MouseScrollDown, MouseUp

from assistant.compose import Services
from store.actor import SYSTEM, Actor
from store.queries.scheduling.bookings import BookingFacts, booking_facts
from store.scheduling.booking import Need, book, cancel
from tests.store.scheduling.scene import workshop
from tests.tui import world
from tests.tui.conftest import Run, screen_text, settle
from tests.tui.test_changes import press, toasts, until
from tui.app import RegardingApp
from tui.board_layout import USUAL
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.slots import SlotsDialog
from tui.screens.board import BoardScreen
from tui.screens.record import RecordScreen

TEN = world.NOW.replace(hour=10, minute=0) + timedelta(days=1)


def line_of(app: RegardingApp, words: str) -> str:
    return next((line for line in screen_text(app) if line.strip().startswith(words)), "")


def bottom(app: RegardingApp) -> str:
    return " · ".join(said.strip() for said in screen_text(app)[-3:-1])


async def test_board_goes_through_time_and_says_what_is_against_a_move_before_it_is_written(
    run: Run, services: Services
) -> None:
    async with run("7", "B", size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: "Nothing can be booked yet" in bottom(app))
        with services.store.write() as tx:
            shop = workshop(tx)
            made = book(tx, shop.repair, TEN, [Need(shop.ann), Need(shop.van)], by=SYSTEM, now=world.NOW)
            book(tx, shop.repair, TEN + timedelta(hours=4), [Need(shop.bob)], by=SYSTEM, now=world.NOW)
            late = book(tx, shop.repair, TEN - timedelta(hours=20), [Need(shop.ann)], by=SYSTEM, now=world.NOW)
            cancel(tx, late.record_id, by=SYSTEM, now=world.NOW)

        def stands() -> tuple[str, list[str]]:
            facts = services.read(_facts, made.record_id)
            return f"{facts.starts_at:%H:%M}-{facts.ends_at:%H:%M}", [each.name for each in facts.resources]

        await press(pilot, "ctrl+r")
        await until(pilot, lambda: "Ann" in line_of(app, "• Ann"))
        screen = app.screen
        assert isinstance(screen, BoardScreen)
        assert screen.grid.board is not None
        assert [each.name for each in screen.grid.board.lines] == ["Ann", "Bob", "Van", "Room"]
        await press(pilot, "e")
        await until(pilot, lambda: "✗" in line_of(app, "• Ann"))
        await press(pilot, "e", "minus", "minus", "minus", "tab")
        assert (screen.grid.zoom.name, screen.grid.scale and screen.grid.scale.step) == ("Week", 180)
        await until(pilot, lambda: f"BKG-00001 · Repair · {TEN:%a} 10:00-11:00 · confirmed" in bottom(app))
        await press(pilot, "shift+down", "right")
        await until(pilot, lambda: "Bob is booked" in bottom(app))
        await press(pilot, "enter")
        await until(pilot, lambda: any("Bob is booked" in said for said in toasts(app)))
        assert stands() == ("10:00-11:00", ["Ann", "Van"])
        await press(pilot, "left", "left", "plus", "minus")
        await until(pilot, lambda: "07:00-08:00 · nothing is against it" in bottom(app))
        await press(pilot, "enter")
        await until(pilot, lambda: stands() == ("07:00-08:00", ["Bob", "Van"]))
        await until(pilot, lambda: "· confirmed" in bottom(app))
        await press(pilot, "m", "left")
        await until(pilot, lambda: "Bob does not work" in bottom(app))
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "escape", "escape", "ctrl+z")
        await until(pilot, lambda: stands() == ("10:00-11:00", ["Ann", "Van"]))
        await press(pilot, "plus", "plus", "plus")
        await until(pilot, lambda: screen.grid.zoom is USUAL and screen.grid.is_known)

        async def mouse(*kinds: type[MouseEvent], row: int, hour: float, **more: Any) -> None:
            scale, gutter = screen.grid.scale, 14
            assert scale is not None
            x = gutter + scale.cell_of(TEN.replace(hour=0) + timedelta(hours=hour))
            await pilot._post_mouse_events(list(kinds), screen.grid, (x, 2 + row), button=1, **more)
            await settle(pilot)

        await mouse(MouseDown, row=0, hour=10.5)
        await mouse(MouseMove, row=1, hour=14.5)
        await until(pilot, lambda: "Bob is booked" in bottom(app))
        await press(pilot, "escape")
        await mouse(MouseUp, row=1, hour=14.5)
        assert (screen.grid.carried, stands()) == (None, ("10:00-11:00", ["Ann", "Van"]))
        for row, begin, to, end, told in (
            (0, 10.5, 1, 8.5, ("08:00-09:00", ["Bob", "Van"])),
            (1, 8.99, 0, 10.5, ("08:00-10:45", ["Bob", "Van"])),
        ):
            await mouse(MouseDown, row=row, hour=begin)
            await mouse(MouseMove, row=to, hour=end)
            await mouse(MouseUp, row=to, hour=end)
            await until(pilot, lambda told=told: stands() == told and screen.grid.carried is None)
        before = screen.grid.window
        await mouse(MouseScrollDown, row=1, hour=12, shift=True)
        after = screen.grid.window
        assert before is not None and after is not None and before.start < after.start
        await mouse(MouseDown, MouseUp, Click, row=1, hour=10)
        await until(pilot, lambda: "BKG-00001 · Repair" in bottom(app))
        assert app.screen is screen
        await mouse(MouseDown, MouseUp, Click, row=1, hour=10, times=2)
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))


async def test_slots_are_offered_for_the_customer_of_a_record_and_one_is_booked(run: Run, services: Services) -> None:
    with services.store.write() as tx:
        shop = workshop(tx)
        book(tx, shop.repair, TEN, [Need(shop.ann)], by=SYSTEM, now=world.NOW)
    async with run() as (app, pilot):
        app.open_record(shop.account)
        await until(pilot, lambda: isinstance(app.screen, RecordScreen) and app.screen.card is not None)
        await press(pilot, "V")
        await until(pilot, lambda: isinstance(app.screen, SlotsDialog) and "Bob has 0 h booked" in shown(app))
        assert "Tue 3 Nov 09:30-10:30 Bob, Van" in shown(app)
        await press(pilot, "question_mark")
        assert "Room is not among those that the service asks for" in shown(app)
        await press(pilot, "w")
        await until(pilot, lambda: isinstance(app.screen, FormDialog) and "Who waits?" in shown(app))
        assert "Repair" in shown(app) and "Contoso" in shown(app)
        await press(pilot, "escape", "V")
        await until(pilot, lambda: isinstance(app.screen, SlotsDialog) and "Bob has 0 h booked" in shown(app))
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, FormDialog) and "Contoso" in shown(app))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: any("Booked BKG-00002 Repair, Contoso" in said for said in toasts(app)))


def shown(app: RegardingApp) -> str:
    return " ".join(" ".join(screen_text(app)).split())


def _facts(tx: Connection, record_id: int, *, by: Actor) -> BookingFacts:
    return booking_facts(tx, [record_id])[record_id]
