"""Addresses that are offered below the field in which one types."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widgets import Static

from store.queries.addresses import Suggestion
from tui.cells import short
from tui.widgets.address_field import AddressField

MOST = 8  # lines
_SOURCES = {"recent": "written to lately", "user": "colleague"}


class OfferList(Static):
    """Lies over the lines below the field; a click takes an address."""

    def __init__(self) -> None:
        super().__init__(id="offers")
        self._field: AddressField | None = None

    def show(self, field: AddressField) -> None:
        """The offers of a field, right below it; hidden where there are none."""
        self._field = field
        self.display = bool(field.offers)
        if not field.offers:
            return
        place = field.region
        self.styles.offset = (place.x, place.bottom)
        self.styles.width = place.width
        self.styles.height = min(len(field.offers), MOST)
        lines = [
            _line(one, place.width - 2, lit=number == field.chosen) for number, one in enumerate(field.offers[:MOST])
        ]
        self.update(Content("\n").join(lines))

    def on_click(self, event: events.Click) -> None:
        if self._field is not None and event.y < len(self._field.offers):
            self._field.take(event.y)


def _line(one: Suggestion, width: int, *, lit: bool) -> Content:
    source = _SOURCES.get(one.source, one.source)
    email = short(one.email, max(width - cell_len(source) - 2, 8))
    name = short(one.name, max(width - cell_len(email) - cell_len(source) - 3, 0))
    said = Content.assemble(f"{name} " if name else "", (email, "$foreground" if not name else "$quiet"))
    room = " " * max(width - said.cell_length - cell_len(source), 1)
    row = Content.assemble(said, room, (source, "$quiet"))
    return row.stylize("on $cursor-row" if lit else "")
