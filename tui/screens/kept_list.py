"""A list that is read whole, of what still matters or of all: its rows, their number, and the view that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from textual import on

from tui.pages import page_of
from tui.screens.base import BaseScreen
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList

RowT = TypeVar("RowT")


class KeptListScreen(BaseScreen, Generic[RowT]):
    """A screen has a FilterBar and a LineList with rows of this `key`, asks in `refresh_data` for what they show, and
    hands it to `show`."""

    def __init__(self, key: Callable[[RowT], Hashable]) -> None:
        super().__init__()
        self._key = key
        self._rows: Sequence[RowT] = ()

    @property
    def list(self) -> LineList[RowT]:
        return self.query_one(LineList)

    @property
    def row(self) -> RowT | None:
        """What is under the cursor."""
        return self.list.row if self.is_mounted else None

    @property
    def shows_all(self) -> bool:
        """Whether what is over is wanted, too."""
        return self.query_one(FilterBar).view == "all"

    def on_mount(self) -> None:
        self.list.focus()
        self.refresh_data()

    def show(self, rows: Sequence[RowT]) -> None:
        """These are the rows now."""
        self._rows = rows
        self.list.reload()
        self.query_one(FilterBar).count = f"{len(rows):,}"

    @on(FilterBar.Changed)
    def _other_view(self) -> None:
        self.refresh_data()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        rows, more = page_of(self._rows, wanted.question, self._key)
        self.list.show(wanted.question, rows, more=more)
        self.page_shown()

    def page_shown(self) -> None:
        """Rows were put into the list: what stands beside it follows."""

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_back(self) -> None:
        self.dismiss()
