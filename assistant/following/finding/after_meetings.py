"""After a meeting with people from outside: what was said, and what is the next step? Asked once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from assistant.following.day.meeting_facts import customer_met
from store.engine import Store
from store.following.finding import bring
from store.following.settings import settings_of
from store.following.values import Found, Kind, wall_in
from store.queries.following.ended_meetings import EndedMeeting, ended_meetings
from store.schema.following import FollowUp

_LATEST = timedelta(hours=24)  # after its end nobody is asked any more


def ask_after_meetings(store: Store, *, now: datetime, zone: str) -> int:
    """Ask those in whose calendars a meeting ended lately; returns how many questions are new. `zone` is the IANA zone
    of users who named none."""
    with store.read() as tx:  # without the write lock, which others need while nothing has ended
        found = _questions(tx, now, zone)
    if not found:
        return 0
    with store.write() as tx:
        return bring(tx, found, now=now)


def _questions(tx: Connection, now: datetime, zone: str) -> list[Found]:
    ended = {_identity(one): one for one in ended_meetings(tx, now - _LATEST, now)}
    asked = _asked(tx, ended)
    return [
        Found(
            identity,
            Kind.MEETING,
            one.user_id,
            wall_in(one.ends_at, own := settings_of(tx, one.user_id, zone=zone).zone),
            own,
            record_id=record_id,
            activity_id=one.activity_id,
            text=one.title,
            facts={"title": one.title} if one.title else {},
        )
        for identity, one in ended.items()
        if identity not in asked and (record_id := customer_met(tx, one.activity_id)) is not None
    ]


def _identity(one: EndedMeeting) -> str:
    return f"meeting:{one.uid}:{one.starts_at:%Y%m%dT%H%M}:{one.user_id}"


def _asked(tx: Connection, identities: Collection[str]) -> set[str]:
    known = select(FollowUp.identity).where(FollowUp.identity.in_(sorted(identities)))
    return set(tx.execute(known).scalars())
