"""How long is waited for which error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mail_sync.errors import (
    AuthExpired,
    BrokenReply,
    CursorInvalid,
    EwsBlocked,
    ItemGone,
    MailboxMoved,
    MailboxUnavailable,
    OutcomeUnknown,
    PoisonItem,
    QuotaFull,
    SyncError,
    Throttled,
)
from mail_sync.providers.retry import DIVISIBLE, Patience, Retry, wait_before_retry

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    "error",
    [
        AuthExpired(),
        EwsBlocked(),
        CursorInvalid(),
        ItemGone(),
        PoisonItem(),
        MailboxMoved(),
        QuotaFull(),
        OutcomeUnknown(),
    ],
)
def test_wait_before_retry_is_for_passing_faults_only(error: SyncError) -> None:
    assert wait_before_retry(error, 1, Patience()) is None


def test_wait_before_retry_doubles_up_to_the_longest_wait() -> None:
    patience = Patience(attempts=9, longest_wait=10 * SECOND)
    waits = [wait_before_retry(MailboxUnavailable(), attempt, patience) for attempt in range(1, 7)]
    assert waits == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 10 * SECOND, 10 * SECOND]


def test_wait_before_retry_obeys_the_server_within_limits() -> None:
    patience = Patience(longest_wait=10 * SECOND)
    assert wait_before_retry(Throttled("", 7 * SECOND), 3, patience) == 7 * SECOND
    assert wait_before_retry(Throttled("", 11 * SECOND), 1, patience) is None


def test_wait_before_retry_gives_a_divisible_request_up_early_when_answers_break_off() -> None:
    assert wait_before_retry(BrokenReply(), 2, DIVISIBLE) is None
    assert wait_before_retry(Throttled("", SECOND), 2, DIVISIBLE) == SECOND


def failing(*errors: SyncError) -> Callable[[], str]:
    """A request that fails with each of these, then succeeds."""
    left = list(errors)

    def request() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return request


def test_retry_calls_until_it_succeeds() -> None:
    slept: list[float] = []
    retry = Retry(sleep=slept.append, clock=lambda: 0.0)
    assert retry.call(failing(MailboxUnavailable(), Throttled("", 5 * SECOND))) == "done"
    assert slept == [1, 5]


def test_retry_raises_the_last_error_when_the_time_is_spent() -> None:
    times = iter([0.0, 250.0, 295.0])
    slept: list[float] = []
    retry = Retry(Patience(total=300 * SECOND), slept.append, lambda: next(times))
    errors = (Throttled("first", 30 * SECOND), Throttled("second", 30 * SECOND))
    with pytest.raises(Throttled, match="second"):
        retry.call(failing(*errors))
    assert slept == [30]
