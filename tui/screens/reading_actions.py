"""What can be done with the mail or meeting at hand, on every screen that shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from tui.commands import Command
from tui.rows.beside import Beside, beside_mail
from tui.screens.regarding_actions import REGARDING, RegardingActions, has_activity

if TYPE_CHECKING:
    from calendar_sync.mail_page import MailMeeting
    from store.queries.activities import ActivityDetail

_REST = 0.08  # seconds for which the cursor stands still before a preview is read


def can_answer_mail(screen: Any) -> bool:
    return screen.invitation is not None and screen.invitation.can_answer


def has_invitation(screen: Any) -> bool:
    return screen.invitation is not None and screen.invitation.detail is not None


def has_proposals(screen: Any) -> bool:
    found = screen.beside
    return found is not None and found.activity_id == screen.activity_id and bool(found.proposals)


FILES = (
    Command(
        "a", "open_file", "Attachment", "Open an attachment in the system's viewer", footer=41, available=has_activity
    ),
    Command("s", "save_file", "Save file", "Save an attachment", footer=51, available=has_activity),
)
READING = (
    *REGARDING,
    Command("E", "details", "New details", "What its signature says that is new", footer=9, available=has_proposals),
    *FILES,
    Command("b", "open_page", "Browser", "Open the mail's page in the browser", footer=52, available=has_activity),
    Command("z", "unfold", "Quotes", "Show or hide quoted mail", footer=53, available=has_activity),
    Command("h", "history", "History", "Everything that happened to it", footer=54, available=has_activity),
    Command("y", "accept", "Accept", "Accept the invitation", footer=2, available=can_answer_mail),
    Command("p", "maybe", "Maybe", "Accept it tentatively (perhaps)", footer=2, available=can_answer_mail),
    Command("N", "decline", "Decline", "Decline the invitation", footer=2, available=can_answer_mail),
    Command("O", "open_meeting", "Meeting", "Show the meeting of the mail", footer=33, available=has_invitation),
)


class ReadingActions(RegardingActions):
    """A screen on which an activity can be read."""

    def __init__(self) -> None:
        super().__init__()
        self._rest: Timer | None = None
        self.invitation: MailMeeting | None = None
        self.beside: Beside | None = None

    @property
    def _at_hand(self) -> int:
        if self.activity_id is None:
            raise LookupError("there is nothing to read")
        return self.activity_id

    def preview_soon(self, activity_id: int | None) -> None:
        """Show the activity in the pane once the cursor rests; holding a key down reads nothing on the way."""
        self.invitation = self.beside = None  # those of what was shown before
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST, lambda: self._read_preview(activity_id))

    def _read_preview(self, activity_id: int | None) -> None:
        if self.pane is None:
            return
        if activity_id is None:
            self.pane.show(None, self.now())
        else:
            from store.queries.activities import activity_detail

            self.ask(activity_detail, activity_id, then=self._show_preview, group="preview")

    def _show_preview(self, detail: ActivityDetail) -> None:
        if self.pane is not None:
            self.pane.show(detail, self.now())
            self.look_further(detail)
            self.refresh_bindings()

    def look_further(self, detail: ActivityDetail) -> None:
        """Read what a mail says about a meeting, if it does, and what else can be done with it."""
        self.invitation = None
        if detail.kind == "email":
            from calendar_sync.mail_page import mail_meeting

            self.ask(mail_meeting, detail.activity_id, then=self._show_meeting, group="meeting")
            self.look_beside(detail)

    def look_beside(self, detail: ActivityDetail) -> None:
        """Read what else can be done with a mail."""
        self.ask(
            beside_mail,
            detail.activity_id,
            answers=bool(detail.thread),
            suggested={link.state for link in detail.links if link.state != "rejected"} == {"suggested"},
            then=self._show_beside,
            group="beside",
        )

    def _show_beside(self, found: Beside) -> None:
        self.beside = found
        if self.pane is not None:
            self.pane.show_beside(found)
        self.refresh_bindings()

    def _show_meeting(self, found: MailMeeting | None) -> None:
        self.invitation = found
        if self.pane is not None:
            self.pane.show_meeting(found, self.now())
        self.refresh_bindings()

    def action_accept(self) -> None:
        self._answer_mail("accepted")

    def action_maybe(self) -> None:
        self._answer_mail("tentative")

    def action_decline(self) -> None:
        self._answer_mail("declined")

    def _answer_mail(self, said: str) -> None:
        if self.invitation is not None and self.invitation.detail is not None:
            from calendar_sync.provider import Answer
            from tui.flows import meetings

            self.flow(meetings.answer(self, meetings.meeting_of(self.invitation.detail, self.now()), Answer(said)))

    def action_open_meeting(self) -> None:
        if self.invitation is not None and self.invitation.detail is not None:
            from tui.flows import meetings
            from tui.screens.meeting import MeetingScreen

            self.app.push_screen(MeetingScreen(meetings.meeting_of(self.invitation.detail, self.now())))

    def action_details(self) -> None:
        from tui.flows import proposals

        self.flow(proposals.look(self, self._at_hand))

    def action_history(self) -> None:
        from tui.flows import history

        self.flow(history.of_activity(self, self._at_hand))

    def action_open_file(self) -> None:
        from tui.flows import files

        self.flow(files.open_file(self, self._at_hand))

    def action_save_file(self) -> None:
        from tui.flows import files

        self.flow(files.save_file(self, self._at_hand))

    def action_open_page(self) -> None:
        from tui.flows import files

        self.flow(files.open_page(self, self._at_hand))

    def action_unfold(self) -> None:
        if self.pane is not None:
            self.pane.unfolded = not self.pane.unfolded
