"""A list of records of one kind, with saved views, sorting, and a filter that works while one types."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from store.queries.paging import Count, Page
from store.queries.records import SORTS, VIEWS, RecordRow, count_records, list_records
from store.queries.refs import RecordRef
from store.records.fields import LABELS
from tui.at_hand import AtHand
from tui.commands import Command, bindings
from tui.flows import records
from tui.glyphs import PLURAL
from tui.rows.records import COLUMNS, SORT_WORDS
from tui.screens.base import shares_work
from tui.screens.lead_actions import ON_LEAD, LeadActions, LeadAtHand
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.line_list import LineList


def _on_row(screen: Any) -> bool:
    return screen.records.row is not None


def _in_queues(screen: Any) -> bool:
    return screen.kind in ("case", "lead")


COMMANDS = (
    Command("enter", "open", "Open", "Open the record under the cursor", footer=1, available=_on_row),
    Command("n", "new", "New", "Create a record", footer=10),
    Command("e", "edit", "Edit", "Change the record under the cursor", footer=11, available=_on_row),
    Command("f", "filter", "Filter", "Show only records with these words", footer=20),
    Command("v", "next_view", "View", "The next saved view: all, mine, silent …", footer=21),
    Command("o", "next_sort", "Order", "Sort by the next column", footer=30),
    Command("Q", "queues", "Queues", "What waits in each queue, by what is due first", footer=31, available=_in_queues),
    Command("delete", "delete", "Delete", "Delete the record under the cursor", footer=40, available=_on_row),
)

#: Where else the first record of a kind comes from.
_ALSO = {
    "account": " A connected mailbox brings them too.",
    "contact": " A connected mailbox brings them too.",
    "case": " In the Inbox, e makes one of a mail.",
    "lead": " In the Inbox, + makes one of a mail.",
}
_SHORT_VIEWS = {"silent": "Silent 14 days"}


class RecordsScreen(LeadActions):
    """The records of `kind`."""

    HERE = (*COMMANDS, *ON_LEAD)
    HELP_WORDS = "Records of one kind. Views narrow the list; the filter finds words anywhere in a record."
    BINDINGS: ClassVar[list[Any]] = bindings(HERE)
    FIRST = frozenset({"page", "count"})

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._sort = "title"

    def compose_body(self) -> Iterable[Widget]:
        views = [(view.name, _SHORT_VIEWS.get(view.name, view.label)) for view in VIEWS[self.kind]]
        yield FilterBar(PLURAL[self.kind], views)
        yield LineList(COLUMNS[self.kind], key=lambda row: row.record_id, now=self.now, empty=self._empty)

    @property
    def _empty(self) -> tuple[str, ...]:
        one, many = LABELS[self.kind]
        if not shares_work(self):
            return (f"No {many} of yours.", "You see those that you own; n creates one.")
        return (f"No {many} yet.", f"n creates the first {one}.{_ALSO.get(self.kind, '')}")

    @property
    def records(self) -> LineList[RecordRow]:
        return self.query_one(LineList)

    @property
    def at_hand(self) -> AtHand:
        return AtHand(record_id=self.records.row.record_id if self.records.row is not None else None)

    @property
    def lead_at_hand(self) -> LeadAtHand | None:
        row = self.records.row
        if row is None or row.kind != "lead":
            return None
        ref = RecordRef(row.record_id, row.uid, row.kind, row.number, row.title)
        return LeadAtHand(ref, str(row.cells.get("status")))

    def on_mount(self) -> None:
        self.records.sorted_by = self._sort
        self.records.focus()
        self.records.restart()

    def refresh_data(self) -> None:
        self.records.reload()

    # The list

    @on(FilterBar.Changed)
    def _other_rows(self) -> None:
        bar = self.query_one(FilterBar)
        if bar.text:
            self.records.say_when_empty("Nothing fits.", "Esc in the filter shows everything again.")
        elif bar.view == "all":
            self.records.say_when_empty(*self._empty)
        else:
            self.records.say_when_empty("Nothing in this view.", "v goes to the next one.")
        self.records.restart()

    @on(FilterInput.Left)
    def _to_list(self) -> None:
        self.records.focus()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        bar = self.query_one(FilterBar)
        chosen = {"view": bar.view, "text": bar.text, "today": self.now().date()}
        show = partial(self._show_page, wanted)
        self.ask(
            list_records, self.kind, then=show, group="page", sort=self._sort, **chosen, **wanted.question.keyset()
        )
        if wanted.question.direction == "first":
            self.ask(count_records, self.kind, then=self._show_count, group="count", **chosen)

    def _show_page(self, wanted: LineList.Wanted, page: Page[RecordRow]) -> None:
        self.records.show(wanted.question, page.rows, more=page.more)

    def _show_count(self, count: Count) -> None:
        self.query_one(FilterBar).count = f"{count} by {SORT_WORDS[self._sort]}"
        self.records.expect(count.value)

    @on(LineList.SortAsked)
    def _sort_by(self, asked: LineList.SortAsked) -> None:
        self._sort = self.records.sorted_by = asked.sort
        self.records.restart()

    # Commands

    @on(LineList.Chosen)
    def action_open(self) -> None:
        if self.records.row is not None:
            self.regarding.open_record(self.records.row.record_id)

    def action_new(self) -> None:
        self.flow(self._new())

    async def _new(self) -> None:
        created = await records.create(self, self.kind)
        if created is not None:
            self.regarding.open_record(created.record_id)

    def action_edit(self) -> None:
        if self.records.row is not None:
            self.flow(records.edit(self, self.records.row.record_id))

    def action_delete(self) -> None:
        if self.records.row is not None:
            self.flow(records.delete(self, self.records.row.record_id))

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_queues(self) -> None:
        self.regarding.action_show_mode("queues")

    def action_next_sort(self) -> None:
        sorts = SORTS[self.kind]
        self._sort = self.records.sorted_by = sorts[(sorts.index(self._sort) + 1) % len(sorts)]
        self.records.restart()
