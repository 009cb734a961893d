"""A meeting to read."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.queries.calendar import CalendarEntry
from tui.rows.meeting import ShownMeeting
from tui.widgets.sheet import Fact, Sheet


class MeetingPane(VerticalScroll, can_focus=True):
    """Shows a meeting in full, or what may be told of one."""

    def compose(self) -> ComposeResult:
        yield Sheet(classes="meeting-head")
        yield Sheet(classes="meeting-regarding")
        yield Sheet(classes="meeting-beside")
        yield Static("", classes="meeting-body")

    def on_mount(self) -> None:
        self.show_entry(None, None)

    def show(self, shown: ShownMeeting, now: datetime) -> None:
        """A meeting with what it is regarding and what else is at that time."""
        from tui import meeting_words, regarding_words

        self._paint(
            meeting_words.facts(shown.page, now),
            regarding_words.strip(shown.activity),
            meeting_words.beside(shown.page.beside, now),
            meeting_words.body(shown.page.detail.event),
        )

    def show_entry(self, entry: CalendarEntry | None, now: datetime | None) -> None:
        """What may be told of somebody else's meeting; None empties the pane."""
        if entry is None or now is None:
            self._paint([Fact(Content.styled("Enter makes an appointment here.", "$quiet"))], [], [], Content(""))
            return
        from tui import meeting_words

        self._paint(meeting_words.entry_facts(entry, now), [], [], Content(""))

    def _paint(self, head: list[Fact], regarding: list[Fact], beside: list[Fact], body: Content) -> None:
        self.query_one(".meeting-head", Sheet).show(head)
        self.query_one(".meeting-regarding", Sheet).show(regarding)
        self.query_one(".meeting-beside", Sheet).show(beside)
        self.query_one(".meeting-body", Static).update(body)
