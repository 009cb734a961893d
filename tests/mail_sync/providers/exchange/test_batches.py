"""Splitting requests down to the item at fault."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from lxml.etree import _Element

from mail_sync.errors import BrokenReply, ItemGone, MailboxUnavailable, PoisonItem, SyncError, Throttled
from mail_sync.provider import Poisoned
from mail_sync.providers.exchange.batches import Sized, read_items, within_budget
from mail_sync.providers.exchange.server import Answer, Instance, SyncReply
from mail_sync.providers.exchange.shapes import MIME, ItemShape
from tests.mail_sync.providers.exchange.elements import element

IDS = [str(number) for number in range(8)]


class ScriptedServer:
    """Fails every request that holds a bad item."""

    def __init__(self, error: SyncError, *bad: str, alive: bool = True) -> None:
        self.error = error
        self.bad = set(bad)
        self.alive = alive
        self.asked: list[int] = []

    def items(self, item_ids: Sequence[str | Instance], shape: ItemShape) -> list[Answer]:
        self.asked.append(len(item_ids))
        if self.bad & set(item_ids):
            raise self.error
        return [ItemGone("") if item_id == "7" else element("Message", "", str(item_id)) for item_id in item_ids]

    def availability(self, question: _Element) -> list[Answer]:
        return []

    def is_alive(self) -> bool:
        return self.alive

    def known_folders(self, names: Sequence[str]) -> dict[str, str]:
        return {}

    def folders(self) -> list[_Element]:
        return []

    def sync(self, folder_id: str, state: str | None, limit: int) -> SyncReply:
        return SyncReply((), "", True)


def failed(server: ScriptedServer) -> dict[str, type[SyncError]]:
    answers = list(read_items(server, IDS, MIME))
    assert [item_id for item_id, _ in answers] == IDS
    return {item_id: type(answer.error) for item_id, answer in answers if isinstance(answer, Poisoned)}


def test_one_bad_item_is_found_by_halving() -> None:
    server = ScriptedServer(BrokenReply("cut"), "3")
    assert failed(server) == {"3": PoisonItem, "7": ItemGone}
    assert server.asked == [8, 4, 2, 2, 1, 1, 4]


def test_an_unreadable_reply_is_the_items_fault_even_alone() -> None:
    assert failed(ScriptedServer(PoisonItem("broken"), "0", "5", alive=False)) == {
        "0": PoisonItem,
        "5": PoisonItem,
        "7": ItemGone,
    }


def test_a_dead_server_is_not_blamed_on_items() -> None:
    server = ScriptedServer(MailboxUnavailable("down"), "3", alive=False)
    with pytest.raises(MailboxUnavailable):
        failed(server)
    assert server.asked == [8]


def test_a_busy_server_is_not_asked_for_halves() -> None:
    server = ScriptedServer(Throttled("busy"), "3")
    with pytest.raises(Throttled):
        failed(server)
    assert server.asked == [8]


def test_within_budget_fills_runs_by_count_and_bytes() -> None:
    items = [Sized(str(size), size) for size in (10, 10, 10, 50, 200, 10, 10)]
    runs = [[item.size for item in run] for run in within_budget(items, 3, 100)]
    assert runs == [[10, 10, 10], [50], [200], [10, 10]]
