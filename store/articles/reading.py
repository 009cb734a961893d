"""Articles as they are listed and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from store.actor import Actor
from store.errors import Ambiguous, NotFound
from store.queries.refs import RecordRef, refs
from store.schema.people import User
from store.schema.records import Case
from store.schema.service import Article, Queue
from store.search_text import fold


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article with its text. `queue` is '' where it is every queue's; `case` the one that it solved, where `by` may
    see it; `author` a name, '' for none. `folded` are its words for searching."""

    uid: str
    kind: str
    title: str
    text: str
    queue: str
    queue_id: int | None
    author: str
    case: RecordRef | None
    created_at: datetime
    modified_at: datetime
    folded: str = field(default="", repr=False)


def articles(tx: Connection, *, kind: str = "", by: Actor) -> tuple[ArticleRow, ...]:
    """All of them, or those of a kind, by title."""
    columns = (Article.uid, Article.kind, Article.title, Article.text, Article.queue_id, Article.case_id)
    statement = (
        select(
            *(*columns, Article.created_at, Article.modified_at, Article.folded),
            Queue.name.label("queue"),
            User.name.label("author"),
        )
        .outerjoin(Queue, Queue.id == Article.queue_id)
        .outerjoin(User, User.id == Article.user_id)
        .where(Article.deleted_at.is_(None))
    )
    if kind:
        statement = statement.where(Article.kind == kind)
    rows = tx.execute(statement.order_by(Article.folded, Article.id)).all()
    cases = refs(tx, {row.case_id for row in rows if row.case_id is not None}, by=by)
    return tuple(
        ArticleRow(
            uid=row.uid,
            kind=row.kind,
            title=row.title,
            text=row.text,
            queue=row.queue or "",
            queue_id=row.queue_id,
            author=row.author or "",
            case=cases.get(row.case_id),
            created_at=row.created_at,
            modified_at=row.modified_at,
            folded=row.folded,
        )
        for row in rows
    )


def find_article(tx: Connection, named: str, *, by: Actor) -> ArticleRow:
    """The one with this title or beginning of an id. Raises NotFound, and Ambiguous."""
    wanted = named.strip()
    known = articles(tx, by=by)
    found = [one for one in known if fold(one.title) == fold(wanted) and fold(wanted)]
    found = found or [one for one in known if wanted and one.uid.startswith(wanted.lower())]
    if not found:
        raise NotFound(f"no article {wanted}")
    if len(found) > 1:
        raise Ambiguous(f"Several articles are called {wanted!r}; give the beginning of one's id.")
    return found[0]


def queue_of(tx: Connection, record_id: int | None) -> int | None:
    """The queue that a case lies in; None for what is no case."""
    return None if record_id is None else tx.execute(select(Case.queue_id).where(Case.id == record_id)).scalar()
