"""One mail, meeting, call, task or note on the whole screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.widget import Widget

from store.presence import mail_place
from store.queries.activities import ActivityDetail, activity_detail
from store.queries.refs import RecordRef
from tui.commands import Command, bindings
from tui.flows import activities
from tui.people_words import people_words
from tui.screens.attending import Attending
from tui.screens.mail_actions import MAIL, MailActions
from tui.screens.reading_actions import READING
from tui.screens.triage_keys import TRIAGE
from tui.widgets.read_pane import ReadPane


def _own(screen: Any) -> bool:
    return screen.pane.detail is not None and screen.pane.detail.kind in activities.OWN_KINDS


def _open_task(screen: Any) -> bool:
    return screen.pane.detail is not None and screen.pane.detail.kind == "task"


def _thread(screen: Any) -> bool:
    return screen.pane.detail is not None and bool(screen.pane.detail.thread)


def _regarding(screen: Any) -> bool:
    return screen.pane.detail is not None and screen.pane.detail.regarding is not None


COMMANDS = (
    Command("escape,backspace", "back", "Back", "Go back to where you came from", footer=1),
    Command("o", "open_record", "Record", "Open the record it is regarding", footer=20, available=_regarding),
    Command("left_square_bracket", "older", "Older", "The mail before it in the thread", footer=30, available=_thread),
    Command("right_square_bracket", "newer", "Newer", "The mail after it in the thread", footer=31, available=_thread),
    Command("x", "complete", "Done", "Tick the task off, or open it again", footer=10, available=_open_task),
    Command("e", "edit", "Edit", "Change it", footer=11, available=_own),
    Command("delete", "delete", "Delete", "Delete it", footer=60, available=_own),
)


class ReadScreen(Attending, MailActions):
    """Shows an activity by its id."""

    HERE = (*COMMANDS, *MAIL, *TRIAGE, *READING)
    HELP_WORDS = "What was written or said, with its files, its thread, and what it is regarding."
    BINDINGS: ClassVar[list[Any]] = bindings(HERE)
    FIRST = frozenset({"ask"})

    def __init__(self, activity_id: int) -> None:
        super().__init__()
        self._activity_id = activity_id

    @property
    def activity_id(self) -> int | None:
        return self._activity_id

    @property
    def mail_id(self) -> int | None:
        detail = self.pane.detail if self.is_mounted else None
        return detail.activity_id if detail is not None and detail.kind == "email" else None

    @property
    def record_at_hand(self) -> RecordRef | None:
        return self.pane.detail.regarding if self.pane.detail is not None else None

    def mail_left(self) -> None:
        self.dismiss()

    @property
    def pane(self) -> ReadPane:
        return self.query_one(ReadPane)

    @property
    def title_words(self) -> str:
        return "Reading"

    def compose_body(self) -> Iterable[Widget]:
        yield ReadPane(classes="read-full")

    def on_mount(self) -> None:
        self.pane.focus()
        self.refresh_data()

    def refresh_data(self) -> None:
        self.ask(activity_detail, self._activity_id, then=self._show)

    def _show(self, detail: ActivityDetail) -> None:
        is_new = self.pane.detail is None or self.pane.detail.activity_id != detail.activity_id
        self.pane.show(detail, self.now())
        self.look_further(detail)
        self.refresh_bindings()
        if detail.kind == "email":
            self.ask(mail_place, detail.activity_id, then=self.attend, group="place")
        if is_new and detail.kind == "email":
            from tui.flows import mails

            self.run_worker(mails.opened(self, detail.activity_id), group="opened", exit_on_error=False)

    def show_people(self) -> None:
        self.pane.show_people(people_words(self.people.get(self.place, ())))

    def action_back(self) -> None:
        self.dismiss()

    def action_open_record(self) -> None:
        detail = self.pane.detail
        if detail is not None and detail.regarding is not None:
            self.regarding.open_record(detail.regarding.record_id)

    def action_older(self) -> None:
        self._step(-1)

    def action_newer(self) -> None:
        self._step(1)

    def _step(self, by: int) -> None:
        detail = self.pane.detail
        if detail is None:
            return
        order = sorted((row.occurred_at, row.activity_id) for row in detail.thread)
        here = (detail.occurred_at, detail.activity_id)
        beyond = [key for key in order if (key > here if by > 0 else key < here)]
        if beyond:
            self._activity_id = beyond[0 if by > 0 else -1][1]
            self.refresh_data()
        else:
            self.notify("That was the newest mail." if by > 0 else "That was the oldest mail.")

    def action_complete(self) -> None:
        detail = self.pane.detail
        if detail is not None:
            done = detail.details.get("completed_at") is None
            self.flow(activities.complete(self, detail.activity_id, done=done))

    def action_edit(self) -> None:
        self.flow(activities.edit(self, self._activity_id))

    def action_delete(self) -> None:
        self.flow(self._delete())

    async def _delete(self) -> None:
        if await activities.delete(self, self._activity_id):
            self.dismiss()
