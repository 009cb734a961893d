"""Lists: paging in both directions, filter, views, sort, and opening."""

from __future__ import annotations

from assistant.compose import Services
from tests.tui import world
from tests.tui.conftest import Run, screen_text, settle
from tui.rows.found import Found
from tui.screens.record import RecordScreen
from tui.screens.records import RecordsScreen
from tui.screens.search import SearchScreen


async def test_end_and_home_reach_both_ends_of_five_thousand_rows(run: Run, services: Services) -> None:
    world.add_accounts(services.store, 5_000)
    async with run("2") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        first = screen.records.row
        assert first is not None and first.title == "Adatum Hotels"
        await pilot.press("end")
        await settle(pilot)
        last = screen.records.row
        assert last is not None and last.title == "Wingtip Resorts AG"
        await pilot.press("pageup", "pageup")
        await settle(pilot)
        before = screen.records.row
        assert before is not None and before.title.startswith("Proseware") is False
        assert len(screen.records.pages.window.rows) <= 2_000
        await pilot.press("home")
        await settle(pilot)
        assert screen.records.row == first


async def test_paging_down_meets_every_row_once(run: Run, services: Services) -> None:
    world.add_accounts(services.store, 500)
    async with run("2", size=(80, 24)) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        for _ in range(40):
            await pilot.press("pagedown")
            await settle(pilot)
        rows = screen.records.pages.window.rows
        assert len(rows) == 540
        assert len({row.record_id for row in rows}) == 540
        last = screen.records.row
        assert last is not None and last.title == "Wingtip Resorts AG"


async def test_paging_up_from_the_end_meets_every_row_once(run: Run, services: Services) -> None:
    world.add_accounts(services.store, 500)
    async with run("2", "end", size=(80, 24)) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        for _ in range(40):
            await pilot.press("pageup")
            await settle(pilot)
        rows = screen.records.pages.window.rows
        assert [len(rows), len({row.record_id for row in rows})] == [540, 540]
        assert (screen.records.cursor, screen.records.pages.window.top) == (0, 0)


async def test_filter_narrows_while_typing_and_escape_takes_it_back(run: Run) -> None:
    async with run("2", "f", *"lucerne") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        assert sorted(row.title for row in screen.records.pages.window.rows) == [
            "Lucerne Hotels",
            "Lucerne Lifts",
            "Lucerne Logistics",
            "Lucerne Resorts AG",
        ]
        await pilot.press("escape")
        await settle(pilot)
        assert len(screen.records.pages.window.rows) == 40


async def test_saved_view_shows_only_its_records(run: Run) -> None:
    async with run("6", "v", "v") as (app, _):
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        statuses = {row.cells["status"] for row in screen.records.pages.window.rows}
        assert statuses == {"new", "in_progress", "on_hold", "waiting"}


async def test_sort_order_follows_the_key(run: Run) -> None:
    async with run("2", "o") as (app, _):
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        numbers = [row.number for row in screen.records.pages.window.rows]
        assert numbers == sorted(numbers)


async def test_enter_opens_a_record_with_its_timeline_and_escape_returns(run: Run) -> None:
    async with run("2", "enter") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RecordScreen)
        assert screen.card is not None and screen.card.detail.title == "Adatum Hotels"
        assert len(screen.timeline.pages.window.rows) > 3
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, RecordsScreen)


async def test_timeline_filters_by_kind(run: Run) -> None:
    async with run("2", "enter", "v", "v") as (app, _):
        screen = app.screen
        assert isinstance(screen, RecordScreen)
        assert {row.kind for row in screen.timeline.pages.window.rows} == {"appointment"}


async def test_search_finds_records_first_from_the_second_letter(run: Run) -> None:
    async with run("slash", "l") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, SearchScreen)
        assert len(screen.results.pages.window.rows) == 0
        await pilot.press("u")
        await settle(pilot)
        found: tuple[Found, ...] = screen.results.pages.window.rows
        kinds = [row.key[0] for row in found]
        assert kinds == sorted(kinds, reverse=True)
        assert kinds[0] == "record"


async def test_search_opens_with_enter_from_the_text_field(run: Run) -> None:
    async with run("ctrl+k", *"lucerne", "enter") as (app, _):
        screen = app.screen
        assert isinstance(screen, RecordScreen)
        assert screen.card is not None and screen.card.detail.title.startswith("Lucerne")


async def test_clicking_a_row_selects_and_a_second_click_opens_it(run: Run) -> None:
    async with run("2") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        await pilot.click(screen.records, offset=(10, 3))
        await settle(pilot)
        assert screen.records.cursor == 2
        await pilot.click(screen.records, offset=(10, 3))
        await settle(pilot)
        assert isinstance(app.screen, RecordScreen)


async def test_clicking_a_tab_goes_there(run: Run) -> None:
    async with run() as (app, pilot):
        await pilot.click("TopBar", offset=(20, 0))
        await settle(pilot)
        assert app.current_mode_name == "accounts"
        assert "Accounts" in screen_text(app)[2]


async def test_people_of_an_account_are_reached_with_the_keyboard(run: Run) -> None:
    async with run("2", "enter", "g") as (app, pilot):
        for _ in range(20):
            await settle(pilot)
        await pilot.press("end", "enter")
        for _ in range(5):
            await settle(pilot)
        screen = app.screen
        assert isinstance(screen, RecordScreen)
        assert screen.card is not None and screen.card.detail.kind == "contact"


async def test_enter_in_the_filter_gives_the_keys_back_to_the_list(run: Run) -> None:
    async with run("2", "f", *"lucerne", "enter") as (app, _):
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        assert app.focused is screen.records
