"""What one said in the chat before, and what was answered: never what anybody else did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.queries.paging import AnySelect, Count, Order, Page, Window, counted, cut, windowed
from store.schema.chat import ChatTurn
from store.search_text import fold

_NEWEST = Order((ChatTurn.id,), descending=True)


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A request and its answer. A line is {"text", "cites": [{"kind", "id", "title"}]}."""

    turn_id: int
    uid: str
    at: datetime
    said: str
    lines: tuple[dict[str, Any], ...]
    operation_uid: str
    position: tuple[Any, ...] = field(default=(), repr=False)


def chat_turns(
    tx: Connection,
    text: str = "",
    *,
    by: Actor,
    after: TurnRow | None = None,
    before: TurnRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[TurnRow]:
    """A page of what `by` said, the latest first; with a text only where all of its words are said or answered."""
    window = Window(after.position if after else None, before.position if before else None, from_end, limit)
    columns = (ChatTurn.id, ChatTurn.uid, ChatTurn.at, ChatTurn.said, ChatTurn.lines, ChatTurn.operation_uid)
    page = cut(tx.execute(windowed(_own(select(*columns), text, by), _NEWEST, window)).all(), window)
    rows = (
        TurnRow(row.id, row.uid, row.at, row.said, tuple(row.lines), row.operation_uid, (row.id,)) for row in page.rows
    )
    return Page(tuple(rows), page.more)


def count_turns(tx: Connection, text: str = "", *, by: Actor) -> Count:
    """How many there are."""
    return counted(tx, _own(select(ChatTurn.id), text, by))


def _own(statement: AnySelect, text: str, by: Actor) -> AnySelect:
    own = statement.where(ChatTurn.user_id == by.user_id)
    for word in fold(text).split():
        own = own.where(ChatTurn.words.contains(word, autoescape=True))
    return own
