"""The tabs of the review: what waits for a person's decision, each kind on a screen of its own that stays as it is."""

from __future__ import annotations

from textual import on

from tui.screens.base import BaseScreen
from tui.widgets.filter_bar import FilterBar

#: view, what it is called.
TABS = (
    ("review", "To link"),
    ("closer", "To refine"),
    ("duplicates", "Duplicates"),
    ("proposals", "New details"),
)
_MODES = {"review": "review", "closer": "review", "duplicates": "duplicates", "proposals": "proposals"}


class ReviewTab(BaseScreen):
    """A screen with the tabs in its bar; `MODE` is the mode it is, `view` the tab that is lit."""

    MODE = "review"

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    @on(FilterBar.Changed)
    async def _tab_or_text(self, changed: FilterBar.Changed) -> None:
        mode = _MODES[changed.view]
        if mode == self.MODE:
            self.show_view(changed.view)
            return
        bar = self.query_one(FilterBar)
        with bar.prevent(FilterBar.Changed):
            bar.view = self.MODE
        await self._go(mode, changed.view)

    async def _go(self, mode: str, view: str) -> None:
        self.regarding.current_mode_name = mode
        await self.app.switch_mode(mode)
        screen = self.app.screen
        if isinstance(screen, ReviewTab):
            screen.call_after_refresh(screen.light, view)

    def light(self, view: str) -> None:
        """Light the tab by which this screen was reached."""
        self.query_one(FilterBar).view = view

    def show_view(self, view: str) -> None:
        """Another tab of this screen, or another filter text."""
        raise NotImplementedError
