"""What a team lead looks at: how much comes in, what is left, how long it takes, and what was promised and kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from store.actor import Actor
from store.numbers.figures import Numbers
from store.numbers.periods import Period, period
from store.queries.numbers import Grouping, team_numbers
from tui.commands import Command, bindings
from tui.rows.numbers import COLUMNS, Row, plots, rows, summary
from tui.screens.base import BaseScreen
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.plot_grid import CellLine, PlotGrid

_PERIODS = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "A year"))
_USUAL = "30"
_FRESH = timedelta(seconds=60)  # for so long numbers are not read anew because the store changed
_NOBODY: dict[Grouping, str] = {"queue": "no queue", "person": "nobody"}


def _has_more_plots(screen: Any) -> bool:
    return bool(screen.plots.is_cut)


COMMANDS = (
    Command("g", "group", "Queues or people", "Go between numbers by queue and by person", footer=1),
    Command("v", "next_view", "Period", "7, 30 or 90 days, or a year", footer=2),
    Command("p", "plots", "More plots", "Show the plots that had no room", footer=3, available=_has_more_plots),
    Command("s", "save", "Save", "Save the table as CSV, for a spreadsheet", footer=4),
    Command("Q,escape", "queues", "Queues", "What waits in each queue", footer=20),
)


class NumbersScreen(BaseScreen):
    """A table of queues or people, and the plots of the one under the cursor; the first line is all of them."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Cases by queue or person, as they lie now; the plots are those of the line under the cursor. Times are the "
        "median and what 9 of 10 did not exceed: working time where something is promised, without the time in which "
        "the clock stands. A promise is counted once, on the day it was kept or its time ran out."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"numbers"})

    def __init__(self) -> None:
        super().__init__()
        self._group: Grouping = "queue"
        self._numbers: Numbers | None = None
        self._read_at: datetime | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Numbers", _PERIODS, filtered=False, view=_USUAL)
        yield CellLine(id="numbers-summary")
        yield PlotGrid(id="plots")
        yield LineList(
            COLUMNS,
            key=lambda row: row.name,
            now=self.now,
            empty=("No case was open in this time.", "v looks further back."),
            can_jump=False,
        )

    @property
    def groups(self) -> LineList[Row]:
        return self.query_one(LineList)

    @property
    def plots(self) -> PlotGrid:
        return self.query_one(PlotGrid)

    def on_mount(self) -> None:
        self.groups.focus()
        self._read()

    def refresh_data(self) -> None:
        # Mail that comes in every few seconds changes nothing that a team lead would see.
        if self._read_at is None or self.now() - self._read_at >= _FRESH:
            self._read()

    @on(FilterBar.Changed)
    def _read(self) -> None:
        now = self._read_at = self.now()
        days = int(self.query_one(FilterBar).view)
        cut = period(now.date() - timedelta(days=days - 1), now)
        self.ask(_numbers, cut, self._group, then=self._show, group="numbers", now=now)

    def _show(self, found: Numbers) -> None:
        self._numbers = found
        self.query_one(FilterBar).count = f"by {self._group}, {found.period.unit} by {found.period.unit}"
        self.groups.reload()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        if self._numbers is not None:
            self.groups.show(wanted.question, rows(self._numbers, _NOBODY[self._group]), more=False)

    @on(LineList.Highlighted)
    def _plot(self, message: LineList.Highlighted) -> None:
        row: Row | None = message.row
        told = self.query_one("#numbers-summary", CellLine)
        if row is None or self._numbers is None:
            told.show(())
            self.plots.show(())
        else:
            told.show(summary(row.course.whole))
            self.plots.show(plots(row.course, self._numbers.period.days))

    # Commands

    def action_group(self) -> None:
        self._group = "person" if self._group == "queue" else "queue"
        self._read()

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_plots(self) -> None:
        self.plots.turn()

    def action_queues(self) -> None:
        self.regarding.action_show_mode("queues")

    def action_save(self) -> None:
        if self._numbers is not None:
            self.flow(self._save(self._numbers))

    async def _save(self, found: Numbers) -> None:
        from assistant.tables.numbers import as_csv
        from tui.flows.files import save_as, write_to

        written = as_csv(self._group, found.by_group, found.total)

        def write(_tx: Any, path: Path, *, by: Actor) -> Path:
            return write_to(path, [written.encode("utf-8-sig")])

        await save_as(self, f"numbers-{self.now().date()}.csv", write)


def _numbers(tx: Any, cut: Period, group: Grouping, *, now: datetime, by: Actor) -> Numbers:
    return team_numbers(tx, cut, group=group, now=now, by=by)
