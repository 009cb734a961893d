"""Plots side by side, as many as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.cells import Cell, Span, fit
from tui.tones import look

_NARROWEST, _LOWEST = 50, 9  # cells and lines that a plot needs
_GAP = 4


@dataclass(frozen=True, slots=True)
class Plot:
    """`draw` gives the lines for a width and a height; `legend` stands behind the title."""

    title: str
    legend: Cell
    draw: Callable[[int, int], Sequence[Cell]]


class CellLine(Widget):
    """One line of text in tones."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._cell: Cell = ()

    def show(self, cell: Cell) -> None:
        self._cell = cell
        self.refresh()

    def render_line(self, y: int) -> Strip:
        if y:
            return Strip.blank(self.size.width, self.rich_style)
        variables = self.app.theme_variables
        shown = fit(self._cell, self.size.width)
        ground = self.rich_style
        return Strip(
            [Segment(span.text, ground + look(span.tone, variables) if span.tone else ground) for span in shown]
        )


class PlotGrid(Widget):
    """Shows the plots from `first` on, round and round."""

    first: reactive[int] = reactive(0)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._plots: tuple[Plot, ...] = ()
        self._strips: list[Strip] = []
        self._drawn: tuple[object, ...] = ()  # for what the strips were drawn

    def show(self, plots: Sequence[Plot]) -> None:
        self._plots = tuple(plots)
        self._drawn = ()
        self.refresh()

    @property
    def shape(self) -> tuple[int, int]:
        """How many plots stand side by side, and one above the other."""
        count = max(len(self._plots), 1)
        across = max(min((self.size.width + _GAP) // (_NARROWEST + _GAP), 3, count), 1)
        return across, max(min(self.size.height // _LOWEST, -(-count // across)), 1)

    @property
    def is_cut(self) -> bool:
        """Not all plots have room."""
        across, down = self.shape
        return across * down < len(self._plots)

    def turn(self) -> None:
        """Show the next plots, where not all have room."""
        across, down = self.shape
        if self.is_cut:
            self.first = (self.first + across * down) % len(self._plots)

    def render_line(self, y: int) -> Strip:
        wanted = (self.size, self.first, self.app.theme)
        if wanted != self._drawn:
            self._drawn, self._strips = wanted, self._laid_out()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def _laid_out(self) -> list[Strip]:
        across, down = self.shape
        width = (self.size.width - _GAP * (across - 1)) // across
        height = self.size.height // down
        paint = _Paint(self.rich_style, self.app.theme_variables)
        strips = []
        for row in range(down):
            places = range(row * across, min((row + 1) * across, len(self._plots)))
            drawn = [_whole(self._plots[(self.first + place) % len(self._plots)], width, height) for place in places]
            strips += [paint.strip([plot[number] for plot in drawn], self.size.width) for number in range(height)]
        return strips


class _Paint:
    """Cells as strips on one ground. A style is put together once: asking a widget for its own takes long."""

    def __init__(self, ground: Style, variables: Mapping[str, str]) -> None:
        self._ground, self._variables = ground, variables
        self._styles: dict[str, Style] = {"": ground}

    def strip(self, cells: Sequence[Cell], width: int) -> Strip:
        segments: list[Segment] = []
        for cell in cells:
            segments += [Segment(span.text, self._style(span.tone)) for span in cell if span.text]
            segments.append(Segment(" " * _GAP, self._ground))
        return Strip(segments).adjust_cell_length(width, self._ground)

    def _style(self, tone: str) -> Style:
        if tone not in self._styles:
            colour, _, below = tone.partition("/")
            own = Style(color=self._ground.bgcolor) if colour == "ground" else look(colour, self._variables)
            under = Style(bgcolor=look(below, self._variables).color) if below else Style()
            self._styles[tone] = self._ground + own + under
        return self._styles[tone]


def _whole(plot: Plot, width: int, height: int) -> list[Cell]:
    """The plot under its title, with a blank line below, in exactly so many lines."""
    heading = fit((Span(plot.title, "heading"), Span("  "), *plot.legend), width)
    lines = [heading, *plot.draw(width, max(height - 2, 2))]
    blank = (Span(" " * width),)
    return [*(*lines, *(blank for _ in range(height)))[: height - 1], blank]
