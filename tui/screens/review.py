"""Mail that nobody has linked yet although it could be: the likeliest suggestion first, decided with one key each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.containers import Container
from textual.widget import Widget

from store.queries.link_review import ReviewRow, link_review, link_review_count
from store.queries.paging import Count, Page
from tui.commands import Command, bindings
from tui.rows.review import COLUMNS
from tui.screens.mail_actions import MAIL, SELECTING, MailActions
from tui.screens.reading_actions import READING
from tui.screens.review_tabs import TABS, ReviewTab
from tui.screens.triage_keys import TRIAGE
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.line_list import LineList
from tui.widgets.read_pane import ReadPane
from tui.widgets.select_list import SelectList

_EMPTY = {
    "review": (
        "Nothing to decide. Well done.",
        "Mail that could be regarding something,",
        "but not surely enough to be linked, would wait here.",
    ),
    "closer": (
        "Nothing to decide here.",
        "Mail that is linked to a person or company,",
        "and could be about a case or deal of theirs, would wait here.",
    ),
}


#: Where decisions stand in the footer, and how far behind them what is done with mail.
_FIRST = {"agree": 2, "link": 3, "not_relevant": 4, "why": 5, "never": 6, "link_thread": 7}
_LATER = 60


def _on_row(screen: Any) -> bool:
    return screen.rows.row is not None


COMMANDS = (
    Command("enter", "open", "Read", "Read the mail under the cursor", footer=1, available=_on_row),
    Command("v", "next_view", "View", "To link, to refine, duplicates, new details", footer=12),
    Command("f", "filter", "Filter", "Show only mail with these words", footer=20),
    Command("o", "open_record", "Record", "Open the record that is suggested", footer=10, available=_on_row),
)


class ReviewScreen(ReviewTab, MailActions):
    """The list of what is undecided, beside or above the message with all of its suggestions."""

    HERE = (*COMMANDS, *SELECTING, *TRIAGE, *READING, *MAIL)
    HELP_WORDS = (
        "Mail that could be regarding something, but not surely enough to be linked by itself; the likeliest first. "
        "Y agrees with what is suggested, l links it to another record, X says that it is regarding nothing, S never "
        "links what its sender writes. Space selects several. Ctrl+Z takes back each of these."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(HERE)
    FIRST = frozenset({"page"})

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Review", TABS)
        with Container(id="review-body"):
            yield SelectList(COLUMNS, key=lambda row: row.activity_id, now=self.now, empty=_EMPTY["review"])
            yield ReadPane(classes="review-pane")

    def commands_here(self) -> tuple[Command, ...]:
        """Here one decides; answering stands further back in the footer."""
        offered = super().commands_here()
        later = [replace(one, footer=one.footer + _LATER) if one in MAIL and one.footer else one for one in offered]
        return tuple(replace(one, footer=_FIRST[one.action]) if one.action in _FIRST else one for one in later)

    @property
    def rows(self) -> SelectList[ReviewRow]:
        return self.query_one(SelectList)

    @property
    def list_of_mail(self) -> SelectList[ReviewRow]:
        return self.rows

    @property
    def pane(self) -> ReadPane | None:
        return self.query_one(ReadPane)

    @property
    def activity_id(self) -> int | None:
        return None if self.rows.row is None else self.rows.row.activity_id

    @property
    def mail_id(self) -> int | None:
        row = self.rows.row
        return row.activity_id if row is not None and row.kind == "email" else None

    @property
    def _view(self) -> str:
        return self.query_one(FilterBar).view

    def on_mount(self) -> None:
        self.rows.focus()
        self.rows.restart()

    def refresh_data(self) -> None:
        self.rows.reload()

    def show_view(self, view: str) -> None:
        if self.query_one(FilterBar).text:
            self.rows.say_when_empty("Nothing undecided has these words.", "Esc in the filter shows everything again.")
        else:
            self.rows.say_when_empty(*_EMPTY[view])
        self.rows.restart()

    @on(FilterInput.Left)
    def _to_list(self) -> None:
        self.rows.focus()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        self.ask(
            link_review,
            then=partial(self._show_page, wanted),
            group="page",
            text=self.query_one(FilterBar).text,
            linked=self._view == "closer",
            **wanted.question.keyset(),
        )

    def _show_page(self, wanted: LineList.Wanted, page: Page[ReviewRow]) -> None:
        self.rows.show(wanted.question, page.rows, more=page.more)
        if wanted.question.direction == "first":
            self.ask(link_review_count, then=self._show_count, group="count", linked=self._view == "closer")

    def _show_count(self, count: Count) -> None:
        self._count = f"{count} to decide" if count.value else ""
        self.show_selection(len(self.selected))

    _count = ""

    def show_selection(self, count: int) -> None:
        self.query_one(FilterBar).count = f"{count} selected" if count else self._count

    @on(LineList.Highlighted)
    def _preview(self, message: LineList.Highlighted) -> None:
        self.preview_soon(None if message.row is None else message.row.activity_id)

    # Around a decision

    def before_deciding(self) -> None:
        self.before_leaving()

    def not_decided(self) -> None:
        self.rows.step_back()

    # Commands

    @on(LineList.Chosen)
    def action_open(self) -> None:
        if self.activity_id is not None:
            self.regarding.open_activity(self.activity_id)

    def action_open_record(self) -> None:
        if self.rows.row is not None:
            self.regarding.open_record(self.rows.row.suggested.record_id)

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()
