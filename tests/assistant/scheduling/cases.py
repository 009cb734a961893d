"""Random requests over random worlds: small ones, near where clocks change."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assistant.scheduling.engine.loaded import World
from assistant.scheduling.engine.model import (
    Booked,
    Busy,
    Group,
    Pattern,
    Resource,
    ResourceKind,
    Site,
    TimeOff,
    WorkHours,
)
from assistant.scheduling.engine.rules import All, Grid, Order, Part, Pick, Request, Rule, Service, Some, Strategy
from assistant.scheduling.engine.travel import Travel
from store.errors import Invalid
from store.sla.hours import Hours

#: A zone and a moment at which its clocks change, or where nothing happens.
CHANGES = (
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, 5, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2026, 6, 1, 6, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 6, 1, 6, tzinfo=UTC)),
)
_ZONES = ("Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Asia/Kolkata", "Asia/Kathmandu", "UTC")
_AREAS = ("north", "south", "harbour")
_SKILLS = ("weld", "lift")
_MINUTE = timedelta(minutes=1)

#: How many of the cases are of services of days, unless it is said.
DAYS = 0.02
_SHIFTS = (
    (Hours(time(0), time(0)),),
    (Hours(time(8), time(12)), Hours(time(13), time(17, 30))),
    (Hours(time(0, 30), time(2, 40)), Hours(time(3), time(9))),
    (Hours(time(22), time(6)),),
    (),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A request as it is made at `now`."""

    world: World
    request: Request
    now: datetime


def random_case(rng: random.Random, share: float = DAYS) -> Case:
    """A case of one to six resources and a window of some hours, or of some days for a service of days."""
    zone, change = rng.choice(CHANGES)
    days = rng.choice((1, 1, 2, 2, 3)) if rng.random() < share else 0
    start = change + rng.randrange(-300, 120) * _MINUTE + (timedelta(seconds=20) if rng.random() < 0.1 else timedelta())
    if days:
        start -= rng.randrange(0, 2000) * _MINUTE
    end = (
        start
        + (rng.randrange(60, 300) + (days - 1) * 1440 + rng.randrange(1600) if days else rng.randrange(60, 300))
        * _MINUTE
    )
    many = rng.choice((2, 3, 4, 5, 6))
    sites = {1: _site(rng, 1, zone, change), 2: _site(rng, 2, rng.choice(_ZONES), change)}
    groups = {
        1: Group(1, "first", _some(rng, many)),
        2: Group(2, "second", _some(rng, many), (1,) if rng.random() < 0.5 else ()),
    }
    resources = {number: _resource(rng, number, zone, start, end) for number in range(1, many + 1)}
    ways = {(one, other): rng.randrange(5, 60) for one in _AREAS for other in _AREAS if one != other}
    kept = {pair: way for pair, way in ways.items() if rng.random() < 0.7}
    travel = Travel(kept, rng.choice((0, 20))) if rng.random() < 0.5 else Travel()
    service = _service(rng, rng.choice((zone, rng.choice(_ZONES))), many, days)
    request = Request(
        service,
        start,
        end,
        area=rng.choice(("", *_AREAS)),
        units=rng.choice((1, 1, 1, 1, 2)),
        preferred=frozenset(_some(rng, many)) if rng.random() < 0.3 else frozenset(),
        excluded=frozenset(_some(rng, many)[:1]) if rng.random() < 0.1 else frozenset(),
        order=rng.choice(tuple(Order)),
    )
    return Case(World(resources, groups, sites, travel), request, start - rng.randrange(-30, 300) * _MINUTE)


def _some(rng: random.Random, many: int) -> tuple[int, ...]:
    return tuple(rng.sample(range(1, many + 1), rng.randrange(1, many + 1)))


def _site(rng: random.Random, number: int, zone: str, near: datetime) -> Site:
    closures = {}
    if rng.random() < 0.15:
        closures[near.date() + timedelta(days=rng.randrange(-1, 2))] = rng.choice(((), (Hours(time(1), time(7)),)))
    return Site(number, f"site {number}", zone, closures)


