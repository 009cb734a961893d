"""Reasons in words: why a resource cannot do it, and what stands in its way. Pure.

Times are told on the clocks of the service's grid.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.scheduling.engine.candidates import Kind, Place
from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.minutes import Minutes
from assistant.scheduling.engine.model import Booked, Busy, Resource, TimeOff
from assistant.scheduling.engine.resting import day_off, stays, works
from assistant.scheduling.engine.rules import Request

Item = Busy | Booked | TimeOff

#: Whose words say something about something else than the resource.
_OF_ITS_OWN = frozenset({Kind.NOTICE, Kind.CLOSED, Kind.UNKNOWN_CALENDAR})
_SHARES = {
    Kind.NOTICE: "too soon",
    Kind.OUTSIDE_HOURS: "outside its work hours",
    Kind.CLOSED: "its site is closed",
    Kind.OFF: "is off",
    Kind.UNKNOWN_CALENDAR: "its calendar is not known",
    Kind.BUSY: "is busy in its calendar",
    Kind.BOOKED: "is booked",
    Kind.CAPACITY: "its capacity is in use",
    Kind.TRAVEL: "would be on its way to or from another job",
    Kind.SITE: "nobody at its site can do the rest",
    Kind.OTHERS: "nobody is free for the rest",
}


def about(name: str, kind: Kind, words: str) -> str:
    """A reason as a sentence about the resource of this name: "Ann is off ...", "Ann: Zurich is closed ..."."""
    return f"{name}: {words}" if kind in _OF_ITS_OWN else f"{name} {words}"


def shares_told(kind: Kind, resource: Resource, share: float) -> str:
    """A reason that changes with the time, with how much of it that takes."""
    words = _SHARES[kind]
    if kind is Kind.UNKNOWN_CALENDAR and resource.unknown:
        words = f"{words}: {resource.unknown}"
    return words if share >= 1 else f"{words} ({share:.0%} of the starts)" if share >= 0.005 else f"{words} (rarely)"


class Telling:
    """Puts reasons about the resources of one request into words."""

    def __init__(self, loaded: Loaded, request: Request) -> None:
        self._loaded, self._request = loaded, request
        self._zone = ZoneInfo(request.service.grid.zone)

    def never(self, resource: Resource, place: Place, kind: Kind) -> str:
        """Why it can never fill the place."""
        match kind:
            case Kind.EXCLUDED:
                return "is excluded"
            case Kind.NOT_QUALIFIED:
                skills = place.pick.skills.items()
                lacking = [(skill, level) for skill, level in skills if resource.skills.get(skill, level - 1) < level]
                return "lacks " + ", ".join(self._lacks(resource, skill, level) for skill, level in lacking)
            case Kind.CAPACITY:
                return f"has a capacity of {resource.capacity}, and {place.units} are needed"
            case Kind.NO_HOURS:
                return "has no work hours"
            case _:
                return "is not among those that the service asks for"

    def at(self, resource: Resource, place: Place, kind: Kind, start: int) -> tuple[str, tuple[Item, ...]]:
        """Why it cannot at a minute of the span, and what stands in the way."""
        span, loaded = self._loaded.span, self._loaded
        from_minute, until_minute = works(loaded, resource.id, place, start)
        begin, end = span.at(from_minute), span.at(until_minute)
        first, last = span.at(from_minute - place.before), span.at(until_minute + place.after)
        match kind:
            case Kind.NOTICE:
                return f"{self._told(span.at(start))} is too soon: {self._request.service.notice} min notice", ()
            case Kind.OUTSIDE_HOURS if place.days or place.rests:
                return self._rests(resource, place, start, from_minute, until_minute), ()
            case Kind.OUTSIDE_HOURS:
                rest = self._first(~loaded.worked(resource.id), start + place.start)
                return f"does not work at {self._told(rest)}", ()
            case Kind.CLOSED:
                site = loaded.world.sites[resource.site_id or 0]
                shut = self._first(loaded.closed(resource.id), from_minute).astimezone(ZoneInfo(site.zone)).date()
                if place.days or place.rests:
                    shut = day_off(loaded.days(resource.id), place, start, closures=True) or shut
                return f"{site.name} is closed on {shut:%a %d %b}", ()
            case Kind.OFF:
                off = resource.hours.time_off if resource.hours else ()
                return self._listed("is off", [each for each in off if each.start < end and begin < each.end])
            case Kind.UNKNOWN_CALENDAR:
                until = f" after {self._told(resource.known_until)}" if resource.known_until else ""
                return ": ".join(filter(None, (f"its calendar is not known{until}", resource.unknown))), ()
            case Kind.BUSY:
                busy = [each for each in resource.busy if each.start < last and first < each.end]
                return self._listed("is busy", busy)
            case Kind.BOOKED | Kind.CAPACITY:
                booked = [each for each in resource.bookings if each.start < last and first < each.end]
                words = "is booked" if kind is Kind.BOOKED else f"has not {place.units} of {resource.capacity} free,"
                return self._listed(words, booked)
            case _:
                return self._on_the_way(resource, from_minute - place.before, until_minute + place.after)

    def _rests(self, resource: Resource, place: Place, start: int, begin: int, end: int) -> str:
        """Where the hours of somebody who rests in between do not do."""
        days = self._loaded.days(resource.id)
        if (day := day_off(days, place, start, closures=False)) is not None:
            return f"does not work on {day:%a %d %b}"
        if place.rests and stays(days, begin, begin + 1, closures=False):
            return f"does not work until {self._told(self._loaded.span.at(end))}"
        return f"does not begin work at {self._told(self._loaded.span.at(begin))}"

    def _on_the_way(self, resource: Resource, first: int, last: int) -> tuple[str, tuple[Item, ...]]:
        between = self._loaded.world.travel.between
        area = self._request.area or resource.area
        said, items = [], []
        for start, end, booked in self._loaded.jobs(resource.id):
            to, back = between(area, booked.area or resource.area), between(booked.area or resource.area, area)
            if last <= start < last + to:
                said.append(f"{to} min to {booked.what} at {self._told(booked.start)}")
            elif first - back < end <= first:
                said.append(f"{back} min from {booked.what}, which ends at {self._told(booked.end)}")
            else:
                continue
            items.append(booked)
        return f"needs {' and '.join(said)}" if said else _SHARES[Kind.TRAVEL], tuple(items)

    def _listed(self, words: str, items: list[TimeOff] | list[Busy] | list[Booked]) -> tuple[str, tuple[Item, ...]]:
        told = []
        for each in items:
            what = each.reason if isinstance(each, TimeOff) else each.what
            joint = " by " if isinstance(each, Booked) else ": "
            told.append(f"{self._told(each.start)} to {self._told(each.end)}" + (f"{joint}{what}" if what else ""))
        return f"{words} {'; '.join(told)}", tuple(items)

    def _lacks(self, resource: Resource, skill: str, level: int) -> str:
        has = resource.skills.get(skill)
        return skill if has is None else f"{skill} {level}, it has {has}"

    def _first(self, minutes: Minutes, start: int) -> datetime:
        """The first moment of the set from a minute on."""
        minutes >>= start
        return self._loaded.span.at(start + (minutes & -minutes).bit_length() - 1)

    def _told(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%a %d %b %H:%M}"
