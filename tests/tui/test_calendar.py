"""The calendar from the keyboard: views, moving through time, making and moving appointments, answering."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from textual.pilot import Pilot

from assistant.compose import Services
from calendar_sync.appointments import create_appointment
from calendar_sync.edit import EventEdit
from calendar_sync.event import Attendee
from calendar_sync.page import calendar_page, chosen_agenda
from mail_sync.message import Address
from store.outbox.delivery import claim, finish, open_acts
from store.outbox.queue import OutgoingState
from store.queries.calendar import CalendarEntry
from tests.tui import world
from tests.tui.conftest import Run, screen_text, typed
from tests.tui.test_changes import on_form, press, toasts, until
from tests.tui.test_screens import SIZES, assert_fits
from tui.calendar_views import View
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.consent import ConsentDialog
from tui.screens.calendar import CalendarScreen
from tui.screens.meeting import MeetingScreen

SPAN = {"start": world.NOW - timedelta(days=8), "end": world.NOW + timedelta(days=40)}


def titled(services: Services, title: str) -> list[CalendarEntry]:
    return [each for each in services.read(calendar_page, None, **SPAN).entries if each.title == title]


def make(services: Services, title: str, *, people: tuple[str, ...] = (), rrule: str | None = None) -> None:
    edit = EventEdit(
        title=title,
        start=datetime(2026, 11, 4, 10, tzinfo=UTC),
        end=datetime(2026, 11, 4, 11, tzinfo=UTC),
        attendees=tuple(Attendee(Address(email, email.split("@")[0])) for email in people) or None,
        rrule=rrule,
    )
    services.do(create_appointment, edit, tell=False)


async def asked(pilot: Pilot[None]) -> None:
    """Save, and wait for the last look; the saving goes on only when that is answered."""
    await pilot.press("ctrl+s")
    for _ in range(500):
        if isinstance(pilot.app.screen, ConsentDialog) and pilot.app.screen.focused is not None:
            return
        await pilot.pause(0.01)
    raise AssertionError("nobody asked")


@pytest.mark.parametrize("size", SIZES)
async def test_each_view_fits_its_terminal(run: Run, size: tuple[int, int]) -> None:
    async with run("7", size=size) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        for key, view in (
            ("a", View.AGENDA),
            ("d", View.DAY),
            ("w", View.WEEK),
            ("M", View.MONTH),
            ("T", View.TEAM),
            ("T", View.TEAM_WEEK),
        ):
            await press(pilot, key)
            assert screen.view is view
            assert_fits(app)


async def test_week_shows_days_meetings_and_how_old_calendars_are(run: Run) -> None:
    async with run("7", "T") as (app, _):
        shown = "\n".join(screen_text(app))
        assert all(words in shown for words in ("Anna Hofer", "Jonas Berg", "last read 2 days ago", "Tue 3 Nov"))


async def test_tab_goes_to_the_next_meeting_and_enter_reads_it(run: Run) -> None:
    async with run("7", "tab") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        assert screen.entry is not None
        await press(pilot, "enter")
        assert isinstance(app.screen, MeetingScreen)
        assert any(screen.entry.title in line for line in screen_text(app))


async def test_going_to_a_date_shows_its_week(run: Run) -> None:
    async with run("7", "g") as (app, pilot):
        await on_form(pilot)
        await typed(pilot, "24 dec")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: any("21 Dec to 27 Dec, week 52" in line for line in screen_text(app)))


async def test_an_appointment_is_made_where_the_cursor_stands_and_undone(run: Run, services: Services) -> None:
    async with run("7", "down", "enter") as (app, pilot):
        await on_form(pilot)
        await typed(pilot, "Zeta")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: any("Created appointment Zeta. Nobody is mailed" in said for said in toasts(app)))
        (made,) = titled(services, "Zeta")
        assert (made.starts_at, made.ends_at) == (
            datetime(2026, 11, 3, 10, tzinfo=UTC),
            datetime(2026, 11, 3, 10, 30, tzinfo=UTC),
        )
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: any("Undid: Created appointment" in said for said in toasts(app)))
    assert titled(services, "Zeta") == []


async def test_whom_an_invitation_mails_is_shown_before_it_is_saved(run: Run, services: Services) -> None:
    async with run("7", "down", "n") as (app, pilot):
        await on_form(pilot)
        await typed(pilot, "Zeta")
        await press(pilot, *["tab"] * 5)
        await typed(pilot, "zoe@example.com")
        await asked(pilot)
        shown = "\n".join(screen_text(app))
        assert "An invitation goes to" in shown
        assert "zoe@example.com" in shown
        assert "It waits 15 s; until then Ctrl+Z takes it back." in shown
        await press(pilot, "escape")
        await until(pilot, lambda: any("Nothing was saved" in line for line in screen_text(app)))
        assert titled(services, "Zeta") == []
        await asked(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: any("gets an invitation in 15 s" in said for said in toasts(app)))
    assert len(titled(services, "Zeta")) == 1


async def test_moving_with_the_arrows_asks_which_part_of_a_series(run: Run, services: Services) -> None:
    make(services, "Zeta", rrule="FREQ=DAILY;COUNT=3")
    async with run("7") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        screen.times.point_at(datetime(2026, 11, 4, 10, tzinfo=UTC))
        await press(pilot, "shift+down", "down", "plus", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await press(pilot, "enter")
        await until(pilot, lambda: any("Moved appointment Zeta" in said for said in toasts(app)))
    found = [
        (each.starts_at.day, each.starts_at.hour, each.ends_at - each.starts_at) for each in titled(services, "Zeta")
    ]
    hour, longer = timedelta(hours=1), timedelta(minutes=90)
    assert found == [(4, 11, longer), (5, 10, hour), (6, 10, hour)]


async def test_a_meeting_that_is_moved_can_be_left_where_it_was(run: Run, services: Services) -> None:
    make(services, "Zeta")
    async with run("7") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        screen.times.point_at(datetime(2026, 11, 4, 10, tzinfo=UTC))
        await press(pilot, "m", "down", "escape")
        assert not screen.times.is_lifted
    assert [each.starts_at.hour for each in titled(services, "Zeta")] == [10]


async def test_editing_changes_only_what_was_typed(run: Run, services: Services) -> None:
    make(services, "Zeta")
    async with run("7") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        screen.times.point_at(datetime(2026, 11, 4, 10, tzinfo=UTC))
        await press(pilot, "e")
        await on_form(pilot)
        await press(pilot, "end", *"!", "ctrl+s")
        await until(pilot, lambda: any("Edited appointment" in said for said in toasts(app)))
    (changed,) = titled(services, "Zeta!")
    assert (changed.starts_at.hour, changed.ends_at.hour) == (10, 11)


async def test_cancelling_says_who_hears_of_it(run: Run, services: Services) -> None:
    make(services, "Zeta", people=("zoe@example.com",))
    async with run("7") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        screen.times.point_at(datetime(2026, 11, 4, 10, tzinfo=UTC))
        await press(pilot, "x")
        await until(pilot, lambda: isinstance(app.screen, ConsentDialog))
        assert any("A cancellation goes to" in line for line in screen_text(app))
        await press(pilot, "down", "enter")
        await until(pilot, lambda: any("you chose to tell nobody" in said for said in toasts(app)))
    assert [each.status for each in titled(services, "Zeta")] == ["cancelled"]


async def test_calendars_are_chosen(run: Run) -> None:
    async with run("7", "c") as (app, pilot):
        await until(pilot, lambda: any("Whose calendars?" in line for line in screen_text(app)))
        await press(pilot, "a", "enter")
        screen = app.screen_stack[0]
        assert isinstance(screen, CalendarScreen)
        await until(pilot, lambda: len({each for row in screen._entries for each in row.mailbox_ids}) == 3)


@pytest.mark.parametrize("chosen", [None, [3], [1, 3]])
def test_the_agenda_lists_the_calendars_that_the_week_shows(services: Services, chosen: list[int] | None) -> None:
    week = {(each.activity_id, each.starts_at) for each in services.read(calendar_page, chosen, **SPAN).entries}
    listed = {(each.activity_id, each.starts_at) for each in services.read(chosen_agenda, chosen, **SPAN)}
    assert week
    assert listed == week


async def test_a_click_puts_the_cursor_there(run: Run) -> None:
    async with run("7", "d") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        await pilot.click(screen.times, offset=(20, 6))
        spot = screen.times.spot
        assert spot is not None
        assert isinstance(spot.start, datetime)


async def test_what_was_mailed_already_is_corrected_after_a_question(run: Run, services: Services) -> None:
    edit = EventEdit(
        title="Zeta",
        start=datetime(2026, 11, 4, 10, tzinfo=UTC),
        attendees=(Attendee(Address("zoe@example.com", "Zoe")),),
    )
    services.do(create_appointment, edit)
    with services.store.write() as tx:
        (act,) = open_acts(tx, 1)
        row = claim(tx, act.outgoing_id)
        assert row is not None
        finish(tx, row, OutgoingState.DONE, "", now=world.NOW)
    async with run("7", "ctrl+z") as (app, pilot):
        await until(pilot, lambda: any("It was sent. Correct it?" in line for line in screen_text(app)))
        await press(pilot, "y")
        await until(pilot, lambda: any("Corrected" in said for said in toasts(app)))
    assert [each.status for each in titled(services, "Zeta")] == ["cancelled"]
