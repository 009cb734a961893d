"""Queues with what waits in them: mine, nobody's, what is at risk, what waits; each with the time that is left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.containers import Container
from textual.widget import Widget

from store.queries.paging import Count, Page
from store.queries.queues import QueueLoad, WorkRow, count_queue_work, queue_loads, queue_work
from tui.cells import line
from tui.commands import Command, bindings
from tui.pages import page_of
from tui.rows.queues import EVERY_QUEUE, QUEUES, WORK
from tui.screens.base import WIDE, BaseScreen
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.select_list import SelectList

VIEWS = (
    ("all", "All open"),
    ("mine", "Mine"),
    ("unassigned", "Nobody's"),
    ("at_risk", "At risk"),
    ("waiting", "Waiting"),
)
_EMPTY = {
    "all": ("Nothing waits here.", "n opens a case; mail to the queue's address makes some by rules."),
    "mine": ("Nothing here is yours.", "v shows what is nobody's; y takes it."),
    "unassigned": ("Everything has an owner.", "v shows the next view."),
    "at_risk": ("No clock warns.", "What is late or soon will be would stand here."),
    "waiting": ("Nothing waits for a customer.", "v shows the next view."),
}
_PATIENCE = 5.0  # seconds between two looks at the clocks, which say minutes


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


class QueuesScreen(BaseScreen):
    """`load` is the queue under the cursor, `chosen` the work that commands are about."""

    HERE = COMMANDS
    HELP_WORDS = (
        "What waits in each queue, what is due first at the top. “Left” counts working time: it stands while the desk "
        "is closed, and while a case waits for its customer. Tab goes from the queues to their work and back."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"queues", "page"})

    def __init__(self) -> None:
        super().__init__()
        self._shown: int | None = None  # the key of the queue whose work is shown
        self.holds = "case"

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Queues", VIEWS, filtered=False)
        with Container(id="queues-body"):
            yield LineList(QUEUES, key=_key, now=self.now, can_jump=False, id="queues")
            yield SelectList(WORK, key=lambda row: row.record_id, now=self.now, id="work", empty=_EMPTY["all"])

    @property
    def queues(self) -> LineList[QueueLoad]:
        return self.query_one("#queues", LineList)

    @property
    def work(self) -> SelectList[WorkRow]:
        return self.query_one("#work", SelectList)

    @property
    def load(self) -> QueueLoad | None:
        return self.queues.row

    @property
    def chosen(self) -> tuple[WorkRow, ...]:
        """What was selected, else the row under the cursor while the work has the focus."""
        if self.work.selected:
            return self.work.selected
        return (self.work.row,) if self.work.has_focus and self.work.row is not None else ()

    def on_mount(self) -> None:
        self.work.focus()
        self.queues.restart()
        self.work.restart()
        self.set_interval(_PATIENCE, self._tick)

    def refresh_data(self) -> None:
        self.queues.reload()
        self.work.reload()

    def _tick(self) -> None:
        """The time that is left goes on."""
        if self.is_current and any(row.clock is not None for row in self.work.pages.window.rows):
            self.work.refresh()

    # The lists

    @on(LineList.Wanted, "#queues")
    def _want_queues(self, wanted: LineList.Wanted) -> None:
        self.ask(queue_loads, then=partial(self._show_queues, wanted), group="queues")

    def _show_queues(self, wanted: LineList.Wanted, loads: tuple[QueueLoad, ...]) -> None:
        rows, more = page_of(loads, wanted.question, _key)
        self.queues.show(wanted.question, rows, more=more)
        self._fit()

    def on_resize(self, event: events.Resize) -> None:
        self._fit()

    def _fit(self) -> None:
        """Above their work the queues take as many lines as they need, and at most a third."""
        beside = self.size.width >= WIDE
        rows = len(self.queues.pages.window.rows) + 2
        self.queues.styles.height = "100%" if beside else max(min(rows, self.size.height // 3), 3)

    @on(LineList.Highlighted, "#queues")
    def _other_queue(self) -> None:
        load = self.load
        if load is None or _key(load) == (self._shown or 0):
            return
        self._shown = None if load.queue is None else load.queue.queue_id
        self.holds = "case" if load.queue is None else load.queue.kind
        self.work.select_none()
        self.work.restart()

    @on(FilterBar.Changed)
    def _other_view(self, changed: FilterBar.Changed) -> None:
        self.work.say_when_empty(*_EMPTY[changed.view])
        self.work.select_none()
        self.work.restart()

    @on(LineList.Wanted, "#work")
    def _want_work(self, wanted: LineList.Wanted) -> None:
        asked = {"view": self.query_one(FilterBar).view, "kind": self.holds}
        show = partial(self._show_work, wanted)
        now = self.now().astimezone(UTC)
        self.ask(queue_work, self._shown, then=show, group="page", now=now, **asked, **wanted.question.keyset())
        if wanted.question.direction == "first":
            self.ask(count_queue_work, self._shown, then=self._show_count, group="count", **asked)

    def _show_work(self, wanted: LineList.Wanted, page: Page[WorkRow]) -> None:
        self.work.show(wanted.question, page.rows, more=page.more)

    def _show_count(self, count: Count) -> None:
        queue = self.load.queue if self.load is not None else None
        self.query_one(FilterBar).count = f"{count} in {line(queue.name) if queue else EVERY_QUEUE.lower()}"
        self.work.expect(count.value)

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


def _key(load: QueueLoad) -> int:
    return 0 if load.queue is None else load.queue.queue_id
