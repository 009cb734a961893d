"""Finding stamps where a server cannot search, and listing folders that change meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml.etree import _Element

from mail_sync.errors import SyncError
from mail_sync.provider import Folder, FolderRole, ItemKind
from mail_sync.providers.exchange.finding import LISTED_AT_ONCE, OVERLAP, list_ids
from mail_sync.providers.exchange.server import Answer, FindReply, Instance, Place, SyncReply
from mail_sync.providers.exchange.shapes import ItemShape
from mail_sync.sandbox.faults import FaultKind
from tests.mail_sync.providers.contract import the
from tests.mail_sync.providers.exchange.elements import element
from tests.mail_sync.providers.exchange.world import ExchangeWorld
from tests.mail_sync.providers.sending_contract import MAIL, where
from tests.mail_sync.providers.writing_contract import contact

INBOX = Folder("inbox", "Inbox", FolderRole.INBOX, ItemKind.EMAIL)


class ListedServer:
    """One folder, newest first, in which something happens after each page."""

    def __init__(self, names: Sequence[str], happens: Callable[[list[str]], object]) -> None:
        self.names = list(names)
        self.happens = happens

    def find(
        self, _places: Sequence[Place], _shape: ItemShape, test: _Element | None = None, *, offset: int = 0, limit: int
    ) -> list[FindReply | SyncError]:
        page = self.names[offset : offset + limit]
        is_last = offset + limit >= len(self.names)
        self.happens(self.names)
        return [FindReply(tuple(element("Message", "", name) for name in page), is_last)]

    def known_folders(self, names: Sequence[str]) -> dict[str, str]:
        return {}

    def folders(self) -> list[_Element]:
        return []

    def sync(self, folder_id: str, state: str | None, limit: int) -> SyncReply:
        return SyncReply((), "", True)

    def items(self, item_ids: Sequence[str | Instance], shape: ItemShape) -> list[Answer]:
        return []

    def availability(self, question: _Element) -> list[Answer]:
        return []

    def is_alive(self) -> bool:
        return True


def listed(server: ListedServer) -> list[str]:
    return [name for page in list_ids(server, INBOX) for name, _ in page]


def test_list_ids_misses_nothing_when_newer_items_vanish_meanwhile() -> None:
    names = [str(number) for number in range(3 * LISTED_AT_ONCE)]

    def vanish(left: list[str]) -> None:
        del left[: 4 * OVERLAP]

    assert set(names[-LISTED_AT_ONCE:]) <= set(listed(ListedServer(names, vanish)))


def test_list_ids_names_nothing_twice_when_items_arrive_meanwhile() -> None:
    names = [str(number) for number in range(3 * LISTED_AT_ONCE)]
    arrived = iter(range(10_000, 20_000))
    got = listed(ListedServer(names, lambda left: left.insert(0, str(next(arrived)))))
    assert sorted(got) == sorted(set(got))
    assert set(names) <= set(got)


def test_a_stamp_is_found_where_the_server_refuses_to_search(world: ExchangeWorld) -> None:
    provider = world.connect()
    provider.save_draft(MAIL, "s")
    world.faults.set(FaultKind.MESSAGE_ERROR, "ErrorUnsupportedPathForQuery", operation="FindItem", times=1)
    assert where(provider, "s") == [FolderRole.DRAFTS]


def test_a_folder_that_may_not_be_searched_hides_no_other(world: ExchangeWorld) -> None:
    provider = world.connect()
    written = contact(provider, stamp="s")
    world.faults.set(FaultKind.MESSAGE_ERROR, "ErrorAccessDenied", operation="FindItem", times=1)
    assert [one.item_id for one in provider.find_stamped("s")] == [written.item_id]


def test_what_lies_in_drafts_is_found_in_one_search(world: ExchangeWorld) -> None:
    provider = world.connect()
    provider.save_draft(MAIL, "s")
    the(FolderRole.DRAFTS, provider)
    asked = world.sandbox.counts["FindItem"]
    assert where(provider, "s") == [FolderRole.DRAFTS]
    assert world.sandbox.counts["FindItem"] == asked + 1
