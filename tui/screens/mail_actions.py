"""What can be done with the mail at hand, or with all that are selected, on every screen that shows mail."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import on
from textual.timer import Timer

from tui.commands import Command
from tui.screens.reading_actions import ReadingActions
from tui.screens.triage_keys import TriageKeys
from tui.widgets.filter_bar import FilterBar
from tui.widgets.select_list import SelectList

if TYPE_CHECKING:
    from store.queries.activities import ActivityDetail
    from store.queries.refs import RecordRef


def has_mail(screen: Any) -> bool:
    return bool(screen.mail_id is not None or screen.selected)


def one_mail(screen: Any) -> bool:
    return screen.mail_id is not None and not screen.selected


def has_selection(screen: Any) -> bool:
    return bool(screen.selected)


def no_selection(screen: Any) -> bool:
    return not screen.selected


def _on_row(screen: Any) -> bool:
    return screen.list_of_mail is not None and screen.list_of_mail.row is not None


MAIL = (
    Command("r", "reply", "Reply", "Answer the sender", footer=3, available=one_mail),
    Command("R", "reply_all", "Reply all", "Answer everybody who took part", footer=4, available=one_mail),
    Command("F", "forward", "Forward", "Send it on, with its files", footer=5, available=one_mail),
    Command("m,n", "write", "New mail", "Write a mail", footer=6),
    Command("A", "archive", "Archive", "Move it to the archive", footer=23, available=has_mail),
    Command("D,delete", "delete_mail", "Delete", "Move it to Deleted Items", footer=24, available=has_mail),
    Command("M", "move", "Move", "Move it to another folder", footer=25, available=has_mail),
    Command("exclamation_mark", "flag", "Flag", "Flag it, or take the flag away", footer=26, available=has_mail),
    Command("i", "toggle_read", "Unread", "Mark it unread, or read", footer=27, available=has_mail),
    Command("C", "categorise", "Category", "Put a category on it, or take it away", footer=28, available=has_mail),
)
SELECTING = (
    Command(
        "space", "select", "Select", "Select it, to do something with several at once", footer=29, available=_on_row
    ),
    Command("escape", "unselect", "Select none", "Give up the selection", footer=2, available=has_selection),
)


class MailActions(TriageKeys, ReadingActions):
    """A screen with mail at hand: `mail_id` names the one under the cursor, `list_of_mail` is where it stands."""

    def __init__(self) -> None:
        super().__init__()
        self._reading: Timer | None = None

    @property
    def mail_id(self) -> int | None:
        """The mail at hand; None where the activity at hand is something else."""
        raise NotImplementedError

    @property
    def list_of_mail(self) -> SelectList[Any] | None:
        return None

    @property
    def record_at_hand(self) -> RecordRef | None:
        """What a new mail would be regarding."""
        return None

    @property
    def selected(self) -> tuple[Any, ...]:
        """The rows that are selected."""
        return () if self.list_of_mail is None else self.list_of_mail.selected

    def acted_on(self) -> dict[str, list[int]]:
        """What the next command is about, as `mails_at` asks for it."""
        rows = [row.activity_id for row in self.selected if getattr(row, "kind", "email") == "email"]
        return {"activity_ids": rows or ([] if self.mail_id is None else [self.mail_id])}

    def commands_here(self) -> tuple[Command, ...]:
        """While rows are selected, what can be done with all of them stands first in the footer."""
        offered = super().commands_here()
        if not self.selected:
            return offered
        return tuple(replace(one, footer=3) if one.available is has_mail else one for one in offered)

    def decided_on(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(row.activity_id for row in self.selected)) or super().decided_on()

    def mails_decided_on(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.acted_on().get("activity_ids", ()))) or super().mails_decided_on()

    # Around an act

    def before_leaving(self) -> None:
        """The mails acted on are about to leave the list: the cursor goes to the one after them."""
        if self.list_of_mail is not None:
            self.list_of_mail.step_off()

    def done_with_selection(self) -> None:
        if self.list_of_mail is not None:
            self.list_of_mail.select_none()

    def decided(self) -> None:
        self.done_with_selection()

    def mail_left(self) -> None:
        """The mail acted on is not here any more."""

    @on(SelectList.Selected)
    def _selection_changed(self) -> None:
        self.query(FilterBar).set_class(bool(self.selected), "-selecting")
        self.refresh_bindings()
        self.show_selection(len(self.selected))

    def show_selection(self, count: int) -> None:
        """Say how many rows are selected."""

    # Reading

    def _show_preview(self, detail: ActivityDetail) -> None:
        super()._show_preview(detail)
        if self._reading is not None:
            self._reading.stop()
        seconds = self.regarding.preferences.read_after
        if detail.kind == "email" and seconds:
            self._reading = self.set_timer(seconds, lambda: self._previewed(detail.activity_id))

    def _previewed(self, activity_id: int) -> None:
        """A mail stood in the preview for a while."""
        if self.is_current and self.mail_id == activity_id:
            from tui.flows import mails

            self.run_worker(mails.opened(self, activity_id), group="opened", exit_on_error=False)

    # Commands

    def action_reply(self) -> None:
        self._answer("reply")

    def action_reply_all(self) -> None:
        self._answer("reply_all")

    def action_forward(self) -> None:
        self._answer("forward")

    def _answer(self, how: str) -> None:
        from mail_sync.answering import Answering
        from tui.flows import writing

        if self.mail_id is not None:
            self.flow(writing.answer(self, self.mail_id, Answering(how)))

    def action_write(self) -> None:
        from tui.flows import writing

        self.flow(writing.new(self, self.record_at_hand))

    def action_select(self) -> None:
        if self.list_of_mail is not None:
            self.list_of_mail.toggle()

    def action_unselect(self) -> None:
        self.done_with_selection()

    def action_toggle_read(self) -> None:
        self._with_mails("toggle_read")

    def action_flag(self) -> None:
        self._with_mails("toggle_flag")

    def action_categorise(self) -> None:
        self._with_mails("categorise")

    def action_move(self) -> None:
        self._with_mails("move")

    def action_archive(self) -> None:
        self._with_mails("archive")

    def action_delete_mail(self) -> None:
        self._with_mails("delete")

    def _with_mails(self, name: str) -> None:
        from tui.flows import mails

        steps: Coroutine[Any, Any, None] = getattr(mails, name)(self)
        self.flow(steps)
