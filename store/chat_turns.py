"""Keeping what was said in the chat, for whoever said it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert

from store.actor import Actor
from store.schema.chat import ChatTurn
from store.search_text import fold
from store.types import new_uid

_LONGEST = 2_000  # characters of what was said


def keep_turn(
    tx: Connection, said: str, lines: Sequence[dict[str, Any]], operation_uid: str = "", *, by: Actor, now: datetime
) -> str:
    """Keep a request and its answer; returns its uid. Nothing is kept ('') where nobody in particular speaks.

    A line is {"text", "cites": [{"kind", "id", "title"}]}.
    """
    if by.user_id is None:
        return ""
    uid = new_uid()
    values = {
        "uid": uid,
        "user_id": by.user_id,
        "at": now,
        "said": said[:_LONGEST],
        "lines": list(lines),
        "operation_uid": operation_uid,
        "words": fold(" ".join((said, *_texts(lines)))),
    }
    tx.execute(insert(ChatTurn).values(values))
    return uid


def forget_turns(tx: Connection, *, by: Actor, now: datetime) -> int:
    """Delete all that `by` ever said in the chat, and what was answered; returns how much it was."""
    return tx.execute(delete(ChatTurn).where(ChatTurn.user_id == by.user_id)).rowcount


def _texts(lines: Iterable[dict[str, Any]]) -> Iterable[str]:
    for line in lines:
        yield line["text"]
        yield from (cite["id"] for cite in line["cites"])
