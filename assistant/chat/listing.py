"""Lists of records, looked through as far as an answer at once allows."""

from __future__ import annotations

from assistant.chat.registry import Talk
from store.queries.paging import Page
from store.queries.records import RecordRow, list_records

_PAGE = 200
_PAGES = 25  # 5,000 records


def looked_through(
    talk: Talk, kind: str, *, view: str = "open", sort: str = "activity"
) -> tuple[list[RecordRow], bool]:
    """The records of a kind in one of its views, and whether these are all of them."""
    rows: list[RecordRow] = []
    page: Page[RecordRow] = Page((), more=True)
    for _ in range(_PAGES):
        after = rows[-1] if rows else None
        page = talk.services.read(
            list_records, kind, view=view, today=talk.now.date(), sort=sort, after=after, limit=_PAGE
        )
        rows += page.rows
        if not page.more:
            break
    return rows, not page.more


def how_many(count: int, what: str, *, whole: bool) -> str:
    """ "12 cases:", and that there may be more where not all were looked through."""
    return f"{count} {what}{'' if whole else ', and maybe more that were not looked through'}:"
