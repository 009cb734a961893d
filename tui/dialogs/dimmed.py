"""What lies below a dialog, dimmed. Textual mixes the colours of each piece anew and lets Rich cut the lines, which
takes half of what a key may."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip


def dimmed(strips: Iterable[Strip], color: Color) -> list[Strip]:
    """The lines of a screen under a veil of `color`; each style is mixed once."""
    return [Strip([_under(one, color) for one in strip], strip.cell_length) for strip in strips]


def _under(segment: Segment, color: Color) -> Segment:
    text, style, control = segment
    return segment if control else Segment(text, _mixed(style or Style.null(), color))


@lru_cache(maxsize=2_000)
def _mixed(style: Style, color: Color) -> Style:
    [(_, mixed, _)] = BackgroundScreen.process_segments([Segment(" ", style)], color)
    return mixed or style
