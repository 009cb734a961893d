"""Changing things from the keyboard: forms, notes, links, tasks, undo."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from assistant.compose import Services
from store.queries.activities import activity_detail
from store.queries.records import list_records, record_detail
from store.queries.timeline import timeline
from store.requests import open_requests
from tests.tui import world
from tests.tui.conftest import Run, screen_text, settle, typed
from tui.app import RegardingApp
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.screens.calendar import CalendarScreen
from tui.screens.inbox import InboxScreen
from tui.screens.record import RecordScreen
from tui.screens.records import RecordsScreen


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def until(pilot: Pilot[None], reached: Any) -> None:
    """Let the flow under way go on until `reached()` holds."""
    for _ in range(200):
        if reached():
            return
        await settle(pilot)
    raise AssertionError("it did not come to that")


def toasts(app: RegardingApp) -> list[str]:
    return [note.message for note in app._notifications]


async def on_form(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, FormDialog) and pilot.app.screen.focused is not None)


async def test_create_an_account_opens_it_and_undo_takes_it_back(run: Run, services: Services) -> None:
    async with run("2", "n") as (app, pilot):
        await on_form(pilot)
        await typed(pilot, "Zugspitze")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))
        await until(pilot, lambda: any("Created account ACC-00041 Zugspitze" in said for said in toasts(app)))
        await press(pilot, "escape", "ctrl+z")
        await until(pilot, lambda: any("Undid: Created account" in said for said in toasts(app)))
    today = world.NOW.date()
    assert services.read(list_records, "account", text="Zugspitze", today=today).rows == ()


async def test_a_form_says_what_is_wrong_and_stays(run: Run) -> None:
    async with run("5", "n") as (app, pilot):
        await on_form(pilot)
        await press(pilot, "ctrl+s")
        assert any("Name cannot be empty." in line for line in screen_text(app))
        await typed(pilot, "Deal")
        await press(pilot, *["tab"] * 5, *"lots", "ctrl+s")
        await until(pilot, lambda: any("Amount:" in line for line in screen_text(app)))
        assert isinstance(app.screen, FormDialog)


async def test_leaving_an_edited_form_asks_first(run: Run) -> None:
    async with run("2", "n") as (app, pilot):
        await on_form(pilot)
        await press(pilot, "Z", "escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "n")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await press(pilot, "escape", "y")
        await until(pilot, lambda: isinstance(app.screen, RecordsScreen))


async def test_leaving_an_untouched_form_asks_nothing(run: Run) -> None:
    async with run("2", "n") as (app, pilot):
        await on_form(pilot)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, RecordsScreen))


async def test_a_form_keeps_its_keys_in_sight_while_it_complains(run: Run) -> None:
    async with run("5", "n", size=(80, 24)) as (app, pilot):
        await on_form(pilot)
        await press(pilot, "ctrl+s")
        shown = screen_text(app)
        assert any("Name cannot be empty." in line for line in shown)
        assert any("Save" in line and "Cancel" in line for line in shown)


async def test_a_new_record_that_looks_like_another_is_asked_about(run: Run) -> None:
    async with run("2", "n") as (app, pilot):
        await on_form(pilot)
        await typed(pilot, "Contoso Hotels")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: any("Open ACC-00001 Contoso Hotels: same name" in line for line in screen_text(app)))
        await pilot.press("escape")
        await until(pilot, lambda: any("Nothing was saved yet." in line for line in screen_text(app)))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("enter")
        await until(pilot, lambda: any("Contoso Hotels. Ctrl+Z" in said for said in toasts(app)))


async def test_the_record_that_is_there_already_is_opened_instead(run: Run) -> None:
    async with run("2", "n") as (app, pilot):
        await on_form(pilot)
        await typed(pilot, "Contoso Hotels")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen) and app.screen.record_id == 1)


async def test_edit_changes_only_what_was_typed(run: Run, services: Services) -> None:
    async with run("2", "e") as (app, pilot):
        await on_form(pilot)
        await press(pilot, "end", *"X", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RecordsScreen))
        await until(pilot, lambda: any("Edited account" in said for said in toasts(app)))
    row = services.read(list_records, "account", text="HotelsX", today=world.NOW.date()).rows[0]
    detail = services.read(record_detail, row.record_id)
    assert (detail.title, detail.fields["city"] != "", detail.version) == ("Adatum HotelsX", True, 2)


async def test_a_picked_account_is_stored_with_the_contact(run: Run, services: Services) -> None:
    async with run("3", "n") as (app, pilot):
        await on_form(pilot)
        await typed(pilot, "Zoe Zander")
        await press(pilot, "tab", "tab", "tab", *"lucerne li")
        await until(pilot, lambda: any("Lucerne Lifts" in line for line in screen_text(app)))
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen))
    row = services.read(list_records, "contact", text="zander", today=world.NOW.date()).rows[0]
    assert (row.title, row.cells["account"]) == ("Zoe Zander", "Lucerne Lifts")


async def test_delete_asks_and_undo_brings_it_back(run: Run) -> None:
    async with run("2", "delete") as (app, pilot):
        await until(pilot, lambda: any("Delete account" in line for line in screen_text(app)))
        await press(pilot, "y")
        screen = app.screen_stack[0]
        assert isinstance(screen, RecordsScreen)
        await until(pilot, lambda: len(screen.records.pages.window.rows) == 39)
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: len(screen.records.pages.window.rows) == 40)


async def test_ctrl_z_in_a_text_field_leaves_the_store_alone(run: Run) -> None:
    async with run("2", "f", "ctrl+z") as (app, _):
        assert toasts(app) == []


async def test_a_note_stands_on_the_timeline(run: Run, services: Services) -> None:
    async with run("2", "enter", "n") as (app, pilot):
        await on_form(pilot)
        await typed(pilot, "Wants blue")
        await press(pilot, "ctrl+s")
        screen = app.screen_stack[1]
        assert isinstance(screen, RecordScreen)
        await until(pilot, lambda: any(row.subject == "Wants blue" for row in screen.timeline.pages.window.rows))
        record_id = screen.card.detail.record_id if screen.card else 0
    newest = services.read(timeline, record_id, kind="note").rows[0]
    assert (newest.subject, newest.kind) == ("Wants blue", "note")


async def test_completing_a_task_takes_it_off_the_agenda(run: Run) -> None:
    async with run("7", "a", "tab") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        before = len(screen.lists.tasks.pages.window.rows)
        await press(pilot, "x")
        await until(pilot, lambda: len(screen.lists.tasks.pages.window.rows) == before - 1)


async def test_linking_a_mail_shows_what_it_is_regarding(run: Run, services: Services) -> None:
    async with run("l") as (app, pilot):
        inbox = app.screen_stack[0]
        assert isinstance(inbox, InboxScreen)
        await until(pilot, lambda: any("ACC-" in line for line in screen_text(app)))
        await typed(pilot, "lucerne lifts")
        await press(pilot, "enter")
        await until(pilot, lambda: inbox.mails.row is not None and inbox.mails.row.regarding is not None)
        mail_id = inbox.activity_id
        await press(pilot, "u")
        await until(pilot, lambda: inbox.mails.row is not None and inbox.mails.row.regarding is None)
    links = services.read(activity_detail, mail_id).links
    assert [(link.record.title, link.state, link.decided_by) for link in links] == [
        ("Lucerne Lifts", "rejected", "user")
    ]


async def test_why_shows_rule_evidence_and_how_sure(run: Run) -> None:
    async with run("down", "w") as (app, pilot):
        await until(pilot, lambda: any("because" in line for line in screen_text(app)))
        text = "\n".join(screen_text(app))
        assert "Linked, certain 99%" in text
        assert "because  From: “petra.vogel@contoso.example”" in text


async def test_sync_now_and_retry_ask_by_a_request(run: Run, services: Services) -> None:
    async with run("9", "s", "v", "v", "r") as (app, pilot):
        await until(pilot, lambda: len(toasts(app)) == 2)
    with services.store.read() as tx:
        assert [asked.name for asked in open_requests(tx)] == ["sync", "retry"]


async def test_an_executable_attachment_is_refused_in_words(run: Run) -> None:
    async with run("a") as (app, pilot):
        await until(pilot, lambda: any("Which file?" in line for line in screen_text(app)))
        await press(pilot, "down", "enter")
        await until(pilot, lambda: bool(toasts(app)))
        assert toasts(app) == ["setup.exe could run as a program, so it is not opened; save it if you trust it."]


async def test_a_crashed_worker_is_told_in_one_sentence(run: Run) -> None:
    async with run() as (app, pilot):

        def broken(tx: Any, *, by: Any) -> None:
            raise ValueError("first line\nsecond line")

        screen = app.screen
        assert isinstance(screen, InboxScreen)
        screen.ask(broken, then=lambda _: None)
        await until(pilot, lambda: bool(toasts(app)))
        assert toasts(app) == ["Something went wrong here (ValueError: first line)."]
