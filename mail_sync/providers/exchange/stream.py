"""Subscribe and GetStreamingEvents over a connection that nobody else uses: a stream keeps its session for itself.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from threading import Event
from typing import Any, TypeVar

from exchangelib.errors import EWSError
from exchangelib.services import GetStreamingEvents, SubscribeToStreaming, Unsubscribe
from lxml.etree import _Element
from requests.exceptions import RequestException

from mail_sync.errors import AccessDenied, MailboxUnavailable, SyncError
from mail_sync.providers.exchange.building import child, new
from mail_sync.providers.exchange.errors import translate
from mail_sync.providers.exchange.listening import EVERYWHERE, TREE, Refused, SubscriptionLost
from mail_sync.providers.exchange.operations import Plain
from mail_sync.providers.exchange.reading import MESSAGES, TYPES
from mail_sync.providers.retry import Retry

T = TypeVar("T")

EVENT_TYPES = ("CopiedEvent", "CreatedEvent", "DeletedEvent", "ModifiedEvent", "MovedEvent", "NewMailEvent")
MINUTES = 29  # of one connection; the server allows 30
SILENCE = 150  # seconds without even a heartbeat (they come every 45 or so) after which nobody is there
SHORTEST_REST, LONGEST_REST = 0.5, 60.0  # seconds between two connections
LOST = frozenset(
    (
        "ErrorEventNotFound",
        "ErrorExpiredSubscription",
        "ErrorInvalidSubscription",
        "ErrorInvalidWatermark",
        "ErrorMissedNotificationEvents",
        "ErrorReadEventsFailed",
        "ErrorSubscriptionNotFound",
        "ErrorSubscriptionUnsubsribed",
    )
)
REFUSED = frozenset(
    (
        "ErrorInvalidSubscriptionRequest",
        "ErrorInvalidOperation",
        "ErrorSubscriptionAccessDenied",
        "ErrorSubscriptionDelegateAccessNotSupported",
    )
)
FOLDERS = (f"{TYPES}ParentFolderId", f"{TYPES}OldParentFolderId")
# Events by which the tree changes when they are about a folder; a modified one has other counts, as with every mail.
TREE_EVENTS = ("CopiedEvent", "CreatedEvent", "DeletedEvent", "MovedEvent")


class ExchangeStation:
    """`Station` over an exchangelib Account of its own."""

    def __init__(self, account: Any, retry: Retry) -> None:
        self._account = account
        self._retry = retry
        self._subscription = ""
        self._stream: _Stream | None = None
        self._over = Event()
        self._connections = 0

    def subscribe(self, folder_ids: Sequence[str]) -> str:
        def request() -> str:
            (answer,) = _Subscribe(account=self._account)._get_elements(payload=_subscription(folder_ids))
            if isinstance(answer, Exception):
                raise answer
            return str(answer.text)

        self._subscription = self._retry.call(lambda: self._said(request))
        return self._subscription

    def events(self, subscription: str) -> Iterator[frozenset[str]]:
        stream = self._stream = _Stream(account=self._account)
        self._connections += 1
        try:
            if self._over.is_set():
                raise MailboxUnavailable("nobody listens any more")
            if self._connections > 1:
                yield EVERYWHERE
            yield from self._told(stream, subscription)
        finally:
            self._stream = None
            with suppress(EWSError, RequestException, OSError):
                stream.stop_streaming()

    def _told(self, stream: _Stream, subscription: str) -> Iterator[frozenset[str]]:
        notifications = stream.ask(subscription)
        while not self._over.is_set():
            found = self._said(lambda: next(notifications, None))
            if found is None:
                return
            yield found

    def rest(self, breaks: int) -> None:
        self._over.wait(min(LONGEST_REST, SHORTEST_REST * 4 ** (breaks - 1)))

    def hang_up(self) -> None:
        self._over.set()
        stream = self._stream
        if stream is not None:
            stream.interrupt()

    def leave(self) -> None:
        if self._subscription:
            payload = new("m:Unsubscribe")
            child(payload, "m:SubscriptionId", self._subscription)
            with suppress(EWSError, RequestException, OSError, SyncError):
                list(_Unsubscribe(account=self._account)._get_elements(payload=payload))
        self._account.protocol.close()

    def _said(self, request: Callable[[], T]) -> T:
        """What a request answers, its errors in our words."""
        try:
            return request()
        except (EWSError, RequestException, OSError, SyncError) as error:
            name = type(error).__name__
            if name in LOST:
                raise SubscriptionLost(name) from error
            told = translate(error)
            if name in REFUSED or isinstance(told, AccessDenied):
                raise Refused(name) from error
            raise told from error


def _subscription(folder_ids: Sequence[str]) -> _Element:
    payload = new("m:Subscribe")
    wanted = child(payload, "m:StreamingSubscriptionRequest")
    if folder_ids:
        holder = child(wanted, "t:FolderIds")
        for folder_id in folder_ids:
            child(holder, "t:FolderId", Id=folder_id)
    else:
        wanted.set("SubscribeToAllFolders", "true")
    types = child(wanted, "t:EventTypes")
    for name in EVENT_TYPES:
        child(types, "t:EventType", name)
    return payload


class _Subscribe(Plain, SubscribeToStreaming):  # type: ignore[misc]
    pass


class _Unsubscribe(Plain, Unsubscribe):  # type: ignore[misc]
    pass


class _Stream(Plain, GetStreamingEvents):  # type: ignore[misc]
    """One connection. Errors are raised: none of them is about a single item."""

    ERRORS_TO_CATCH_IN_RESPONSE = ()  # type: ignore[assignment]
    WARNINGS_TO_CATCH_IN_RESPONSE = ()  # type: ignore[assignment]

    def ask(self, subscription: str) -> Iterator[frozenset[str]]:
        payload = new("m:GetStreamingEvents")
        child(child(payload, "m:SubscriptionIds"), "t:SubscriptionId", subscription)
        child(payload, "m:ConnectionTimeout", str(MINUTES))
        self.timeout = SILENCE
        for message in self._get_response_xml(payload=payload):
            container = self._get_element_container(message, f"{MESSAGES}Notifications")
            if len(container):
                yield folders_of(container)

    def interrupt(self) -> None:
        """End the connection from another thread; the read that waits for the next byte fails."""
        response = self._streaming_response
        raw = getattr(response, "raw", None)
        with suppress(OSError, RuntimeError, ValueError, AttributeError):
            raw.shutdown()  # type: ignore[union-attr]


def folders_of(notifications: _Element) -> frozenset[str]:
    """The folders in which something happened, and `TREE` where it happened to folders."""
    found = {each.get("Id", "") for tag in FOLDERS for each in notifications.iter(tag)} - {""}
    events = (event for name in TREE_EVENTS for event in notifications.iter(f"{TYPES}{name}"))
    about_folders = any(event.find(f"{TYPES}FolderId") is not None for event in events)
    return frozenset(found | {TREE}) if about_folders else frozenset(found)
