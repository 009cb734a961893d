"""The line above a list: its name, the views to choose from, a filter that works while one types, and a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widgets import Input, Static

from tui.typed import searchable


class FilterInput(Input):
    """A text field whose arrows and Escape lead back to the list."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("down", "leave", "To the list", show=False),
        Binding("escape", "clear_and_leave", "Clear", show=False),
    ]

    class Left(Message):
        """The list wants the keys back."""

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def action_clear_and_leave(self) -> None:
        self.value = ""
        self.post_message(self.Left())


class FilterBar(Horizontal):
    """`view` is the chosen view, `count` what is written at the right end."""

    view: reactive[str] = reactive("", init=False)
    count: reactive[str] = reactive("", init=False)

    @dataclass
    class Changed(Message):
        """Another view or another filter text."""

        view: str
        text: str

    def __init__(
        self,
        title: str,
        views: Sequence[tuple[str, str]],
        *,
        filtered: bool = True,
        placeholder: str = "f to filter",
        view: str = "",
    ) -> None:
        super().__init__()
        self._placeholder = placeholder
        self._title, self._views, self._is_filtered = title, tuple(views), filtered
        self.set_reactive(FilterBar.view, view or (views[0][0] if views else ""))

    def compose(self) -> ComposeResult:
        yield Static(Content(self._title), classes="bar-title")
        if self._views:
            yield Static(self._chips(), classes="bar-views")
        if self._is_filtered:
            yield FilterInput(placeholder=self._placeholder, compact=True, classes="bar-filter")
        yield Static("", classes="bar-count", markup=False)

    @property
    def text(self) -> str:
        return searchable(self.query_one(FilterInput).value) if self._is_filtered else ""

    def offer(self, views: Sequence[tuple[str, str]]) -> None:
        """Other views to choose from; the chosen one stays."""
        self._views = tuple(views)
        self.query_one(".bar-views", Static).update(self._chips())

    def focus_filter(self) -> None:
        self.query_one(FilterInput).focus()

    def next_view(self, by: int = 1) -> None:
        names = [name for name, _ in self._views]
        if names:
            self.view = names[(names.index(self.view) + by) % len(names)]

    def watch_view(self) -> None:
        if self.is_mounted:
            self.query_one(".bar-views", Static).update(self._chips(), layout=False)  # as long as before
            self.post_message(self.Changed(self.view, self.text))

    def watch_count(self, count: str) -> None:
        self.query_one(".bar-count", Static).update(count, layout=False)

    def on_click(self, event: Click) -> None:
        view = event.style.meta.get("view")
        if view:
            self.view = view

    @on(Input.Submitted)
    def _submitted(self) -> None:
        # Posted by the bar itself: what the input posts from within this handler would end here.
        self.post_message(FilterInput.Left())

    @on(Input.Changed)
    def _filtered(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self.view, event.value))

    def _chips(self) -> Content:
        chips = [
            Content.styled(label, "b $accent" if name == self.view else "$quiet").stylize(
                Style.from_meta({"view": name})
            )
            for name, label in self._views
        ]
        return Content("  ").join(chips)
