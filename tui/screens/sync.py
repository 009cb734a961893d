"""Mailboxes, how far they are, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.queries.paging import Page
from store.queries.status import MailboxRow, QuarantineRow, mailboxes, quarantined
from store.requests import RETRY, SYNC, request
from tui import sync_words
from tui.cells import line
from tui.commands import Command, bindings
from tui.dialogs.text import TextDialog
from tui.rows.quarantine import COLUMNS
from tui.screens.base import BaseScreen
from tui.when import ago, full_when
from tui.widgets.line_list import LineList
from tui.widgets.sheet import Fact, Sheet

_BAR = 30  # cells of a progress bar


def _on_row(screen: Any) -> bool:
    return screen.items.row is not None


COMMANDS = (
    Command("s", "sync", "Sync now", "Ask the service to read all mailboxes now", footer=1),
    Command("r", "retry", "Try again", "Try to read the item under the cursor again", footer=2, available=_on_row),
    Command("enter", "reason", "Reason", "Show why the item could not be read", footer=3, available=_on_row),
)


class SyncScreen(BaseScreen):
    """State, progress, last success and last error of each mailbox; below them the quarantine."""

    HERE = COMMANDS
    HELP_WORDS = (
        "How the mailboxes are doing. What could not be read waits below with its reason and its raw bytes; "
        "nothing is thrown away, and trying again is always possible."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)

    def compose_body(self) -> Iterable[Widget]:
        yield Static(Content("Mailboxes"), classes="section first")
        with VerticalScroll(id="mailboxes", can_focus=False):
            yield Sheet()
        yield Static(Content("Could not be read"), classes="section")
        yield LineList(
            COLUMNS,
            key=lambda row: row.quarantine_id,
            now=self.now,
            can_jump=False,
            empty=("Everything could be read.", "An item that cannot be read would wait here, with its reason."),
        )

    @property
    def items(self) -> LineList[QuarantineRow]:
        return self.query_one(LineList)

    def on_mount(self) -> None:
        self.items.focus()
        self.items.restart()
        self.ask(mailboxes, then=self.show_mailboxes, group="mailboxes")

    def refresh_data(self) -> None:
        self.items.reload()
        self.ask(mailboxes, then=self.show_mailboxes, group="mailboxes")

    def show_mailboxes(self, rows: Sequence[MailboxRow]) -> None:
        facts = [fact for row in rows for fact in _mailbox(row, self.now())]
        self.query_one(Sheet).show(facts or _none())

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        self.ask(quarantined, then=partial(self._show_page, wanted), group="page", **wanted.question.keyset())

    def _show_page(self, wanted: LineList.Wanted, page: Page[QuarantineRow]) -> None:
        self.items.show(wanted.question, page.rows, more=page.more)

    def action_sync(self) -> None:
        self.flow(self._ask_for(SYNC, {}, "Asked for a sync; it starts as soon as the service is free."))

    def action_retry(self) -> None:
        row = self.items.row
        if row is not None:
            self.flow(self._ask_for(RETRY, {"quarantine": row.uid}, "It will be tried again in a moment."))

    async def _ask_for(self, name: str, payload: dict[str, Any], done: str) -> None:
        await self.perform(request, name, payload)
        self.notify(done)

    @on(LineList.Chosen)
    def action_reason(self) -> None:
        row = self.items.row
        if row is not None:
            self.app.push_screen(TextDialog("Could not be read", _reason(row, self)))


def _mailbox(row: MailboxRow, now: Any) -> list[Fact]:
    said, tone = sync_words.state(row)
    facts = [
        Fact(
            Content.assemble((line(row.address), "b $foreground"), (f"   ● {said}", f"${tone}")),
        )
    ]
    part = sync_words.share(row)
    if part is not None:
        full, rest = sync_words.bar(part, _BAR)
        done, total = row.progress
        facts.append(Fact(Content.assemble((full, "$accent"), (rest, "$faint"), f"  {done:,} of {total:,}"), "", 2))
    facts.append(Fact(Content.styled(f"last success {ago(row.last_success_at, now)}", "$quiet"), "", 2))
    if row.last_error and sync_words.is_failing(row):
        facts.append(
            Fact(
                Content.assemble((line(row.last_error), "$error"), (f"  {ago(row.last_error_at, now)}", "$quiet")),
                "",
                2,
            )
        )
    return [*facts, Fact(Content(""))]


def _none() -> list[Fact]:
    return [
        Fact(Content.styled("No mailbox is connected.", "b")),
        Fact(Content.assemble(("regarding connect you@company.com", "$accent"), "  connects one.")),
    ]


def _reason(row: QuarantineRow, screen: SyncScreen) -> Content:
    times = f"tried {row.attempts} time{'s' if row.attempts != 1 else ''}"
    return Content.assemble(
        (f"{line(row.reason)}\n\n", "b"),
        (f"{line(row.source)}\n", ""),
        (f"{times}, last on {full_when(row.last_at, screen.now())}", "$quiet"),
    )
