"""Marks of words as they connect mails: who quotes what a mail says is decided again when that becomes known or
changes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.linking.pending import look_again
from store.schema.activities import Activity
from store.schema.knowledge import TextMark

#: Words that stand in more mails than these are a disclaimer or a phrase of everybody; nobody is known by them.
MOST_WITH_MARK = 200

_LOOKED_UP = 5_000  # marks in one statement


def is_telling(mark: Any) -> ColumnElement[bool]:
    """Whether a mark stands in few mails; looks no further than that many."""
    other = aliased(TextMark)
    one_more = select(other.activity_id).where(other.mark == mark).limit(1).offset(MOST_WITH_MARK)
    return one_more.scalar_subquery().is_(None)


def requeue_quoting(tx: Connection, marks: Collection[int]) -> None:
    """Mail that quotes one of these marks is decided again."""
    for portion in chunked(_quoted(tx, marks)):
        quoting = select(TextMark.activity_id).where(
            TextMark.mark.in_(portion), TextMark.quoted.is_(True), is_telling(TextMark.mark)
        )
        look_again(tx, Activity.id.in_(quoting))


def _quoted(tx: Connection, marks: Collection[int]) -> set[int]:
    """Those of these marks that somebody quotes: of new mail, few."""
    found: set[int] = set()
    for portion in chunked(marks, _LOOKED_UP):
        quoting = select(TextMark.mark).distinct().where(TextMark.mark.in_(portion), TextMark.quoted.is_(True))
        found.update(tx.execute(quoting).scalars())
    return found


def reopen_quoting(tx: Connection, activity_ids: Collection[int]) -> None:
    """What these mails are regarding changed: mail that quotes them is decided again."""
    said, quoting = aliased(TextMark), aliased(TextMark)
    for portion in chunked(activity_ids):
        found = (
            select(quoting.activity_id)
            .join(said, (said.mark == quoting.mark) & quoting.quoted.is_(True))
            .where(said.activity_id.in_(portion), said.quoted.is_(False), is_telling(said.mark))
        )
        look_again(tx, Activity.id.in_(found))
