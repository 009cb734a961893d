"""Conflicts on the screen: three values field by field, one key for a side, undo."""

from __future__ import annotations

import pytest

from assistant.compose import Services
from store.queries.conflicts import count_conflicts
from store.schema.records import Contact
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import press, toasts, until
from tests.tui.test_screens import SIZES, assert_fits
from tests.tui.trouble import conflicts
from tui import conflict_words
from tui.dialogs.history import HistoryDialog
from tui.screens.conflicts import GOES_ON, ConflictsScreen
from tui.screens.read import ReadScreen
from tui.screens.record import RecordScreen

TO_JOB = ("9", "c", "end")  # the job title was met first, so it stands last


def job_title(services: Services, contact_id: int) -> str:
    with services.store.read() as tx:
        return str(tx.execute(Contact.__table__.select().where(Contact.id == contact_id)).one().job_title)


@pytest.mark.parametrize("size", SIZES)
async def test_conflicts_fit_and_wrap_long_texts(run: Run, services: Services, size: tuple[int, int]) -> None:
    conflicts(services.store)
    async with run("9", "c", "down", size=size) as (app, _):
        assert_fits(app)
        assert "Outlook" in "\n".join(screen_text(app))


async def test_each_field_shows_its_three_values_and_whose_they_are(run: Run, services: Services) -> None:
    conflicts(services.store)
    async with run(*TO_JOB) as (app, pilot):
        await until(pilot, lambda: any("Chief Buyer" in line for line in screen_text(app)))
        lines = [" ".join(line.split()) for line in screen_text(app)]
    place = lines.index("▌ Job title")
    assert lines[place + 1 : place + 5] == [
        "before Buyer",
        "Outlook Head of Purchasing",
        "met 2 h ago t takes this",
        "here Chief Buyer",
    ]
    assert any(GOES_ON in line for line in lines)


async def test_nothing_in_conflict_says_so(run: Run) -> None:
    async with run("9", "c") as (app, _):
        assert "Nothing is in conflict." in "\n".join(screen_text(app))


async def test_one_key_takes_outlooks_side_and_undo_asks_again(run: Run, services: Services) -> None:
    made = conflicts(services.store)
    async with run(*TO_JOB) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: any("Chose the mailbox's job title of" in said for said in toasts(app)))
        assert (job_title(services, made.contact_id), services.read(count_conflicts)) == ("Head of Purchasing", 3)
        assert "Job title" not in "\n".join(screen_text(app))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: any("Undid: Chose" in said for said in toasts(app)))
        assert services.read(count_conflicts) == 4


async def test_all_fields_of_an_item_are_settled_at_once_and_come_back_at_once(run: Run, services: Services) -> None:
    conflicts(services.store)
    async with run(*TO_JOB) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ConflictsScreen) and len(app.screen.fields) == 3)
        await pilot.press("M")
        await until(pilot, lambda: any("Chose our" in said for said in toasts(app)))
        assert services.read(count_conflicts) == 1
        await pilot.press("ctrl+z")
        await until(pilot, lambda: any("Undid: Chose" in said for said in toasts(app)))
        assert services.read(count_conflicts) == 4


async def test_what_is_in_conflict_is_opened(run: Run, services: Services) -> None:
    conflicts(services.store)
    async with run("9", "c", "enter") as (app, pilot):
        assert isinstance(app.screen, ReadScreen)
        await press(pilot, "escape", "end", "o")
        assert isinstance(app.screen, RecordScreen)
        await press(pilot, "escape", "h")
        await until(pilot, lambda: isinstance(app.screen, HistoryDialog))


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("the winter rental", "the season rental", [("the ", False), ("winter", True), (" rental", False)]),
        ("same", "same", [("same", False)]),
        ("new", "", [("new", False)]),
        ("", "gone", []),
    ],
)
def test_words_that_changed_are_told(text: str, before: str, expected: list[tuple[str, bool]]) -> None:
    assert conflict_words.differences(text, before) == expected


def test_very_long_texts_are_not_compared_word_by_word() -> None:
    assert conflict_words.differences("a " * 9000, "b") == [("a " * 9000, True)]
