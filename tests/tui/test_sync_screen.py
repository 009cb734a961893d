"""The Sync screen: states in words, questions and their answers, what could not be read, what happened lately."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from assistant.compose import Services
from store.queries.status import MailboxRow, OutboxCounts, mailboxes
from store.requests import open_requests
from store.schema.people import Mailbox
from tests.tui import world
from tests.tui.conftest import Run, screen_text, typed
from tests.tui.test_changes import on_form, press, toasts, until
from tests.tui.test_screens import SIZES, assert_fits
from tests.tui.trouble import BINARY, trouble
from tui import raw, sync_words
from tui.dialogs.history import HistoryDialog
from tui.dialogs.question import QuestionDialog
from tui.dialogs.raw import RawDialog
from tui.screens.conflicts import ConflictsScreen
from tui.screens.sync import SyncScreen

NOW = world.NOW
ROW = MailboxRow(1, "u", "anna@alpine.example", "", "exchange", "ready", "", (0, 0), NOW, "", None, None, ())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", [(), ("v",), ("v", "v"), ("v", "v", "v"), ("a",), ("v", "v", "enter"), ("c",)])
async def test_every_view_of_troubled_mailboxes_fits(
    run: Run, services: Services, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    trouble(services.store)
    async with run("9", *keys, size=size) as (app, _):
        assert_fits(app)


async def test_states_stand_in_words_with_what_a_person_has_to_do(run: Run, services: Services) -> None:
    trouble(services.store)
    async with run("9", "down") as (app, _):
        text = "\n".join(screen_text(app))
    assert "● blocked by the organisation" in text
    assert "Set-OrganizationConfig -EwsEnabled $true" in text
    assert "This organisation blocks Exchange Web Services" in text


async def test_a_question_stands_on_top_and_is_answered_with_a_key(run: Run, services: Services) -> None:
    trouble(services.store)
    async with run("9") as (app, pilot):
        assert "200 of 210 mails in Inbox are gone" in " ".join(screen_text(app)[2:4])
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, QuestionDialog))
        assert "Ctrl+Z cannot take this back." in "\n".join(screen_text(app))
        await pilot.press("k")
        await until(pilot, lambda: "They stay here as they are." in toasts(app))
        assert "are gone" not in "\n".join(screen_text(app))
    assert [row.question for row in services.read(mailboxes) if row.mailbox_id == 1] == [""]


async def test_leaving_the_question_answers_nothing(run: Run, services: Services) -> None:
    trouble(services.store)
    async with run("9", "a") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, QuestionDialog))
        await press(pilot, "escape")
        assert isinstance(app.screen, SyncScreen)
    assert sum(bool(row.question) for row in services.read(mailboxes)) == 1


async def test_one_mailbox_or_all_of_them_are_synced_now(run: Run, services: Services) -> None:
    async with run("9", "S", "s") as (app, pilot):
        await until(pilot, lambda: len(toasts(app)) == 2)
    with services.store.read() as tx:
        asked = [dict(each.payload) for each in open_requests(tx)]
    assert asked == [{"mailbox": "anna.hofer@alpineskihouse.example"}, {}]


async def test_one_item_or_everything_is_tried_again(run: Run, services: Services) -> None:
    async with run("9", "v", "v", "r", "R") as (app, pilot):
        await until(pilot, lambda: "3 items will be tried again in a moment." in toasts(app))
    with services.store.read() as tx:
        assert [each.name for each in open_requests(tx)] == ["retry"] * 3


async def test_folders_of_the_mailbox_under_the_cursor_are_listed(run: Run) -> None:
    async with run("9", "v") as (app, _):
        lines = [" ".join(line.split()) for line in screen_text(app)]
    assert "Inbox Inbox Mail 1,842 never" in lines
    assert "Sent Items Sent Mail 1,842 never" in lines


async def test_raw_bytes_are_shown_safely_and_saved(run: Run, services: Services, tmp_path: Path) -> None:
    trouble(services.store)
    async with run("9", "v", "v", "enter") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, RawDialog))
        text = "\n".join(screen_text(app))
        assert "X-Odd: ␛[31mred" in text and "\x1b" not in text
        await press(pilot, "escape", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RawDialog))
        assert "000010  1011 1213 1415 1617 1819 1a1b 1c1d 1e1f" in "\n".join(screen_text(app))
        await pilot.press("s")
        await on_form(pilot)
        await press(pilot, "end", "ctrl+u")
        await typed(pilot, str(tmp_path / "x.bin"))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: any("Saved as" in said for said in toasts(app)))
    assert (tmp_path / "x.bin").read_bytes() == BINARY


async def test_what_happened_lately_leads_to_the_history_of_its_item(run: Run, services: Services) -> None:
    trouble(services.store)
    async with run("9", "v", "v", "v") as (app, pilot):
        shown = [" ".join(line.split()) for line in screen_text(app)]
        assert any("moved" in line and "from Inbox to Archive" in line for line in shown)
        screen = app.screen
        assert isinstance(screen, SyncScreen)
        await press(pilot, "end", "enter")
        await until(pilot, lambda: isinstance(app.screen, HistoryDialog))


async def test_conflicts_are_reached_from_the_sync_screen(run: Run) -> None:
    async with run("9", "c") as (app, pilot):
        assert isinstance(app.screen, ConflictsScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, SyncScreen)


async def test_only_files_were_imported_says_that_nothing_is_connected(run: Run, services: Services) -> None:
    with services.store.write() as tx:
        tx.execute(update(Mailbox).values(provider="files"))
        tx.execute(insert(Mailbox).values(address="files", provider="files", created_at=NOW))
    async with run("9") as (app, _):
        assert "No mailbox is connected." in "\n".join(screen_text(app))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW, ("up to date", "success")),
        (replace(ROW, state="syncing"), ("reading", "accent")),
        (replace(ROW, state="throttled", retry_at=NOW + timedelta(minutes=4)), ("slowed down until 09:34", "warning")),
        (replace(ROW, state="auth_expired"), ("sign-in needed", "error")),
        (replace(ROW, state="rights_revoked"), ("access was taken away", "error")),
        (replace(ROW, last_error="x", last_error_at=NOW + timedelta(minutes=1)), ("up to date", "error")),
        (replace(ROW, state="brand_new_word"), ("brand new word", "warning")),
    ],
)
def test_state_is_said_in_words_and_colour(row: MailboxRow, said: tuple[str, str]) -> None:
    assert sync_words.state(row, NOW) == said


FAILED = replace(ROW, state="auth_expired", last_error="x", last_error_at=NOW + timedelta(minutes=1))
STUCK = replace(ROW, outbox=OutboxCounts(waiting=1, oldest_at=NOW - timedelta(minutes=16)))


@pytest.mark.parametrize(
    ("rows", "conflicts", "said"),
    [
        ([], 0, ("", "quiet")),
        ([ROW], 0, ("synced just now", "success")),
        ([replace(ROW, state="syncing", progress=(1, 4))], 0, ("reading 25 %", "accent")),
        ([replace(ROW, state="unavailable")], 0, ("not reachable", "warning")),
        ([ROW], 1, ("1 conflict", "warning")),
        ([replace(ROW, question="?")], 2, ("1 question +1", "warning")),
        ([FAILED, ROW], 3, ("1 failed +1", "error")),
        ([FAILED], 0, ("anna@alpine.example failed", "error")),
        ([STUCK], 0, ("outbox stuck", "warning")),
    ],
)
def test_top_bar_says_first_what_needs_a_person(rows: list[MailboxRow], conflicts: int, said: tuple[str, str]) -> None:
    assert sync_words.overall(rows, NOW, conflicts) == said


def test_raw_bytes_are_told_apart() -> None:
    assert raw.split(b"A: b\r\n\r\nbody") == (b"A: b", b"body")
    assert raw.split(b"A: b") == (b"A: b", b"")
    assert raw.split(b"no header here") == (b"", b"no header here")
    assert raw.split(b"A: \0\r\n\r\nbody") == (b"", b"A: \0\r\n\r\nbody")
    assert [raw.is_text(data) for data in (b"", "grüß".encode(), b"a\0", b"\x01\x02ab")] == [True, True, False, False]
    assert raw.hexadecimal(b"ab\0") == "000000  6162 00                                  ab·"