def _resource(rng: random.Random, number: int, zone: str, start: datetime, end: datetime) -> Resource:
    capacity = rng.choice((1, 1, 2, 2, 4))
    return Resource(
        number,
        f"R{number}",
        rng.choice(tuple(ResourceKind)),
        site_id=rng.choice((None, 1, 1, 2)),
        area=rng.choice(("", *_AREAS)),
        capacity=capacity,
        skills={skill: rng.randrange(1, 4) for skill in _SKILLS if rng.random() < 0.7},
        hours=_hours(rng, zone, start) if rng.random() < 0.95 else None,
        busy=[Busy(*_stretch(rng, start, end)) for _ in range(rng.randrange(2))],
        bookings=[
            Booked(
                *_stretch(rng, start, end), rng.randrange(1, capacity + 1), f"BKG-{place}", rng.choice(("", *_AREAS))
            )
            for place in range(rng.randrange(3))
        ],
        unknown="stale" if (unknown := rng.random()) < 0.05 else "",
        known_until=start + rng.randrange(600) * _MINUTE if unknown > 0.9 or unknown < 0.02 else None,
        last_turn=start - rng.randrange(3) * _MINUTE if rng.random() < 0.7 else None,
    )


def _stretch(rng: random.Random, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    long = int((end - start) / _MINUTE)
    at = start + rng.randrange(-60, long + 30) * _MINUTE + timedelta(seconds=rng.choice((0, 0, 40)))
    return at, at + rng.randrange(1, 120) * _MINUTE


def _hours(rng: random.Random, zone: str, near: datetime) -> WorkHours:
    here = zone if rng.random() < 0.6 else rng.choice(_ZONES)
    today = near.date()
    weeks = [_week(rng) for _ in range(2)]
    patterns = [Pattern(date(2026, 1, 1), weeks[0])]
    if rng.random() < 0.3:
        patterns.append(Pattern(today + timedelta(days=rng.randrange(-1, 2)), weeks[1]))
    dates = {today + timedelta(days=rng.randrange(-1, 2)): rng.choice(_SHIFTS)} if rng.random() < 0.2 else {}
    off = (TimeOff(*_stretch(rng, near, near + timedelta(hours=5))),) if rng.random() < 0.2 else ()
    return WorkHours(here, tuple(patterns), dates, off)


def _week(rng: random.Random) -> tuple[tuple[Hours, ...], ...]:
    if rng.random() < 0.8:
        return (rng.choice(_SHIFTS[:1] * 5 + _SHIFTS[1:4]),) * 7
    while True:
        week = tuple(rng.choice(_SHIFTS) for _ in range(7))
        try:
            return Pattern(date(2026, 1, 1), week).week
        except Invalid:  # a night shift met the next morning's hours
            continue


def _service(rng: random.Random, zone: str, many: int, days: int) -> Service:
    duration = days * 1440 or rng.choice((10, 25, 30, 45, 60, 90))
    every = rng.choice((60, 90, 150, 1440) if days else (5, 15, 15, 20, 30, 45, 50))
    return Service(
        1,
        "service",
        duration,
        _rule(rng, many, duration, 2 if days else 3),
        Grid(every, rng.choice((0, 0, 5, 480)), zone),
        before=rng.choice((0, 400) if days else (0, 0, 10)),
        after=rng.choice((0, 400) if days else (0, 0, 15)),
        notice=rng.choice((0, 0, 60)),
    )


def _rule(rng: random.Random, many: int, duration: int, depth: int) -> Rule:
    if depth == 1 or rng.random() < 0.4:
        return _pick(rng, many, duration)
    children = tuple(_rule(rng, many, duration, depth - 1) for _ in range(rng.choice((1, 2, 2, 3))))
    same = rng.random() < 0.25
    if rng.random() < 0.6:
        return All(children, same_site=same)
    return Some(rng.randrange(1, len(children) + 1), children, same_site=same)


def _pick(rng: random.Random, many: int, duration: int) -> Pick:
    part = None
    if duration % 1440 == 0 and rng.random() < 0.3:
        first = rng.randrange(duration // 1440)
        part = Part(first * 1440, rng.randrange(1, duration // 1440 - first + 1) * 1440)
    elif rng.random() < (0.1 if duration % 1440 == 0 else 0.3):
        offset = rng.randrange(0, duration - 5)
        part = Part(offset, rng.randrange(1, min(duration - offset, 300) + 1))
    return Pick(
        rng.choice((1, 1, 1, 2)),
        resources=_some(rng, many) if rng.random() < 0.2 else (),
        groups=(rng.choice((1, 2)),) if rng.random() < 0.2 else (),
        skills={skill: rng.randrange(1, 3) for skill in _SKILLS if rng.random() < 0.15},
        kinds=frozenset({rng.choice(tuple(ResourceKind))}) if rng.random() < 0.1 else frozenset(),
        units=rng.choice((1, 1, 1, 1, 2)),
        part=part,
        strategy=rng.choice(tuple(Strategy)),
        preferred=frozenset(_some(rng, many)[:1]) if rng.random() < 0.2 else frozenset(),
        excluded=frozenset(_some(rng, many)[:1]) if rng.random() < 0.1 else frozenset(),
        same_site=rng.random() < 0.15,
    )
