"""What can be done with a thing of the day: each act is one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.queries.agenda import AgendaRow, TaskRow
from store.queries.follow_ups import FollowUpRow
from store.queries.refs import RecordRef
from tui.commands import Command
from tui.rows.sections import Line
from tui.rows.today import Thing, record_of
from tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from store.queries.queues import WorkRow


def _on_thing(screen: Any) -> bool:
    return screen.thing is not None


def _on_follow_up(screen: Any) -> bool:
    return screen.follow_up is not None


def _on_suggestion(screen: Any) -> bool:
    return screen.follow_up is not None and screen.follow_up.state == "proposed"


def _can_end(screen: Any) -> bool:
    return isinstance(screen.thing, FollowUpRow | TaskRow) and not _on_suggestion(screen)


def _can_give(screen: Any) -> bool:
    return screen.follow_up is not None or screen.case is not None


def _can_answer(screen: Any) -> bool:
    row = screen.follow_up
    return row is not None and (row.ground is not None or screen.record_at_hand is not None)


def _has_record(screen: Any) -> bool:
    return screen.record_at_hand is not None


def _on_meeting(screen: Any) -> bool:
    return isinstance(screen.thing, AgendaRow) and not screen.thing.private


COMMANDS = (
    Command(
        "enter", "open", "Open", "Open what it rests on: the mail, meeting or record", footer=1, available=_on_thing
    ),
    Command("y", "hold", "Holds", "What was found in the mail holds", footer=2, available=_on_suggestion),
    Command("x", "done", "Done", "It is done", footer=3, available=_can_end),
    Command("s", "put_off", "Snooze", "Let it come back at another time", footer=4, available=_on_follow_up),
    Command("r", "reply", "Reply", "Answer the mail, or write to them", footer=5, available=_can_answer),
    Command(
        "p", "called", "Called", "Write down a phone call; with it this is done", footer=6, available=_on_follow_up
    ),
    Command("i", "card", "Who is it?", "Who comes to the meeting, and what is open", footer=6, available=_on_meeting),
    Command("w", "note", "Note", "Write a note; with it a meeting is followed up", footer=8, available=_on_thing),
    Command("g", "give", "Give to", "Give it to a colleague", footer=9, available=_can_give),
    Command("X,delete", "dismiss_it", "Dismiss", "It is nothing to come back to", footer=10, available=_on_follow_up),
    Command("n", "remind", "Reminder", "Be reminded of something, about the record at hand", footer=11),
    Command("o", "open_record", "Record", "Open the record that it is about", footer=12, available=_has_record),
    Command("N", "desktop", "Notifications", "Whether reminders that ring show on the desktop, too", footer=0),
    Command("tab", "section", "Next part", "Go to the next part of the day", footer=20, palette=False),
)


class TodayActions(BaseScreen):
    """A screen with a thing of the day at hand."""

    @property
    def row(self) -> Line[Thing] | None:
        """The line under the cursor."""
        raise NotImplementedError

    @property
    def thing(self) -> Any:
        """What it tells of."""
        return None if self.row is None else self.row.thing

    @property
    def case(self) -> WorkRow | None:
        """The same, where it is a case."""
        return self.thing if self.row is not None and self.row.key[0] == "case" else None

    @property
    def follow_up(self) -> FollowUpRow | None:
        """The same, where it is a follow-up."""
        return self.thing if isinstance(self.thing, FollowUpRow) else None

    @property
    def record_at_hand(self) -> RecordRef | None:
        return None if self.row is None else record_of(self.row)

    # Commands

    def action_open(self) -> None:
        thing = self.thing
        if self.follow_up is not None and self.follow_up.ground is not None:
            self.regarding.open_activity(self.follow_up.ground.activity_id)
        elif isinstance(thing, AgendaRow):
            self.flow(self._open_meeting(thing))
        elif isinstance(thing, TaskRow):
            self.regarding.open_activity(thing.activity_id)
        elif self.row is not None and self.row.key[0] == "job":
            self.regarding.open_record(thing.booking.record_id)
        else:
            self.action_open_record()

    async def _open_meeting(self, row: AgendaRow) -> None:
        from tui.flows.calendars import open_occurrence

        await open_occurrence(self, row)

    def action_open_record(self) -> None:
        if self.record_at_hand is not None:
            self.regarding.open_record(self.record_at_hand.record_id)

    def action_done(self) -> None:
        from tui.flows import activities

        if isinstance(self.thing, TaskRow):
            self.flow(activities.complete(self, self.thing.activity_id))
        else:
            self._do("done")

    def action_hold(self) -> None:
        self._do("holds")

    def action_put_off(self) -> None:
        self._do("put_off")

    def action_reply(self) -> None:
        self._do("reply")

    def action_called(self) -> None:
        self._do("called")

    def action_dismiss_it(self) -> None:
        self._do("not_wanted")

    def action_note(self) -> None:
        from tui.flows import follow_ups

        if self.follow_up is not None and self.follow_up.kind == "meeting":
            self._do("noted")
        else:
            self.flow(follow_ups.write(self, "note", self.record_at_hand))

    def action_give(self) -> None:
        from tui.flows import cases

        if self.case is not None:
            self.flow(cases.give(self, [self.case]))
        else:
            self._do("give")

    def action_remind(self) -> None:
        from tui.flows import follow_ups

        self.flow(follow_ups.remind(self, self.record_at_hand))

    def action_desktop(self) -> None:
        shown = self.regarding.toggle_desktop()
        self.notify(f"Reminders {'show' if shown else 'do not show'} on the desktop while this runs.")

    def action_card(self) -> None:
        from tui.screens.meeting_card import MeetingCardScreen

        if isinstance(self.thing, AgendaRow):
            self.app.push_screen(MeetingCardScreen(self.thing.activity_id, self.thing.starts_at))

    def _do(self, name: str) -> None:
        from tui.flows import follow_ups

        if self.follow_up is not None:
            self.flow(getattr(follow_ups, name)(self, self.follow_up))
