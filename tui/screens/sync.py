"""Mailboxes and how far they are, what sync asks, what could not be read, and what happened lately."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.events import Click

from tui.commands import Command, bindings
from tui.flows import history, mailboxes, sync
from tui.screens.mailbox_lists import MailboxLists
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList


def _on_mailbox(screen: Any) -> bool:
    return screen.mailbox is not None


def _on_server(screen: Any) -> bool:
    return screen.mailbox is not None and screen.mailbox.provider != "files"


def _asked(screen: Any) -> bool:
    return bool(screen.asking)


def _on_unread(screen: Any) -> bool:
    return screen.view == "unread" and screen.unread.row is not None


def _on_item(screen: Any) -> bool:
    return screen.view == "lately" and screen.lately.row is not None and screen.lately.row.item_id is not None


COMMANDS = (
    Command("a", "answer", "Answer", "Answer what sync asks", footer=1, available=_asked),
    Command("s", "sync", "Sync now", "Ask the service to read all mailboxes now", footer=2),
    Command(
        "S", "sync_one", "This one", "Read only the mailbox under the cursor now", footer=12, available=_on_mailbox
    ),
    Command("v", "next_view", "View", "Overview, folders, what could not be read, what happened lately", footer=3),
    Command("enter", "look", "Raw", "Show why it could not be read, and its bytes", footer=4, available=_on_unread),
    Command("r", "retry", "Try again", "Try to read the item under the cursor again", footer=5, available=_on_unread),
    Command("R", "retry_all", "Try all", "Try everything again that could not be read", footer=6, available=_on_unread),
    Command("h", "history", "History", "Everything that happened to this item", footer=7, available=_on_item),
    Command("c", "conflicts", "Conflicts", "Choose where Outlook and we say different things", footer=8),
    Command(
        "w", "writing", "Writing", "The mailbox's signature, aliases and the like", footer=13, available=_on_server
    ),
    Command("tab", "other", "Other list", "Go between the mailboxes and what stands below", footer=20, palette=False),
)


class SyncScreen(MailboxLists):
    """What can be done with the mailboxes and with what could not be read."""

    HERE = COMMANDS
    HELP_WORDS = (
        "How the mailboxes are doing. What sync asks stands on top; nothing else waits for the answer. What could "
        "not be read waits with its reason and its raw bytes; nothing is thrown away, and trying again is always "
        "possible."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"mailboxes"})

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_other(self) -> None:
        below = self.below()
        (self.boxes if self.focused is below else below).focus()

    def action_sync(self) -> None:
        self.flow(sync.sync_now(self))

    def action_sync_one(self) -> None:
        if self.mailbox is not None:
            self.flow(sync.sync_now(self, self.mailbox.address))

    def action_writing(self) -> None:
        if self.mailbox is not None:
            self.flow(mailboxes.writing(self, self.mailbox.address))

    def action_answer(self) -> None:
        if self.asking:
            self.flow(sync.answer(self, self.asking[0]))

    @on(Click, "#question")
    def _answer_clicked(self) -> None:
        self.action_answer()

    def action_retry(self) -> None:
        if self.unread.row is not None:
            self.flow(sync.retry(self, self.unread.row))

    def action_retry_all(self) -> None:
        self.flow(sync.retry_everything(self))

    @on(LineList.Chosen, "#unread")
    def action_look(self) -> None:
        if self.unread.row is not None:
            self.flow(sync.look(self, self.unread.row))

    @on(LineList.Chosen, "#lately")
    def action_history(self) -> None:
        if _on_item(self) and self.lately.row is not None and self.lately.row.item_id is not None:
            self.flow(history.of_item(self, self.lately.row.item_id))

    def action_conflicts(self) -> None:
        self.regarding.action_conflicts()

    @on(LineList.Chosen, "#mailboxes")
    def _more_of_mailbox(self) -> None:
        self.action_next_view()
