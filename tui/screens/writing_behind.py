"""Decisions that are shown at once and written behind: the next mail is there before the store has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from store.queries.history import operations
from tui.screens.regarding_actions import RegardingActions

_LATEST = 0.1  # seconds


class WritesBehind(RegardingActions):
    """A screen whose rows leave as soon as they are decided on. What could not be written brings them back.

    Decisions are written one after the other, in the order in which they were made. A page that was read before a
    decision was written still has its rows: `leaving` tells which of them not to show.
    """

    def __init__(self) -> None:
        super().__init__()
        self._turn = asyncio.Lock()
        self._written = 0  # decisions
        self._gone: dict[int, int | None] = {}  # activity -> how many decisions were written with it; None: not yet
        self._last: list[tuple[int, ...]] = []  # what was decided on, for what undo brings back

    def let_go(self, activity_ids: Collection[int]) -> None:
        """Take these out of the list."""
        raise NotImplementedError

    def go_on(self) -> None:
        """What was decided on stays; the cursor goes on."""
        raise NotImplementedError

    def bring_back(self, activity_ids: Sequence[int]) -> None:
        """Read the list again, with the cursor on the first of these."""
        raise NotImplementedError

    def tell(self, said: str) -> None:
        """Say in a line what was done."""
        raise NotImplementedError

    @property
    def asked_at(self) -> int:
        """When a page is asked for, to be handed to `leaving` with its answer."""
        return self._written

    def leaving(self, asked_at: int) -> frozenset[int]:
        """What was decided on and may still stand in a page that was asked for then."""
        self._gone = {key: at for key, at in self._gone.items() if at is None or at > asked_at}
        return frozenset(self._gone)

    async def carry_out(
        self,
        activity_ids: Sequence[int],
        act: Callable[..., Any],
        *values: Any,
        stays: bool = False,
        others: bool = False,
        **named: Any,
    ) -> None:
        if stays:
            self.go_on()
        else:
            self._gone |= dict.fromkeys(activity_ids)
            self._last.append(tuple(activity_ids))
            self.let_go(activity_ids)
        self.decided()
        job = partial(self.services.do, act, *values, **named)
        writing = self._write(activity_ids, job, stays=stays, others=others)
        self.run_worker(writing, group="writing", exit_on_error=False)

    async def was_carried_out(self, activity_ids: Sequence[int]) -> None:
        self._is_written(activity_ids)
        self._last.append(tuple(activity_ids))
        self.let_go(activity_ids)
        self.decided()
        self.tell(await asyncio.to_thread(self._told))

    async def _write(self, activity_ids: Sequence[int], act: Callable[..., Any], *, stays: bool, others: bool) -> None:
        async with self._turn:
            await self._next_is_painted()
            try:
                said = await asyncio.to_thread(self._carry_out, act)
            except BaseException:
                self._failed(activity_ids)
                raise
        if not stays:
            self._is_written(activity_ids)
        if stays or others:
            self.refresh_data()
        self.regarding.revision += 1
        self.tell(said)

    async def _next_is_painted(self) -> None:
        """Writing takes its share of the processor: what a person looks at comes first."""
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        with suppress(TimeoutError):  # behind another screen nothing is painted
            await asyncio.wait_for(painted.wait(), _LATEST)

    def _is_written(self, activity_ids: Sequence[int]) -> None:
        self._written += 1
        self._gone |= dict.fromkeys(activity_ids, self._written)

    def _failed(self, activity_ids: Sequence[int]) -> None:
        for key in activity_ids:
            self._gone.pop(key, None)
        if tuple(activity_ids) in self._last:
            self._last.remove(tuple(activity_ids))
        self.bring_back(activity_ids)

    def _carry_out(self, act: Callable[..., Any]) -> str:
        """On a thread. Returns what the ledger says of it."""
        act()
        return self._told()

    def _told(self) -> str:
        """What the newest operation did."""
        newest = self.services.read(operations, limit=1)
        return f"{newest[0].summary}. Ctrl+Z takes it back." if newest else ""

    async def before_undo(self) -> None:
        async with self._turn:
            pass
        if self._last:
            self.comes_back(self._last.pop())

    def comes_back(self, activity_ids: Sequence[int]) -> None:
        """Undo brings these back: the cursor goes there."""
        raise NotImplementedError
