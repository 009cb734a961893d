"""The wait list: who waits for a service, the more important first, and whether a slot came free for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from store.queries.scheduling.waiting import WaitingRow, wait_list
from store.scheduling.waiting import OPEN_WAITING, WAITING_STATUSES
from tui.commands import Command, bindings
from tui.rows.waiting import COLUMNS, facts
from tui.screens.kept_list import KeptListScreen
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.sheet import Sheet

_VIEWS = (("open", "Waiting"), ("all", "All"))
_EMPTY = ("Nobody waits.", "n puts somebody on the wait list.")


def _waits(screen: Any) -> bool:
    return screen.row is not None and screen.row.status == "waiting"


def _is_open(screen: Any) -> bool:
    return screen.row is not None and screen.row.status in OPEN_WAITING


def _leads_on(screen: Any) -> bool:
    row = screen.row
    return row is not None and bool(row.booking or row.contact or row.account)


COMMANDS = (
    Command("enter", "edit", "Edit", "Change what they wait for", footer=1, available=_is_open),
    Command("o", "offer", "Offer", "Hold the first free slot and offer it", footer=2, available=_waits),
    Command("n", "new", "New", "Put somebody on the wait list", footer=3),
    Command("delete", "withdraw", "Withdraw", "They do not wait any more", footer=4, available=_waits),
    Command("a", "open", "Record", "Open the booking, else the customer", footer=5, available=_leads_on),
    Command("v", "next_view", "View", "Who waits, or all", footer=6),
    Command("escape", "back", "Back", "Go back", footer=99, palette=False),
)


class WaitListScreen(KeptListScreen[WaitingRow]):
    """Who waits, and what is done for them."""

    HERE = COMMANDS
    HELP_WORDS = (
        "The more important first, of these the one who has waited longest. Slots that come free are looked for by the "
        "service; o holds the first one and offers to tell the customer. Confirmed, it is booked; cancelled, they wait "
        "again."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(one for one in COMMANDS if one.key != "enter")
    FIRST = frozenset({"waiting"})

    def __init__(self) -> None:
        super().__init__(_key)

    @property
    def title_words(self) -> str:
        return "Wait list"

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Wait list", _VIEWS, filtered=False)
        with Container(id="plan-body"):
            yield LineList(COLUMNS, key=_key, now=self.now, can_jump=False, empty=_EMPTY)
            with VerticalScroll(classes="review-pane", can_focus=False):
                yield Sheet(classes="proposal")

    def refresh_data(self) -> None:
        statuses = WAITING_STATUSES if self.shows_all else OPEN_WAITING
        self.ask(wait_list, statuses, then=self.show, group="waiting")

    def page_shown(self) -> None:
        self._show_facts()

    @on(LineList.Highlighted)
    def _show_facts(self) -> None:
        row = self.row
        self.query_one(Sheet).show([] if row is None else facts(row, self.now()))
        self.refresh_bindings()

    # Commands

    @on(LineList.Chosen)
    def action_edit(self) -> None:
        if _is_open(self):
            self._do("edit")

    def action_new(self) -> None:
        from tui.flows import waiting

        self.flow(waiting.new(self))

    def action_offer(self) -> None:
        self._do("offer_slot")

    def action_withdraw(self) -> None:
        self._do("stop_waiting")

    def _do(self, name: str) -> None:
        from tui.flows import waiting

        if self.row is not None:
            self.flow(getattr(waiting, name)(self, self.row))

    def action_open(self) -> None:
        row = self.row
        found = row and (row.booking or row.contact or row.account)
        if found:
            self.regarding.open_record(found.record_id)


def _key(row: WaitingRow) -> int:
    return row.waiting_id
