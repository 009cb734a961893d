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


def is_telling(mark: Any) -> ColumnElement[bool]:
    """Whether a mark stands in few mails; looks no further than that many."""
    other = aliased(TextMark)
    one_more = select(other.activity_id).where(other.mark == mark).limit(1).offset(MOST_WITH_MARK)
    return one_more.scalar_subquery().is_(None)


def reopen_quoting(tx: Connection, activity_ids: Collection[int]) -> None:
    """What these mails say became known, or what they are regarding changed: later mail that quotes them is decided
    again."""
    said, quoting = aliased(TextMark), aliased(TextMark)
    at, later = aliased(Activity), aliased(Activity)
    for portion in chunked(activity_ids):
        found = (
            select(quoting.activity_id)
            .join(said, (said.mark == quoting.mark) & quoting.quoted.is_(True))
            .join(at, at.id == said.activity_id)
            .join(later, later.id == quoting.activity_id)
            .where(
                said.activity_id.in_(portion),
                said.quoted.is_(False),
                later.occurred_at > at.occurred_at,
                later.link_state == "done",
                is_telling(said.mark),
            )
        )
        look_again(tx, Activity.id.in_(found))
