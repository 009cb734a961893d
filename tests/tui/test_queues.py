"""Queues: what waits is shown with the time that is left, given away and resolved; a desk is set up by forms."""

from __future__ import annotations

from assistant.compose import Services
from store.queries.queue_facts import service_facts
from store.queries.queues import queue_work
from tests.tui.conftest import Run, screen_text, settle
from tests.tui.desk import desk
from tests.tui.test_changes import on_form, press, toasts, until
from tests.tui.test_screens import assert_fits
from tests.tui.world import NOW
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.members import MembersDialog
from tui.screens.queues import QueuesScreen
from tui.screens.record import RecordScreen


async def test_queues_fit_and_say_what_is_left(run: Run, services: Services) -> None:
    desk(services.store)
    async with run("6", "Q", size=(80, 24)) as (app, pilot):
        await pilot.press("v", "v", "v")
        await settle(pilot)
        assert_fits(app)
        shown = "\n".join(screen_text(app))
        for words in ("Controller loses", "late by 8 h 30 min", "late by 5 h", "10 min left"):
            assert words in shown
        screen = app.screen
        assert isinstance(screen, QueuesScreen)
        row = next(one for one in screen.work.pages.window.rows if one.title.startswith("No heat"))
        later = row.clock_at(NOW.replace(hour=11, minute=5))
        assert later is not None
        assert later.state == "breached"


async def test_work_is_taken_prioritised_and_undone_and_its_card_says_what_is_left(
    run: Run, services: Services
) -> None:
    keys = desk(services.store)

    def work() -> dict[str, tuple[str, str]]:
        rows = services.read(queue_work, keys["Support"], now=NOW).rows
        return {row.title.split()[0]: (row.owner, row.priority) for row in rows}

    async with run("6", "Q") as (app, pilot):
        assert isinstance(app.screen, QueuesScreen)
        assert list(work()) == ["Controller", "Lift", "Snow", "No", "Spare", "Invoice"]
        await pilot.press("y")
        await until(pilot, lambda: work()["Controller"] == ("Anna Hofer", "high"))
        await pilot.press("space", "space", "U")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("enter")
        await until(pilot, lambda: [work()[name][1] for name in ("Controller", "Lift")] == ["urgent", "urgent"])
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: work()["Lift"][1] == "normal")
        await press(pilot, "home", "enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen) and app.screen.card is not None)
        shown = "\n".join(screen_text(app))
        for words in ("Promised: Standard", "late by 2 h 30 min", "4 of 10 cases left", "everybody of the account"):
            assert words in shown


async def test_a_desk_is_set_up_by_forms_that_say_what_is_wrong(run: Run, services: Services) -> None:
    desk(services.store)
    async with run("6", "Q", "S") as (app, pilot):
        await pilot.press("end", "W")
        await until(pilot, lambda: isinstance(app.screen, MembersDialog))
        await pilot.press("a", "down", "space", "end", "a", "enter")
        await until(pilot, lambda: any("Edited queue Support" in said for said in toasts(app)))
        support = next(one for one in services.read(service_facts).queues if one.queue.name == "Support")
        told = [(member.name, member.away) for member in support.queue.members]
        assert told == [("Anna Hofer", True), ("Support Desk", False)]
        await pilot.press("v")
        await settle(pilot)
        await pilot.press("n")
        await on_form(pilot)
        await pilot.press(*"Night", "tab", "tab", "home", "ctrl+k", *"Mon 9", "ctrl+s")
        await until(pilot, lambda: "'9' are no hours; write them as" in "\n".join(screen_text(app)))
        await pilot.press("end", *"-17", "ctrl+s")
        await until(pilot, lambda: len(services.read(service_facts).calendars) == 2)
