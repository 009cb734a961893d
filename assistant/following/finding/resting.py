"""What rests for too long: work and customers without contact for longer than is usual with them, deals whose day has
passed, promises to customers that run out. Pure; days are counted as they come, not only working ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from assistant.following.finding.coming_back import midnight
from store.following.facts import Fact, Resting, RunningOut, Wishes
from store.following.values import Found, Kind, wall_in

_FACTOR = 3.0  # of the usual time between two contacts
_GAPS = 3  # from which on a rhythm is seen
_FORGOTTEN = timedelta(days=365)  # nobody is reminded of what rests for longer
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Patience:
    """Days without contact: after how many something counts as cold without a rhythm, and the least and most."""

    usual: float
    least: float
    most: float


_PATIENCE: Mapping[str, tuple[Kind, _Patience]] = {
    "opportunity": (Kind.COLD_OPPORTUNITY, _Patience(21, 10, 45)),
    "case": (Kind.COLD_CASE, _Patience(7, 3, 14)),
    "account": (Kind.COLD_ACCOUNT, _Patience(60, 30, 120)),
}

#: What has been quiet for less is not cold, whatever its rhythm: by kind of record.
LEAST: Mapping[str, timedelta] = {kind: timedelta(days=each.least) for kind, (_, each) in _PATIENCE.items()}


def rhythm(contacts: Sequence[datetime]) -> float | None:
    """The days that usually lie between two contacts, several on one day counted once; None where they are too few."""
    days = sorted({at.date() for at in contacts})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return float(median(gaps)) if len(gaps) >= _GAPS else None


def facts_of(one: Resting, wishes: Wishes, now: datetime) -> Iterator[Fact]:
    """What there is to come back to about a record that rests."""
    today = now.astimezone(ZoneInfo(wishes.zone)).date()
    kind, patience = _PATIENCE[one.kind]
    usual = rhythm(one.contacts)
    last = max(one.contacts, default=one.created_at)  # what was imported has long been there before it was made here
    limit = patience.usual if usual is None else min(max(_FACTOR * usual, patience.least), patience.most)
    if limit * _DAY < now - last < _FORGOTTEN:
        day = last.astimezone(ZoneInfo(wishes.zone)).date().isoformat()
        facts: dict[str, Any] = {"title": one.title, "last": day}
        if usual is not None:
            facts["usual_days"] = round(usual, 1)
        yield _fact(one, kind, f"{kind}:{one.uid}:{day}", facts, wishes, last + limit * _DAY)
    if one.close_date is not None and one.close_date < today:
        close = one.close_date.isoformat()
        facts = {"title": one.title, "close": close}
        after = midnight(one.close_date + _DAY, wishes.zone)
        yield _fact(one, Kind.CLOSE_DATE, f"close_date:{one.uid}:{close}", facts, wishes, after)


def fact_of_clock(one: RunningOut, wishes: Wishes) -> Fact:
    """A clock of a case that is late, or will be soon: it comes back when it warned, in the hours of the team."""
    facts: dict[str, Any] = {"title": f"{one.number} {one.title}", "clock": one.clock}
    if one.late:
        facts["late"] = True
    found = Found(
        f"sla:{one.uid}:{one.clock}",
        Kind.SLA,
        one.user_id,
        wall_in(one.since, wishes.zone),
        wishes.zone,
        record_id=one.record_id,
        text=one.title,
        facts=facts,
    )
    return Fact(found)


def _fact(one: Resting, kind: Kind, identity: str, facts: dict[str, Any], wishes: Wishes, since: datetime) -> Fact:
    """It comes back at the first working moment since then: the same whenever it is found."""
    if one.amount:
        facts["amount"] = one.amount
    due = wall_in(wishes.hours.next_open(since), wishes.zone)
    found = Found(identity, kind, one.user_id, due, wishes.zone, record_id=one.record_id, text=one.title, facts=facts)
    return Fact(found)
