"""How what was said in the chat looks in its list."""

from __future__ import annotations

from datetime import datetime

from store.queries.chat import TurnRow
from tui.cells import Cell, Span, plain
from tui.columns import Column
from tui.glyphs import DONE
from tui.when import short_when


def _did(row: TurnRow, _now: datetime) -> Cell:
    return (Span(DONE, "good"),) if row.operation_uid else ()


def _said(row: TurnRow, _now: datetime) -> Cell:
    return plain(row.said, "strong")


def _answer(row: TurnRow, _now: datetime) -> Cell:
    return plain(" · ".join(one["text"] for one in row.lines[:3]), "dim")


def _when(row: TurnRow, now: datetime) -> Cell:
    return (Span(short_when(row.at, now), "dim"),)


COLUMNS: tuple[Column[TurnRow], ...] = (
    Column("", _did, 1, priority=0, gap=1),
    Column("Said", _said, 24, grow=3, priority=0),
    Column("Answered", _answer, 24, grow=3, priority=2),
    Column("When", _when, 11, priority=1, right=True),
)
