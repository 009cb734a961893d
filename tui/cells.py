"""Text measured in terminal cells: cut to a width, padded, and free of anything a terminal would obey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from mail_sync.mime.plain import visible

ELLIPSIS = "…"
_DOT = "  ·  "


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a cell. `tone` names a component class of the widget that paints it ('' paints it plainly)."""

    text: str
    tone: str = ""


Cell = tuple[Span, ...]


def line(text: str) -> str:
    """Foreign text as one line that is safe to print: controls made visible, white space collapsed."""
    return " ".join(visible(text[:1000]).split())


def plain(text: str, tone: str = "") -> Cell:
    """A cell of our own or foreign text in one tone."""
    return (Span(line(text), tone),)


def fit(cell: Cell, width: int, *, right: bool = False) -> Cell:
    """The cell cut or padded to exactly `width` cells; what is cut ends in an ellipsis."""
    if width <= 0:
        return ()
    used = sum(cell_len(span.text) for span in cell)
    if used <= width:
        pad = Span(" " * (width - used))
        return (pad, *cell) if right else (*cell, pad)
    return _cut(cell, width)


def _cut(cell: Cell, width: int) -> Cell:
    kept: list[Span] = []
    left = width - 1
    for span in cell:
        size = cell_len(span.text)
        if size > left:
            # set_cell_size splits no wide character in two; it puts a blank in its place.
            kept.append(Span(set_cell_size(span.text, left) + ELLIPSIS, span.tone))
            break
        kept.append(span)
        left -= size
    return tuple(kept)


def short(text: str, width: int) -> str:
    """One line of at most `width` cells."""
    said = line(text)
    return said if cell_len(said) <= width else set_cell_size(said, max(width - 1, 0)).rstrip() + ELLIPSIS


def beside(title: str, facts: Sequence[str], width: int) -> tuple[str, str]:
    """A title and as many facts behind it as there are cells for; the first fact always, before all of the title."""
    told = f"   {facts[0]}" if facts else ""
    kept = short(title, max(width - cell_len(told), 1))
    for fact in facts[1:]:
        if cell_len(kept) + cell_len(told) + cell_len(_DOT + fact) > width:
            break
        told += _DOT + fact
    return kept, told
