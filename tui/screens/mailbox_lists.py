"""The mailboxes above; below, of the one under the cursor, what the chosen view shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from textual import on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static

from store.queries.paging import Page
from store.queries.status import FolderRow, MailboxRow, QuarantineRow, quarantined
from store.queries.sync_notes import NoteRow, recent_notes
from tui.cells import line
from tui.mailbox_facts import facts_of, nothing_connected
from tui.rows.quarantine import COLUMNS
from tui.rows.sync import FOLDERS, LATELY, MAILBOXES, MailboxLine, mailbox_lines
from tui.screens.base import BaseScreen
from tui.sync_words import re_examining
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.sheet import Sheet

VIEWS = (
    ("overview", "Overview"),
    ("folders", "Folders"),
    ("unread", "Could not be read"),
    ("lately", "Lately"),
)


class MailboxLists(BaseScreen):
    """What the Sync screen shows, read and kept up to date; what can be done there stands in `SyncScreen`."""

    def compose_body(self) -> Iterable[Widget]:
        yield Static("", id="question", markup=False)
        yield LineList(
            MAILBOXES,
            key=lambda one: one.row.mailbox_id,
            now=self.now,
            can_jump=False,
            empty=("No mailbox is connected yet.",),
            id="mailboxes",
        )
        yield FilterBar("", VIEWS, filtered=False)
        with ContentSwitcher(initial="overview"):
            with VerticalScroll(id="overview", can_focus=True):
                yield Sheet()
            yield LineList(
                FOLDERS,
                key=lambda row: row.folder_id,
                now=self.now,
                can_jump=False,
                empty=("No folder was read yet.",),
                id="folders",
            )
            yield LineList(
                COLUMNS,
                key=lambda row: row.quarantine_id,
                now=self.now,
                can_jump=False,
                empty=("Everything could be read.", "An item that cannot be read would wait here, with its reason."),
                id="unread",
            )
            yield LineList(
                LATELY,
                key=lambda row: row.note_id,
                now=self.now,
                can_jump=False,
                empty=("Nothing happened lately.", "Moves, merges and what was written would stand here."),
                id="lately",
            )

    # What is at hand

    @property
    def boxes(self) -> LineList[MailboxLine]:
        return self.query_one("#mailboxes", LineList)

    @property
    def folders(self) -> LineList[FolderRow]:
        return self.query_one("#folders", LineList)

    @property
    def unread(self) -> LineList[QuarantineRow]:
        return self.query_one("#unread", LineList)

    @property
    def lately(self) -> LineList[NoteRow]:
        return self.query_one("#lately", LineList)

    @property
    def mailbox(self) -> MailboxRow | None:
        """The mailbox under the cursor."""
        one = self.boxes.row if self.is_mounted else None
        return None if one is None else one.row

    @property
    def asking(self) -> Sequence[MailboxRow]:
        """The mailboxes about which something is asked, the one under the cursor first."""
        rows = [one.row for one in self.boxes.pages.window.rows if one.row.question] if self.is_mounted else []
        return sorted(rows, key=lambda row: row != self.mailbox)

    @property
    def view(self) -> str:
        return self.query_one(FilterBar).view if self.is_mounted else ""

    # Reading

    def on_mount(self) -> None:
        self.boxes.focus()
        self.boxes.restart()
        self.unread.restart()

    def refresh_data(self) -> None:
        self.boxes.reload()
        self.unread.reload()
        if self.lately.pages.loaded:
            self.lately.reload()

    def show_mailboxes(self, rows: Sequence[MailboxRow]) -> None:
        self.boxes.reload()

    @on(LineList.Wanted, "#mailboxes")
    def _want_mailboxes(self, wanted: LineList.Wanted) -> None:
        self.ask(mailbox_lines, then=partial(self._show_mailboxes, wanted), group="mailboxes")

    def _show_mailboxes(self, wanted: LineList.Wanted, lines: Sequence[MailboxLine]) -> None:
        self.boxes.styles.height = max(len(lines), 1) + 1
        self.boxes.show(wanted.question, lines, more=False)
        self.query_one(FilterBar).count = " · ".join(filter(None, self._counts(lines)))
        self._show_question()
        self._show_mailbox()

    def _counts(self, lines: Sequence[MailboxLine]) -> Iterable[str]:
        if self.regarding.again is not None:
            yield re_examining(self.regarding.again)
        if lines:
            yield f"{sum(one.row.quarantined for one in lines):,} not read"

    @on(LineList.Wanted, "#unread")
    def _want_unread(self, wanted: LineList.Wanted) -> None:
        self.ask(quarantined, then=partial(self._show_page, wanted), group="unread", **wanted.question.keyset())

    @on(LineList.Wanted, "#lately")
    def _want_lately(self, wanted: LineList.Wanted) -> None:
        mailbox_id = 0 if self.mailbox is None else self.mailbox.mailbox_id
        then = partial(self._show_page, wanted)
        self.ask(recent_notes, mailbox_id, then=then, group="lately", **wanted.question.keyset())

    @on(LineList.Wanted, "#folders")
    def _want_folders(self, wanted: LineList.Wanted) -> None:
        rows = () if self.mailbox is None else self.mailbox.folders
        self.folders.show(wanted.question, rows, more=False)

    def _show_page(self, wanted: LineList.Wanted, page: Page[Any]) -> None:
        wanted.list.show(wanted.question, page.rows, more=page.more)

    # Showing

    def _show_question(self) -> None:
        said = [Content.assemble((f"{line(row.address)}  ", "b $warning"), line(row.question)) for row in self.asking]
        banner = self.query_one("#question", Static)
        banner.display = bool(said)
        banner.update(Content.assemble(Content("\n").join(said), "  ", ("a", "b $accent"), (" answers", "$quiet")))
        self.refresh_bindings()

    @on(LineList.Highlighted, "#mailboxes")
    def _mailbox_changed(self) -> None:
        self._show_mailbox()
        if self.view == "lately":
            self.lately.restart()

    def _show_mailbox(self) -> None:
        one = self.boxes.row
        facts = nothing_connected() if one is None else facts_of(one.row, one.conflicts, self.now())
        self.query_one("#overview Sheet", Sheet).show(facts)
        if self.folders.pages.loaded:
            self.folders.reload()

    @on(FilterBar.Changed)
    def _view_changed(self, changed: FilterBar.Changed) -> None:
        self.query_one(ContentSwitcher).current = changed.view
        if changed.view in ("folders", "lately"):
            self.query_one(f"#{changed.view}", LineList).restart()
        self.below().focus() if changed.view != "overview" else self.boxes.focus()
        self.refresh_bindings()

    def below(self) -> Widget:
        """What the chosen view shows."""
        return self.query_one(f"#{self.view}", Widget)
