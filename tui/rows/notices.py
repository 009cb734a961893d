"""How notices look in their list."""

from __future__ import annotations

from datetime import datetime

from store.queries.notices import NoticeRow
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import UNREAD, record_glyph
from tui.when import short_when


def _new(row: NoticeRow, _now: datetime) -> Cell:
    return () if row.seen_at else (Span(UNREAD, "accent"),)


def _text(row: NoticeRow, _now: datetime) -> Cell:
    return plain(row.text, "dim" if row.seen_at else "strong")


def _about(row: NoticeRow, _now: datetime) -> Cell:
    if row.record is None:
        return ()
    return (Span(record_glyph(row.record.kind) + " ", row.record.kind), Span(line(row.record.title), "dim"))


def _when(row: NoticeRow, now: datetime) -> Cell:
    return (Span(short_when(row.at, now), "dim"),)


COLUMNS: tuple[Column[NoticeRow], ...] = (
    Column("", _new, 1, priority=0, gap=1),
    Column("What", _text, 60, grow=5, priority=0),
    Column("About", _about, 16, 40, grow=1, priority=2),
    Column("When", _when, 11, priority=1, right=True),
)
