"""Hearing that something changed: a streaming subscription on a thread of its own, told as pokes.

Notifications can be lost and say little, so each is only a reason to look (the change feed is the truth). Whenever a
gap is possible - a new subscription, a broken or renewed connection - the poke is about everything.
https://learn.microsoft.com/exchange/client-developer/exchange-web-services/notification-subscriptions-mailbox-events-and-ews-in-exchange
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Protocol

from mail_sync.errors import MailboxUnavailable
from mail_sync.provider import Folder, Poke

EVERYWHERE: frozenset[str] = frozenset()
#: Stands among the folders of a notification that is about folders themselves; no id looks like that.
TREE = "*"

_GLANCE = 0.1  # seconds between two looks at `stop`
_MOST_BREAKS = 4  # connections in a row that end without a word of news
_SOON = 10.0  # seconds; a connection that ends sooner was refused rather than renewed


class Refused(Exception):
    """The server grants no subscription: it is polled."""


class SubscriptionLost(Exception):
    """The server forgot the subscription or some of its events."""


class Station(Protocol):
    """A connection that does nothing but listen. Only `hang_up` may be called from another thread."""

    def subscribe(self, folder_ids: Sequence[str]) -> str:
        """A new subscription to these folders, or to all. Raises Refused, SyncError."""
        ...

    def events(self, subscription: str) -> Iterator[frozenset[str]]:
        """The folders of each notification (see `TREE`) until the server ends the connection, as every half hour.
        Every connection but the first begins with an empty one. Raises SubscriptionLost, SyncError."""
        ...

    def rest(self, breaks: int) -> None:
        """Wait before the next connection, longer after several that broke."""
        ...

    def leave(self) -> None:
        """Give back the subscription and the connection; never raises SyncError."""
        ...

    def hang_up(self) -> None:
        """Break the connection; `events` ends with an error."""
        ...


def listen(
    station: Callable[[], Station], folders: Sequence[Folder], *, stop: Callable[[], bool], patience: timedelta
) -> Iterator[Poke]:
    """Pokes until `stop`, an empty one after `patience` without news. Raises Refused, MailboxUnavailable and
    MailboxRefused."""
    wanted = [folder.folder_id for folder in folders]
    heard: SimpleQueue[frozenset[str] | Exception | None] = SimpleQueue()
    connected = station()
    Thread(target=_hear, args=(connected, wanted, heard.put), name="listening", daemon=True).start()
    try:
        quiet_until = monotonic() + patience.total_seconds()
        while not stop():
            try:
                news = heard.get(timeout=_GLANCE)
            except Empty:
                if monotonic() < quiet_until:
                    continue
                news = EVERYWHERE
            if isinstance(news, Exception):
                raise news
            if news is None:
                return
            yield Poke(_within(news, wanted), TREE in news)
            quiet_until = monotonic() + patience.total_seconds()
    finally:
        connected.hang_up()


def _within(folder_ids: frozenset[str], wanted: Sequence[str]) -> frozenset[str]:
    """The folders that were asked for; news of others is news of something."""
    return folder_ids & frozenset(wanted) if wanted else folder_ids - {TREE}


def _hear(
    station: Station, folder_ids: Sequence[str], tell: Callable[[frozenset[str] | Exception | None], object]
) -> None:
    """Listen until it cannot go on, and tell everything that is heard, errors last."""
    try:
        for news in _news(station, folder_ids):
            tell(news)
        tell(None)
    except Exception as error:  # noqa: BLE001 - whoever waits for news must learn that none will come
        tell(error)
    finally:
        station.leave()


def _news(station: Station, folder_ids: Sequence[str]) -> Iterator[frozenset[str]]:
    """Notifications over one connection after the other. Raises MailboxUnavailable when none holds any more."""
    subscription = station.subscribe(folder_ids)
    breaks = 0
    yield EVERYWHERE  # whatever happened before there was a subscription
    while True:
        began = monotonic()
        try:
            for news in station.events(subscription):
                breaks = 0 if news else breaks
                yield news
            held = monotonic() - began > _SOON
            broken = None if held else MailboxUnavailable("the server ends every connection that listens at once")
        except SubscriptionLost:
            subscription, broken = station.subscribe(folder_ids), MailboxUnavailable("subscriptions do not last")
        except MailboxUnavailable as error:
            broken = error
        if broken is not None:
            breaks += 1
            if breaks == _MOST_BREAKS:
                raise broken
            station.rest(breaks)
