"""Being seen at what one looks at or answers, and seeing who else is there."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from functools import partial

from textual import events, on
from textual.timer import Timer

from store.presence import BEAT, VIEWING, Present, be_at, leave
from tui.screens.base import BaseScreen

_REST = 1.0  # seconds for which one stays at a mail before others are told


class Attending(BaseScreen):
    """A screen that tells where one is. `people` are the others, by place."""

    DOING = VIEWING

    def __init__(self) -> None:
        super().__init__()
        self.place = ""
        self.people: dict[str, tuple[Present, ...]] = {}
        self._arriving: Timer | None = None
        self._left = ""  # where one was before a dialog, or another screen, came over this one

    def places_in_view(self) -> Collection[str]:
        """Where else to look who is there."""
        return ()

    def show_people(self) -> None:
        """Others came or went."""

    def on_mount(self) -> None:
        self.set_interval(BEAT.total_seconds(), self.look_around)

    def attend(self, place: str) -> None:
        """One looks at this now; '' for nothing."""
        if place == self.place:
            return
        self.place = place
        if self._arriving is not None:
            self._arriving.stop()
        self._arriving = self.set_timer(_REST, self.look_around)

    def look_around(self) -> None:
        """Tell that one is still here, and look who else is."""
        if self.is_current and (self.place or self.places_in_view()):
            self.run_worker(self._be_there(), group="presence", exit_on_error=False)

    async def _be_there(self) -> None:
        job = partial(self.services.do, be_at, self.place, self.DOING, tuple(self.places_in_view()))
        found = await asyncio.to_thread(job)
        if found != self.people:
            self.people.clear()
            self.people |= found
            self.show_people()

    @on(events.ScreenResume)
    def _come_back(self) -> None:
        if not self.place:
            self.attend(self._left)

    @on(events.ScreenSuspend)
    @on(events.Unmount)
    def _go(self) -> None:
        if self.place:
            self._left = place = self.place
            self.place = ""
            self.app.run_worker(partial(self.services.do, leave, place), thread=True, exit_on_error=False)
