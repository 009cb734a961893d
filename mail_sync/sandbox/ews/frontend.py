"""From the bytes of a request to the text of a reply: which operation answers, and what strikes before it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from mail_sync.sandbox.ews.attachments import get_attachment
from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.create import create_item
from mail_sync.sandbox.ews.directory import convert_id, get_server_time_zones, resolve_names
from mail_sync.sandbox.ews.find import find_item
from mail_sync.sandbox.ews.folders import find_folder, get_folder, sync_folder_hierarchy
from mail_sync.sandbox.ews.items import get_item
from mail_sync.sandbox.ews.soap import EwsError, Request, SoapFault, envelope, fault, parse
from mail_sync.sandbox.ews.sync import sync_folder_items
from mail_sync.sandbox.ews.update import update_item
from mail_sync.sandbox.faults import FaultKind, Faults
from mail_sync.sandbox.model import Mailbox, Model, NotFound

OPERATIONS: dict[str, Callable[[Call], str]] = {
    "ConvertId": convert_id,
    "CreateItem": create_item,
    "FindFolder": find_folder,
    "FindItem": find_item,
    "GetAttachment": get_attachment,
    "GetFolder": get_folder,
    "GetItem": get_item,
    "GetServerTimeZones": get_server_time_zones,
    "ResolveNames": resolve_names,
    "SyncFolderHierarchy": sync_folder_hierarchy,
    "SyncFolderItems": sync_folder_items,
    "UpdateItem": update_item,
}


@dataclass(slots=True)
class Frontend:
    """Answers EWS requests over a model. `counts` are requests per operation, refused ones included."""

    model: Model
    faults: Faults
    counts: Counter[str] = field(default_factory=Counter)
    _counting: Lock = field(default_factory=Lock)

    def answer(self, request: Request, user: Mailbox) -> tuple[int, str]:
        """(HTTP status, reply) for a request of a user who signed in."""
        try:
            return 200, envelope(self._answer(request, user))
        except EwsError as error:
            return 500, fault(error)

    def read(self, data: bytes) -> Request:
        """The request in these bytes, counted. Raises SoapFault."""
        request = parse(data)
        with self._counting:
            self.counts[request.operation] += 1
        return request

    def _answer(self, request: Request, user: Mailbox) -> str:
        mailbox = self._meant(request, user)
        busy = self.faults.take(FaultKind.BUSY, request.operation, mailbox.address)
        if busy is not None:
            raise SoapFault("ErrorServerBusy", back_off=busy.value)
        broken = self.faults.take(FaultKind.SOAP_FAULT, request.operation, mailbox.address)
        if broken is not None:
            raise SoapFault(broken.value)
        operation = OPERATIONS.get(request.operation)
        if operation is None:
            raise SoapFault("ErrorInvalidOperation", f"The operation {request.operation} is not supported.")
        return operation(Call(self.model, self.faults, user, mailbox, request.operation, request.body))

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
