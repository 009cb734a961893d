"""The customer at a glance: a column where there is room, else one line."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.queries.glance import Glance
from tui import glance_words
from tui.widgets.sheet import Sheet
from tui.widgets.steady import Steady


class GlancePane(Steady, VerticalScroll, can_focus=False):
    """Shows a `Glance`. What is counted down goes on when it is shown again."""

    def compose(self) -> ComposeResult:
        yield Sheet()

    def show(self, found: Glance | None, now: datetime) -> None:
        self.query_one(Sheet).show([] if found is None else glance_words.column(found, now))


class GlanceLine(Static):
    """The same in one line."""

    def show(self, found: Glance | None, now: datetime) -> None:
        self.update(Content("") if found is None else glance_words.strip(found, now), layout=False)
