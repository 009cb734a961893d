"""Writing mail on the screen: addresses, drafts that keep themselves, templates, files, sending and taking back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from textual.pilot import Pilot

from assistant.compose import Services
from store.actor import SYSTEM
from store.engine import open_store
from store.mail.composing import Recipient
from store.mail.templates import save_template
from store.outbox.queue import OutgoingState
from store.queries.drafts import OpenDraft, open_draft
from store.queries.outbox import outbox
from store.records.writing import delete_record
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from tests.tui import world
from tests.tui.conftest import Run, screen_text, typed
from tests.tui.test_changes import press, toasts, until
from tests.tui.test_screens import SIZES, assert_fits
from tui.addresses import last_part, recipients_in, typed_line, with_last
from tui.app import RegardingApp
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.path import entries_for
from tui.screens.compose import ComposeScreen
from tui.screens.inbox import InboxScreen


async def writing(app: RegardingApp, pilot: Pilot[None]) -> ComposeScreen:
    """The writing screen, once it is there."""
    await until(pilot, lambda: isinstance(app.screen, ComposeScreen) and app.screen.focused is not None)
    assert isinstance(app.screen, ComposeScreen)
    return app.screen


async def sent(app: RegardingApp, pilot: Pilot[None]) -> None:
    await press(pilot, "ctrl+s")
    await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
    await press(pilot, "enter")
    await until(pilot, lambda: isinstance(app.screen, InboxScreen))


def kept(services: Services, *states: OutgoingState) -> list[OpenDraft | str]:
    """The drafts, and the summaries of what is in other states."""
    rows = services.read(outbox, states=states or (OutgoingState.DRAFT,)).rows
    return [services.read(open_draft, row.uid) if row.state == "draft" else row.summary for row in rows]


def drafts(services: Services) -> list[OpenDraft]:
    return [one for one in kept(services) if isinstance(one, OpenDraft)]


async def test_a_reply_waits_before_it_is_sent_and_ctrl_z_opens_it_again(run: Run, services: Services) -> None:
    async with run("down", "r") as (app, pilot):
        screen = await writing(app, pilot)
        assert screen.body.has_focus
        await typed(pilot, "Gladly.")
        await sent(app, pilot)
        assert toasts(app) == ["Goes out in 15 s; Ctrl+Z takes it back."]
        assert kept(services, OutgoingState.WAITING) == ["Reply to Amélie Rossi: Re: Contract signed"]
        await until(pilot, lambda: "mail out in 15 s" in screen_text(app)[0])
        await press(pilot, "ctrl+z")
        again = await writing(app, pilot)
        assert again.body.text.startswith("Gladly.\n")
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
    [draft] = drafts(services)
    assert (draft.draft.how, draft.draft.subject, [one.email for one in draft.draft.to]) == (
        "reply",
        "Re: Contract signed",
        ["amelie.rossi5@northwindhotels.example"],
    )


async def test_what_was_sent_can_only_be_corrected(run: Run, services: Services) -> None:
    async with run("down", "r") as (app, pilot):
        await writing(app, pilot)
        await typed(pilot, "Gladly.")
        await sent(app, pilot)
        with services.store.write() as tx:
            tx.execute(update(Outgoing).values(state="done"))
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        screen = await writing(app, pilot)
        assert (screen.head.subject.value, screen.head.to.value) == (
            "Correction: Contract signed",
            "Amélie Rossi <amelie.rossi5@northwindhotels.example>",
        )


async def test_an_address_completes_itself(run: Run) -> None:
    async with run("n") as (app, pilot):
        screen = await writing(app, pilot)
        assert screen.head.to.has_focus
        await typed(pilot, "petra iyer")
        await until(pilot, lambda: bool(screen.head.to.offers))
        await press(pilot, "tab")
        await typed(pilot, "jonas")
        await until(pilot, lambda: bool(screen.head.to.offers))
        await press(pilot, "enter")
        assert screen.head.to.recipients == (
            Recipient("petra.iyer66@tailspinlogistics.example", "Petra Iyer"),
            Recipient("jonas.berg@alpineskihouse.example", "Jonas Berg"),
        )
        await press(pilot, "tab")
        assert screen.head.cc.has_focus


async def test_leaving_keeps_a_draft_that_the_outbox_continues(run: Run, services: Services) -> None:
    async with run("n") as (app, pilot):
        await writing(app, pilot)
        await typed(pilot, "new@example.com")
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
        await press(pilot, "ctrl+o", "enter")
        screen = await writing(app, pilot)
        assert screen.head.to.value == "new@example.com"
        await typed(pilot, "Hello")
        await press(pilot, "ctrl+d")
        await until(pilot, lambda: not isinstance(app.screen, ComposeScreen))
    assert [(one.draft.to, one.draft.subject) for one in drafts(services)] == [
        ((Recipient("new@example.com"),), "Hello")
    ]


async def test_leaving_an_untouched_mail_keeps_nothing(run: Run, services: Services) -> None:
    async with run("down", "F") as (app, pilot):
        await writing(app, pilot)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
    assert kept(services) == []


async def test_quitting_keeps_what_is_being_written(run: Run, services: Services) -> None:
    async with run("n") as (app, pilot):
        await writing(app, pilot)
        await typed(pilot, "x@example.com")
        await press(pilot, "ctrl+q")
    assert [one.draft.to for one in drafts(services)] == [(Recipient("x@example.com"),)]


async def test_a_text_outlives_the_record_it_was_about(run: Run, services: Services) -> None:
    async with run("down", "r") as (app, pilot):
        screen = await writing(app, pilot)
        record_id = screen.written().record_id
        services.do(delete_record, record_id)
        await typed(pilot, "Still here")
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
    [draft] = drafts(services)
    assert (draft.draft.text.startswith("Still here"), draft.draft.record_id) == (True, None)


async def test_a_draft_keeps_itself_while_one_writes(run: Run, services: Services) -> None:
    async with run("n") as (app, pilot):
        screen = await writing(app, pilot)
        await typed(pilot, "x@example.com")
        screen._save_soon()
        await until(pilot, lambda: [one.draft.to for one in drafts(services)] == [(Recipient("x@example.com"),)])


async def test_without_a_mailbox_nothing_can_be_written(run: Run, tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "empty.db"))
    async with run("n", on=Services(store, SYSTEM, lambda: world.NOW), size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: toasts(app) == ["No mailbox of yours can send mail; connect one first."])
        await press(pilot, "ctrl+o")
        assert any("Nothing is on its way." in line for line in screen_text(app))
        assert_fits(app)
    store.close()


async def test_a_mail_to_nobody_is_not_sent(run: Run) -> None:
    async with run("n") as (app, pilot):
        screen = await writing(app, pilot)
        await press(pilot, "tab", "ctrl+s")
        await until(pilot, lambda: bool(toasts(app)))
        assert (toasts(app), screen.head.to.has_focus) == (["Say to whom it goes first."], True)


async def test_an_unfilled_field_of_a_template_stops_the_mail(run: Run, services: Services) -> None:
    services.do(save_template, "Offer", "Offer for {account.title}", "Dear {contact.given_name},\nyours, {me.name}")
    async with run("n") as (app, pilot):
        screen = await writing(app, pilot)
        await typed(pilot, "nobody@example.com")
        await press(pilot, "f2", "enter")
        await until(pilot, lambda: "Anna Hofer" in screen.body.text)
        assert screen.body.text == "Dear {contact.given_name},\nyours, Anna Hofer\n"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: len(toasts(app)) == 2)
        assert toasts(app)[1] == "{account.title} is still to be filled in."


async def test_the_preview_says_who_is_outside_and_what_was_forgotten(run: Run) -> None:
    async with run("down", "r") as (app, pilot):
        await writing(app, pilot)
        await typed(pilot, "See the attached list")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        shown = "\n".join(screen_text(app))
        assert "<amelie.rossi5@northwindhotels.example>  outside" in shown
        assert "It speaks of an attachment, but nothing is attached." in shown
        await press(pilot, "n")
        assert isinstance(app.screen, ComposeScreen)


async def test_a_file_is_attached_by_its_path_and_taken_off(run: Run, services: Services, tmp_path: Path) -> None:
    (tmp_path / "offer.pdf").write_bytes(b"%PDF" * 300)
    async with run("down", "r") as (app, pilot):
        screen = await writing(app, pilot)
        await press(pilot, "f3", "ctrl+a", "ctrl+k")
        await typed(pilot, str(tmp_path / "offe"))
        await until(pilot, lambda: any("1 kB" in line for line in screen_text(app)))
        await press(pilot, "enter")
        await until(pilot, lambda: bool(screen.head.files.files))
        assert [(file.filename, file.media_type, file.size) for file in drafts(services)[0].files] == [
            ("offer.pdf", "application/pdf", 1200)
        ]
        await press(pilot, "f4")
        await until(pilot, lambda: not screen.head.files.files)
    assert drafts(services)[0].files == ()


async def test_a_forward_takes_the_files_along(run: Run, services: Services) -> None:
    async with run("F") as (app, pilot):
        screen = await writing(app, pilot)
        assert [file.filename for file in screen.head.files.files] == ["offer-2026-11.pdf", "setup.exe"]
        await press(pilot, "f4")
        await until(pilot, lambda: any("Take off which?" in line for line in screen_text(app)))
        await press(pilot, "down", "enter")
        await until(pilot, lambda: len(screen.head.files.files) == 1)
    assert [file.filename for file in drafts(services)[0].files] == ["offer-2026-11.pdf"]


async def test_discarding_asks_and_can_be_undone(run: Run, services: Services) -> None:
    async with run("n") as (app, pilot):
        await writing(app, pilot)
        await typed(pilot, "x@example.com")
        await press(pilot, "f8")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await press(pilot, "y")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
        assert kept(services) == []
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: bool(kept(services)))
    assert [one.draft.to for one in drafts(services)] == [(Recipient("x@example.com"),)]


async def test_the_signature_goes_with_the_address(run: Run, services: Services) -> None:
    with services.store.write() as tx:
        for address, signature in tx.execute(select(Mailbox.address, Mailbox.address)).all():
            settings = {"signature": f"Yours, {signature.partition('@')[0]}"}
            tx.execute(update(Mailbox).where(Mailbox.address == address).values(settings=settings))
    async with run("n") as (app, pilot):
        screen = await writing(app, pilot)
        assert screen.body.text == "\n\n-- \nYours, anna.hofer\n"
        screen.head.sender.focus()
        await press(pilot, "right")
        assert (screen.body.text, screen.written().sender.email) == (
            "\n\n-- \nYours, support\n",
            "support@alpineskihouse.example",
        )


async def test_a_hostile_mail_is_quoted_without_its_controls(run: Run) -> None:
    async with run("down", "down", "r") as (app, pilot):
        await writing(app, pilot)
        shown = "".join(screen_text(app))
        assert ("\x1b" in shown, "\u202e" in shown) == (False, False)


@pytest.mark.parametrize("size", SIZES)
async def test_writing_fits_its_terminal(run: Run, size: tuple[int, int]) -> None:
    async with run("down", "R", size=size) as (app, pilot):
        screen = await writing(app, pilot)
        assert_fits(app)
        screen.head.cc.focus()
        await typed(pilot, "petra")
        await until(pilot, lambda: bool(screen.head.cc.offers))
        assert_fits(app)
        shown = screen_text(app)
        assert any("petra.iyer66" in line for line in shown)
        assert "Send" in shown[-1]


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        ("a@example.com", [("a@example.com", "")]),
        ("Ann Lee <a@example.com>, b@example.com;", [("a@example.com", "Ann Lee"), ("b@example.com", "")]),
        ('"Lee, Ann" <a@example.com>,', [("a@example.com", "Lee, Ann")]),
        ("nobody in particular", [("nobody in particular", "")]),
        (" , ;", []),
    ],
)
def test_recipients_are_read_from_a_line(text: str, recipients: list[tuple[str, str]]) -> None:
    assert [(one.email, one.name) for one in recipients_in(text)] == recipients


def test_a_line_of_recipients_reads_back_as_it_was() -> None:
    people = (Recipient("a@example.com", "Lee, Ann"), Recipient("b@example.com", "Bo"), Recipient("c@example.com"))
    assert recipients_in(typed_line(people)) == people


def test_only_the_last_part_of_a_line_is_completed() -> None:
    line = 'a@example.com, "Lee, B" <b@example.com>, cel'
    assert last_part(line) == "cel"
    completed = with_last(line, Recipient("c@example.com", "Celine"))
    assert completed == 'a@example.com, "Lee, B" <b@example.com>, Celine <c@example.com>, '


def test_a_path_is_completed_with_folders_first(tmp_path: Path) -> None:
    (tmp_path / "offers").mkdir()
    (tmp_path / "offer.pdf").write_bytes(b"12345")
    (tmp_path / ".hidden").write_bytes(b"")
    found: Any = entries_for(str(tmp_path / "OFF"))
    assert found == [(tmp_path / "offers", None), (tmp_path / "offer.pdf", 5)]
    assert [path.name for path, _ in entries_for(f"{tmp_path}/")] == ["offers", "offer.pdf"]
    assert entries_for(str(tmp_path / "nowhere" / "x")) == []
