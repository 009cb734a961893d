"""IndexedPageItemView and IndexedPageFolderView: which rows of a result go out, and what the reply says about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from lxml import etree

from mail_sync.sandbox.ews.soap import M

Row = TypeVar("Row")
FIND_COUNT_LIMIT = 1000  # EWSFindCountLimit of a default throttling policy


@dataclass(frozen=True, slots=True)
class Cut(Generic[Row]):
    rows: list[Row]
    attributes: str  # of m:RootFolder


@dataclass(frozen=True, slots=True)
class Paging:
    offset: int = 0
    limit: int = FIND_COUNT_LIMIT
    from_end: bool = False

    def cut(self, rows: list[Row]) -> Cut[Row]:
        """The page of `rows`; IndexedPagingOffset is where the next page starts."""
        if self.from_end:
            end = max(len(rows) - self.offset, 0)
            start = max(end - self.limit, 0)
            page, last, following = rows[start:end], start == 0, len(rows) - start
        else:
            page = rows[self.offset : self.offset + self.limit]
            following = min(self.offset + len(page), len(rows))
            last = following >= len(rows)
        return Cut(
            page,
            f'IndexedPagingOffset="{following}" TotalItemsInView="{len(rows)}" '
            f'IncludesLastItemInRange="{"true" if last else "false"}"',
        )


def read_paging(request: etree._Element, name: str) -> Paging:
    """The paging of a request; everything (up to the server's limit) where there is none."""
    view = request.find(f"{M}{name}")
    if view is None:
        return Paging()
    return Paging(
        offset=int(view.get("Offset", "0")),
        limit=min(int(view.get("MaxEntriesReturned", str(FIND_COUNT_LIMIT))), FIND_COUNT_LIMIT),
        from_end=view.get("BasePoint") == "End",
    )
