"""Who wants to be told of what: the subscriptions of a running server, and the watermarks into a mailbox's journal.

They live in the memory of the server, so that a restart forgets all of them, as documented for Exchange:
https://learn.microsoft.com/exchange/client-developer/exchange-web-services/handling-notification-related-errors-in-ews-in-exchange
"""

from __future__ import annotations

import binascii
import struct
from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from threading import Lock
from uuid import uuid4

from mail_sync.sandbox.journal import Event, Happening
from mail_sync.sandbox.model import Mailbox

WATERMARK = struct.Struct("<I16sQ?")
STREAM_LIFE = timedelta(minutes=30)  # how long a streaming subscription lives without a connection


class InvalidWatermark(ValueError):
    """No watermark of this mailbox."""


class MissedEvents(LookupError):
    """Events after this watermark have been forgotten."""


class NoSubscription(KeyError):
    """No such subscription, or not any more."""


class TooMany(RuntimeError):
    """A limit of the server is reached."""


@dataclass(slots=True, eq=False)
class Subscription:
    """`folders` are ids, None for the whole mailbox. `position` is the last event that was told."""

    subscription_id: str
    owner: str  # lower-case address of the user who made it
    mailbox: Mailbox
    folders: frozenset[str] | None
    events: frozenset[Event]
    position: int
    life: timedelta  # it expires when nobody asks for this long
    is_streaming: bool
    touched: datetime
    start: int = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.position

    def wants(self, happening: Happening) -> bool:
        """Whether this event is one the client subscribed to."""
        if happening.event not in self.events:
            return False
        if self.folders is None:
            return True
        places = {happening.folder_id, happening.old_folder_id}
        if happening.is_folder:
            places.add(happening.subject)
        return not self.folders.isdisjoint(places)

    def after(self, number: int, most: int) -> tuple[list[Happening], int, bool]:
        """(up to `most` wanted events after a number, where they end, whether there are more). The caller holds the
        lock. Raises MissedEvents."""
        if number < self.mailbox.journal.forgotten:
            raise MissedEvents(self.subscription_id)
        wanted = [happening for happening in self.mailbox.journal.after(number) if self.wants(happening)]
        told = list(islice(wanted, most))
        is_cut = len(wanted) > len(told)
        return told, told[-1].number if is_cut else self.mailbox.journal.latest, is_cut


@dataclass(slots=True)
class Subscriptions:
    """All subscriptions of one server. `most_per_mailbox` and `most_streams` are Exchange Online's defaults."""

    most_per_mailbox: int = 20
    most_streams: int = 10  # connections that hang, per user
    _known: dict[str, Subscription] = field(default_factory=dict)
    _streams: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    dropped: int = 0  # how often all streams were told to break

    def add(
        self,
        owner: str,
        mailbox: Mailbox,
        folders: Collection[str] | None,
        events: Collection[Event],
        *,
        position: int,
        life: timedelta = STREAM_LIFE,
        is_streaming: bool = False,
    ) -> Subscription:
        """A new subscription. Raises TooMany."""
        now = mailbox.clock.now()
        with self._lock:
            self._forget_expired(now)
            if sum(known.mailbox is mailbox for known in self._known.values()) >= self.most_per_mailbox:
                raise TooMany(mailbox.address)
            named = None if folders is None else frozenset(folders)
            made = Subscription(
                str(uuid4()), owner, mailbox, named, frozenset(events), position, life, is_streaming, now
            )
            self._known[made.subscription_id] = made
            return made

    def _forget_expired(self, now: datetime) -> None:
        for known in list(self._known.values()):
            if now - known.touched > known.life:
                del self._known[known.subscription_id]

    def get(self, subscription_id: str, now: datetime) -> Subscription:
        """The subscription, which lives on from now. Raises NoSubscription."""
        with self._lock:
            self._forget_expired(now)
            found = self._known.get(subscription_id)
            if found is None:
                raise NoSubscription(subscription_id)
            found.touched = now
            return found

    def holds(self, subscription_id: str) -> bool:
        """Whether it is still there; asking does not keep it alive."""
        with self._lock:
            return subscription_id in self._known

    def remove(self, subscription_id: str) -> None:
        """Raises NoSubscription."""
        with self._lock:
            if self._known.pop(subscription_id, None) is None:
                raise NoSubscription(subscription_id)

    def clear(self) -> None:
        """Forget all, as a restarted server has."""
        with self._lock:
            self._known.clear()

    def count(self) -> int:
        """How many there are."""
        with self._lock:
            return len(self._known)

    def open_stream(self, owner: str) -> None:
        """Count a connection that hangs. Raises TooMany."""
        with self._lock:
            if self._streams.get(owner, 0) >= self.most_streams:
                raise TooMany(owner)
            self._streams[owner] = self._streams.get(owner, 0) + 1

    def close_stream(self, owner: str) -> None:
        """The connection ended."""
        with self._lock:
            self._streams[owner] -= 1

    def streams(self) -> int:
        """How many connections hang now."""
        with self._lock:
            return sum(self._streams.values())


def watermark(mailbox: Mailbox, number: int) -> str:
    """The opaque bookmark behind event `number` of a mailbox."""
    return b64encode(WATERMARK.pack(1, mailbox.guid.bytes_le, number, True)).decode()


def read_watermark(text: str, mailbox: Mailbox) -> int:
    """The event behind a watermark. Raises InvalidWatermark."""
    try:
        _, guid, number, _ = WATERMARK.unpack(b64decode(text.encode("ascii"), validate=True))
    except (UnicodeEncodeError, binascii.Error, struct.error) as error:
        raise InvalidWatermark(text) from error
    if guid != mailbox.guid.bytes_le or number > mailbox.journal.latest:
        raise InvalidWatermark(text)
    return int(number)
