"""How mailboxes, their folders and what sync did with them look in lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.actor import Actor
from store.queries.conflicts import conflicts_by_mailbox
from store.queries.status import FolderRow, MailboxRow, mailboxes
from store.queries.sync_notes import NoteRow
from tui import sync_words
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.glyphs import words
from tui.when import ago, short_when

_TONES = {"success": "good", "warning": "warn", "error": "bad", "accent": "accent", "quiet": "dim"}
_HOLDS = {"email": "Mail", "contact": "Contacts", "appointment": "Calendar", "task": "Tasks"}

#: A word of `SyncNote.what`, as people read it, and its tone.
NOTES: dict[str, tuple[str, str]] = {
    "stored": ("met", "accent"),
    "met": ("met", "accent"),
    "moved": ("moved", ""),
    "came back": ("came back", "good"),
    "merged": ("merged", "accent"),
    "written": ("written", "good"),
    "conflict": ("conflict", "warn"),
    "echo": ("our own change", "dim"),
    "gone": ("gone", "warn"),
    "buried": ("deleted there", "bad"),
    "quarantine": ("not readable", "warn"),
    "tracked": ("tracked", "good"),
    "untracked": ("not tracked", "dim"),
    "person": ("by hand", "primary"),
    "linked": ("linked", "good"),
    "suggested": ("suggested", "warn"),
    "rejected": ("rejected", "dim"),
}

_OF_FIELDS = frozenset({"conflict", "merged"})  # notes whose detail names fields


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """A mailbox with how many of its conflicts wait for a choice."""

    row: MailboxRow
    conflicts: int


def mailbox_lines(tx: Any, *, by: Actor) -> tuple[MailboxLine, ...]:
    """The mailboxes on servers; what holds imported files has nothing to sync."""
    waiting = conflicts_by_mailbox(tx, by=by)
    rows = (row for row in mailboxes(tx, by=by) if row.provider != "files")
    return tuple(MailboxLine(row, waiting.get(row.mailbox_id, 0)) for row in rows)


def note_words(what: str) -> tuple[str, str]:
    """What happened in a word, and its tone."""
    known = NOTES.get(what)
    if known is not None:
        return known
    return (what.removeprefix("outbox: "), "warn") if what.startswith("outbox: ") else (words(what).lower(), "")


def note_detail(what: str, detail: str) -> str:
    """The particulars of what happened; fields in words."""
    return detail.replace("_", " ") if what in _OF_FIELDS else detail


def _address(one: MailboxLine, _now: datetime) -> Cell:
    return plain(one.row.address, "strong")


def _state(one: MailboxLine, now: datetime) -> Cell:
    said, tone = sync_words.state(one.row, now)
    part = sync_words.share(one.row)
    return (Span("● ", _TONES[tone]), Span(said if part is None else f"{said} {part:.0%}", _TONES[tone]))


def _success(one: MailboxLine, now: datetime) -> Cell:
    return (Span(ago(one.row.last_success_at, now), "dim"),)


def _outbox(one: MailboxLine, now: datetime) -> Cell:
    counts = one.row.outbox
    if counts.failed or counts.unsure:
        return (
            Span(f"{counts.failed + counts.unsure:,} refused" if counts.failed else f"{counts.unsure:,} unsure", "bad"),
        )
    tone = "warn" if sync_words.is_stuck(one.row, now) else ""
    return (Span(f"{counts.waiting:,}", tone),) if counts.waiting else ()


def _count(count: int) -> Cell:
    return (Span(f"{count:,}", "warn"),) if count else ()


MAILBOXES: tuple[Column[MailboxLine], ...] = (
    Column("Mailbox", _address, 22, 44, grow=3, priority=0),
    Column("State", _state, 18, 40, grow=3, priority=0),
    Column("Last success", _success, 12, priority=3, right=True),
    Column("To send", _outbox, 9, priority=2, right=True),
    Column("Conflicts", lambda one, _: _count(one.conflicts), 9, priority=4, right=True),
    Column("Not read", lambda one, _: _count(one.row.quarantined), 8, priority=5, right=True),
)


def _path(row: FolderRow, _now: datetime) -> Cell:
    return plain(row.path, "" if row.selected else "dim")


def _role(row: FolderRow, _now: datetime) -> Cell:
    return plain(words(row.role), "dim") if row.role else ()


def _holds(row: FolderRow, _now: datetime) -> Cell:
    return plain(_HOLDS.get(row.holds, words(row.holds)), "dim")


def _items(row: FolderRow, _now: datetime) -> Cell:
    return (Span(f"{row.total:,}", ""),)


def _read(row: FolderRow, now: datetime) -> Cell:
    if not row.selected:
        return (Span("left out", "dim"),)
    return (Span(ago(row.synced_at, now), "dim" if row.synced_at else "warn"),)


FOLDERS: tuple[Column[FolderRow], ...] = (
    Column("Folder", _path, 20, grow=4, priority=0),
    Column("Role", _role, 12, priority=3),
    Column("Holds", _holds, 9, priority=2),
    Column("Items there", _items, 11, priority=1, right=True),
    Column("Last read", _read, 12, priority=0, right=True),
)


def _note_when(row: NoteRow, now: datetime) -> Cell:
    return (Span(short_when(row.at, now), "dim"),)


def _note_what(row: NoteRow, _now: datetime) -> Cell:
    said, tone = note_words(row.what)
    return (Span(said, tone),)


LATELY: tuple[Column[NoteRow], ...] = (
    Column("When", _note_when, 11, priority=0),
    Column("What", _note_what, 14, priority=0),
    Column("Item", lambda row, _: plain(row.title), 20, grow=3, priority=0),
    Column("Detail", lambda row, _: plain(note_detail(row.what, row.detail), "dim"), 16, grow=4, priority=1),
)
