"""A screen that is painted once it has something to show, not at each step of being built.

Textual styles, lays out and paints a new screen three to five times: after its first layout, its resize, its classes
for the width, its scrollbars, its focus, and each answer. Each of them costs 10 to 30 ms of the 50 ms a key may take.
"""

from __future__ import annotations

from textual import events
from textual.screen import Screen, ScreenResultType
from textual.timer import Timer

_TICK = 0.005  # seconds
LATEST = 0.1  # seconds after which a screen is painted even if an answer is missing


class HeldScreen(Screen[ScreenResultType]):
    """Keeps what was on the terminal until `release`; a screen that awaits nothing is released by its first layout."""

    def __init__(self) -> None:
        super().__init__()
        self._is_held = True
        self._ticks: Timer | None = None

    @property
    def _update_timer(self) -> Timer:
        """When what has changed is laid out and painted. A dialog takes several of these steps one after the other, and
        Textual's own come 60 times a second, which makes a person wait for the clock and not for the work."""
        if self._ticks is None:
            self._ticks = self.set_interval(_TICK, self._on_timer_update, name="screen_update", pause=True)
        return self._ticks

    @property
    def is_held(self) -> bool:
        """Nothing of it has been painted yet."""
        return self._is_held

    @property
    def awaits(self) -> bool:
        """Something that belongs to the first sight of the screen has not come yet."""
        return False

    def on_mount(self) -> None:
        self.set_timer(LATEST, self.release)

    def on_resize(self, event: events.Resize) -> None:
        self.release_soon()

    def release_soon(self) -> None:
        """Paint after the layouts that are due and those that scrollbars make due, if nothing is awaited."""
        if self._is_held and not self.awaits:
            self.call_after_refresh(self.call_after_refresh, self.release)

    def release(self) -> None:
        """Paint now and from now on."""
        if self._is_held:
            self._is_held = False
            if self.is_current:
                self.refresh()
                self._compositor.update_widgets({self})
                self._compositor_refresh()
                self._repaint_required = False  # or all of it would be painted a second time

    def class_for(self, width: int) -> str:
        """The class of a screen of `width` cells; with it from the start, nothing is styled a second time."""
        found = [name for least, name in sorted(self.HORIZONTAL_BREAKPOINTS or []) if least <= width]
        return found[-1] if found else ""

    def update_node_styles(self, animate: bool = True) -> None:
        # Every widget was styled when it was mounted.
        if not self._is_held:
            super().update_node_styles(animate)

    def _compositor_refresh(self) -> None:
        # What lies below a dialog stands still: each change of it would paint all of the dialog again. It is painted
        # when it comes to the top.
        if not self._is_held and self.is_current:
            super()._compositor_refresh()
