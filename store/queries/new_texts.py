"""What the writers of mails wrote anew, without what they quote and how they sign."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.access import sees_activity
from store.actor import Actor
from store.chunks import chunked
from store.schema.activities import Activity
from store.schema.knowledge import Clue
from store.schema.mail import Email


@dataclass(frozen=True, slots=True)
class NewText:
    """The beginning of a mail's own text, and the thread that it stands in."""

    activity_id: int
    thread_id: int
    text: str


def new_texts(tx: Connection, activity_ids: Collection[int], *, by: Actor) -> dict[int, NewText]:
    """The texts of these mails, as far as they were read and are for `by`; private mail is never read."""
    found: dict[int, NewText] = {}
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(Email.id, Email.thread_id, Clue.new_text)
            .join(Activity, Activity.id == Email.id)
            .join(Clue, Clue.id == Email.id)
            .where(Email.id.in_(portion), Activity.private.is_(False), Activity.deleted_at.is_(None), sees_activity(by))
        )
        found |= {row.id: NewText(*row) for row in rows}
    return found
