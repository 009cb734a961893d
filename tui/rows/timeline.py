"""How an activity looks on a timeline."""

from __future__ import annotations

from datetime import datetime

from store.queries.timeline import TimelineRow
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.glyphs import ATTACHMENT, KIND_WORDS, PRIVATE, activity_glyph
from tui.rows.marks import NOISE_WORDS, about, subject_and_preview
from tui.when import short_when

DELETED = "  deleted in the mailbox"
BURIED = "  no longer in the folders that are read"

_TONES = {"appointment": "primary", "phone_call": "good", "task": "warn", "note": "accent"}


def glyph(row: TimelineRow, _now: datetime) -> Cell:
    tone = "good" if row.completed else _TONES.get(row.kind, "dim")
    return (Span(activity_glyph(row.kind, row.direction, completed=row.completed), tone),)


def _kind(row: TimelineRow, _now: datetime) -> Cell:
    return (Span(KIND_WORDS.get(row.kind, row.kind), "dim"),)


def when(row: TimelineRow, now: datetime) -> Cell:
    return (Span(short_when(row.occurred_at, now), "accent" if row.occurred_at > now else "dim"),)


def who(row: TimelineRow, _now: datetime) -> Cell:
    return plain(row.who)


def what(row: TimelineRow, _now: datetime) -> Cell:
    if row.private:
        return (Span(f"{PRIVATE} private", "dim"),)
    if row.noise:
        return (
            *subject_and_preview(row.subject, "", "dim"),
            Span(f"  {NOISE_WORDS.get(row.noise, row.noise)}", "faint"),
        )
    shown = subject_and_preview(row.subject, row.preview, "dim" if row.completed else "")
    if not row.buried:
        return shown
    return (*subject_and_preview(row.subject, "", "dim"), Span(DELETED if row.deleted else BURIED, "faint"))


def regarding(row: TimelineRow, _now: datetime) -> Cell:
    return about(row.regarding)


def files(row: TimelineRow, _now: datetime) -> Cell:
    return (Span(ATTACHMENT, "dim"),) if row.attachments else ()


COLUMNS: tuple[Column[TimelineRow], ...] = (
    Column("", glyph, 1, priority=0, gap=1),
    Column("", _kind, 7, priority=6),
    Column("When", when, 11, priority=0),
    Column("Who", who, 12, 24, grow=2, priority=2),
    Column("What", what, 20, grow=7, priority=0),
    Column("", files, 1, priority=3),
    Column("Regarding", regarding, 16, 32, grow=3, priority=4),
)
