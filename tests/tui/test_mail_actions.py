"""Marking, filing and answering mail wherever it is shown, one by one and many at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from textual.pilot import Pilot

from assistant.compose import Services
from store.mail.marks import HeldMail
from store.queries.answers import answers
from store.queries.mail_items import mails_at
from store.schema.mail import Email, EmailReference, MailboxItem
from store.schema.people import Folder, Mailbox
from tests.tui.conftest import Run, screen_text
from tests.tui.test_changes import press, toasts, until
from tests.tui.world import NOW
from tui.app import RegardingApp
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.narrow import Choice, NarrowDialog, narrowed
from tui.rows.marks import category_tone
from tui.screens.compose import ComposeScreen
from tui.screens.inbox import InboxScreen
from tui.screens.read import ReadScreen
from tui.screens.record import RecordScreen

FOLDERS = ("Archive", "Deleted Items", "Offers")


@pytest.fixture(autouse=True)
def folders(services: Services) -> dict[str, int]:
    """Folders to file mail in, and leave to delete; the keys of those of the first mailbox by path."""
    roles = {"Archive": "archive", "Deleted Items": "deleted"}
    with services.store.write() as tx:
        tx.execute(update(Mailbox).values(settings={"may_delete": True}))
        made: dict[str, int] = {}
        for mailbox_id in (2, 1):
            for path in FOLDERS:
                values = {"remote_id": path, "path": path, "role": roles.get(path, "other"), "holds": "email"}
                added = insert(Folder).values(mailbox_id=mailbox_id, **values).returning(Folder.id)
                made[path] = tx.execute(added).scalar_one()
    return made


def inbox_of(app: RegardingApp) -> InboxScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, InboxScreen)
    return screen


def held(services: Services, *item_ids: int) -> list[HeldMail]:
    return list(services.read(mails_at, item_ids=item_ids))


async def at_rest(app: RegardingApp, pilot: Pilot[None], holds: Callable[[], bool]) -> InboxScreen:
    await until(pilot, lambda: isinstance(app.screen, InboxScreen) and holds())
    return inbox_of(app)


async def test_opening_a_mail_marks_it_read(run: Run, services: Services) -> None:
    async with run("down") as (app, pilot):
        row = inbox_of(app).mails.row
        assert row is not None and not row.is_read
        await press(pilot, "enter")
        await until(pilot, lambda: held(services, row.item_id)[0].is_read)
        await press(pilot, "escape")
        await at_rest(app, pilot, lambda: [one.is_read for one in inbox_of(app).mails.pages.window.rows[1:2]] == [True])


async def test_a_mail_that_is_previewed_for_a_while_is_read(run: Run, services: Services) -> None:
    async with run() as (app, pilot):
        app.preferences = replace(app.preferences, read_after=0.01)
        await press(pilot, "down")
        row = inbox_of(app).mails.row
        assert row is not None
        await until(pilot, lambda: held(services, row.item_id)[0].is_read)


async def test_preview_counts_as_reading_or_does_not(run: Run) -> None:
    async with run("P") as (app, pilot):
        await until(pilot, lambda: toasts(app) == ["A mail that is previewed for 3 seconds counts as read."])
        assert app.preferences.read_after == 3.0
        await press(pilot, "P")
        await until(pilot, lambda: toasts(app)[1:] == ["Only a mail that is opened counts as read."])
        assert app.preferences.read_after == 0.0


async def test_read_and_flag_go_to_and_fro(run: Run, services: Services) -> None:
    async with run("down", "i") as (app, pilot):
        row = inbox_of(app).mails.row
        assert row is not None

        def marks() -> tuple[bool, bool]:
            [mail] = held(services, row.item_id)
            return mail.is_read, mail.flagged

        await until(pilot, lambda: marks() == (True, False))
        await press(pilot, "exclamation_mark")
        await until(pilot, lambda: marks() == (True, True))
        await press(pilot, "i", "exclamation_mark")
        await until(pilot, lambda: marks() == (False, False))
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: marks() == (False, True))


async def test_archiving_puts_the_next_mail_under_the_cursor(
    run: Run, services: Services, folders: dict[str, int]
) -> None:
    async with run("down") as (app, pilot):
        rows = inbox_of(app).mails.pages.window.rows
        await press(pilot, "A")
        inbox = await at_rest(app, pilot, lambda: rows[1] not in inbox_of(app).mails.pages.window.rows)
        assert inbox.mails.row == rows[2]
        assert [mail.folder for mail in held(services, rows[1].item_id)] == [folders["Archive"]]
        await until(pilot, lambda: bool(toasts(app)))
        assert toasts(app) == [f"Archived: “{rows[1].subject}”. Ctrl+Z takes it back."]


async def test_several_mails_are_archived_and_brought_back_as_one(run: Run) -> None:
    async with run("space", "down", "space") as (app, pilot):
        inbox = inbox_of(app)
        rows = inbox.mails.pages.window.rows
        assert inbox.mails.selected == (rows[0], rows[2])
        assert any("2 selected" in line for line in screen_text(app))
        await press(pilot, "A")
        await at_rest(app, pilot, lambda: rows[2] not in inbox.mails.pages.window.rows)
        assert (inbox.mails.row, any("selected" in line for line in screen_text(app))) == (rows[3], False)
        assert [row for row in (rows[0], rows[1]) if row in inbox.mails.pages.window.rows] == [rows[1]]
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: inbox.mails.pages.window.rows == rows)


async def test_escape_gives_up_the_selection(run: Run) -> None:
    async with run("space", "space", "escape") as (app, _):
        assert inbox_of(app).mails.selected == ()
        assert not any("selected" in line for line in screen_text(app))


async def test_deleting_asks_first(run: Run, services: Services, folders: dict[str, int]) -> None:
    async with run("down", "delete") as (app, pilot):
        row = inbox_of(app).mails.row
        assert row is not None
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "n", "D")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert held(services, row.item_id)[0].folder != folders["Deleted Items"]
        await press(pilot, "y")
        await until(pilot, lambda: held(services, row.item_id)[0].folder == folders["Deleted Items"])


async def test_a_mail_is_moved_to_a_folder_found_by_typing(
    run: Run, services: Services, folders: dict[str, int]
) -> None:
    async with run("down", "M") as (app, pilot):
        row = inbox_of(app).mails.row
        assert row is not None
        await until(pilot, lambda: isinstance(app.screen, NarrowDialog))
        await pilot.press(*"off")
        await press(pilot, "enter")
        await until(pilot, lambda: held(services, row.item_id)[0].folder == folders["Offers"])


async def test_a_category_is_put_on_and_taken_away(run: Run, services: Services) -> None:
    async with run("down", "C") as (app, pilot):
        row = inbox_of(app).mails.row
        assert row is not None
        await until(pilot, lambda: isinstance(app.screen, NarrowDialog))
        await pilot.press(*"Red offers")
        await press(pilot, "enter")
        await at_rest(app, pilot, lambda: any("▍Red offers Contract signed" in line for line in screen_text(app)))
        assert list(held(services, row.item_id)[0].categories) == ["Red offers"]
        await press(pilot, "C")
        await until(pilot, lambda: any("take it away" in line for line in screen_text(app)))
        await press(pilot, "enter")
        await until(pilot, lambda: not held(services, row.item_id)[0].categories)


async def test_a_mail_that_is_read_goes_back_to_the_list_when_it_is_archived(run: Run) -> None:
    async with run("down", "enter") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ReadScreen) and app.screen.mail_id is not None)
        await press(pilot, "A")
        await at_rest(app, pilot, lambda: True)


async def test_on_a_record_mail_is_answered_and_new_mail_goes_to_it(run: Run) -> None:
    async with run("3", "enter") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))
        record: Any = app.screen
        await press(pilot, "m")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        compose: Any = app.screen
        detail = record.card.detail
        assert [(one.name, one.email) for one in compose.written().to] == [(detail.title, detail.emails[0])]
        assert compose.written().record_id == detail.record_id


async def test_mail_that_no_mailbox_of_ours_holds_is_left_alone(run: Run, services: Services) -> None:
    async with run("down") as (app, pilot):
        with services.store.write() as tx:
            tx.execute(update(MailboxItem).values(gone_at=NOW))
        await press(pilot, "A")
        await until(pilot, lambda: toasts(app) == ["No mailbox of yours holds this mail."])


def test_an_answer_in_sent_mail_marks_what_it_answers(services: Services) -> None:
    with services.store.write() as tx:
        columns = (MailboxItem.activity_id, MailboxItem.folder_id)
        rows = tx.execute(select(*columns).where(MailboxItem.mailbox_id == 1, MailboxItem.holds == "email")).all()
        received = next(row.activity_id for row in rows if row.folder_id == 1)
        sent = next(row.activity_id for row in rows if row.folder_id == 2)
        message_id = tx.execute(select(Email.message_id).where(Email.id == received)).scalar_one()
        tx.execute(insert(EmailReference).values(activity_id=sent, position=0, message_id=message_id))
    with services.store.read() as tx:
        assert answers(tx, [received, sent]) == {received: "reply"}


def test_choices_are_narrowed_by_every_word() -> None:
    choices = [Choice("Inbox/Offers 2025"), Choice("Offers"), Choice("Sent Items")]
    assert [one.name for one in narrowed(choices, "off")] == ["Offers", "Inbox/Offers 2025"]
    assert [one.name for one in narrowed(choices, "offers 25", new="new")] == ["Inbox/Offers 2025", "offers 25"]
    assert [one.name for one in narrowed(choices, "OFFERS", new="new")] == ["Offers", "Inbox/Offers 2025"]


def test_a_category_keeps_its_colour() -> None:
    assert [category_tone(name) for name in ("Red category", "Blue category", "green")] == ["bad", "primary", "good"]
    assert category_tone("Budget") == category_tone("budget")
