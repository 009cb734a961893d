"""Queues with what waits in them: mine, nobody's, what is at risk, what waits; each with the time that is left."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on

from tui.at_hand import AtHand
from tui.commands import Command, bindings
from tui.screens.queues_lists import ListsQueues
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList


def _on_work(screen: Any) -> bool:
    return bool(screen.chosen)


def _on_cases(screen: Any) -> bool:
    return bool(screen.chosen) and screen.holds == "case"


def _on_queue(screen: Any) -> bool:
    return screen.load is not None and screen.load.queue is not None


def _selected(screen: Any) -> bool:
    return bool(screen.work.selected)


COMMANDS = (
    Command("enter", "open", "Open", "Open what is under the cursor", footer=1),
    Command("g", "give", "Give to", "Give it to a person or a queue", footer=2, available=_on_work),
    Command("y", "take", "Take", "Make it yours", footer=3, available=_on_work),
    Command("U", "priority", "Priority", "Set the priority", footer=4, available=_on_cases),
    Command("x", "resolve", "Resolve", "Say how it was resolved", footer=5, available=_on_cases),
    Command("w", "status", "Status", "In progress, on hold, waiting for the customer", footer=6, available=_on_cases),
    Command("v", "next_view", "View", "All, mine, nobody's, at risk, waiting", footer=20),
    Command("tab", "other", "Other list", "Go to the queues, or to what waits in them", footer=21, palette=False),
    Command("space", "select", "Select", "Select several, to act on all of them", footer=22, available=_on_work),
    Command("n", "new", "New", "A new case, or lead, in this queue", footer=30),
    Command("W", "members", "Who works", "Who works on this queue, and who is away", footer=31, available=_on_queue),
    Command("S", "set_up", "Set up", "Queues, business hours, SLAs and contracts", footer=32),
    Command("N", "numbers", "Numbers", "How much comes in, how long it takes, what was kept", footer=33),
    Command("A", "articles", "Articles", "Solutions and canned answers", footer=34),
    Command("escape", "back", "Back", "Select none, or go to the list of cases", footer=99, palette=False),
)


class QueuesScreen(ListsQueues):
    """What is done with the work of queues."""

    HERE = COMMANDS
    HELP_WORDS = (
        "What waits in each queue, what is due first at the top. “Left” counts working time: it stands while the desk "
        "is closed, and while a case waits for its customer. Tab goes from the queues to their work and back."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)

    @property
    def at_hand(self) -> AtHand:
        return AtHand(record_id=self.work.row.record_id if self.work.row is not None else None)

    # Commands

    def action_open(self) -> None:
        self._open()

    @on(LineList.Chosen, "#queues")
    def _to_work(self) -> None:
        self.work.focus()

    @on(LineList.Chosen, "#work")
    def _open(self) -> None:
        if self.queues.has_focus:
            self.work.focus()
        elif self.work.row is not None:
            self.regarding.open_record(self.work.row.record_id)

    def action_other(self) -> None:
        (self.work if self.queues.has_focus else self.queues).focus()

    def action_numbers(self) -> None:
        self.regarding.action_show_mode("numbers")

    def action_articles(self) -> None:
        self.regarding.action_show_mode("articles")

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_select(self) -> None:
        self.work.toggle()
        self.refresh_bindings()

    def action_back(self) -> None:
        if self.work.selected:
            self.work.select_none()
            self.refresh_bindings()
        else:
            self.regarding.action_show_mode("cases")

    def action_give(self) -> None:
        self._do("give")

    def action_take(self) -> None:
        self._do("take")

    def action_priority(self) -> None:
        self._do("priority")

    def action_resolve(self) -> None:
        self._do("resolve")

    def action_status(self) -> None:
        self._do("status")

    def _do(self, name: str) -> None:
        from tui.flows import queues

        self.flow(getattr(queues, name)(self, self.chosen))

    def action_new(self) -> None:
        from tui.flows import queues

        self.flow(queues.new(self, self.load.queue if self.load is not None else None))

    def action_members(self) -> None:
        from tui.flows import service

        if self.load is not None and self.load.queue is not None:
            self.flow(service.members(self, self.load.queue))

    def action_set_up(self) -> None:
        from tui.screens.service import ServiceScreen

        self.app.push_screen(ServiceScreen())
