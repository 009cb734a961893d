"""What is on its way out: drafts, what waits, what failed, and what nobody can say of whether it was sent."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget

from store.outbox.queue import OutgoingState, Verb
from store.queries.outbox import UNFINISHED, OutboxEntry, outbox
from store.queries.paging import Page
from tui.cells import line
from tui.commands import Command, bindings
from tui.dialogs.text import TextDialog
from tui.rows.outbox import COLUMNS, state_words
from tui.screens.base import BaseScreen
from tui.when import full_when
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.sheet import Fact

VIEWS = (
    ("open", "Everything"),
    ("drafts", "Drafts"),
    ("waiting", "Waiting"),
    ("trouble", "To decide"),
    ("done", "Done"),
)
_STATES = {
    "open": (OutgoingState.DRAFT, *UNFINISHED),
    "drafts": (OutgoingState.DRAFT,),
    "waiting": (OutgoingState.WAITING, OutgoingState.WORKING),
    "trouble": (OutgoingState.FAILED, OutgoingState.UNSURE),
    "done": (OutgoingState.DONE,),
}
_EMPTY = {
    "open": ("Nothing is on its way.", "m writes a mail; what waits to be sent can be taken back here."),
    "drafts": ("No drafts.", "A mail that you leave before sending waits here."),
    "waiting": ("Nothing waits.", "v shows the next view."),
    "trouble": ("Nothing failed.", "What the server refuses would wait here for you."),
    "done": ("Nothing was sent yet.", "v shows the next view."),
}
_PATIENCE = 1.0  # seconds between two looks at the clock


def _in(*states: OutgoingState, mail: bool = False) -> Any:
    def available(screen: Any) -> bool:
        entry = screen.entries.row
        fits = entry is not None and entry.state in [state.value for state in states]
        return fits and (not mail or entry.verb == Verb.SEND_MAIL.value)

    return available


def _on_row(screen: Any) -> bool:
    return screen.entries.row is not None


def _recallable(screen: Any) -> bool:
    return screen.entries.row is not None and screen.entries.row.recallable


_WRITABLE = _in(OutgoingState.DRAFT, OutgoingState.WAITING, OutgoingState.FAILED, mail=True)
_TROUBLE = _in(OutgoingState.FAILED, OutgoingState.UNSURE)
_GIVEN_UP = _in(OutgoingState.DRAFT, OutgoingState.FAILED, OutgoingState.UNSURE)

COMMANDS = (
    Command("enter", "open", "Open", "Write on a draft, or show what is known of it", footer=1, available=_on_row),
    Command("r", "recall", "Recall", "Take it back before it is sent", footer=2, available=_recallable),
    Command("e", "edit", "Edit again", "Make it a draft again and change it", footer=3, available=_WRITABLE),
    Command("t", "retry", "Try again", "Try to send it again", footer=4, available=_TROUBLE),
    Command("y", "was_sent", "It was sent", "Say that it was sent", footer=5, available=_in(OutgoingState.UNSURE)),
    Command("s", "send_now", "Send now", "Do not wait any longer", footer=6, available=_in(OutgoingState.WAITING)),
    Command("delete", "discard", "Discard", "Give it up", footer=7, available=_GIVEN_UP),
    Command("m,n", "write", "New mail", "Write a mail", footer=10),
    Command("v", "next_view", "View", "Everything, drafts, waiting, to decide, done", footer=20),
)


class OutboxScreen(BaseScreen):
    """The acts of one's mailboxes that the server has yet to carry out, and one's drafts."""

    HERE = COMMANDS
    HELP_WORDS = (
        "What has yet to reach the server. A mail waits a moment before it is sent and can be taken back until then. "
        "“Sent or not?” means that the connection broke at the worst moment: look into Sent Items, then say whether it "
        "was sent, or send it again."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"page"})

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Outbox", VIEWS, filtered=False)
        yield LineList(
            COLUMNS, key=lambda row: row.outgoing_id, now=self.now, can_jump=False, empty=_EMPTY["open"], id="entries"
        )

    @property
    def entries(self) -> LineList[OutboxEntry]:
        return self.query_one(LineList)

    def on_mount(self) -> None:
        self.entries.focus()
        self.entries.restart()
        self.set_interval(_PATIENCE, self._tick)

    def refresh_data(self) -> None:
        self.entries.reload()

    def _tick(self) -> None:
        """The seconds that are left go on."""
        if self.is_current and any(entry.seconds_left(self.now()) for entry in self.entries.pages.window.rows):
            self.entries.refresh()

    @on(FilterBar.Changed)
    def _other_entries(self, changed: FilterBar.Changed) -> None:
        self.entries.say_when_empty(*_EMPTY[changed.view])
        self.entries.restart()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        states = _STATES[self.query_one(FilterBar).view]
        self.ask(outbox, then=partial(self._show_page, wanted), group="page", states=states, **wanted.question.keyset())

    def _show_page(self, wanted: LineList.Wanted, page: Page[OutboxEntry]) -> None:
        self.entries.show(wanted.question, page.rows, more=page.more)

    # Commands

    @on(LineList.Chosen)
    def action_open(self) -> None:
        entry = self.entries.row
        if entry is None:
            return
        if entry.state == OutgoingState.DRAFT.value:
            self.action_edit()
        else:
            self.app.push_screen(TextDialog("On its way out", self._known(entry)))

    def _known(self, entry: OutboxEntry) -> list[Fact]:
        said, _ = state_words(entry, self.now())
        tried = f", tried {entry.attempts} time{'s' if entry.attempts != 1 else ''}" if entry.attempts else ""
        by = f" by {line(entry.person)}" if entry.person else ""
        failed = [Fact(Content.styled(line(entry.reason), "$error"))] if entry.reason else []
        return [
            Fact(Content.styled(line(entry.summary), "b")),
            Fact(Content("")),
            Fact(Content(f"{said}{tried}")),
            *failed,
            Fact(Content.styled(line(entry.mailbox), "$quiet")),
            Fact(Content.styled(f"decided on {full_when(entry.created_at, self.now())}{by}", "$quiet")),
        ]

    def action_recall(self) -> None:
        self._decide("recall")

    def action_edit(self) -> None:
        self._decide("edit")

    def action_retry(self) -> None:
        self._decide("retry")

    def action_was_sent(self) -> None:
        self._decide("was_sent")

    def action_send_now(self) -> None:
        self._decide("hurry")

    def action_discard(self) -> None:
        self._decide("discard")

    def _decide(self, name: str) -> None:
        from tui.flows import outbox as deciding

        if self.entries.row is not None:
            self.flow(getattr(deciding, name)(self, self.entries.row))

    def action_write(self) -> None:
        from tui.flows import writing

        self.flow(writing.new(self))

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()
