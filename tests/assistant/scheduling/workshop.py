"""A small workshop in Vienna to ask for slots in, on Monday 5 October 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from assistant.scheduling.engine.loaded import Loaded, World, span_for
from assistant.scheduling.engine.model import Booked, Pattern, Resource, WorkHours
from assistant.scheduling.engine.rules import Grid, Pick, Request, Rule, Service
from assistant.scheduling.engine.travel import Travel
from store.sla.hours import Hours

ZONE = "Europe/Vienna"
MONDAY = date(2026, 10, 5)
MORNING = (Hours(time(8), time(12)),)
DAY = (Hours(time(8), time(12)), Hours(time(13), time(17)))


def hours(day: tuple[Hours, ...] = DAY, zone: str = ZONE) -> WorkHours:
    return WorkHours(zone, (Pattern(date.min, (day,) * 5 + ((), ())),))


def at(hour: int, minute: int = 0) -> datetime:
    """That time on Monday, on the clocks of Vienna, which are two hours ahead of UTC."""
    return datetime(2026, 10, 5, tzinfo=UTC) + timedelta(hours=hour - 2, minutes=minute)


def booked(hour: int, until: int, what: str = "BKG-00001", area: str = "", units: int = 1) -> Booked:
    return Booked(at(hour), at(until), units, what, area)


def service(rule: Rule | None = None, duration: int = 60, notice: int = 0) -> Service:
    return Service(1, "repair", duration, rule or Pick(), Grid(60, 0, ZONE), notice=notice)


def world(*resources: Resource, travel: Mapping[tuple[str, str], int] | None = None) -> World:
    return World({each.id: each for each in resources}, travel=Travel(travel or {}))


def monday(asked: Service, area: str = "", limit: int | None = None) -> Request:
    return Request(asked, at(0), at(24), area, limit=limit)


def loaded(known: World, request: Request) -> Loaded:
    return Loaded(known, span_for([request.service], request.start, request.end, known.travel))
