"""How proposals look in a list."""

from __future__ import annotations

from datetime import datetime

from store.queries.proposals import ProposalRow
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import record_glyph
from tui.proposal_words import heading, summary
from tui.when import short_when


def _who(row: ProposalRow, _now: datetime) -> Cell:
    kind = row.record.kind if row.record else row.makes
    return (Span(record_glyph(kind) + " ", kind), Span(line(row.title)))


def _when(row: ProposalRow, now: datetime) -> Cell:
    return (Span(short_when(row.occurred_at, now), "dim"),)


COLUMNS: tuple[Column[ProposalRow], ...] = (
    Column("Who", _who, 18, 34, grow=2, priority=0),
    Column("Proposed", lambda row, _: plain(heading(row), "warn"), 16, 40, grow=2, priority=1),
    Column("What the signature says", lambda row, _: plain(summary(row)), 24, grow=5, priority=0),
    Column("Mail", lambda row, _: plain(row.subject, "dim"), 16, 40, grow=2, priority=4),
    Column("When", _when, 9, 11, priority=0, right=True),
)
