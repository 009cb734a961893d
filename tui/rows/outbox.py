"""How what is on its way out looks in the outbox."""

from __future__ import annotations

from datetime import datetime

from store.outbox.queue import OutgoingState
from store.queries.outbox import OutboxEntry
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.when import short_when

_STATES = {
    OutgoingState.DRAFT: ("draft", "dim"),
    OutgoingState.WAITING: ("waits", "accent"),
    OutgoingState.WORKING: ("going out", "accent"),
    OutgoingState.DONE: ("done", "good"),
    OutgoingState.FAILED: ("failed", "bad"),
    OutgoingState.CANCELLED: ("given up", "dim"),
    OutgoingState.UNSURE: ("sent or not?", "warn"),
}


def state_words(entry: OutboxEntry, now: datetime) -> tuple[str, str]:
    """The state of an act in a few words, and its tone; a mail that waits says for how long."""
    left = entry.seconds_left(now)
    if left and left < 3_600:
        return f"in {left} s" if left < 120 else f"in {left // 60} min", "accent"
    said, tone = _STATES[OutgoingState(entry.state)]
    if entry.reason and entry.state == OutgoingState.WAITING.value:
        return "tries again", "warn"
    return said, tone


def _state(entry: OutboxEntry, now: datetime) -> Cell:
    said, tone = state_words(entry, now)
    return (Span(said, tone),)


def _what(entry: OutboxEntry, _now: datetime) -> Cell:
    return plain(entry.summary)


def _why(entry: OutboxEntry, _now: datetime) -> Cell:
    return plain(entry.reason, "dim")


def _mailbox(entry: OutboxEntry, _now: datetime) -> Cell:
    return (Span(line(entry.mailbox.partition("@")[0]), "faint"),)


def _person(entry: OutboxEntry, _now: datetime) -> Cell:
    return plain(entry.person, "dim")


def _when(entry: OutboxEntry, now: datetime) -> Cell:
    return (Span(short_when(entry.done_at or entry.created_at, now), "dim"),)


COLUMNS: tuple[Column[OutboxEntry], ...] = (
    Column("State", _state, 12, priority=0),
    Column("What", _what, 24, grow=5, priority=0),
    Column("Why", _why, 16, 60, grow=3, priority=2),
    Column("Mailbox", _mailbox, 9, 14, grow=1, priority=3),
    Column("By", _person, 10, 18, grow=1, priority=4),
    Column("When", _when, 9, 11, priority=1, right=True),
)
