"""From the bytes of a request to the text of a reply: which operation answers, and what strikes before it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event, Lock

from mail_sync.sandbox.ews.attachments import get_attachment
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.directory import convert_id, get_server_time_zones, resolve_names
from mail_sync.sandbox.ews.find import find_item
from mail_sync.sandbox.ews.folders import find_folder, get_folder, sync_folder_hierarchy
from mail_sync.sandbox.ews.items import get_item
from mail_sync.sandbox.ews.notifications import get_events, subscribe, unsubscribe
from mail_sync.sandbox.ews.soap import EwsError, Request, SoapFault, envelope, fault, parse
from mail_sync.sandbox.ews.streaming import Pace, stream
from mail_sync.sandbox.ews.sync import sync_folder_items
from mail_sync.sandbox.ews.writes import WRITES
from mail_sync.sandbox.faults import FaultKind, Faults
from mail_sync.sandbox.model import Mailbox, Model, NotFound
from mail_sync.sandbox.subscriptions import Subscriptions

OPERATIONS: dict[str, Callable[[Call], str]] = {
    "ConvertId": convert_id,
    "FindFolder": find_folder,
    "FindItem": find_item,
    "GetAttachment": get_attachment,
    "GetEvents": get_events,
    "GetFolder": get_folder,
    "GetItem": get_item,
    "GetServerTimeZones": get_server_time_zones,
    "ResolveNames": resolve_names,
    "SyncFolderHierarchy": sync_folder_hierarchy,
    "Subscribe": subscribe,
    "SyncFolderItems": sync_folder_items,
    "Unsubscribe": unsubscribe,
    **WRITES,
}


@dataclass(slots=True)
class Frontend:
    """Answers EWS requests over a model. `counts` are requests per operation, refused ones included."""

    model: Model
    faults: Faults
    counts: Counter[str] = field(default_factory=Counter)
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    pace: Pace = field(default_factory=Pace)
    _counting: Lock = field(default_factory=Lock)

    def answer(self, request: Request, user: Mailbox) -> tuple[int, str]:
        """(HTTP status, reply) for a request of a user who signed in."""
        try:
            return 200, envelope(self._answer(request, user))
        except EwsError as error:
            return 500, fault(error)

    def stream(self, request: Request, user: Mailbox, stopping: Event) -> Iterator[str]:
        """The envelopes of a reply that goes on for minutes. Raises SoapFault at once, Broken while it goes on."""
        return stream(self._call(request, user), self.pace, stopping)

    def restart(self) -> None:
        """What a restart of the server's process does to its clients: subscriptions are gone, streams break."""
        self.subscriptions.clear()
        self.drop_streams()

    def drop_streams(self) -> None:
        """Break every connection that waits for events."""
        with self.model.changed:
            self.subscriptions.dropped += 1
            self.model.changed.notify_all()

    def read(self, data: bytes) -> Request:
        """The request in these bytes, counted. Raises SoapFault."""
        request = parse(data)
        with self._counting:
            self.counts[request.operation] += 1
        return request

    def _answer(self, request: Request, user: Mailbox) -> str:
        call = self._call(request, user)
        operation = OPERATIONS.get(request.operation)
        if operation is None:
            raise SoapFault("ErrorInvalidOperation", f"The operation {request.operation} is not supported.")
        return operation(call)

    def _call(self, request: Request, user: Mailbox) -> Call:
        mailbox = self._meant(request, user)
        busy = self.faults.take(FaultKind.BUSY, request.operation, mailbox.address)
        if busy is not None:
            raise SoapFault("ErrorServerBusy", back_off=busy.value)
        broken = self.faults.take(FaultKind.SOAP_FAULT, request.operation, mailbox.address)
        if broken is not None:
            raise SoapFault(broken.value)
        return Call(self.model, self.faults, user, mailbox, request.operation, request.body, self.subscriptions)

    def _meant(self, request: Request, user: Mailbox) -> Mailbox:
        if not request.impersonated:
            return user
        try:
            mailbox = self.model.mailbox(request.impersonated)
        except NotFound as error:
            raise SoapFault("ErrorNonExistentMailbox") from error
        if mailbox is not user and user.address.lower() not in mailbox.readers:
            raise SoapFault("ErrorImpersonateUserDenied")
        return mailbox
