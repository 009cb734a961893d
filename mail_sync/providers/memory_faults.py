"""Bad days of a mailbox in memory: what its next requests and writes meet."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mail_sync.errors import OutcomeUnknown, SyncError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Lost:
    """The connection breaks off in a write, before (not `done`) or after the server did it."""

    done: bool


class MemoryFaults:
    """Faults wait in line: each is met once, by the next request or write."""

    def __init__(self) -> None:
        self._requests: deque[SyncError] = deque()
        self._writes: deque[SyncError | _Lost] = deque()
        self._listening: deque[SyncError] = deque()
        self._poison: dict[str, SyncError] = {}

    def fail(self, error: SyncError, times: int = 1) -> None:
        """The next requests fail, reads and writes alike; nothing is done."""
        self._requests.extend([error] * times)

    def fail_writes(self, error: SyncError, times: int = 1) -> None:
        """The next writes are refused and reads go on: QuotaFull, Throttled, SendRefused, Conflict ..."""
        self._writes.extend([error] * times)

    def lose_replies(self, times: int = 1) -> None:
        """The next writes are done and nobody hears of it: OutcomeUnknown."""
        self._writes.extend([_Lost(done=True)] * times)

    def lose_requests(self, times: int = 1) -> None:
        """The next writes never arrive, and nobody knows that either: OutcomeUnknown."""
        self._writes.extend([_Lost(done=False)] * times)

    def fail_listening(self, error: SyncError) -> None:
        """Listening ends with this error."""
        self._listening.append(error)

    def poison(self, item_id: str, error: SyncError) -> None:
        """The item can be listed but not handed out."""
        self._poison[item_id] = error

    def heal(self) -> None:
        """No fault waits any more."""
        for waiting in (self._requests, self._writes, self._listening, self._poison):
            waiting.clear()

    def request(self) -> None:
        """Meet what waits for a request. Raises it."""
        if self._requests:
            raise self._requests.popleft()

    def write(self, act: Callable[[], T]) -> T:
        """Do `act` as far as the next fault lets it happen."""
        fault = self._writes.popleft() if self._writes else None
        if isinstance(fault, SyncError):
            raise fault
        if fault is not None and not fault.done:
            raise OutcomeUnknown("the connection broke off")
        result = act()
        if fault is not None:
            raise OutcomeUnknown("the connection broke off")
        return result

    def listening(self) -> None:
        """Meet what waits for whoever listens. Raises it."""
        if self._listening:
            raise self._listening.popleft()

    def poisoned(self, item_id: str) -> SyncError | None:
        """Why the item cannot be handed out."""
        return self._poison.get(item_id)
