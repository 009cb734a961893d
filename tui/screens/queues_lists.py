"""The queues, and what waits in the one under the cursor, each with the time that is left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from functools import partial

from textual import events, on
from textual.containers import Container
from textual.widget import Widget

from store.queries.paging import Count, Page
from store.queries.queues import QueueLoad, WorkRow, count_queue_work, queue_loads, queue_work
from tui.cells import line
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


class ListsQueues(BaseScreen):
    """`load` is the queue under the cursor, `chosen` the work that commands are about."""

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


def _key(load: QueueLoad) -> int:
    return 0 if load.queue is None else load.queue.queue_id
