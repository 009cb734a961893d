"""Scheduling is set up from nothing by forms: a site, somebody who works there, a service with its rule in words."""

from __future__ import annotations

from assistant.compose import Services
from assistant.scheduling.setup.telling import service_texts
from store.queries.scheduling.setup import setup
from tests.tui.conftest import Run, screen_text, settle, typed
from tests.tui.test_changes import on_form, press, toasts, until
from tui.screens.workshop import WorkshopScreen


async def test_workshop_is_set_up_by_forms_that_say_what_is_wrong(run: Run, services: Services) -> None:
    async with run("7", "B", "S", size=(80, 24)) as (app, pilot):

        def shown() -> str:
            return "\n".join(screen_text(app))

        async def tab(name: str) -> None:
            while not (isinstance(app.screen, WorkshopScreen) and app.screen.tab == name):
                await press(pilot, "v")

        await tab("sites")
        await press(pilot, "n")
        await on_form(pilot)
        await typed(pilot, "Bern")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: any("Created site Bern" in said for said in toasts(app)))
        await tab("resources")
        await press(pilot, "n")
        await on_form(pilot)
        await typed(pilot, "Ann")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "Mon-Fri 08:00-17:00" in shown())
        await tab("services")
        await press(pilot, "n")
        await on_form(pilot)
        await typed(pilot, "Repair")
        await press(pilot, *["tab"] * 7)
        await typed(pilot, "1 of Ann; in trun")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "Line 1 of the rule has 'in trun', which is not understood." in shown())
        await press(pilot, *["backspace"] * 4)
        await typed(pilot, "turn")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "1 of Ann; in turn" in shown() and isinstance(app.screen, WorkshopScreen))
        await tab("travel")
        await press(pilot, "n")
        await on_form(pilot)
        for words in ("Bern", "Thun", "25"):
            await typed(pilot, words)
            await press(pilot, "tab")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "Bern to Thun" in shown())
        known = services.read(setup)
        [service] = known.services.values()
        assert service_texts(known, service)["rule"] == "1 of Ann; in turn"
        assert known.travel == {("", ""): 0, ("Bern", "Thun"): 25}
        await press(pilot, "ctrl+z")
        await settle(pilot)
        await until(pilot, lambda: not any(services.read(setup).travel))
