"""What reading and writing a mailbox needs of an Exchange server: a few requests, each with its reply's elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lxml.etree import _Element

from mail_sync.errors import SyncError
from mail_sync.provider import Written
from mail_sync.providers.exchange.shapes import ItemShape

Answer = _Element | SyncError


@dataclass(frozen=True, slots=True)
class SyncReply:
    """One page of SyncFolderItems: the change elements, the sync state after them, whether they were the last."""

    changes: tuple[_Element, ...]
    state: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, by its id or by its distinguished name ("drafts")."""

    folder_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """One occurrence of a series by its number: 1 for the first of the pattern; deleted ones are counted."""

    master_id: str
    index: int


@dataclass(frozen=True, slots=True)
class FindReply:
    """One page of a FindItem in one folder: the items' elements, newest first, and whether they were the last."""

    items: tuple[_Element, ...]
    is_last: bool


class FilterRefused(Exception):
    """The server cannot search by this; look at the items instead."""


class Server(Protocol):
    """The requests a mailbox is read with. Every method raises SyncError and has tried again where that helps;
    a broken reply to a request that can be made smaller is soon handed to the caller, who makes it smaller."""

    def known_folders(self, names: Sequence[str]) -> dict[str, str]:
        """Folder ids by distinguished id, without those that this mailbox does not have."""
        ...

    def folders(self) -> list[_Element]:
        """Every folder below the root that people see, in no particular order."""
        ...

    def sync(self, folder_id: str, state: str | None, limit: int) -> SyncReply:
        """One page of changes since `state`, at most `limit` (1 to 512) of them."""
        ...

    def items(self, item_ids: Sequence[str | Instance], shape: ItemShape) -> list[Answer]:
        """One answer per id, in order: the item's element, or what is wrong with it."""
        ...

    def availability(self, question: _Element) -> list[Answer]:
        """For each mailbox of an m:GetUserAvailabilityRequest its m:FreeBusyView, or why there is none."""
        ...

    def is_alive(self) -> bool:
        """Whether the server answers the smallest of requests; never raises."""
        ...


class Searcher(Server, Protocol):
    """The request that looks through folders."""

    def find(
        self, places: Sequence[Place], shape: ItemShape, test: _Element | None = None, *, offset: int = 0, limit: int
    ) -> list[FindReply | SyncError]:
        """One answer per folder: its items that pass `test`, or what is wrong with it. Raises FilterRefused."""
        ...


class Writer(Searcher, Protocol):
    """The requests that change a mailbox. Each is about one item, so that one refusal costs only itself.

    Every method raises SyncError: Conflict for an old change key, ItemGone, SendRefused for what the server will not
    do, OutcomeUnknown when the request may have been carried out. What certainly was not has been tried again where
    that helps. `attributes` are those of the request's element, beside the usual ones.
    """

    def create(
        self, place: Place, item: _Element, attributes: Mapping[str, str] | None = None, *, zone: str = ""
    ) -> Written:
        """A new item from its element (t:Contact, t:Message, t:CalendarItem, t:Task). `zone` is the Windows id of the
        one in which the server takes days out of instants, '' for UTC."""
        ...

    def update(
        self,
        item: Written,
        changes: Sequence[_Element],
        attributes: Mapping[str, str] | None = None,
        *,
        zone: str = "",
    ) -> Written:
        """Change fields of an item (t:SetItemField, t:DeleteItemField). With a change key an item that changed since
        is refused (NeverOverwrite), without one the fields are written whatever is there."""
        ...

    def respond(self, response: _Element, *, send: bool) -> list[_Element]:
        """Carry out a response object (t:AcceptItem, t:CancelCalendarItem) and send what it says, or not. Gives the
        elements of the items that it made or changed."""
        ...

    def move(self, item_id: str, to: Place) -> Written | None:
        """Move an item; None where the server does not say what it is called now."""
        ...

    def delete(self, item: Written, attributes: Mapping[str, str] | None = None) -> None:
        """Move an item to Deleted Items."""
        ...

    def attach(self, item: Written, attachment: _Element) -> Written:
        """Add a t:FileAttachment; the item has another change key afterwards."""
        ...

    def send(self, draft: Written) -> None:
        """Send a saved mail and keep its copy in Sent Items."""
        ...
