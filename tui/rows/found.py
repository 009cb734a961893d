"""How search results look: records first, then mail, meetings, calls, tasks and notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.queries.refs import RecordRef
from store.queries.search import SearchHit, SearchResult
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.glyphs import KIND_WORDS, record_glyph
from tui.rows import timeline


@dataclass(frozen=True, slots=True)
class Found:
    """Either a record or an activity."""

    record: RecordRef | None = None
    hit: SearchHit | None = None

    @property
    def key(self) -> tuple[str, int]:
        if self.record is not None:
            return "record", self.record.record_id
        return "activity", self.hit.activity.activity_id if self.hit else 0


def rows_of(result: SearchResult) -> list[Found]:
    return [*(Found(record=ref) for ref in result.records), *(Found(hit=hit) for hit in result.activities)]


def _glyph(row: Found, now: datetime) -> Cell:
    if row.record is not None:
        return (Span(record_glyph(row.record.kind), row.record.kind),)
    return timeline.glyph(row.hit.activity, now) if row.hit else ()


def _kind(row: Found, _now: datetime) -> Cell:
    kind = row.record.kind if row.record else row.hit.activity.kind if row.hit else ""
    return (Span(KIND_WORDS.get(kind, kind), "dim"),)


def _what(row: Found, now: datetime) -> Cell:
    if row.record is not None:
        return plain(row.record.title, "strong")
    return timeline.what(row.hit.activity, now) if row.hit else ()


def _number(row: Found, _now: datetime) -> Cell:
    return (Span(row.record.number if row.record else "", "dim"),)


def _who(row: Found, now: datetime) -> Cell:
    return timeline.who(row.hit.activity, now) if row.hit else ()


def _about(row: Found, now: datetime) -> Cell:
    return timeline.regarding(row.hit.activity, now) if row.hit else ()


def _when(row: Found, now: datetime) -> Cell:
    return timeline.when(row.hit.activity, now) if row.hit else ()


COLUMNS: tuple[Column[Found], ...] = (
    Column("", _glyph, 1, priority=0, gap=1),
    Column("Kind", _kind, 11, priority=3),
    Column("Number", _number, 9, priority=2),
    Column("What", _what, 24, grow=6, priority=0),
    Column("Who", _who, 12, 24, grow=2, priority=2),
    Column("Regarding", _about, 16, 30, grow=3, priority=4),
    Column("When", _when, 11, priority=1, right=True),
)
