"""How two records that seem to be the same look: the pair in a list, and field by field side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.queries.duplicates import DuplicateDetail, DuplicateRow, FieldPair
from store.queries.refs import RecordRef
from tui.cells import Cell, Span, line, plain
from tui.columns import Column
from tui.glyphs import record_glyph
from tui.regarding_words import percent, tone_of
from tui.when import short_when

LEFT, RIGHT = "left", "right"
#: Chosen together: half of one name and half of another is nobody's.
_NAME = ("title", "given_name", "family_name")
_KEPT = "● "
_GONE = "  "


def _record(ref: RecordRef) -> Cell:
    return (
        Span(record_glyph(ref.kind) + " ", ref.kind),
        Span(line(ref.title)),
        Span(f" {ref.number}", "dim"),
    )


def _sure(row: DuplicateRow, _now: datetime) -> Cell:
    return (Span(percent(row.score), tone_of(row.score)),)


def _because(row: DuplicateRow, _now: datetime) -> Cell:
    speaking, _ = reasons(row.evidence)
    return plain(", ".join(speaking), "dim")


def reasons(evidence: Sequence[Mapping[str, Any]], *, quoted: bool = False) -> tuple[list[str], list[str]]:
    """What speaks for a pair and what against it, a phrase each, with the words that were compared if `quoted`."""
    sides: tuple[list[str], list[str]] = ([], [])
    for each in evidence:
        said = str(each.get("rule", "")).replace("_", " ")
        quote = f" “{line(str(each.get('quote', '')))}”" if quoted and each.get("quote") else ""
        sides[each.get("weight", 1) <= 0].append(said + quote)
    return sides


def _found(row: DuplicateRow, now: datetime) -> Cell:
    return (Span(short_when(row.found_at, now), "dim"),)


PAIRS: tuple[Column[DuplicateRow], ...] = (
    Column("", _sure, 4, priority=0, right=True),
    Column("Older", lambda row, _: _record(row.left), 26, grow=3, priority=0),
    Column("Newer", lambda row, _: _record(row.right), 26, grow=3, priority=0),
    Column("Because", _because, 24, grow=3, priority=1),
    Column("Found", _found, 11, priority=2, right=True),
)


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of both records; `kept` is the side whose value stays after a merge, '' where both do."""

    pair: FieldPair
    kept: str


def field_lines(detail: DuplicateDetail, winner: str, chosen: Mapping[str, str]) -> tuple[FieldLine, ...]:
    """The fields of a pair; `chosen` are the sides that were picked for single fields."""
    return tuple(FieldLine(pair, _kept(pair, winner, chosen)) for pair in detail.fields)


def picked(name: str, side: str) -> dict[str, str]:
    """The sides that are chosen with a choice for the field `name`."""
    return dict.fromkeys(_NAME if name in _NAME else (name,), side)


def choices(lines: Sequence[FieldLine], winner: str) -> dict[str, str]:
    """What is kept, for the merge: every field as it is shown."""
    return {one.pair.name: "winner" if one.kept == winner else "loser" for one in lines if one.kept}


def _kept(pair: FieldPair, winner: str, chosen: Mapping[str, str]) -> str:
    if pair.united or not pair.differs:
        return ""
    if pair.name in chosen:
        return chosen[pair.name]
    other = RIGHT if winner == LEFT else LEFT
    return winner if getattr(pair, winner) else other


def _side(one: FieldLine, side: str) -> Cell:
    said = line(getattr(one.pair, side))
    if not one.kept:
        return (Span(_GONE), Span(said, "" if one.pair.united else "dim"))
    is_kept = one.kept == side
    value = Span(said, "" if is_kept else "dim") if said or not is_kept else Span("empty", "faint")
    return (Span(_KEPT if is_kept else _GONE, "good"), value)


def _label(one: FieldLine, _now: datetime) -> Cell:
    united = (Span(" (both)", "faint"),) if one.pair.united and one.pair.differs else ()
    return (Span(one.pair.label, "dim"), *united)


FIELDS: tuple[Column[FieldLine], ...] = (
    Column("Field", _label, 14, 26, grow=1, priority=0),
    Column("Older", lambda one, _: _side(one, LEFT), 22, grow=3, priority=0),
    Column("Newer", lambda one, _: _side(one, RIGHT), 22, grow=3, priority=0),
)
