"""Decisions that are shown at once and written behind: the next mail is there before the store has answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from store.queries.history import operations
from tui.screens.base import WRITING
from tui.screens.regarding_actions import RegardingActions

T = TypeVar("T")

_LATEST = 0.1  # seconds
_HASTE = 1.5  # seconds after a decision in which the next one is likely


@dataclass(frozen=True, slots=True)
class Decision:
    """What undo takes back. `others`: more of what is listed left with these, or came back."""

    activity_ids: tuple[int, ...]
    others: bool = False


class WritesBehind(RegardingActions):
    """A screen whose rows leave as soon as they are decided on. What could not be written brings them back.

    Decisions are written one after the other, in the order in which they were made. A page that was read before a
    decision was written still has its rows: `leaving` tells which of them not to show. What a decision changed besides
    is read once a person rests.
    """

    def __init__(self) -> None:
        super().__init__()
        self._turn = asyncio.Lock()
        self._written = 0  # decisions
        self._gone: dict[int, int | None] = {}  # activity -> how many decisions were written with it; None: not yet
        self._last: list[Decision] = []
        self._decided_at = -_HASTE

    def let_go(self, activity_ids: Collection[int]) -> None:
        """Take these out of the list."""
        raise NotImplementedError

    def go_on(self) -> None:
        """What was decided on stays; the cursor goes on."""
        raise NotImplementedError

    def look_again(self, activity_ids: Sequence[int], *, go_there: bool = False) -> None:
        """Read these rows again, no others; `go_there`: with the cursor on the first of them."""
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

    def latest(self, number: int) -> tuple[Decision, ...]:
        """The newest decisions that were not taken back."""
        return tuple(self._last[-number:])

    def leaving(self, asked_at: int) -> frozenset[int]:
        """What was decided on and may still stand in a page that was asked for then. Answers overtake each other, so
        nothing is forgotten by asking."""
        return frozenset(key for key, at in self._gone.items() if at is None or at > asked_at)

    async def carry_out(
        self,
        activity_ids: Sequence[int],
        act: Callable[..., Any],
        *values: Any,
        stays: bool = False,
        others: bool = False,
        **named: Any,
    ) -> None:
        decision = Decision(tuple(activity_ids), others)
        self._last.append(decision)
        if stays:
            self.go_on()
        else:
            self._gone |= dict.fromkeys(activity_ids)
            self.let_go(activity_ids)
        self.decided()
        job = partial(self.services.do, act, *values, **named)
        self.run_worker(self._write(decision, job, stays=stays), group=WRITING, exit_on_error=False)

    def decided(self) -> None:
        super().decided()
        self._decided_at = time.monotonic()

    @property
    def in_haste(self) -> bool:
        return not self.is_current or time.monotonic() - self._decided_at < _HASTE

    async def settle(self, act: Callable[..., T], *values: Any, **named: Any) -> T:
        found = await asyncio.to_thread(partial(self.services.do, act, *values, **named))
        self._others_read_it()
        return found

    def _others_read_it(self) -> None:
        """Other screens read again when they come back; this one shows already what was done here."""
        if self._seen_revision == self.regarding.revision:
            self._seen_revision += 1
        self.regarding.revision += 1

    async def was_carried_out(self, activity_ids: Sequence[int]) -> None:
        self._is_written(activity_ids)
        self._last.append(Decision(tuple(activity_ids)))
        self.let_go(activity_ids)
        self.decided()
        self.tell(await asyncio.to_thread(self._told))

    async def _write(self, decision: Decision, act: Callable[..., Any], *, stays: bool) -> None:
        async with self._turn:
            await self._next_is_painted()
            try:
                said = await asyncio.to_thread(self._carry_out, act)
            except BaseException:
                self._failed(decision)
                raise
        if not stays:
            self._is_written(decision.activity_ids)
        self._others_read_it()
        if decision.others:
            self.refresh_data()
        elif stays:
            self.look_again(decision.activity_ids)
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

    def _failed(self, decision: Decision) -> None:
        for key in decision.activity_ids:
            self._gone.pop(key, None)
        if decision in self._last:
            self._last.remove(decision)
        self.bring_back(decision.activity_ids)

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

    def undone(self) -> None:
        self._decided_at = time.monotonic()
        last = self._last.pop() if self._last else None
        if last is None:
            super().undone()
            return
        self._others_read_it()
        self.tell("")
        if last.others:
            self.bring_back(last.activity_ids)
        else:
            self.look_again(last.activity_ids, go_there=True)
