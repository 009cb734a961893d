"""Which errors are worth another try, after how long: one retry layer for every provider.

Provider libraries retry what they should not (exchangelib a wrong password for 85 minutes) or without limit, so they
are told to fail fast and everything is decided here. The decision is pure; `Retry` carries it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic, sleep
from typing import TypeVar

from mail_sync.errors import BrokenReply, MailboxMoved, MailboxUnavailable, QuotaFull, SyncError, Throttled

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long one request is tried before the mailbox counts as unavailable."""

    attempts: int = 6
    broken_replies: int = 6  # attempts where answers break off or make no sense
    first_wait: timedelta = timedelta(seconds=1)  # doubles with every attempt
    longest_wait: timedelta = timedelta(minutes=2)  # a server that asks for more gets its pause from the caller
    total: timedelta = timedelta(minutes=5)


# For a request that can be made smaller, which helps better than repeating it.
DIVISIBLE = Patience(broken_replies=2)
HASTY = Patience(attempts=2, broken_replies=2)


def wait_before_retry(error: SyncError, attempt: int, patience: Patience) -> timedelta | None:
    """How long to wait before trying again after the `attempt`-th failure (from 1); None when it makes no sense.

    Refusals are never tried again: repeating a wrong password locks the user out. Nor does repeating help against a
    mailbox that is full or somewhere else.
    """
    if not isinstance(error, MailboxUnavailable) or isinstance(error, (MailboxMoved, QuotaFull)):
        return None
    if attempt >= (patience.broken_replies if isinstance(error, BrokenReply) else patience.attempts):
        return None
    if isinstance(error, Throttled):
        return error.retry_after if error.retry_after <= patience.longest_wait else None
    doubled: timedelta = patience.first_wait * 2.0 ** (attempt - 1)
    return min(doubled, patience.longest_wait)


@dataclass(frozen=True, slots=True)
class Retry:
    """Calls something until it succeeds or patience ends; `sleep` takes seconds."""

    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], object] = sleep
    clock: Callable[[], float] = monotonic

    def call(self, request: Callable[[], T], patience: Patience | None = None) -> T:
        """The result of `request`. Raises the last SyncError when no further attempt makes sense."""
        limits = patience or self.patience
        started = self.clock()
        attempt = 0
        while True:
            try:
                return request()
            except MailboxUnavailable as error:
                attempt += 1
                wait = wait_before_retry(error, attempt, limits)
                spent = timedelta(seconds=self.clock() - started)
                if wait is None or spent + wait > limits.total:
                    raise
                self.sleep(wait.total_seconds())
