"""Which columns of a list are shown at a width, and how wide each of them is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from tui.cells import Cell

RowT = TypeVar("RowT")

GAP = 2  # cells between two columns


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """A column of a list.

    `minimum` and `maximum` are cells; `grow` is its share of what is left over; a column with a higher `priority`
    number is given up sooner when the width does not suffice (0 is never given up).
    """

    title: str
    cell: Callable[[RowT, datetime], Cell]
    minimum: int
    maximum: int = 10_000
    grow: int = 0
    priority: int = 1
    right: bool = False
    gap: int = GAP
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Placed(Generic[RowT]):
    """A column with the width it was given."""

    column: Column[RowT]
    width: int


def arrange(columns: Sequence[Column[RowT]], width: int) -> tuple[Placed[RowT], ...]:
    """The columns that fit in `width`, in their order, sharing the rest by `grow`; together exactly `width` or less."""
    chosen = _fitting(columns, width)
    widths = [min(column.minimum, width) for column in chosen]
    left = width - sum(widths) - _gaps(chosen)
    while left > 0:
        open_for_more = [i for i, column in enumerate(chosen) if column.grow and widths[i] < column.maximum]
        if not open_for_more:
            break
        shares = sum(chosen[i].grow for i in open_for_more)
        given = 0
        for i in open_for_more:
            room = chosen[i].maximum - widths[i]
            extra = min(room, max(left * chosen[i].grow // shares, 1), left - given)
            widths[i] += extra
            given += extra
        left -= given
    return tuple(Placed(column, size) for column, size in zip(chosen, widths, strict=True))


def _fitting(columns: Sequence[Column[RowT]], width: int) -> list[Column[RowT]]:
    chosen = list(columns)
    while sum(column.minimum for column in chosen) + _gaps(chosen) > width:
        spare = [column for column in chosen if column.priority]
        if not spare:
            break
        worst = max(column.priority for column in spare)
        # The rightmost of the least important columns goes first.
        chosen.remove([column for column in spare if column.priority == worst][-1])
    return chosen


def _gaps(columns: Sequence[Column[RowT]]) -> int:
    return sum(column.gap for column in columns[:-1])
