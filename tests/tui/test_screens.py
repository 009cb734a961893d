"""Every screen at three sizes: nothing is cut, nothing overflows, and the footer says what can be pressed."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from assistant.compose import Services, compose
from store.actor import SYSTEM
from store.engine import open_store
from tests.tui import world
from tests.tui.conftest import Run, screen_text, settle
from tui.app import RegardingApp
from tui.welcome import WELCOME

SIZES = [(80, 24), (120, 40), (200, 60)]
MODES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "ctrl+o", "q"]


@pytest.mark.parametrize("size", SIZES)
async def test_each_mode_fits_its_terminal(run: Run, size: tuple[int, int]) -> None:
    async with run(size=size) as (app, pilot):
        for digit in MODES:
            await pilot.press("escape", digit) if digit in ("9", "ctrl+o") else await pilot.press(digit)
            await settle(pilot)
            assert_fits(app)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", [("enter",), ("2", "enter"), ("5", "e"), ("2", "n"), ("w",), ("question_mark",)])
async def test_what_opens_over_a_screen_fits_its_terminal(
    run: Run, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with run(*keys, size=size) as (app, _):
        assert_fits(app)
        assert "Esc" in screen_text(app)[-1] or any("Esc" in line for line in screen_text(app))


def assert_fits(app: RegardingApp) -> None:
    width, height = app.size
    assert (app.screen.max_scroll_x, app.screen.max_scroll_y) == (0, 0)
    strips = app.screen._compositor.render_strips()
    assert [strip.cell_length for strip in strips] == [width] * height
    outside = [one for one in app.screen.query("*") if one.display and one.region.right > width]
    assert outside == []


async def test_inbox_shows_a_hostile_subject_as_text(run: Run) -> None:
    async with run(size=(200, 60)) as (app, _):
        line = next(line for line in screen_text(app) if "31mRED" in line)
        assert "␛[31mRED␛[0m [bold]not bold[/bold] <U+202E>"[:20] in line
        assert "\x1b" not in "".join(screen_text(app))
        assert "\u202e" not in "".join(screen_text(app))


async def test_reading_a_hostile_mail_shows_its_subject_whole(run: Run) -> None:
    async with run("down", "down", "enter") as (app, _):
        assert screen_text(app)[2].strip() == "␛[31mRED␛[0m [bold]not bold[/bold] <U+202E>gnp.exe"


async def test_empty_store_offers_demo_connect_and_import(run: Run, tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "empty.db"))
    async with run(on=Services(store, SYSTEM, lambda: world.NOW), size=(80, 24)) as (app, pilot):
        for mode in ("1", "0"):
            await pilot.press(mode)
            await settle(pilot)
            shown = [line.strip() for line in screen_text(app)]
            assert [line for line in shown if line in WELCOME and line] == [line for line in WELCOME if line]
    store.close()


async def test_empty_store_has_words_on_every_screen(run: Run, tmp_path: Path) -> None:
    services = compose(str(tmp_path / "empty.db"), clock=lambda: world.NOW)
    async with run(on=services, size=(80, 24)) as (app, pilot):
        for digit in MODES:
            await pilot.press(digit)
            await settle(pilot)
            assert_fits(app)
            assert len([line for line in screen_text(app)[2:-1] if line.strip()]) >= 2
    services.close()


async def test_footer_names_no_single_letters_while_typing(run: Run) -> None:
    async with run("f") as (app, _):
        said = ["Enter", "Read", "^g", "Chat", "^p", "Commands", "^q", "Quit", "F1", "Help"]
        assert screen_text(app)[-1].split() == said


async def test_footer_is_never_wider_than_the_terminal(run: Run) -> None:
    async with run("2", "enter", size=(80, 24)) as (app, _):
        assert cell_len(screen_text(app)[-1]) <= 80
        assert screen_text(app)[-1].endswith("F1 Help")


async def test_theme_is_toggled_and_remembered(run: Run, tmp_path: Path) -> None:
    async with run("ctrl+t") as (app, _):
        assert app.theme == "paper"
    async with run() as (app, _):
        assert app.theme == "paper"


async def test_help_lists_the_keys_of_the_screen(run: Run) -> None:
    async with run("2", "f1") as (app, _):
        text = "\n".join(screen_text(app))
        assert "Help: Accounts" in text
        assert "Create a record" in text


async def test_palette_holds_the_commands_of_the_screen(run: Run) -> None:
    async with run("2") as (app, _):
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Create a record", "Go to sync", "Take back the last change you made"} <= titles
