"""Articles as the ledger and undo see them: one JSON value each, with queue and case by uid."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.articles.fields import FIELDS, folded
from store.chunks import chunked
from store.history.ledger import Change
from store.history.undoable import Standing
from store.schema.records import Record
from store.schema.service import Article, Queue

State = dict[str, Any]

TABLE = "article"
_LABELS = {field.name: field.label for field in FIELDS} | {"case": "Case"}


def read_states(tx: Connection, uids: Collection[str]) -> dict[str, State | None]:
    """The articles by uid; None for those that are deleted."""
    found: dict[str, State | None] = {}
    for portion in chunked(uids):
        rows = tx.execute(
            select(
                *(Article.uid, Article.kind, Article.title, Article.text, Article.deleted_at),
                Queue.uid.label("queue"),
                Record.uid.label("case"),
            )
            .outerjoin(Queue, Queue.id == Article.queue_id)
            .outerjoin(Record, Record.id == Article.case_id)
            .where(Article.uid.in_(portion))
        )
        for row in rows:
            state = {name: getattr(row, name) for name in ("kind", "title", "text", "queue", "case")}
            found[row.uid] = None if row.deleted_at else {name: value for name, value in state.items() if value}
    return found


def columns(tx: Connection, state: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a whole state."""
    return {
        "kind": state["kind"],
        "title": state["title"],
        "text": state["text"],
        "folded": folded(state["title"], state["text"]),
        "queue_id": _key(tx, Queue, state.get("queue")),
        "case_id": _key(tx, Record, state.get("case")),
    }


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The articles as they stand."""
    named = tx.execute(select(Article.uid, Article.title).where(Article.uid.in_(list(uids))))
    titles = {row.uid: row.title for row in named}
    return {uid: Standing(titles[uid], state) for uid, state in read_states(tx, uids).items()}


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring articles to what `after` says."""
    stand = read_states(tx, [change.uid for change in changes])
    for change in changes:
        changed = update(Article).where(Article.uid == change.uid)
        if change.after is None:
            tx.execute(changed.values(deleted_at=now))
        else:
            state = {**(stand[change.uid] or {}), **change.after}
            tx.execute(changed.values(**columns(tx, state), modified_at=now, deleted_at=None))


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a field of an article."""
    return _LABELS.get(name, name)


def _key(tx: Connection, table: type[Queue] | type[Record], uid: str | None) -> int | None:
    return tx.execute(select(table.id).where(table.uid == uid)).scalar_one() if uid else None
