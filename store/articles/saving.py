"""Writing articles: each act is one operation and can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from store.access import sees_record
from store.actor import RESTRICTED, Actor
from store.articles.fields import checked
from store.articles.state import TABLE, State, columns, read_states
from store.errors import Invalid, NotAllowed, NotFound
from store.history.ledger import Change, record_operation
from store.records.references import find_queue_uid
from store.schema.records import Case, Record
from store.schema.service import Article, Queue
from store.types import new_uid


@dataclass(frozen=True, slots=True)
class Kept:
    """A solution to be kept from a case, for a person to look over: `uid` is that of the one kept before, or ''."""

    uid: str
    values: Mapping[str, Any]
    case_id: int


def create_article(
    tx: Connection, values: Mapping[str, Any], *, case_id: int | None = None, by: Actor, now: datetime
) -> str:
    """Add an article from values by field (`store.articles.fields`), maybe the solution of a case; returns its uid.

    The queue is named by key, uid, address or name. Raises Invalid, NotFound and NotAllowed.
    """
    _check_may_write(by)
    state = _resolved(tx, {"title": "", "text": "", "kind": "answer", **values})
    state["case"] = _case_uid(tx, case_id, by) if case_id is not None else None
    state = {name: value for name, value in state.items() if value}
    uid = new_uid()
    tx.execute(
        insert(Article).values(uid=uid, user_id=by.user_id, created_at=now, modified_at=now, **columns(tx, state))
    )
    _record(tx, "create_article", f"Wrote the {_named(state)}", Change(TABLE, uid, None, state), by, now)
    return uid


def edit_article(tx: Connection, uid: str, values: Mapping[str, Any], *, by: Actor, now: datetime) -> str:
    """Change fields of an article; returns the operation's uid, '' where nothing differs. Raises as create_article."""
    _check_may_write(by)
    before = _living(tx, uid)
    after = {**before, **_resolved(tx, values)}
    changed = [name for name in after if (after[name] or None) != before.get(name)]
    if not changed:
        return ""
    tx.execute(update(Article).where(Article.uid == uid).values(**columns(tx, after), modified_at=now))
    change = Change(
        TABLE, uid, {name: before.get(name) for name in changed}, {name: after[name] or None for name in changed}
    )
    return _record(tx, "edit_article", f"Changed the {_named(after)}", change, by, now)


def delete_article(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """Nobody finds it any more; returns the operation's uid. Raises NotFound and NotAllowed."""
    _check_may_write(by)
    before = _living(tx, uid)
    tx.execute(update(Article).where(Article.uid == uid).values(deleted_at=now))
    return _record(tx, "delete_article", f"Deleted the {_named(before)}", Change(TABLE, uid, before, None), by, now)


def solution_of(tx: Connection, record_id: int, *, by: Actor) -> Kept:
    """What a case's resolution would be as a solution: named after the case, in its queue.

    Raises NotFound, and Invalid for a case that says nothing of how it was resolved.
    """
    row = tx.execute(
        select(Record.id, Record.number, Record.title, Case.resolution, Queue.id.label("queue"))
        .join(Case, Case.id == Record.id)
        .outerjoin(Queue, and_(Queue.id == Case.queue_id, Queue.deleted_at.is_(None)))
        .where(Record.id == record_id, Record.deleted_at.is_(None), sees_record(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such case")
    if not row.resolution.strip():
        raise Invalid(f"{row.number} does not say how it was resolved.")
    before = tx.execute(
        select(Article.uid).where(Article.case_id == row.id, Article.deleted_at.is_(None)).order_by(Article.id).limit(1)
    ).scalar()
    values = {"kind": "solution", "title": row.title, "text": row.resolution.strip(), "queue": row.queue}
    return Kept(before or "", {name: value for name, value in values.items() if value}, row.id)


def keep_solution(tx: Connection, kept: Kept, values: Mapping[str, Any], *, by: Actor, now: datetime) -> str:
    """Keep a case's resolution as a solution, as a person changed it; one that was kept before is changed.

    Returns the article's uid. Raises as create_article.
    """
    whole = {**kept.values, **values}
    if not kept.uid:
        return create_article(tx, whole, case_id=kept.case_id, by=by, now=now)
    edit_article(tx, kept.uid, whole, by=by, now=now)
    return kept.uid


def _resolved(tx: Connection, values: Mapping[str, Any]) -> State:
    state = checked(values)
    if state.get("queue") not in (None, ""):
        try:
            state["queue"] = find_queue_uid(tx, "case", state["queue"])
        except Invalid as error:
            raise Invalid(f"Queue: {error.sentence}") from None
    return state


def _living(tx: Connection, uid: str) -> State:
    state = read_states(tx, [uid]).get(uid)
    if state is None:
        raise NotFound("no such article")
    return state


def _case_uid(tx: Connection, record_id: int, by: Actor) -> str:
    found = tx.execute(
        select(Record.uid).where(
            Record.id == record_id, Record.kind == "case", Record.deleted_at.is_(None), sees_record(by)
        )
    ).scalar()
    if found is None:
        raise NotFound("no such case")
    return found


def _check_may_write(by: Actor) -> None:
    if by.role == RESTRICTED:
        raise NotAllowed("articles are everybody's, and not yours to change")


def _named(state: Mapping[str, Any]) -> str:
    return f"{'solution' if state['kind'] == 'solution' else 'canned answer'} {state['title']}"


def _record(tx: Connection, name: str, summary: str, change: Change, by: Actor, now: datetime) -> str:
    return record_operation(tx, name, summary, [change], by=by, now=now)
