"""Which activities wait to be linked: a fact in the store, so that a killed process loses nothing.

Whoever stores something that could change a decision says so here; linking is told nothing directly.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from store.chunks import chunked
from store.schema.activities import Activity
from store.schema.mail import Email, EmailReference

_INSTANT = Activity.__table__.c.occurred_at.type


def pending_activities(tx: Connection, *, limit: int) -> list[int]:
    """Activities that wait for a decision, oldest arrival first."""
    query = select(Activity.id).where(Activity.link_state == "pending").order_by(Activity.id).limit(limit)
    return list(tx.execute(query).scalars())


def set_done(tx: Connection, activity_ids: Collection[int]) -> None:
    for portion in chunked(activity_ids):
        tx.execute(update(Activity).where(Activity.id.in_(portion)).values(link_state="done"))


def reopen(tx: Connection, activity_ids: Collection[int]) -> None:
    """These are decided again."""
    for portion in chunked(activity_ids):
        tx.execute(update(Activity).where(Activity.id.in_(portion)).values(link_state="pending"))


def reopen_all(tx: Connection) -> None:
    """Every mail and meeting is decided again."""
    tx.execute(update(Activity).where(Activity.kind.in_(("email", "appointment"))).values(link_state="pending"))


def requeue_answers(tx: Connection, arrivals: Sequence[tuple[Sequence[str], datetime]]) -> None:
    """Reopen later mails that answer one of these: each arrival is the names it is answered by, and its time."""
    names = [{"name": name, "since": occurred_at} for own, occurred_at in arrivals for name in own]
    answered: set[str] = set()
    for portion in chunked({entry["name"] for entry in names}):
        found = select(EmailReference.message_id).where(EmailReference.message_id.in_(portion)).distinct()
        answered.update(tx.execute(found).scalars())
    wanted = [entry for entry in names if entry["name"] in answered]
    if wanted:
        answering = select(EmailReference.activity_id).where(EmailReference.message_id == bindparam("name"))
        tx.execute(
            update(Activity)
            .where(
                Activity.id.in_(answering.scalar_subquery()),
                Activity.occurred_at > bindparam("since", type_=_INSTANT),
                Activity.link_state == "done",
            )
            .values(link_state="pending"),
            wanted,
        )


def reopen_answers(tx: Connection, activity_ids: Collection[int]) -> None:
    """What these mails are regarding changed: reopen the later mails that answer them."""
    arrivals: list[tuple[Sequence[str], datetime]] = []
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(Email.message_id, Email.conversation, Activity.occurred_at)
            .join(Activity, Activity.id == Email.id)
            .where(Email.id.in_(portion))
        )
        arrivals += [([name for name in row[:2] if name], row.occurred_at) for row in rows]
    requeue_answers(tx, arrivals)
