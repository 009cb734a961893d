"""Labelled facts and lines of text, wrapped so that what follows a label stays in its column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size

from tui.widgets.steady import Steady


@dataclass(frozen=True, slots=True)
class Fact:
    """A line with an optional label; wrapped lines stand below the text, not below the label."""

    said: Content
    label: str = ""
    indent: int = 0  # cells from which the text and its continuation start
    tone: str = "$quiet"  # of the label


def lay_out(facts: Iterable[Fact], width: int) -> list[Content]:
    """The facts as lines of at most `width` cells."""
    lines: list[Content] = []
    for fact in facts:
        room = max(width - fact.indent, 8)
        label = Content.styled(fact.label[: max(fact.indent - 1, 0)].ljust(fact.indent), fact.tone)
        blank = Content.styled(" " * fact.indent, "$quiet")
        wrapped = fact.said.wrap(room) if fact.said.plain else [Content("")]
        lines += [(blank if place else label) + piece for place, piece in enumerate(wrapped)]
    return lines


class Sheet(Steady):
    """Shows facts at whatever width it has."""

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._facts: tuple[Fact, ...] = ()

    def show(self, facts: Sequence[Fact]) -> None:
        if tuple(facts) == self._facts and self.display == bool(facts):
            return
        self._facts = tuple(facts)
        self.display = bool(facts)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(lay_out(self._facts, width))

    def render(self) -> Content:
        return Content("\n").join(lay_out(self._facts, self.size.width))
