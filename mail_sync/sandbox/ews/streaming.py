"""GetStreamingEvents: one reply of many envelopes, over a connection that stays open for minutes.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from threading import Event as Flag

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.notifications import subscription, write_events
from mail_sync.sandbox.ews.soap import EwsError, M, T, envelope, failure, response, success
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.subscriptions import MissedEvents, NoSubscription, Subscription, TooMany

NAME = "GetStreamingEvents"
MOST_SUBSCRIPTIONS = 200
MOST_MINUTES = 30
MOST_EVENTS = 100  # of one envelope


class Broken(ConnectionError):
    """The stream shall end in the middle, without a last word."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the server's heartbeat and minute last, in seconds: tests let time fly."""

    heartbeat: float = 45.0
    minute: float = 60.0


def stream(call: Call, pace: Pace, stopping: Flag) -> Generator[str]:
    """The envelopes as they fall due. Raises Broken."""
    try:
        call.check_message()
        found = _subscriptions(call)
        minutes = _minutes(call)
        call.subscriptions.open_stream(call.owner)
    except _Refused as refused:
        yield _refusal(refused.error, refused.ids)
        return
    except TooMany:
        yield _refusal(EwsError("ErrorExceededConnectionCount"), [])
        return
    except EwsError as error:
        yield _refusal(error, [])
        return
    try:
        yield from _Stream(call, found, pace, stopping).run(minutes * pace.minute)
    finally:
        call.subscriptions.close_stream(call.owner)


class _Refused(Exception):
    def __init__(self, error: EwsError, ids: list[str]) -> None:
        super().__init__(error.code)
        self.error = error
        self.ids = ids


def _subscriptions(call: Call) -> list[Subscription]:
    asked = [one.text or "" for one in call.body.iterfind(f"{M}SubscriptionIds/{T}SubscriptionId")]
    if not 1 <= len(asked) <= MOST_SUBSCRIPTIONS:
        raise EwsError("ErrorInvalidRequest")
    found, missing = [], {}
    for subscription_id in asked:
        try:
            one = subscription(call, subscription_id)
            if not one.is_streaming:
                raise EwsError("ErrorInvalidSubscription")
            found.append(one)
        except EwsError as error:
            missing[subscription_id] = error
    if missing:
        # One bad subscription refuses all: the reply names it, and the client asks again without it.
        raise _Refused(next(iter(missing.values())), list(missing))
    return found


def _minutes(call: Call) -> int:
    minutes = call.body.findtext(f"{M}ConnectionTimeout") or ""
    if not minutes.isdecimal() or not 1 <= int(minutes) <= MOST_MINUTES:
        raise EwsError("ErrorInvalidRequest")
    return int(minutes)


def _refusal(error: EwsError, ids: list[str]) -> str:
    named = "".join(f"<m:SubscriptionId>{one}</m:SubscriptionId>" for one in ids)
    inner = f"<m:ErrorSubscriptionIds>{named}</m:ErrorSubscriptionIds>" if ids else ""
    return envelope(response(NAME, [failure(NAME, error, inner)]))


def _status(status: str) -> str:
    return envelope(response(NAME, [success(NAME, f"<m:ConnectionStatus>{status}</m:ConnectionStatus>")]))


@dataclass(slots=True)
class _Stream:
    call: Call
    found: list[Subscription]
    pace: Pace
    stopping: Flag

    def run(self, seconds: float) -> Iterator[str]:
        end = time.monotonic() + seconds
        drops = self.call.subscriptions.dropped
        yield self._say(_status("OK"))
        while (left := end - time.monotonic()) > 0:
            told = self._wait(min(left, self.pace.heartbeat), drops)
            if self.stopping.is_set():
                break
            if self.call.subscriptions.dropped != drops:
                raise Broken(NAME)
            if self.call.faults.take(FaultKind.SILENT_STREAM, NAME, self.call.mailbox.address):
                self._be_silent(end, drops)
                raise Broken(NAME)
            yield from self._next(told, is_over=time.monotonic() >= end)
        yield _status("Closed")

    def _next(self, told: str, *, is_over: bool) -> Iterator[str]:
        """What is said after one wait: an error, events, or that the stream lives."""
        now = self.call.model.now()
        for one in self.found:
            try:
                self.call.subscriptions.get(one.subscription_id, now)
            except NoSubscription:
                yield _refusal(EwsError("ErrorSubscriptionNotFound"), [one.subscription_id])
                raise Broken(NAME) from None
        if told:
            yield self._say(told)
        elif not is_over:
            yield self._say(_status("OK"))

    def _say(self, text: str) -> str:
        if self.call.faults.take(FaultKind.DROP_STREAM, NAME, self.call.mailbox.address):
            raise Broken(NAME)
        return text

    def _wait(self, seconds: float, drops: int) -> str:
        """Wait for events, at most so long; the envelope with them, '' for none."""
        changed = self.call.model.changed
        with changed:
            changed.wait_for(lambda: self._is_due(drops), seconds)
            return self._collect()

    def _is_due(self, drops: int) -> bool:
        if self.stopping.is_set() or self.call.subscriptions.dropped != drops:
            return True
        if not all(self.call.subscriptions.holds(one.subscription_id) for one in self.found):
            return True
        return any(one.position < one.mailbox.journal.latest and self._has_news(one) for one in self.found)

    def _has_news(self, one: Subscription) -> bool:
        try:
            told, end, _ = one.after(one.position, 1)
        except MissedEvents:
            return True
        if not told:
            one.position = end
        return bool(told)

    def _collect(self) -> str:
        notifications = []
        for one in self.found:
            try:
                told, one.position, _ = one.after(one.position, MOST_EVENTS)
            except MissedEvents:
                one.position = one.mailbox.journal.latest
                return _refusal(EwsError("ErrorMissedNotificationEvents"), [one.subscription_id])
            if told and not self.call.faults.take(FaultKind.LOST_EVENTS, NAME, one.mailbox.address):
                events = write_events(one.mailbox, told, with_watermark=False)
                notifications.append(
                    f"<m:Notification><t:SubscriptionId>{one.subscription_id}</t:SubscriptionId>{events}"
                    "</m:Notification>"
                )
        if not notifications:
            return ""
        inner = f"<m:Notifications>{''.join(notifications)}</m:Notifications>"
        return envelope(response(NAME, [success(NAME, inner)]))

    def _be_silent(self, end: float, drops: int) -> None:
        changed = self.call.model.changed
        with changed:
            changed.wait_for(
                lambda: self.stopping.is_set() or self.call.subscriptions.dropped != drops, end - time.monotonic()
            )
