"""Reading many items in few requests, so that one bad item costs only itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.etree import _Element

from mail_sync.errors import MailboxUnavailable, PoisonItem, SyncError, Throttled
from mail_sync.provider import Poisoned
from mail_sync.providers.exchange.server import Server
from mail_sync.providers.exchange.shapes import ItemShape

MOST_IN_A_ROW = 3  # items that break the connection before one came through


@dataclass(frozen=True, slots=True)
class Sized:
    """An item to fetch and how many bytes the server says it has."""

    item_id: str
    size: int


def read_items(server: Server, item_ids: Sequence[str], shape: ItemShape) -> Iterator[tuple[str, _Element | Poisoned]]:
    """Each id with its element or with what is wrong with it, in order.

    When a request for several items fails as a whole, its halves are asked for, down to the one item that cannot be
    had; smaller replies also get through where connections break off in large ones. Raises MailboxUnavailable and
    MailboxRefused when the fault is not with the items.
    """
    return _Batch(server, item_ids, shape).read(item_ids)


@dataclass(slots=True)
class _Batch:
    """One call of `read_items`: which items came through, and how many broke the connection."""

    server: Server
    item_ids: Sequence[str]
    shape: ItemShape
    came: bool = False
    broke: int = 0

    def read(self, item_ids: Sequence[str]) -> Iterator[tuple[str, _Element | Poisoned]]:
        if not item_ids:
            return
        try:
            answers = self.server.items(item_ids, self.shape)
        except Throttled:
            raise
        except (PoisonItem, MailboxUnavailable) as error:
            if len(item_ids) == 1:
                yield item_ids[0], Poisoned(item_ids[0], self._blame(error))
                return
            if not isinstance(error, PoisonItem) and not self.server.is_alive():
                raise
            half = len(item_ids) // 2
            yield from self.read(item_ids[:half])
            yield from self.read(item_ids[half:])
            return
        self.came = True
        for item_id, answer in zip(item_ids, answers, strict=True):
            yield item_id, Poisoned(item_id, answer) if isinstance(answer, SyncError) else answer

    def _blame(self, error: SyncError) -> SyncError:
        """The item is to blame when the server answers other requests. Raises `error` when it does not.

        A server may answer small questions while it can hand out no item at all. So when the first few items all
        break the connection, the last one must come through before they are blamed.
        """
        if isinstance(error, PoisonItem):
            return error
        self.broke += 1
        if not self.server.is_alive():
            raise error
        if self.broke == MOST_IN_A_ROW and not self.came:
            self.server.items([self.item_ids[-1]], self.shape)
            self.came = True
        return PoisonItem(error.detail)


def chunks(item_ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The ids in runs of at most `size`."""
    for start in range(0, len(item_ids), size):
        yield item_ids[start : start + size]


def within_budget(items: Sequence[Sized], most: int, budget: int) -> Iterator[Sequence[Sized]]:
    """Runs of at most `most` items and `budget` bytes; an item beyond the budget stands alone."""
    run: list[Sized] = []
    used = 0
    for item in items:
        if run and (len(run) == most or used + item.size > budget):
            yield run
            run, used = [], 0
        run.append(item)
        used += item.size
    if run:
        yield run
