"""How what is undecided looks in a list: mail with its likeliest suggestion."""

from __future__ import annotations

from datetime import datetime

from assistant.linking.explain import phrase
from store.queries.link_review import ReviewRow
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import record_glyph
from tui.regarding_words import percent, tone_of
from tui.rows.marks import subject_and_preview
from tui.when import short_when


def _sure(row: ReviewRow, _now: datetime) -> Cell:
    return (Span(percent(row.score), tone_of(row.score)),)


def _suggested(row: ReviewRow, _now: datetime) -> Cell:
    others = (Span(f"  +{row.others}", "faint"),) if row.others else ()
    now = (Span(f"  now {record_glyph(row.linked.kind)} {line(row.linked.title)}", "dim"),) if row.linked else ()
    return (
        Span(record_glyph(row.suggested.kind) + " ", row.suggested.kind),
        Span(line(row.suggested.title)),
        Span(f" {row.suggested.number}", "dim"),
        *others,
        *now,
    )


def _why(row: ReviewRow, _now: datetime) -> Cell:
    return plain(phrase(row.evidence), "dim") if row.evidence else ()


def _what(row: ReviewRow, _now: datetime) -> Cell:
    return subject_and_preview(row.subject, row.preview, "")


def _when(row: ReviewRow, now: datetime) -> Cell:
    return (Span(short_when(row.occurred_at, now), "dim"),)


COLUMNS: tuple[Column[ReviewRow], ...] = (
    Column("", _sure, 4, priority=0, right=True),
    Column("From / to", lambda row, _: plain(row.who), 12, 24, grow=2, priority=0),
    Column("Subject", _what, 18, grow=5, priority=0),
    Column("Suggested", _suggested, 22, 70, grow=4, priority=0),
    Column("Because", _why, 24, 60, grow=4, priority=3),
    Column("When", _when, 9, 11, priority=2, right=True),
)
