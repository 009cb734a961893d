"""The start screen: what the day holds, what to come back to and why now, what waits for a yes, cases at risk."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Container, VerticalScroll
from textual.timer import Timer
from textual.widget import Widget

from assistant.following.day.today import Today, today
from store.queries.agenda import AgendaRow
from tui.commands import bindings
from tui.rows.sections import Line, key_of
from tui.rows.today import COLUMNS, Thing, first_to_do, lines, record_of
from tui.screens.base import WIDE
from tui.screens.today_actions import COMMANDS, TodayActions
from tui.welcome import WELCOME
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.section_list import SectionList
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from assistant.following.day.background import Background

_REST = 0.08  # seconds for which the cursor stands still before what stands behind a line is read
_TICK = 30.0  # seconds between two looks at the clock
_AIRY = 30  # lines of a terminal from which there is room between the sections
_BESIDE = 30  # cells of the line above the list that are not counts
_COUNTED = {
    "meetings": ("meeting", "meetings"),
    "bookings": ("booking", "bookings"),
    "tasks": ("task", "tasks"),
    "follow_ups": ("follow-up", "follow-ups"),
    "suggestions": ("suggestion", "suggestions"),
    "cases_at_risk": ("case at risk", "cases at risk"),
}


class TodayScreen(TodayActions):
    """The day as one list in sections; what stands behind a line is shown beside or below it."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Your day: meetings, bookings and tasks, then what to come back to with the most urgent first, what was found "
        "in mail and waits for your yes, and cases whose clocks run out. Enter opens what a line rests on; what you "
        "have done leaves the list, and Ctrl+Z brings it back."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(one for one in COMMANDS if one.key != "tab")
    FIRST = frozenset({"day"})

    def __init__(self) -> None:
        super().__init__()
        self._rest: Timer | None = None
        self._held: tuple[object, Background] | None = None  # what stands behind the line under the cursor

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Today", (), filtered=False)
        with Container(id="today-body"):
            yield SectionList(COLUMNS, key=key_of, now=self.now, heading=False, can_jump=False, id="day")
            with VerticalScroll(id="today-beside", can_focus=False):
                yield Sheet()

    @property
    def day(self) -> SectionList[Thing]:
        return self.query_one("#day", SectionList)

    @property
    def row(self) -> Line[Thing] | None:
        row = self.day.row
        return row if isinstance(row, Line) else None

    def on_mount(self) -> None:
        self.day.focus()
        self.day.restart()
        self.set_interval(_TICK, self._tick)

    def refresh_data(self) -> None:
        self._held = None
        self.day.reload()

    def _tick(self) -> None:
        """Times go on; at midnight another day begins."""
        if self.is_current:
            self.day.reload()

    @on(LineList.Wanted)
    def _read(self, wanted: LineList.Wanted) -> None:
        is_first = not self.day.pages.loaded
        self.ask(today, then=partial(self._show, wanted), group="day", now=self.now(), at_first_sight=is_first)

    def _show(self, wanted: LineList.Wanted, found: Today) -> None:
        self.set_class(found.is_empty, "-nothing")
        if found.is_empty:
            self.day.say_when_empty(*WELCOME)
        rows = [] if found.is_empty else lines(found, airy=self.size.height >= _AIRY)
        if not self.day.pages.loaded:
            self.day.pages.wish = first_to_do(rows, self.now())
        self.day.show(wanted.question, rows, more=False)
        self.query_one(FilterBar).count = self._heading(found)
        if found.is_partial:
            self.call_after_refresh(self.day.reload)

    def _heading(self, found: Today) -> str:
        """The day, and how much of each there is as far as there is room for it."""
        now = self.now()
        counted = [f"{count} {_COUNTED[name][count > 1]}" for name, count in found.counts.items() if count]
        while counted and sum(len(each) + 3 for each in counted) > self.size.width - _BESIDE:
            counted.pop()
        return f"{now:%a} {now.day} {now:%b}   {' · '.join(counted)}".rstrip()

    # Beside the list

    @on(LineList.Highlighted)
    def _preview(self, message: LineList.Highlighted) -> None:
        if self._rest is not None:
            self._rest.stop()
        if not isinstance(message.row, Line):
            self.query_one(Sheet).show([])
        else:
            self._rest = self.set_timer(_REST, partial(self._look_behind, message.row))

    def _look_behind(self, row: Line[Thing]) -> None:
        from assistant.following.day.background import background

        self._paint()
        thing, about = row.thing, record_of(row)
        meeting = None
        if isinstance(thing, AgendaRow) and not thing.private:
            meeting = thing.activity_id, thing.starts_at
        record_id = None if about is None else about.record_id
        self.ask(
            background,
            row.key,
            record_id=record_id,
            meeting=meeting,
            now=self.now(),
            then=self._show_behind,
            group="preview",
        )

    def _show_behind(self, found: Background) -> None:
        self._held = (found.key, found)
        self._paint()

    def _paint(self) -> None:
        from tui import today_words

        row = self.row
        if row is None:
            return
        behind = self._held[1] if self._held is not None and self._held[0] == row.key else None
        facts = today_words.facts(row, behind, self.now())
        is_low = self.size.width < WIDE
        self.query_one(Sheet).show([one for one in facts if one.said.plain or not is_low])

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        self.action_open()

    def action_section(self) -> None:
        self.day.action_section(1)
