"""Looking at records for what rests, a bounded stretch at a time, and closing what is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from assistant.following.finding.resting import LEAST, fact_of_clock, facts_of
from assistant.following.finding.wishes import of_users
from store.engine import Store
from store.following.facts import Fact
from store.following.finding import close_follow_ups
from store.following.grounds import ON_RECORDS, lost
from store.following.keeping import keep, news
from store.following.scans import looked_at, next_stretch
from store.following.values import Kind
from store.queries.following.resting import (
    CONTACT,
    is_unsettled,
    over_by_now,
    resting,
    running_out,
    standing_on,
    stretch,
)

_FROM_STRETCHES = [kind.value for kind in ON_RECORDS if kind is not Kind.SLA]


def look_at_records(store: Store, *, now: datetime, zone: str) -> int:
    """Look at the next records of each kind; returns how many follow-ups are new. Nothing is looked at while nobody
    knows yet with whom there was contact."""
    # Read without the write lock, which others need.
    with store.read() as tx:
        if is_unsettled(tx, now=now):
            return 0
        looks = [look for kind in LEAST if (look := _look(tx, kind, now, zone)) is not None]
        clocks = news(tx, _clocks(tx, zone, now))
    new = 0
    for look in looks:
        with store.write() as tx:
            new += _keep(tx, look, now)
    if clocks:
        with store.write() as tx:
            new += keep(tx, clocks, now=now)
    return new


def close_what_is_over(store: Store, *, now: datetime) -> int:
    """Close follow-ups whose ground is gone: their mail, their user, or the silence; returns how many."""
    with store.read() as tx:
        if not _over(tx):
            return 0
    with store.write() as tx:
        return sum(close_follow_ups(tx, ids, why, now=now) for why, ids in _by_reason(_over(tx)))


def _over(tx: Connection) -> dict[int, str]:
    return lost(tx) | over_by_now(tx)


def _by_reason(found: Mapping[int, str]) -> Iterable[tuple[str, list[int]]]:
    reasons: dict[str, list[int]] = defaultdict(list)
    for key, why in found.items():
        reasons[why].append(key)
    return reasons.items()


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found in a stretch of records, and which follow-ups about them are over; `more` as `stretch` says."""

    kind: str
    after_id: int
    more: int | None
    facts: tuple[Fact, ...]
    over: tuple[int, ...]


def _look(tx: Connection, kind: str, now: datetime, zone: str) -> _Look | None:
    after_id = next_stretch(tx, kind, now=now)
    if after_id is None:
        return None
    last_id, more = stretch(tx, kind, after_id)
    rows = resting(tx, kind, after_id, last_id, quiet_since=now - LEAST[kind], today=now.date(), now=now)
    wishes = of_users(tx, {row.user_id for row in rows}, zone)
    facts = [fact for row in rows for fact in facts_of(row, wishes[row.user_id], now)]
    wanted = {fact.found.identity for fact in facts}
    before = standing_on(tx, kind, after_id, last_id, _FROM_STRETCHES)
    over = tuple(key for key, identity in before.items() if identity not in wanted)
    return _Look(kind, after_id, more, tuple(news(tx, facts)), over)


def _keep(tx: Connection, look: _Look, now: datetime) -> int:
    if next_stretch(tx, look.kind, now=now) != look.after_id:  # another process was faster
        return 0
    looked_at(tx, look.kind, look.after_id, look.more, now=now)
    close_follow_ups(tx, look.over, CONTACT, now=now)
    return keep(tx, look.facts, now=now)


def _clocks(tx: Connection, zone: str, now: datetime) -> list[Fact]:
    found = running_out(tx, now=now)
    wishes = of_users(tx, {one.user_id for one in found}, zone)
    return [fact_of_clock(one, wishes[one.user_id]) for one in found]
