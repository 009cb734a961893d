"""New people and changed details that signatures name: taken over, edited first, or refused."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from store.queries.paging import Count, Page
from store.queries.proposals import ProposalRow, count_proposals, open_proposals
from tui import proposal_words
from tui.commands import Command, bindings
from tui.rows.proposals import COLUMNS
from tui.screens.review_tabs import TABS, ReviewTab
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.sheet import Sheet


def _on_row(screen: Any) -> bool:
    return screen.proposals.row is not None


def _on_change(screen: Any) -> bool:
    return screen.proposals.row is not None and screen.proposals.row.record is not None


COMMANDS = (
    Command("enter", "open", "Read", "Read the mail that says so", footer=1, available=_on_row),
    Command("Y", "accept", "Accept", "Take it over as it stands", footer=2, available=_on_row),
    Command("e", "edit", "Edit", "Change it first, then take it over", footer=3, available=_on_row),
    Command("X", "refuse", "Refuse", "Not now and never again", footer=4, available=_on_row),
    Command("o", "open_record", "Record", "Open the record that would change", footer=5, available=_on_change),
    Command("v", "next_view", "View", "To link, to refine, duplicates, new details", footer=20),
)


class ProposalsScreen(ReviewTab):
    """The proposals, and each field of the one under the cursor with the words in which it was found."""

    MODE = "proposals"
    HERE = COMMANDS
    HELP_WORDS = (
        "People who wrote and are not known yet, and details of known people that changed, as their signatures say. "
        "Y takes it over, e lets you change it first, X never proposes it again. Ctrl+Z takes back each of these."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"page"})

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Review", TABS, filtered=False, view="proposals")
        with Container(id="review-body"):
            yield LineList(
                COLUMNS,
                key=lambda row: row.proposal_id,
                now=self.now,
                can_jump=False,
                empty=("Nothing is proposed.", "New people and changed details in signatures would wait here."),
            )
            with VerticalScroll(classes="review-pane"):
                yield Sheet(classes="proposal")

    @property
    def proposals(self) -> LineList[ProposalRow]:
        return self.query_one(LineList)

    def on_mount(self) -> None:
        self.proposals.focus()
        self.proposals.restart()

    def refresh_data(self) -> None:
        self.proposals.reload()

    def show_view(self, view: str) -> None:
        self.proposals.restart()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        self.ask(open_proposals, then=partial(self._show_page, wanted), group="page", **wanted.question.keyset())

    def _show_page(self, wanted: LineList.Wanted, page: Page[ProposalRow]) -> None:
        self.proposals.show(wanted.question, page.rows, more=page.more)
        if wanted.question.direction == "first":
            self.ask(count_proposals, then=self._show_count, group="count")

    def _show_count(self, count: Count) -> None:
        self.query_one(FilterBar).count = f"{count} to decide" if count.value else ""

    @on(LineList.Highlighted)
    def _show_fields(self, message: LineList.Highlighted) -> None:
        row: ProposalRow | None = message.row
        self.query_one(".proposal", Sheet).show([] if row is None else proposal_words.facts(row, self.now()))

    # Commands

    def action_accept(self) -> None:
        self._decide("accept")

    def action_edit(self) -> None:
        self._decide("edit")

    def action_refuse(self) -> None:
        self._decide("refuse")

    def _decide(self, name: str) -> None:
        from tui.flows import proposals

        if self.proposals.row is not None:
            self.flow(getattr(proposals, name)(self, self.proposals.row))

    @on(LineList.Chosen)
    def action_open(self) -> None:
        if self.proposals.row is not None:
            self.regarding.open_activity(self.proposals.row.activity_id)

    def action_open_record(self) -> None:
        row = self.proposals.row
        if row is not None and row.record is not None:
            self.regarding.open_record(row.record.record_id)
