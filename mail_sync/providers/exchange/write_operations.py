"""The EWS requests that change a mailbox. None is ever repeated unless it certainly was not carried out.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/ews-operations-in-exchange
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from exchangelib.errors import EWSError
from exchangelib.services import CreateAttachment, CreateItem, DeleteItem, MoveItem, SendItem, UpdateItem
from exchangelib.version import EXCHANGE_2013_SP1
from lxml.etree import _Element
from requests.exceptions import RequestException

from mail_sync.errors import OutcomeUnknown, PoisonItem, SyncError
from mail_sync.provider import Written
from mail_sync.providers.exchange.building import child, new
from mail_sync.providers.exchange.errors import translate_write
from mail_sync.providers.exchange.operations import ExchangeServer, Plain
from mail_sync.providers.exchange.reading import TYPES, item_id
from mail_sync.providers.exchange.server import Place

T = TypeVar("T")

# A receipt is something that a person sends. Servers before 2013 SP1 do not know the attribute.
TELLS_NOBODY = {"SuppressReadReceipts": "true"}
DELETION = {
    "DeleteType": "MoveToDeletedItems",
    "SendMeetingCancellations": "SendToNone",
    "AffectedTaskOccurrences": "AllOccurrences",
}


class WritingServer(ExchangeServer):
    """`Writer` over an exchangelib Account."""

    def create(
        self, place: Place, item: _Element, attributes: Mapping[str, str] | None = None, *, zone: str = ""
    ) -> Written:
        payload = new("m:CreateItem", **{"MessageDisposition": "SaveOnly"} | dict(attributes or {}))
        child(payload, "m:SavedItemFolderId").append(self.place(place))
        child(payload, "m:Items").append(item)
        return self._written(_CreateItem, payload, zone)

    def update(
        self,
        item: Written,
        changes: Sequence[_Element],
        attributes: Mapping[str, str] | None = None,
        *,
        zone: str = "",
    ) -> Written:
        resolution = "NeverOverwrite" if item.change_key else "AlwaysOverwrite"
        usual = {"MessageDisposition": "SaveOnly", "ConflictResolution": resolution} | self._quietly()
        payload = new("m:UpdateItem", **usual | dict(attributes or {}))
        change = child(child(payload, "m:ItemChanges"), "t:ItemChange")
        change.append(reference(item))
        child(change, "t:Updates").extend(changes)
        return self._written(_UpdateItem, payload, zone)

    def respond(self, response: _Element, *, send: bool) -> list[_Element]:
        payload = new("m:CreateItem", MessageDisposition="SendAndSaveCopy" if send else "SaveOnly")
        child(payload, "m:Items").append(response)

        def request() -> list[_Element]:
            answers = list(_CreateItem(account=self.account)._get_elements(payload=payload))
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
            return [answer for answer in answers if not isinstance(answer, bool)]

        return self.write(request)

    def move(self, item_id: str, to: Place) -> Written | None:
        payload = new("m:MoveItem")
        child(payload, "m:ToFolderId").append(self.place(to))
        child(payload, "m:ItemIds").append(reference(Written(item_id)))
        answer = self._do(_MoveItem, payload)
        return None if isinstance(answer, bool) else _named(answer)

    def delete(self, item: Written, attributes: Mapping[str, str] | None = None) -> None:
        payload = new("m:DeleteItem", **DELETION | self._quietly() | dict(attributes or {}))
        child(payload, "m:ItemIds").append(reference(item))
        self._do(_DeleteItem, payload)

    def attach(self, item: Written, attachment: _Element) -> Written:
        payload = new("m:CreateAttachment")
        child(payload, "m:ParentItemId", Id=item.item_id, ChangeKey=item.change_key)
        child(payload, "m:Attachments").append(attachment)
        answer = self._do(_CreateAttachment, payload)
        found = None if isinstance(answer, bool) else answer.find(f"{TYPES}AttachmentId")
        key = "" if found is None else found.get("RootItemChangeKey", "")
        return Written(item.item_id, key)

    def send(self, draft: Written) -> None:
        payload = new("m:SendItem", SaveItemToFolder="true")
        child(payload, "m:ItemIds").append(reference(draft))
        child(payload, "m:SavedItemFolderId").append(self.place(Place(name="sentitems")))
        self._do(_SendItem, payload)

    def _quietly(self) -> dict[str, str]:
        return TELLS_NOBODY if self.account.version.build >= EXCHANGE_2013_SP1 else {}

    def _written(self, service: type[Plain], payload: _Element, zone: str) -> Written:
        answer = self._do(service, payload, zone)
        named = None if isinstance(answer, bool) else _named(answer)
        if named is None:
            raise OutcomeUnknown("the server did not say what the item is called")
        return named

    def _do(self, service: type[Plain], payload: _Element, zone: str = "") -> _Element | bool:
        """The element of the one response message, True for a message without one."""

        def request() -> _Element | bool:
            asking = service(account=self.account)  # type: ignore[call-arg] # the library's half takes it
            asking.zone = zone
            answers = list(asking._get_elements(payload=payload))
            if len(answers) > 1:
                raise PoisonItem(f"one item was written, the server spoke of {len(answers)}")
            answer: _Element | bool | Exception = answers[0] if answers else True
            if isinstance(answer, Exception):
                raise answer
            return answer

        return self.write(request)

    def write(self, request: Callable[[], T]) -> T:
        """Carry out a request that changes something. Raises as `Writer` says."""

        def translated() -> T:
            try:
                return request()
            except (EWSError, RequestException, OSError, SyncError) as error:
                raise translate_write(error) from error

        return self.retry.call(translated)


def reference(item: Written) -> _Element:
    """The t:ItemId of an item, with its change key where it is known."""
    if item.change_key:
        return new("t:ItemId", Id=item.item_id, ChangeKey=item.change_key)
    return new("t:ItemId", Id=item.item_id)


def _named(item: _Element) -> Written | None:
    named, change_key = item_id(item)
    return Written(named, change_key) if named else None


class _CreateItem(Plain, CreateItem):  # type: ignore[misc]
    pass


class _UpdateItem(Plain, UpdateItem):  # type: ignore[misc]
    pass


class _MoveItem(Plain, MoveItem):  # type: ignore[misc]
    pass


class _DeleteItem(Plain, DeleteItem):  # type: ignore[misc]
    pass


class _CreateAttachment(Plain, CreateAttachment):  # type: ignore[misc]
    pass


class _SendItem(Plain, SendItem):  # type: ignore[misc]
    pass
