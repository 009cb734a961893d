"""The few EWS requests we make, each one request and one reply, errors already in our words.

exchangelib does the envelope, the log-in, the version and the error codes; what a request asks for and what becomes
of the reply's elements is ours (see `reading`). An error about one item stands in that item's place, so that the
rest of a batch is never lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from exchangelib.errors import EWSError, ResponseMessageError, TransportError
from exchangelib.properties import DistinguishedFolderId, FolderId, Mailbox
from exchangelib.services import FindFolder, FindItem, GetFolder, GetItem, GetUserAvailability, SyncFolderItems
from exchangelib.services.common import EWSAccountService, folder_ids_element
from exchangelib.util import create_element
from exchangelib.version import EXCHANGE_2016
from lxml.etree import _Element
from requests.exceptions import RequestException

from mail_sync.errors import (
    AccessDenied,
    CursorInvalid,
    ItemGone,
    MailboxRefused,
    MailboxUnavailable,
    PoisonItem,
    SyncError,
    Throttled,
)
from mail_sync.providers.exchange.building import child, field_uri, new
from mail_sync.providers.exchange.errors import translate, translate_item
from mail_sync.providers.exchange.reading import MESSAGES, TYPES, path
from mail_sync.providers.exchange.server import Answer, FilterRefused, FindReply, Instance, Place, SyncReply
from mail_sync.providers.exchange.shapes import FOLDER_FIELDS, FOLDER_FIELDS_2016, ItemShape
from mail_sync.providers.exchange.signal_times import signal_time_uri
from mail_sync.providers.exchange.stamps import stamp_uri
from mail_sync.providers.retry import DIVISIBLE, HASTY, Patience, Retry

T = TypeVar("T")

FOLDERS_PER_PAGE = 500

# How servers say that they cannot search by a property.
FILTER_REFUSED = frozenset(
    (
        "ErrorInvalidRestriction",
        "ErrorRestrictionTooComplex",
        "ErrorUnsupportedPathForQuery",
        "ErrorUnsupportedPropertyDefinition",
        "ErrorUnsupportedQueryFilter",
    )
)


class ExchangeServer:
    """`Server` over an exchangelib Account."""

    def __init__(self, account: Any, retry: Retry) -> None:
        self.account = account
        self.retry = retry
        self._known: dict[str, str] = {}  # '' for what this mailbox does not have

    def known_folders(self, names: Sequence[str]) -> dict[str, str]:
        """As in `Server`; each is asked for once in a connection, because none of them changes."""
        asked = [name for name in names if name not in self._known]
        if asked:
            ids = [self._distinguished(name) for name in asked]
            answers = self._ask(lambda: [_folder_or_none(one) for one in _GetFolder(account=self.account).ask(ids)])
            for name, answer in zip(asked, answers, strict=True):
                self._known[name] = "" if answer is None else _folder_id(answer)
        return {name: self._known[name] for name in names if self._known[name]}

    def folders(self) -> list[_Element]:
        root = self._distinguished("msgfolderroot")
        service = _FindFolder(account=self.account, page_size=FOLDERS_PER_PAGE)
        return self._ask(lambda: [or_raise(answer) for answer in service.ask(root)])

    def sync(self, folder_id: str, state: str | None, limit: int) -> SyncReply:
        patience = DIVISIBLE if limit > 1 else None
        return self._ask(lambda: _Sync(account=self.account).ask(folder_id, state, limit), patience)

    def items(self, item_ids: Sequence[str | Instance], shape: ItemShape) -> list[Answer]:
        def request() -> list[Answer]:
            service = _GetItem(account=self.account, chunk_size=max(1, len(item_ids)))
            answers = [_about_item(answer) for answer in service.ask(item_ids, shape)]
            if len(answers) != len(item_ids):
                raise PoisonItem(f"{len(item_ids)} items were asked for, {len(answers)} came")
            return answers

        return self._ask(request, DIVISIBLE if len(item_ids) > 1 else None)

    def availability(self, question: _Element) -> list[Answer]:
        return self._ask(lambda: _GetUserAvailability(protocol=self.account.protocol).ask(question))

    def is_alive(self) -> bool:
        root = self._distinguished("msgfolderroot")
        try:
            self._ask(lambda: [or_raise(one) for one in _GetFolder(account=self.account).ask([root])], HASTY)
        except SyncError:
            return False
        return True

    def find(
        self, places: Sequence[Place], shape: ItemShape, test: _Element | None = None, *, offset: int = 0, limit: int
    ) -> list[FindReply | SyncError]:
        return self._ask(lambda: _FindItem(account=self.account).ask(places, self.place, shape, test, offset, limit))

    def place(self, place: Place) -> _Element:
        """The t:FolderId or t:DistinguishedFolderId of a folder of this mailbox."""
        if place.folder_id:
            return new("t:FolderId", Id=place.folder_id)
        made = new("t:DistinguishedFolderId", Id=place.name)
        child(child(made, "t:Mailbox"), "t:EmailAddress", self.account.primary_smtp_address)
        return made

    def _distinguished(self, name: str) -> Any:
        return DistinguishedFolderId(id=name, mailbox=Mailbox(email_address=self.account.primary_smtp_address))

    def _ask(self, request: Callable[[], T], patience: Patience | None = None) -> T:
        def translated() -> T:
            try:
                return request()
            except (EWSError, RequestException, OSError) as error:
                raise translate(error) from error

        return self.retry.call(translated, patience)


@dataclass(frozen=True, slots=True)
class _Zone:
    """A zone as the library names it to the server."""

    ms_id: str


class Plain:
    """Mixed into a service: no waiting inside the library, and no error of one item may lose the others."""

    ERRORS_TO_CATCH_IN_RESPONSE = (EWSError,)
    WARNINGS_TO_CATCH_IN_RESPONSE = (EWSError,)
    zone = ""  # the Windows id of the one that the request is meant in, '' for the service's own

    @property
    def _timezone(self) -> Any:
        return _Zone(self.zone) if self.zone else super()._timezone  # type: ignore[misc]

    def _get_elements(self, payload: _Element) -> Iterator[Any]:
        yield from self._response_generator(payload=payload)  # type: ignore[attr-defined]

    def _elem_to_obj(self, elem: _Element) -> _Element:
        return elem

    def _get_exception(self, code: str, text: str | None, msg_xml: _Element | None = None, **rest: Any) -> Exception:
        """The library's error with the server's BackOffMilliseconds, which it reads from SOAP faults only. A code that
        the library does not know keeps its name, so that our tables can know it."""
        error: Exception = EWSAccountService._get_exception(code, text or "", msg_xml, **rest)
        if type(error) is TransportError and code:
            error = type(code, (ResponseMessageError,), {})(text or "")
        values = () if msg_xml is None else msg_xml.iterfind(f"{TYPES}Value")
        for value in values:
            if value.get("Name") == "BackOffMilliseconds" and (value.text or "").isdecimal():
                error.back_off = int(value.text or "0") / 1000  # type: ignore[attr-defined]
        return error


class _GetFolder(Plain, GetFolder):  # type: ignore[misc]
    def ask(self, folders: Sequence[Any]) -> Iterator[Any]:
        return iter(self._chunked_get_elements(self.get_payload, items=folders, additional_fields=None, shape="IdOnly"))


class _FindFolder(Plain, FindFolder):  # type: ignore[misc]
    def ask(self, root: Any) -> Iterator[Any]:
        return iter(self._paged_call(self.get_payload, None, [root], page_size=self.page_size, offset=0))

    def get_payload(self, folders: Iterable[Any], page_size: int, offset: int) -> _Element:
        payload: _Element = create_element(f"m:{self.SERVICE_NAME}", attrs={"Traversal": "Deep"})
        fields = FOLDER_FIELDS_2016 if self.account.version.build >= EXCHANGE_2016 else FOLDER_FIELDS
        payload.append(shape_element("m:FolderShape", ItemShape(fields)))
        paging = {"MaxEntriesReturned": page_size, "Offset": offset, "BasePoint": "Beginning"}
        payload.append(create_element("m:IndexedPageFolderView", attrs=paging))
        payload.append(folder_ids_element(folders=folders, version=self.account.version, tag="m:ParentFolderIds"))
        return payload


class _FindItem(Plain, FindItem):  # type: ignore[misc]
    """https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation"""

    def ask(
        self,
        places: Sequence[Place],
        element: Callable[[Place], _Element],
        shape: ItemShape,
        test: _Element | None,
        offset: int,
        limit: int,
    ) -> list[FindReply | SyncError]:
        payload = new("m:FindItem", Traversal="Shallow")
        payload.append(shape_element("m:ItemShape", shape))
        paging = {"MaxEntriesReturned": str(limit), "Offset": str(offset), "BasePoint": "Beginning"}
        child(payload, "m:IndexedPageItemView", **paging)
        if test is not None:
            child(payload, "m:Restriction").append(deepcopy(test))
        order = child(child(payload, "m:SortOrder"), "t:FieldOrder", Order="Descending")
        order.append(field_uri("item:DateTimeReceived"))
        child(payload, "m:ParentFolderIds").extend(map(element, places))
        answers = [self._reply(message) for message in self._get_response_xml(payload=payload)]
        if len(answers) != len(places):
            raise PoisonItem(f"{len(places)} folders were searched, {len(answers)} answered")
        return answers

    def _reply(self, message: _Element) -> FindReply | SyncError:
        root = self._get_element_container(message, f"{MESSAGES}RootFolder")
        if isinstance(root, Exception):
            if type(root).__name__ in FILTER_REFUSED:
                raise FilterRefused(str(root))
            error = translate(root)
            if isinstance(error, (MailboxUnavailable, MailboxRefused)) and not isinstance(error, AccessDenied):
                raise error
            return error
        return FindReply(tuple(root.iterfind(path("Items", "*"))), root.get("IncludesLastItemInRange") != "false")


class _Sync(Plain, SyncFolderItems):  # type: ignore[misc]
    def ask(self, folder_id: str, state: str | None, limit: int) -> SyncReply:
        changes = tuple(
            self.call(
                folder=FolderId(id=folder_id),
                shape="IdOnly",
                additional_fields=None,
                sync_state=state,
                ignore=None,
                max_changes_returned=limit,
                sync_scope=None,
            )
        )
        return SyncReply(changes, str(self.sync_state), self.includes_last_item_in_range)

    def _get_element_container(self, message: _Element, name: str | None = None) -> Any:
        """The changes. An error here concerns the folder and not one item, so it is raised, never yielded."""
        container = EWSAccountService._get_element_container(self, message, name)
        if isinstance(container, Exception):
            raise container
        self.sync_state = message.findtext(f"{MESSAGES}SyncState")
        if not self.sync_state:
            raise CursorInvalid("the server sent no sync state")
        self.includes_last_item_in_range = message.findtext(self.last_in_range_name) != "false"
        return container


class _GetItem(Plain, GetItem):  # type: ignore[misc]
    def ask(self, item_ids: Sequence[str | Instance], shape: ItemShape) -> Iterator[Any]:
        return iter(self._chunked_get_elements(self.get_payload, items=item_ids, shape=shape))

    def get_payload(self, items: Sequence[str | Instance], shape: ItemShape) -> _Element:
        payload: _Element = create_element(f"m:{self.SERVICE_NAME}")
        payload.append(shape_element("m:ItemShape", shape))
        ids = child(payload, "m:ItemIds")
        for one in items:
            if isinstance(one, Instance):
                child(ids, "t:OccurrenceItemId", RecurringMasterId=one.master_id, InstanceIndex=str(one.index))
            else:
                child(ids, "t:ItemId", Id=one)
        return payload

    def _get_elements_in_response(self, response: Iterable[_Element]) -> Iterator[_Element | Exception]:
        """Exactly one answer per response message, so that answers and ids stay in step."""
        for message in response:
            container = self._get_element_container(message=message, name=self.element_container_name)
            if isinstance(container, Exception):
                yield container
            elif isinstance(container, bool) or not len(container):
                yield PoisonItem("the server answered without the item")
            else:
                yield container[0]


class _GetUserAvailability(Plain, GetUserAvailability):  # type: ignore[misc]
    """https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseravailability-operation"""

    def ask(self, question: _Element) -> list[Answer]:
        return [_about_calendar(answer) for answer in self._get_elements(payload=question)]

    def _get_elements_in_response(self, response: Iterable[_Element]) -> Iterator[_Element | Exception]:
        for message in response:
            said = message.find(f"{MESSAGES}ResponseMessage")
            refused = None if said is None else self._get_element_container(message=said)
            view = message.find(f"{MESSAGES}FreeBusyView")
            if isinstance(refused, Exception):
                yield refused
            else:
                yield PoisonItem("the server answered without a calendar") if view is None else view


def shape_element(tag: str, shape: ItemShape) -> _Element:
    """An item or folder shape; texts of bodies are asked for as plain text (ItemResponseShapeType, in its order)."""
    element: _Element = create_element(tag)
    child(element, "t:BaseShape", "IdOnly")
    if "item:Body" in shape.fields:
        child(element, "t:BodyType", "Text")
    properties = child(element, "t:AdditionalProperties") if shape != ItemShape() else element
    for uri in shape.fields:
        child(properties, "t:FieldURI", FieldURI=uri)
    for uri, index in shape.indexed:
        child(properties, "t:IndexedFieldURI", FieldURI=uri, FieldIndex=index)
    for tag_number in shape.integer_tags:
        child(properties, "t:ExtendedFieldURI", PropertyTag=tag_number, PropertyType="Integer")
    if shape.signal_time:
        properties.append(signal_time_uri())
    if shape.stamp:
        properties.append(stamp_uri())
    return element


def _about_item(answer: Any) -> Answer:
    """An answer about one item. An error that concerns the mailbox as a whole fails the request instead."""
    if not isinstance(answer, Exception):
        element: _Element = answer
        return element
    error = translate_item(answer)
    if isinstance(error, (MailboxUnavailable, MailboxRefused)):
        raise error
    return error


def _about_calendar(answer: Any) -> Answer:
    """An answer about the calendar of one of several people. Only a busy server fails the request."""
    if not isinstance(answer, Exception):
        element: _Element = answer
        return element
    error = translate(answer)
    if isinstance(error, Throttled):
        raise error
    return error


def or_raise(answer: Any) -> _Element:
    if isinstance(answer, Exception):
        raise translate(answer)
    element: _Element = answer
    return element


def _folder_or_none(answer: Any) -> _Element | None:
    """A folder, None for one that the mailbox does not have or that we may not see."""
    if isinstance(answer, Exception):
        error = translate(answer)
        if isinstance(error, (ItemGone, AccessDenied)) or type(answer).__name__ == "ErrorInvalidOperation":
            return None
        raise error
    element: _Element = answer
    return element


def _folder_id(folder: _Element) -> str:
    found = folder.find(f"{TYPES}FolderId")
    return "" if found is None else found.get("Id", "")
