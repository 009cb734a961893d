"""What stands behind a thing of the day: the card of a meeting, or what we last had to do with a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from assistant.following.day.meeting_card import CardLine
from assistant.following.day.meeting_facts import meeting_card
from store.actor import Actor
from store.errors import NotFound
from store.queries.glance import LastContact, last_contacts

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Background:
    """Of the thing `key`. `card` is that of a meeting; `talked` are the last contacts, the newest first."""

    key: object
    card: tuple[CardLine, ...] = ()
    talked: tuple[LastContact, ...] = ()


def background(
    tx: Connection,
    key: object,
    *,
    record_id: int | None = None,
    meeting: tuple[int, datetime] | None = None,
    by: Actor,
    now: datetime,
) -> Background:
    """Of a meeting (its activity and when it begins), else of a record; what is gone meanwhile has none."""
    if meeting is not None:
        try:
            return Background(key, card=meeting_card(tx, *meeting, by=by, now=now))
        except NotFound:
            return Background(key)
    if record_id is None:
        return Background(key)
    return Background(key, talked=last_contacts(tx, record_id, until=now, limit=_SHOWN, by=by))
