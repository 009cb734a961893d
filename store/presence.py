"""Who looks at, or answers, a mail at this moment, so that two people do not do the same work.

A row is renewed while it lasts (`BEAT`); after `GONE` without that, whoever it was has left, or their program ended.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from store.access import sees_record, sees_timeline_activity
from store.actor import Actor
from store.chunks import chunked
from store.dates import shifted
from store.schema.activities import Activity
from store.schema.links import Timeline
from store.schema.mail import Email
from store.schema.people import User
from store.schema.records import Record
from store.schema.triage import Presence
from store.upsert import upsert

VIEWING, ANSWERING = "viewing", "answering"

_MAILS = 50  # of a record whose threads are looked at
BEAT = timedelta(seconds=10)
GONE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else is at a place; `doing` is viewing or answering."""

    name: str
    doing: str
    seen_at: datetime


def thread_place(thread_id: int) -> str:
    """The place of everybody who deals with a mail of this thread."""
    return f"thread:{thread_id}"


def arrive(tx: Connection, place: str, doing: str = VIEWING, *, by: Actor, now: datetime) -> None:
    """They are at this place now; what they looked at before they do not look at any more. The system is nowhere."""
    if by.user_id is None:
        return
    if doing == VIEWING:
        tx.execute(
            delete(Presence).where(Presence.user_id == by.user_id, Presence.doing == VIEWING, Presence.place != place)
        )
    values = {"doing": doing, "seen_at": now}
    statement = upsert(tx, Presence).values(user_id=by.user_id, place=place, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["user_id", "place"], set_=values))


def mail_place(tx: Connection, activity_id: int, *, by: Actor) -> str:
    """The place of a mail's thread; '' for what belongs to none."""
    thread_id = tx.execute(select(Email.thread_id).where(Email.id == activity_id)).scalar()
    return "" if thread_id is None else thread_place(thread_id)


def record_places(tx: Connection, record_id: int, *, by: Actor) -> tuple[str, ...]:
    """The places of the threads that a record is about, the one with the newest mail first."""
    threads = tx.execute(
        select(Email.thread_id)
        .join(Timeline, Timeline.activity_id == Email.id)
        .join(Activity, Activity.id == Email.id)
        .join(Record, Record.id == Timeline.subject_id)
        .where(Record.id == record_id, sees_record(by))
        .where(Activity.deleted_at.is_(None), sees_timeline_activity(by))
        .order_by(Timeline.occurred_at.desc(), Timeline.activity_id.desc())
        .limit(_MAILS)
    ).scalars()
    return tuple(thread_place(one) for one in dict.fromkeys(threads) if one is not None)


def be_at(
    tx: Connection, place: str, doing: str, places: Collection[str], *, by: Actor, now: datetime
) -> dict[str, tuple[Present, ...]]:
    """Arrive, or stay, at a place ('' for none), and see who else is there and at the other places in view."""
    if place:
        arrive(tx, place, doing, by=by, now=now)
    return present(tx, {place, *places} - {""}, by=by, now=now)


def leave(tx: Connection, place: str, *, by: Actor, now: datetime) -> None:
    """They are not at this place any more; whoever left without a word long ago is forgotten as well."""
    if by.user_id is not None:
        tx.execute(delete(Presence).where(Presence.user_id == by.user_id, Presence.place == place))
    tx.execute(delete(Presence).where(Presence.seen_at < shifted(now, -GONE)))


def present(tx: Connection, places: Collection[str], *, by: Actor, now: datetime) -> dict[str, tuple[Present, ...]]:
    """Who else is at these places, those who answer first."""
    found: dict[str, list[Present]] = {}
    for portion in chunked(places):
        rows = tx.execute(
            select(Presence.place, User.name, Presence.doing, Presence.seen_at)
            .join(User, User.id == Presence.user_id)
            .where(Presence.place.in_(portion), Presence.seen_at > shifted(now, -GONE))
            .where(Presence.user_id != by.user_id if by.user_id is not None else User.active.is_(True))
            .order_by(Presence.doing, User.name, User.id)
        )
        for place, name, doing, seen_at in rows:
            found.setdefault(place, []).append(Present(name, doing, seen_at))
    return {place: tuple(people) for place, people in found.items()}
