"""From the bytes of a request to the text of a reply: which operation answers, and what strikes before it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from threading import Event, Lock

from mail_sync.sandbox.ews.attachments import get_attachment
from mail_sync.sandbox.ews.availability import get_user_availability
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.directory import convert_id, get_server_time_zones, resolve_names
from mail_sync.sandbox.ews.find import find_item
from mail_sync.sandbox.ews.folders import find_folder, get_folder, sync_folder_hierarchy
from mail_sync.sandbox.ews.items import get_item
from mail_sync.sandbox.ews.notifications import get_events, subscribe, unsubscribe
from mail_sync.sandbox.ews.rooms import get_room_lists, get_rooms
from mail_sync.sandbox.ews.soap import EwsError, Request, SoapFault, envelope, fault, parse
from mail_sync.sandbox.ews.streaming import Pace, stream
from mail_sync.sandbox.ews.sync import sync_folder_items
from mail_sync.sandbox.ews.writes import WRITES
from mail_sync.sandbox.faults import FaultKind, Faults
from mail_sync.sandbox.meetings.arrivals import arrived
from mail_sync.sandbox.model import Mailbox, Model, NotFound
from mail_sync.sandbox.signin.caller import Caller
from mail_sync.sandbox.subscriptions import Subscriptions

OPERATIONS: dict[str, Callable[[Call], str]] = {
    "ConvertId": convert_id,
    "FindFolder": find_folder,
    "FindItem": find_item,
    "GetAttachment": get_attachment,
    "GetEvents": get_events,
    "GetFolder": get_folder,
    "GetItem": get_item,
    "GetRoomLists": get_room_lists,
    "GetRooms": get_rooms,
    "GetServerTimeZones": get_server_time_zones,
    "GetUserAvailability": get_user_availability,
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

    def __post_init__(self) -> None:
        if arrived not in self.model.agents:
            self.model.agents.append(arrived)

    def answer(self, request: Request, caller: Caller) -> tuple[int, str]:
        """(HTTP status, reply) for a request of a caller who signed in."""
        try:
            return 200, envelope(self._answer(request, caller))
        except EwsError as error:
            return 500, fault(error)

    def stream(self, request: Request, caller: Caller, stopping: Event) -> Generator[str]:
        """The envelopes of a reply that goes on for minutes. Raises SoapFault at once, Broken while it goes on."""
        return stream(self._call(request, caller), self.pace, stopping)

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
        self.count(request.operation)
        return request

    def count(self, operation: str) -> None:
        """One more request for this operation."""
        with self._counting:
            self.counts[operation] += 1

    def _answer(self, request: Request, caller: Caller) -> str:
        call = self._call(request, caller)
        operation = OPERATIONS.get(request.operation)
        if operation is None:
            raise SoapFault("ErrorInvalidOperation", f"The operation {request.operation} is not supported.")
        return operation(call)

    def _call(self, request: Request, caller: Caller) -> Call:
        mailbox = self._meant(request, caller)
        user = caller.mailbox or mailbox
        busy = self.faults.take(FaultKind.BUSY, request.operation, mailbox.address)
        if busy is not None:
            raise SoapFault("ErrorServerBusy", back_off=busy.value)
        broken = self.faults.take(FaultKind.SOAP_FAULT, request.operation, mailbox.address)
        if broken is not None:
            raise SoapFault(broken.value)
        return Call(self.model, self.faults, user, mailbox, request.operation, request.body, self.subscriptions)

    def _meant(self, request: Request, caller: Caller) -> Mailbox:
        """The mailbox of the user a request acts for."""
        if not request.impersonated:
            if caller.mailbox is None:
                raise SoapFault("ErrorInvalidExchangeImpersonationHeaderData")
            return caller.mailbox
        mailbox = self._connecting(request)
        # An application's own token lets it act for everybody; a user needs the ApplicationImpersonation role.
        if caller.mailbox not in (None, mailbox) and caller.name.lower() not in self.model.impersonators:
            raise SoapFault("ErrorImpersonateUserDenied")
        return mailbox

    def _connecting(self, request: Request) -> Mailbox:
        """https://learn.microsoft.com/exchange/client-developer/web-service-reference/connectingsid"""
        if request.impersonated_by == "SID":
            for mailbox in self.model.mailboxes.values():
                if mailbox.sid == request.impersonated:
                    return mailbox
            raise SoapFault("ErrorInvalidUserSid")
        try:
            return self.model.mailbox(request.impersonated)
        except NotFound as error:
            is_upn = request.impersonated_by == "PrincipalName"
            raise SoapFault("ErrorInvalidUserPrincipalName" if is_upn else "ErrorNonExistentMailbox") from error
