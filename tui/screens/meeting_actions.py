"""What can be done with the meeting at hand, in the calendar and where one meeting is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from store.queries.calendar import CalendarEntry
from tui.at_hand import AtHand
from tui.commands import Command
from tui.lifting import can_move
from tui.rows.meeting import ShownMeeting, shown_meeting
from tui.screens.base import BaseScreen
from tui.widgets.meeting_pane import MeetingPane

if TYPE_CHECKING:
    from calendar_sync.provider import Answer

_REST = 0.08  # seconds for which the cursor stands still before a preview is read


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment or one occurrence of a series; instants are UTC. What may be done is what the list can tell; the
    use cases have the last word."""

    activity_id: int
    starts_at: datetime
    ends_at: datetime
    original_start: str = ""
    recurring: bool = False
    can_edit: bool = False
    can_answer: bool = False
    mailbox_id: int | None = None  # the calendar in which it is looked at

    @classmethod
    def of(cls, entry: CalendarEntry) -> Meeting:
        return cls(
            entry.activity_id,
            entry.starts_at,
            entry.ends_at,
            entry.original_start if entry.recurring else "",
            entry.recurring,
            can_edit=can_move(entry),
            can_answer=not entry.mine and entry.status != "cancelled",
            mailbox_id=next(iter(entry.responses), None),
        )


def has_meeting(screen: Any) -> bool:
    return screen.meeting is not None


def can_answer(screen: Any) -> bool:
    return screen.meeting is not None and screen.meeting.can_answer


MEETING = (
    Command("y", "accept", "Accept", "Accept the invitation", footer=8, available=can_answer),
    Command("p", "maybe", "Maybe", "Accept it tentatively (perhaps)", footer=9, available=can_answer),
    Command("N", "decline", "Decline", "Decline the invitation", footer=9, available=can_answer),
    Command("e", "edit", "Edit", "Change it, or a part of a series", footer=12, available=has_meeting),
    Command("i", "card", "Who is it?", "Who comes, last contacts, what is open", footer=13, available=has_meeting),
    Command("x,delete", "cancel_meeting", "Cancel it", "Call it off, or delete it", footer=15, available=has_meeting),
)


class MeetingActions(BaseScreen):
    """A screen with a meeting at hand; `meeting` names it."""

    def __init__(self) -> None:
        super().__init__()
        self._pause: Timer | None = None

    @property
    def meeting(self) -> Meeting | None:
        raise NotImplementedError

    @property
    def at_hand(self) -> AtHand:
        activity_id = None if self.meeting is None else self.meeting.activity_id
        return AtHand(self.regarding.current_mode_name, activity_id=activity_id)

    @property
    def _meeting_at_hand(self) -> Meeting:
        if self.meeting is None:
            raise LookupError("there is no meeting")
        return self.meeting

    def preview_meeting(self, entry: CalendarEntry | None) -> None:
        """Show the meeting in the pane once the cursor rests."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_REST, partial(self._read_meeting, entry))

    def _read_meeting(self, entry: CalendarEntry | None) -> None:
        pane = self.query_one(MeetingPane)
        if entry is None or entry.closed:
            pane.show_entry(entry, self.now())
            return
        one = Meeting.of(entry)
        self.ask(
            shown_meeting,
            one.activity_id,
            one.original_start,
            then=self._show_page,
            group="preview",
            start=one.starts_at,
            end=one.ends_at,
            mailbox_id=one.mailbox_id,
        )

    def _show_page(self, shown: ShownMeeting) -> None:
        self.query_one(MeetingPane).show(shown, self.now())

    def open_meeting(self, meeting: Meeting) -> None:
        """Show one meeting over the current screen."""
        from tui.screens.meeting import MeetingScreen

        self.app.push_screen(MeetingScreen(meeting))

    def action_card(self) -> None:
        from tui.screens.meeting_card import MeetingCardScreen

        meeting = self._meeting_at_hand
        self.app.push_screen(MeetingCardScreen(meeting.activity_id, meeting.starts_at))

    def move_meeting(self, meeting: Meeting, start: datetime, end: datetime) -> None:
        from tui.flows import meetings

        self.flow(meetings.move(self, meeting, start, end))

    def action_edit(self) -> None:
        from tui.flows import meetings

        self.flow(meetings.edit(self, self._meeting_at_hand))

    def action_cancel_meeting(self) -> None:
        from tui.flows import meetings

        self.flow(meetings.cancel(self, self._meeting_at_hand))

    def action_accept(self) -> None:
        self._answer("accepted")

    def action_maybe(self) -> None:
        self._answer("tentative")

    def action_decline(self) -> None:
        self._answer("declined")

    def _answer(self, said: str) -> None:
        from calendar_sync.provider import Answer
        from tui.flows import meetings

        answer: Answer = Answer(said)
        self.flow(meetings.answer(self, self._meeting_at_hand, answer))
