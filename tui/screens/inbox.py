"""New mail: who wrote, what about, and what it is regarding."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from store.queries.inbox import InboxCounts, InboxRow, inbox, inbox_counts
from store.queries.paging import Page
from tui.commands import Command, bindings
from tui.rows.inbox import COLUMNS
from tui.screens.base import BaseScreen
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.line_list import LineList

VIEWS = (("inbox", "Inbox"), ("unread", "Unread"), ("undecided", "To decide"), ("sent", "Sent"), ("all", "All"))


def on_row(screen: Any) -> bool:
    return screen.list.row is not None


COMMANDS = (
    Command("enter", "open", "Read", "Read the mail under the cursor", footer=10, available=on_row),
    Command("o", "open_record", "Record", "Open the record that the mail is regarding", footer=20, available=on_row),
    Command("f", "filter", "Filter", "Show only mail with these words", footer=30),
    Command("v", "next_view", "View", "Inbox, unread, still to decide, sent, all", footer=40),
)


class InboxScreen(BaseScreen):
    """The mail of the mailboxes one may read, with a preview where there is room."""

    HERE = COMMANDS
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Inbox", VIEWS)
        yield LineList(COLUMNS, key=lambda row: row.item_id, now=self.now, id="mails")

    @property
    def list(self) -> LineList[InboxRow]:
        return self.query_one("#mails", LineList)

    def on_mount(self) -> None:
        self.list.focus()
        self.list.restart()

    def refresh_data(self) -> None:
        self.list.reload()

    @on(FilterBar.Changed)
    def _refilter(self) -> None:
        self.list.restart()

    @on(FilterInput.Left)
    def _to_list(self) -> None:
        self.list.focus()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        bar = self.query_one(FilterBar)
        self.ask(
            inbox,
            then=partial(self._show_page, wanted),
            group="page",
            text=bar.text.strip(),
            unread_only=bar.view == "unread",
            undecided_only=bar.view == "undecided",
            folder_role={"inbox": "inbox", "sent": "sent"}.get(bar.view),
            **wanted.keyset(),
        )
        if wanted.direction == "first":
            self.ask(inbox_counts, then=self._show_counts, group="counts")

    def _show_page(self, wanted: LineList.Wanted, page: Page[InboxRow]) -> None:
        self.list.show(wanted.serial, wanted.direction, page.rows, more=page.more)

    def _show_counts(self, counts: InboxCounts) -> None:
        self.query_one(FilterBar).count = f"{counts.unread} unread"

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()
