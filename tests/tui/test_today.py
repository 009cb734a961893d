"""Today: the day in sections, why each thing comes up now and what stands behind it, and one key for each act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assistant.compose import Services
from calendar_sync.reminders import claim_due
from store.following.acts import write_reminder
from store.following.values import STANDING
from store.queries.follow_ups import follow_ups
from tests.tui.a_day import ANSWER, OFFER, fill_day
from tests.tui.conftest import Run, screen_text, typed
from tests.tui.desk import desk
from tests.tui.test_changes import on_form, press, toasts, until
from tests.tui.test_screens import SIZES, assert_fits
from tests.tui.world import NOW
from tui.app import RegardingApp
from tui.dialogs.narrow import NarrowDialog
from tui.rows.sections import Section
from tui.screens.meeting import MeetingScreen
from tui.screens.meeting_card import MeetingCardScreen
from tui.screens.read import ReadScreen
from tui.screens.today import TodayScreen


def headings(app: RegardingApp) -> list[tuple[str, int]]:
    assert isinstance(app.screen, TodayScreen)
    rows = app.screen.day.pages.window.rows
    return [(row.title, row.count) for row in rows if isinstance(row, Section) and row.title]


def standing(services: Services) -> dict[str, Any]:
    return {row.kind.value: row for row in services.read(follow_ups, STANDING)}


def shows(app: RegardingApp, *words: str) -> bool:
    shown = " ".join(" ".join(screen_text(app)).replace("│", " ").split())
    return all(each in shown for each in words)


@pytest.mark.parametrize("size", SIZES)
async def test_the_day_fits_its_terminal_and_says_why_now(run: Run, services: Services, size: tuple[int, int]) -> None:
    desk(services.store)
    fill_day(services.store)
    async with run("0", "tab", "down", size=size) as (app, pilot):
        assert headings(app) == [
            ("Agenda", 3),
            ("Follow-ups", 4),
            ("Found in mail: does it hold?", 1),
            ("Cases at risk", 3),
        ]
        await until(pilot, lambda: shows(app, "You promised", f"“{OFFER[:20]}"))
        assert_fits(app)


async def test_each_act_on_a_follow_up_is_one_key(run: Run, services: Services) -> None:
    fill_day(services.store)
    async with run("0", "tab", "down") as (app, pilot):
        await press(pilot, "enter")
        assert isinstance(app.screen, ReadScreen)
        await press(pilot, "escape", "x")
        await until(pilot, lambda: "promise" not in standing(services))
        await press(pilot, "s")
        await until(pilot, lambda: isinstance(app.screen, NarrowDialog))
        await typed(pilot, "fri 3pm")
        await until(pilot, lambda: shows(app, "Fri 6 Nov, 15:00"))
        await press(pilot, "enter")
        due = NOW.replace(day=6, hour=15, minute=0)
        await until(pilot, lambda: standing(services)["awaiting_reply"].comes_at == due)
        await until(pilot, lambda: headings(app)[1] == ("Follow-ups", 2))
        await press(pilot, "X")
        await until(pilot, lambda: "cold_account" not in standing(services))
        await press(pilot, "home", "tab", "tab", "y")
        await until(pilot, lambda: standing(services)["their_promise"].state == "open")
        await press(pilot, "home", "tab", "g")
        await until(pilot, lambda: isinstance(app.screen, NarrowDialog))
        await press(pilot, "enter")
        await until(pilot, lambda: "reminder" not in standing(services))
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: "reminder" in standing(services))
        assert ANSWER in {row.sentence for row in standing(services).values()}


async def test_a_meeting_opens_with_its_card_and_a_call_closes_a_follow_up(run: Run, services: Services) -> None:
    fill_day(services.store)
    async with run("0") as (app, pilot):
        await until(pilot, lambda: shows(app, "Last contacts", "Open points"))
        await press(pilot, "i")
        assert isinstance(app.screen, MeetingCardScreen)
        assert_fits(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ReadScreen)
        await press(pilot, "escape", "escape", "enter")
        await until(pilot, lambda: isinstance(app.screen, MeetingScreen))
        await press(pilot, "i")
        assert isinstance(app.screen, MeetingCardScreen)
        await press(pilot, "escape", "escape", "tab", "down", "p")
        await on_form(pilot)
        await typed(pilot, "The offer")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "promise" not in standing(services))


async def test_a_reminder_rings_once(run: Run, services: Services) -> None:
    with services.store.write() as tx:
        wall = NOW.replace(tzinfo=None) - timedelta(minutes=30)
        write_reminder(tx, "Ring [b]Jonas[/b]", wall, "UTC", by=services.actor, now=NOW)
    async with run() as (app, pilot):
        await until(pilot, lambda: toasts(app) == ["Ring [b]Jonas[/b]"])
        await press(pilot, "0", "N")
        await until(pilot, lambda: toasts(app)[-1] == "Reminders do not show on the desktop while this runs.")
    assert services.do(claim_due) == ()
