"""What-ifs, optimised schedules and the wait list from the keyboard: worked out, looked at, kept, carried out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from assistant.compose import Services
from store.actor import SYSTEM, Actor
from store.queries.scheduling.bookings import booking_facts
from store.queries.scheduling.waiting import wait_list
from store.scheduling.booking import Need, book
from tests.store.scheduling.scene import workshop
from tests.tui import world
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import press, toasts, until
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.screens.board import BoardScreen
from tui.screens.plan import PlanScreen
from tui.screens.plans import PlansScreen
from tui.screens.waiting import WaitListScreen

TEN = world.NOW.replace(hour=10, minute=0) + timedelta(days=1)


async def test_a_sick_call_is_repaired_kept_carried_out_and_taken_back(run: Run, services: Services) -> None:
    with services.store.write() as tx:
        shop = workshop(tx)
        made = book(tx, shop.repair, TEN, [Need(shop.ann), Need(shop.van)], by=SYSTEM, now=world.NOW)
        book(tx, shop.repair, TEN + timedelta(hours=2), [Need(shop.bob), Need(shop.van)], by=SYSTEM, now=world.NOW)

    def who() -> list[str]:
        return services.read(_who, made.record_id)

    async with run("7", "B") as (app, pilot):

        def shown(words: str) -> bool:
            return any(words in said for said in screen_text(app))

        await until(pilot, lambda: shown("• Ann"))
        await press(pilot, "right_square_bracket", "o", "enter")
        await until(pilot, lambda: isinstance(app.screen, FormDialog) and shown("What if Ann is away?"))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen) and shown("1 booking breaks, 1 by others"))
        assert shown("Bob for Ann")
        await press(pilot, "enter")
        await until(pilot, lambda: shown("Another slot for BKG-00001 Repair") and shown("Bob, Van"))
        await press(pilot, "escape")
        await press(pilot, "space")
        await until(pilot, lambda: shown("left out"))
        await press(pilot, "space", "s")
        await until(pilot, lambda: isinstance(app.screen, BoardScreen))
        await press(pilot, "P")
        await until(pilot, lambda: isinstance(app.screen, PlansScreen) and shown("Ann is off 2026-11-04 sick"))
        await press(pilot, "enter", "A")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        await until(pilot, lambda: isinstance(app.screen, PlansScreen) and shown("No plan is kept."))
        assert who() == ["Bob", "Van"]
        await press(pilot, "escape", "ctrl+z")
        await until(pilot, lambda: who() == ["Ann", "Van"])
        await press(pilot, "o", "end", "enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen) and shown("the schedule stays as it is until"))
        await press(pilot, "escape")
        await press(pilot, "tab", "shift+down", *["right"] * 7)
        await until(pilot, lambda: shown("Bob is booked"))
        await press(pilot, "w")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen) and shown("1 booking breaks, 1 at another time"))


async def test_who_waits_is_put_on_the_list_planned_and_offered_a_slot(run: Run, services: Services) -> None:
    with services.store.write() as tx:
        workshop(tx)
    async with run("7", "B") as (app, pilot):
        await press(pilot, "W", "n")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WaitListScreen) and app.screen.row is not None)
        await press(pilot, "escape", "O")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        await until(pilot, lambda: any("1 of 1 who wait are placed" in said for said in screen_text(app)))
        assert isinstance(app.screen, PlanScreen)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        await until(pilot, lambda: isinstance(app.screen, BoardScreen))
        await press(pilot, "W")
        await until(pilot, lambda: isinstance(app.screen, WaitListScreen) and app.screen.row is not None)
        await press(pilot, "o")
        await until(pilot, lambda: any("Held BKG-00001 Repair" in said for said in toasts(app)))
    assert [(row.name, row.status) for row in services.read(wait_list)] == [("Repair", "offered")]


def _who(tx: Connection, record_id: int, *, by: Actor) -> list[str]:
    return [each.name for each in booking_facts(tx, [record_id])[record_id].resources]
