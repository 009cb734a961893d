"""Search over everything: results while one types, records first, then what happened, newest first, beside what the
cursor is on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from store.queries.search import SearchResult, search
from tui.commands import Command, bindings
from tui.rows.found import COLUMNS, Found, rows_of
from tui.screens.mail_actions import MAIL, MailActions
from tui.screens.reading_actions import READING
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.line_list import LineList
from tui.widgets.read_pane import ReadPane

_FROM = 2  # letters from which results are shown


def _on_row(screen: Any) -> bool:
    return screen.results.row is not None


COMMANDS = (
    Command("enter", "open", "Open", "Open the result under the cursor", footer=1, available=_on_row),
    Command("f", "filter", "Words", "Go to the search words", footer=2),
)


class SearchScreen(MailActions):
    """One line to type in, and everything that holds the words."""

    HERE = (*COMMANDS, *MAIL, *READING)
    HELP_WORDS = (
        "Finds records, mail, meetings, calls, tasks and notes by the words in them. The last word may be a "
        'beginning; "words in quotes" are found side by side.'
    )
    BINDINGS: ClassVar[list[Any]] = bindings(HERE)

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Search", (), placeholder="name, number, address or any words")
        with Horizontal():
            yield LineList(
                COLUMNS,
                key=lambda row: row.key,
                now=self.now,
                heading=False,
                can_jump=False,
                empty=("Search everything.", "Two letters are enough to begin."),
            )
            yield ReadPane(hint="Enter opens what is under the cursor.", classes="preview")

    @property
    def results(self) -> LineList[Found]:
        return self.query_one(LineList)

    @property
    def activity_id(self) -> int | None:
        row = self.results.row
        return row.hit.activity.activity_id if row is not None and row.hit is not None else None

    @property
    def mail_id(self) -> int | None:
        row = self.results.row
        hit = row.hit if row is not None else None
        return hit.activity.activity_id if hit is not None and hit.activity.kind == "email" else None

    @property
    def pane(self) -> ReadPane | None:
        return self.query_one(ReadPane)

    def on_mount(self) -> None:
        self.results.restart()
        self.action_filter()

    def refresh_data(self) -> None:
        self.results.reload()

    @property
    def _text(self) -> str:
        text = self.query_one(FilterBar).text
        return text if len(text) >= _FROM or not text.isascii() else ""

    @on(FilterBar.Changed)
    def _search(self) -> None:
        if self._text:
            self.results.say_when_empty("Nothing found.", "Fewer or shorter words find more.")
        else:
            self.results.say_when_empty("Search everything.", "Two letters are enough to begin.")
        self.results.restart()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        before = (
            wanted.question.anchor.hit.document_id
            if wanted.question.direction == "after" and wanted.question.anchor.hit
            else None
        )
        show = partial(self._show_page, wanted)
        self.ask(search, self._text, then=show, group="page", limit=wanted.question.limit, before=before)

    def _show_page(self, wanted: LineList.Wanted, result: SearchResult) -> None:
        rows, more = rows_of(result), result.before is not None
        self.results.show(wanted.question, rows, more=more)
        if wanted.question.direction == "first":
            count = len(rows)
            said = f"{count}{'+' if more else ''} found" if self._text else ""
            self.query_one(FilterBar).count = said

    @on(LineList.Highlighted)
    def _preview(self) -> None:
        if self.has_class("-wide") or self.has_class("-huge"):
            self.preview_soon(self.activity_id)

    @on(FilterInput.Left)
    def _to_results(self) -> None:
        self.results.focus()

    @on(Input.Submitted)
    @on(LineList.Chosen)
    def action_open(self) -> None:
        row = self.results.row
        if row is None:
            return
        if row.record is not None:
            self.regarding.open_record(row.record.record_id)
        elif row.hit is not None:
            self.regarding.open_activity(row.hit.activity.activity_id)

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()
