"""Records that are there twice: side by side, merged by one key, kept apart by another, and undone."""

from __future__ import annotations

import pytest

from assistant.compose import Services
from store.queries.duplicates import count_duplicates
from store.queries.record_detail import record_detail
from tests.tui.alike import pairs
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import press, toasts, until
from tests.tui.test_screens import SIZES, assert_fits
from tui.screens.duplicates import DuplicatesScreen
from tui.screens.record import RecordScreen

TO_PAIRS = ("q", "v", "v")


@pytest.mark.parametrize("size", SIZES)
async def test_a_pair_is_shown_side_by_side_with_its_reasons(
    run: Run, services: Services, size: tuple[int, int]
) -> None:
    pairs(services.store)
    async with run(*TO_PAIRS, size=size) as (app, pilot):
        await until(pilot, lambda: any("same domain “contoso.example”" in line for line in screen_text(app)))
        assert_fits(app)
        assert any(line.split()[:4] == ["Name", "●", "Contoso", "Hotels"] for line in screen_text(app))


async def test_merging_keeps_the_chosen_record_and_values_and_is_undone_whole(run: Run, services: Services) -> None:
    older, newer = pairs(services.store)
    phone = services.read(record_detail, older).fields["phone"]
    async with run(*TO_PAIRS) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, DuplicatesScreen)
        await until(pilot, lambda: screen.shown is not None)
        await press(pilot, "tab", "right")
        await press(pilot, "m")
        await until(pilot, lambda: any(said.startswith("Merged ") for said in toasts(app)))
        kept = services.read(record_detail, older)
        assert (kept.title, kept.fields["phone"]) == ("Contoso Hotels GmbH", phone)
        assert services.read(count_duplicates).value == 1
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: services.read(count_duplicates).value == 2)
        assert services.read(record_detail, older).title == "Contoso Hotels"
        assert services.read(record_detail, newer).deleted_at is None


async def test_two_that_are_not_the_same_are_kept_apart(run: Run, services: Services) -> None:
    pairs(services.store)
    async with run(*TO_PAIRS, "down") as (app, pilot):
        await press(pilot, "x")
        await until(pilot, lambda: any(said.startswith("Not the same: ") for said in toasts(app)))
        assert services.read(count_duplicates).value == 1
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: services.read(count_duplicates).value == 2)


async def test_the_other_record_is_opened_and_the_tabs_go_round(run: Run, services: Services) -> None:
    _, newer = pairs(services.store)
    async with run(*TO_PAIRS, "O") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, RecordScreen) and app.screen.record_id == newer)
        await press(pilot, "escape", "1", "q")
        assert app.current_mode_name == "review"


async def test_nobody_there_twice_is_said(run: Run) -> None:
    async with run(*TO_PAIRS) as (app, _):
        assert "Nobody is here twice." in "\n".join(screen_text(app))
