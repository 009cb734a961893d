"""What one has to know: a case that is late, a sender who floods us. Each is told once and stays in this list."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from store.queries.notices import NoticeRow, count_notices, notices
from store.queries.paging import Count, Page
from store.triage.notices import see_notices
from tui.cells import line
from tui.commands import Command, bindings
from tui.rows.notices import COLUMNS
from tui.screens.base import BaseScreen
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList

VIEWS = (("new", "New"), ("all", "All"))
_EMPTY = {
    "new": ("Nothing new.", "v shows what was told before."),
    "all": ("Nothing was told yet.", "Cases that are late, and senders who flood us, would stand here."),
}


def _on_record(screen: Any) -> bool:
    return screen.told.row is not None and screen.told.row.record is not None


def _on_new(screen: Any) -> bool:
    return screen.told.row is not None and screen.told.row.seen_at is None


def _some_new(screen: Any) -> bool:
    return any(row.seen_at is None for row in screen.told.pages.window.rows)


COMMANDS = (
    Command("enter", "open", "Open", "Open what it is about", footer=1, available=_on_record),
    Command("x", "seen", "Seen", "It need not be told any more", footer=2, available=_on_new),
    Command("X", "all_seen", "All seen", "None of what is listed need be told any more", footer=3, available=_some_new),
    Command("v", "next_view", "View", "What is new, or everything", footer=20),
)


class NoticesScreen(BaseScreen):
    """Sentences, the newest first."""

    HERE = COMMANDS
    HELP_WORDS = (
        "What you have to know, such as a case that is late. Opening it, or x, says that you have seen it; what "
        "everybody is told is seen once anybody saw it."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"page"})

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Notices", VIEWS, filtered=False)
        yield LineList(COLUMNS, key=lambda row: row.notice_id, now=self.now, id="told", empty=_EMPTY["new"])
        yield Static("", id="notice-said", markup=False)

    @property
    def told(self) -> LineList[NoticeRow]:
        return self.query_one("#told", LineList)

    def on_mount(self) -> None:
        self.told.focus()
        self.told.restart()

    def refresh_data(self) -> None:
        self.told.reload()

    @on(FilterBar.Changed)
    def _other_view(self, changed: FilterBar.Changed) -> None:
        self.told.say_when_empty(*_EMPTY[changed.view])
        self.told.restart()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        unseen = self.query_one(FilterBar).view == "new"
        show = partial(self._show_page, wanted)
        self.ask(notices, then=show, group="page", unseen=unseen, **wanted.question.keyset())
        if wanted.question.direction == "first":
            self.ask(count_notices, then=self._show_count, group="count", unseen=unseen)

    def _show_page(self, wanted: LineList.Wanted, page: Page[NoticeRow]) -> None:
        self.told.show(wanted.question, page.rows, more=page.more)

    def _show_count(self, count: Count) -> None:
        self.query_one(FilterBar).count = str(count) if count.value else ""
        self.told.expect(count.value)

    @on(LineList.Highlighted)
    def _say(self, message: LineList.Highlighted) -> None:
        """The whole sentence, of which the list may have cut the end."""
        self.query_one("#notice-said", Static).update("" if message.row is None else line(message.row.text))

    # Commands

    @on(LineList.Chosen)
    def action_open(self) -> None:
        row = self.told.row
        if row is not None and row.record is not None:
            self.regarding.open_record(row.record.record_id)
            self._see([row])

    def action_seen(self) -> None:
        if self.told.row is not None:
            self._see([self.told.row])

    def action_all_seen(self) -> None:
        self._see(list(self.told.pages.window.rows))

    def _see(self, rows: list[NoticeRow]) -> None:
        ids = [row.notice_id for row in rows if row.seen_at is None]
        if ids:
            self.flow(self.perform(see_notices, ids))

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()
