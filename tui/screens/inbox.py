"""New mail: who wrote, what about, and what it is regarding."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget

from store.queries.inbox import InboxCounts, InboxRow, inbox, inbox_counts
from store.queries.paging import Page
from tui.commands import Command, bindings
from tui.rows.inbox import COLUMNS
from tui.screens.mail_actions import MAIL, SELECTING, MailActions
from tui.screens.reading_actions import READING
from tui.screens.triage_keys import TRIAGE
from tui.welcome import WELCOME
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.line_list import LineList
from tui.widgets.read_pane import ReadPane
from tui.widgets.select_list import SelectList

if TYPE_CHECKING:
    from store.queries.pulse import Pulse

VIEWS = (("inbox", "Received"), ("unread", "Unread"), ("undecided", "To decide"), ("sent", "Sent"), ("all", "All"))


def _on_row(screen: Any) -> bool:
    return screen.mails.row is not None


def _has_record(screen: Any) -> bool:
    return screen.mails.row is not None and screen.mails.row.regarding is not None


COMMANDS = (
    Command("enter", "open", "Read", "Read the mail under the cursor", footer=1, available=_on_row),
    Command("o", "open_record", "Record", "Open the record that it is regarding", footer=10, available=_has_record),
    Command("f", "filter", "Filter", "Show only mail with these words", footer=20),
    Command("v", "next_view", "View", "Received, unread, still to decide, sent, all", footer=30),
    Command("P", "read_when_previewed", "Preview reads", "Whether a mail that is previewed counts as read", footer=0),
)


class InboxScreen(MailActions):
    """The mail of the mailboxes one may read, with a preview where there is room."""

    HERE = (*COMMANDS, *MAIL, *SELECTING, *TRIAGE, *READING)
    HELP_WORDS = (
        "Mail of the mailboxes you may read, newest first. Bold with a dot is unread; a question mark before a record "
        "is a suggestion: Y agrees, l links it to another record, X says that it is regarding nothing, w says why. "
        "“To decide” shows what nobody has linked yet."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(HERE)
    FIRST = frozenset({"page"})

    def __init__(self) -> None:
        super().__init__()
        self._counts = ""

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Inbox", VIEWS)
        with Horizontal():
            yield SelectList(COLUMNS, key=lambda row: row.item_id, now=self.now, id="mails")
            yield ReadPane(classes="preview")

    @property
    def mails(self) -> SelectList[InboxRow]:
        return self.query_one(SelectList)

    @property
    def list_of_mail(self) -> SelectList[InboxRow]:
        return self.mails

    @property
    def activity_id(self) -> int | None:
        return None if self.mails.row is None else self.mails.row.activity_id

    @property
    def mail_id(self) -> int | None:
        return self.activity_id

    @property
    def listed_as(self) -> str:
        return "" if self.mails.row is None else self.mails.row.link_state

    def acted_on(self) -> dict[str, list[int]]:
        rows = self.mails.selected or (() if self.mails.row is None else (self.mails.row,))
        return {"item_ids": [row.item_id for row in rows]}

    @property
    def pane(self) -> ReadPane | None:
        return self.query_one(ReadPane)

    def on_mount(self) -> None:
        self.mails.focus()
        self.mails.restart()

    def refresh_data(self) -> None:
        self.mails.reload()

    @on(FilterBar.Changed)
    def _other_mails(self) -> None:
        bar = self.query_one(FilterBar)
        if bar.text:
            self.mails.say_when_empty("No mail with these words.", "Esc in the filter shows everything again.")
        else:
            self.mails.say_when_empty("Nothing here.", "v shows the next view.")
        self.mails.restart()

    @on(FilterInput.Left)
    def _to_list(self) -> None:
        self.mails.focus()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        bar = self.query_one(FilterBar)
        self.ask(
            inbox,
            then=partial(self._show_page, wanted),
            group="page",
            text=bar.text,
            unread_only=bar.view == "unread",
            undecided_only=bar.view == "undecided",
            folder_role={"all": None, "sent": "sent"}.get(bar.view, "inbox"),
            **wanted.question.keyset(),
        )

    def _show_page(self, wanted: LineList.Wanted, page: Page[InboxRow]) -> None:
        self.mails.show(wanted.question, page.rows, more=page.more)
        if wanted.question.direction == "first":
            self.ask(inbox_counts, then=self._show_counts, group="counts", folder_role="inbox")
        if not page.rows:
            from store.queries.pulse import pulse

            self.ask(pulse, then=self._welcome, group="welcome")

    def _welcome(self, found: Pulse) -> None:
        if found.is_empty:
            self.mails.say_when_empty(*WELCOME)

    def _show_counts(self, counts: InboxCounts) -> None:
        self._counts = f"{counts.unread} unread, {counts.undecided} to decide"
        self.show_selection(len(self.selected))

    def show_selection(self, count: int) -> None:
        self.query_one(FilterBar).count = f"{count} selected" if count else self._counts

    @on(LineList.Highlighted)
    def _preview(self, message: LineList.Highlighted) -> None:
        if self.has_class("-wide") or self.has_class("-huge"):
            self.preview_soon(None if message.row is None else message.row.activity_id)

    @on(LineList.Chosen)
    def action_open(self) -> None:
        if self.activity_id is not None:
            self.regarding.open_activity(self.activity_id)

    def action_open_record(self) -> None:
        row = self.mails.row
        if row is not None and row.regarding is not None:
            self.regarding.open_record(row.regarding.record_id)

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_read_when_previewed(self) -> None:
        after = self.regarding.toggle_read_after()
        self.notify(
            f"A mail that is previewed for {after:.0f} seconds counts as read."
            if after
            else "Only a mail that is opened counts as read."
        )
