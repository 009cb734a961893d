"""The history of an item: where it lies in each mailbox, and everything that happened to it there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from store.queries.item_history import ItemEvent, ItemHistory
from tui.cells import line
from tui.commands import Command
from tui.dialogs.base import CLOSE, Dialog
from tui.rows.sync import note_detail, note_words
from tui.tones import LOOKS
from tui.when import full_when
from tui.widgets.sheet import Fact, Sheet

_LABEL = 14  # cells of the column of times
_WHAT = 13  # cells of the column of words


class HistoryDialog(Dialog[None]):
    """A timeline for each mailbox that holds the item, oldest first."""

    HERE: ClassVar[tuple[Command, ...]] = (CLOSE,)
    BINDINGS: ClassVar[list[Any]] = [Binding("enter", "cancel", show=False)]

    def __init__(self, histories: Sequence[ItemHistory], now: datetime) -> None:
        super().__init__("History")
        self._histories, self._now = tuple(histories), now

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="dialog-text scrolls"):
            yield Sheet()

    def on_mount(self) -> None:
        self.query_one(".dialog", Widget).add_class("wide")
        facts = [fact for history in self._histories for fact in (*facts_of(history, self._now), Fact(Content("")))]
        self.query_one(Sheet).show(facts[:-1] or _nowhere())
        self.query_one(VerticalScroll).focus()


def _nowhere() -> list[Fact]:
    return [
        Fact(Content("No mailbox that you may read holds this.")),
        Fact(Content.styled("It was written or imported here, so no sync had to do with it.", "$quiet")),
    ]


def facts_of(history: ItemHistory, now: datetime) -> list[Fact]:
    """A mailbox's part of the history."""
    where = Content.assemble((line(history.mailbox), "b"), (f"  {line(history.folder)}", "$quiet"))
    if history.buried_at is not None:
        where += Content.styled("  deleted there", "$error")
    elif history.gone_at is not None:
        where += Content.styled("  not in its folder any more", "$warning")
    facts = [Fact(where)]
    for label, value in (("Server's id", history.remote_id), ("Version", history.change_key), ("Stamp", history.stamp)):
        if value:
            facts.append(Fact(Content.styled(line(value), "$faint"), label, _LABEL))
    facts.append(Fact(Content("")))
    day = ""
    for event in history.events:
        today = full_when(event.at, now).rpartition(",")[0]
        if today != day:
            facts.append(Fact(Content.styled(today, "b $primary")))
            day = today
        facts.append(_event(event, now))
    return facts


def _event(event: ItemEvent, now: datetime) -> Fact:
    said, tone = note_words(event.what)
    colour = LOOKS[tone][0] if tone else ""
    detail = line(note_detail(event.what, event.detail))
    what = Content.styled(said, f"${colour}" if colour else "")
    return Fact(
        what + Content(" " * max(_WHAT - what.cell_length, 1) + detail) if detail else what,
        f"  {event.at.astimezone(now.tzinfo):%H:%M}",
        _LABEL - 5,
    )
