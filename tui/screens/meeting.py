"""One meeting on the whole screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from textual.widget import Widget

from store.queries.activities import ActivityDetail
from tui.commands import Command, bindings
from tui.rows.meeting import ShownMeeting, shown_meeting
from tui.screens.meeting_actions import MEETING, Meeting, MeetingActions
from tui.screens.reading_actions import FILES, ReadingActions
from tui.screens.regarding_actions import ABOUT
from tui.widgets.meeting_pane import MeetingPane


def _regarding(screen: Any) -> bool:
    return screen.shown is not None and screen.shown.page.detail.regarding is not None


COMMANDS = (
    Command("escape,backspace", "back", "Back", "Go back to where you came from", footer=1),
    *MEETING,
    Command("o", "open_record", "Record", "Open the record it is regarding", footer=20, available=_regarding),
    *ABOUT,
    *FILES,
)


class MeetingScreen(MeetingActions, ReadingActions):
    """Shows a meeting, or one occurrence of a series."""

    HERE = COMMANDS
    HELP_WORDS = (
        "When and where it is, who comes and what they answered, what else is at that time, and what it is regarding."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"ask"})

    def __init__(self, meeting: Meeting) -> None:
        super().__init__()
        self._meeting = meeting
        self.shown: ShownMeeting | None = None

    @property
    def meeting(self) -> Meeting | None:
        return self._meeting

    @property
    def activity_id(self) -> int | None:
        return self._meeting.activity_id

    @property
    def detail(self) -> ActivityDetail | None:
        return None if self.shown is None else self.shown.activity

    @property
    def title_words(self) -> str:
        return "Meeting"

    def compose_body(self) -> Iterable[Widget]:
        yield MeetingPane(classes="read-full")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(MeetingPane).focus()
        self.refresh_data()

    def refresh_data(self) -> None:
        one = self._meeting
        self.ask(
            shown_meeting,
            one.activity_id,
            one.original_start,
            then=self._show,
            start=one.starts_at,
            end=one.ends_at,
            mailbox_id=one.mailbox_id,
        )

    def _show(self, shown: ShownMeeting) -> None:
        self.shown = shown
        detail = shown.page.detail
        self._meeting = replace(self._meeting, can_edit=detail.can_edit, can_answer=detail.can_answer)
        self.query_one(MeetingPane).show(shown, self.now())
        self.refresh_bindings()

    def action_back(self) -> None:
        self.dismiss()

    def action_open_record(self) -> None:
        record = None if self.shown is None else self.shown.page.detail.regarding
        if record is not None:
            self.regarding.open_record(record.record_id)
