"""What several flows need. A flow is what a command does that asks a person something on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.queries.alike import records_alike
from store.queries.history import operations
from store.queries.queue_names import queue_names
from store.queries.records import list_records
from store.queries.refs import RecordRef
from store.queries.search import search
from store.queries.users import active_users
from tui.widgets.fields import Sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_OFFERED = 30  # records a type-ahead list shows


async def find_records(screen: BaseScreen, kind: str, text: str) -> tuple[RecordRef, ...]:
    """Records of a kind ('' for any) that fit what was typed, or are called something like it where none does; without
    text the ones most recently active."""
    if not kind:
        if text:
            return (await screen.fetch(search, text)).records or await screen.fetch(records_alike, text)
        kind, sort = "account", "activity"
    else:
        sort = "title" if text else "activity" if kind != "product" else "title"
    today = screen.now().date()
    page = await screen.fetch(list_records, kind, text=text, sort=sort, today=today, limit=_OFFERED)
    found = tuple(RecordRef(row.record_id, row.uid, row.kind, row.number, row.title) for row in page.rows)
    return found or await screen.fetch(records_alike, text, kind=kind)


async def sources(screen: BaseScreen, kind: str = "") -> Sources:
    """Where a form finds people, records and, for a kind of record, the queues it may wait in."""
    users = await screen.fetch(active_users)
    queues = await screen.fetch(queue_names, kind) if kind else ()
    return Sources(users, lambda kind, text: find_records(screen, kind, text), queues)


async def announce(screen: BaseScreen) -> None:
    """Say what was just done, and that it can be taken back."""
    newest = await screen.fetch(operations, limit=1)
    if newest:
        screen.notify(f"{newest[0].summary}. Ctrl+Z takes it back.", markup=False, timeout=5)
