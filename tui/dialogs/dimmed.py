"""What lies below a dialog, dimmed. Textual mixes the colours of each piece anew, at half the cost of a key."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen


class Dimmed(BackgroundScreen):
    """Mixes each style of the screen below once."""

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        for text, style, control in segments:
            yield Segment(text, None if control else _mixed(style or Style.null(), color), control)


@lru_cache(maxsize=2_000)
def _mixed(style: Style, color: Color) -> Style:
    [(_, mixed, _)] = BackgroundScreen.process_segments([Segment(" ", style)], color)
    return mixed or style
