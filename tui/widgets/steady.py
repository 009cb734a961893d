"""Widgets that are laid out once when what they hold changes.

Textual lays a screen out again whenever what a widget holds has become longer, for its scrollbar. Where that is always
there, or there is none, the second layout and paint change nothing and take as long as the first.
"""

from __future__ import annotations

from textual.geometry import Size
from textual.widget import Widget


class Steady(Widget):
    """A widget whose room does not depend on how much it holds, as long as its scrollbar is always there."""

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        comes_and_goes = self.styles.overflow_y == "auto"
        return super()._size_updated(size, virtual_size, container_size, layout and comes_and_goes)
