"""What reading a mailbox needs of an Exchange server: a few requests, each with its reply's elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lxml.etree import _Element

from mail_sync.errors import SyncError
from mail_sync.providers.exchange.shapes import ItemShape

Answer = _Element | SyncError


@dataclass(frozen=True, slots=True)
class SyncReply:
    """One page of SyncFolderItems: the change elements, the sync state after them, whether they were the last."""

    changes: tuple[_Element, ...]
    state: str
    is_last: bool


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

    def items(self, item_ids: Sequence[str], shape: ItemShape) -> list[Answer]:
        """One answer per id, in order: the item's element, or what is wrong with it."""
        ...

    def is_alive(self) -> bool:
        """Whether the server answers the smallest of requests; never raises."""
        ...
