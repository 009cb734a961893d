"""What to know before a meeting, line by line, each with what it rests on one key away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, ClassVar

from textual import on
from textual.widget import Widget

from assistant.following.day.meeting_card import TITLES, CardLine
from assistant.following.day.meeting_facts import meeting_card
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.commands import Command, bindings
from tui.glyphs import activity_glyph, record_glyph
from tui.rows.sections import Line, SectionRow, key_of, parted, section
from tui.screens.base import BaseScreen
from tui.when import short_when
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.section_list import SectionList


def _on_line(screen: Any) -> bool:
    return screen.source is not None


COMMANDS = (
    Command("escape,backspace", "back", "Back", "Go back to where you came from", footer=2),
    Command("enter", "open", "Open", "Open what the line rests on", footer=1, available=_on_line),
    Command("tab", "section", "Next part", "Go to the next part of the card", footer=20, palette=False),
)


def _glyph(row: SectionRow[CardLine], _now: datetime) -> Cell:
    if not isinstance(row, Line):
        return ()
    source = row.thing.source
    is_record = source.record_id is not None
    return (Span(record_glyph(source.kind) if is_record else activity_glyph(source.kind), "accent"),)


def _when(row: SectionRow[CardLine], now: datetime) -> Cell:
    if not isinstance(row, Line):
        return ()
    return (Span(short_when(row.thing.at, now), "bad" if row.thing.is_late else "dim"),)


def _said(row: SectionRow[CardLine], _now: datetime) -> Cell:
    return plain(row.thing.said) if isinstance(row, Line) else ()


def _rests_on(row: SectionRow[CardLine], _now: datetime) -> Cell:
    if not isinstance(row, Line):
        return ()
    source = row.thing.source
    if source.record_id is not None:
        return plain(source.id, "dim")
    return plain("" if source.title in row.thing.said else source.title, "dim")


_COLUMNS: tuple[Column[SectionRow[CardLine]], ...] = (
    Column("", _glyph, 1, priority=0, gap=1),
    Column("When", _when, 11, priority=0),
    Column("What", _said, 30, grow=3, priority=0),
    Column("In", _rests_on, 16, 40, grow=1, priority=1),
)


class MeetingCardScreen(BaseScreen):
    """Who comes, the last contacts, open points, and what was promised."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Who takes part from outside, what we last had to do with them, their open cases and opportunities, and what "
        "was promised on both sides. Enter opens what a line rests on."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(one for one in COMMANDS if one.key != "tab")
    FIRST = frozenset({"card"})

    def __init__(self, activity_id: int, starts_at: datetime) -> None:
        super().__init__()
        self._meeting = (activity_id, starts_at)

    @property
    def title_words(self) -> str:
        return "Before the meeting"

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Before the meeting", (), filtered=False)
        empty = ("Nobody from outside takes part.", "The card tells of customers and partners.")
        yield SectionList(_COLUMNS, key=key_of, now=self.now, heading=False, can_jump=False, empty=empty, id="card")

    @property
    def card(self) -> SectionList[CardLine]:
        return self.query_one("#card", SectionList)

    @property
    def source(self) -> Any:
        """What the line under the cursor rests on."""
        row = self.card.row
        return row.thing.source if isinstance(row, Line) else None

    def on_mount(self) -> None:
        self.card.focus()
        self.card.restart()

    def refresh_data(self) -> None:
        self.card.reload()

    @on(LineList.Wanted)
    def _read(self, wanted: LineList.Wanted) -> None:
        self.ask(meeting_card, *self._meeting, then=partial(self._show, wanted), group="card", now=self.now())

    def _show(self, wanted: LineList.Wanted, found: tuple[CardLine, ...]) -> None:
        parts = (
            section(part, TITLES[part], [Line((part, at), one) for at, one in enumerate(said)])
            for part, said in groupby(found, key=lambda one: one.part)
        )
        self.card.show(wanted.question, parted(parts, airy=True), more=False)

    @on(LineList.Chosen)
    def action_open(self) -> None:
        source = self.source
        if source is not None and source.record_id is not None:
            self.regarding.open_record(source.record_id)
        elif source is not None and source.activity_id is not None:
            self.regarding.open_activity(source.activity_id)

    def action_section(self) -> None:
        self.card.action_section(1)

    def action_back(self) -> None:
        self.dismiss()
