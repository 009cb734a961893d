"""Which activities wait to be linked: a fact in the store, so that a killed process loses nothing.

Whoever stores something that could change a decision says so here; linking is told nothing directly. What is new waits
as pending and goes first; what was decided before and is looked at again waits as again, so that years of mail which a
new record could explain hold up nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal_column, select, update

from store.chunks import chunked
from store.schema.activities import Activity
from store.schema.mail import Email, EmailReference

_INSTANT = Activity.__table__.c.occurred_at.type


def pending_activities(tx: Connection, *, limit: int, again: bool = True) -> list[int]:
    """Activities that wait for a decision, the oldest first: new ones, or where there are none and `again` is wanted
    those that are looked at again."""
    for state in ("pending", "again")[: 1 + again]:
        found = _waiting(state)
        query = select(Activity.id).where(found).order_by(Activity.occurred_at, Activity.id).limit(limit)
        if ids := list(tx.execute(query).scalars()):
            return ids
    return []


def pending_among(tx: Connection, activity_ids: Collection[int]) -> list[int]:
    """Those of these activities that wait for a decision."""
    found: list[int] = []
    for portion in chunked(activity_ids):
        query = select(Activity.id).where(Activity.id.in_(portion), Activity.link_state != "done")
        found += tx.execute(query).scalars()
    return found


def uid_and_kind(tx: Connection, activity_id: int) -> tuple[str, str]:
    """By what people know an activity: its uid, and email or appointment."""
    row = tx.execute(select(Activity.uid, Activity.kind).where(Activity.id == activity_id)).one()
    return row.uid, row.kind


def known_by(tx: Connection, uid: str) -> list[int]:
    """The key of the activity with this uid, if there still is one."""
    return list(tx.execute(select(Activity.id).where(Activity.uid == uid)).scalars())


def re_examined(tx: Connection) -> int:
    """How many activities that were decided before wait to be looked at again."""
    return tx.execute(select(func.count()).select_from(Activity).where(_waiting("again"))).scalar_one()


def set_done(tx: Connection, activity_ids: Collection[int]) -> None:
    for portion in chunked(activity_ids):
        tx.execute(update(Activity).where(Activity.id.in_(portion)).values(link_state="done"))


def reopen(tx: Connection, activity_ids: Collection[int]) -> None:
    """These are decided again, as soon as what is new."""
    for portion in chunked(activity_ids):
        tx.execute(update(Activity).where(Activity.id.in_(portion)).values(link_state="pending"))


def look_again(tx: Connection, which: ColumnElement[bool]) -> None:
    """What was decided of these activities is looked at again, after what is new."""
    tx.execute(update(Activity).where(which, Activity.link_state == "done").values(link_state="again"))


def reopen_all(tx: Connection) -> None:
    """Every mail and meeting is decided again."""
    look_again(tx, Activity.kind.in_(("email", "appointment")))


def _waiting(state: str) -> ColumnElement[bool]:
    # Written out, because a partial index is found by its words.
    return Activity.link_state == literal_column(f"'{state}'")


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
            .values(link_state="again"),
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
