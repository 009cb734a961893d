"""The resources of a span of time, with what each works and what occupies it worked out once as sets of minutes. Pure.

Only what lies in the span is known. A search looks at starts so far from its edges that buffers and travel lie in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from assistant.scheduling.engine.minutes import Minutes, Span, minutes_of, widened
from assistant.scheduling.engine.model import Booked, Group, Resource, Site, WorkHours, members
from assistant.scheduling.engine.rules import Request, Service
from assistant.scheduling.engine.travel import Travel
from assistant.scheduling.engine.walls import Day, away, closed, days, worked
from store.scheduling.capacity import Occupied, in_use

_DAYS_AROUND = 3 * 24 * 60


@dataclass(frozen=True)
class World:
    """All that can be booked, by id, and the ways between areas."""

    resources: Mapping[int, Resource]
    groups: Mapping[int, Group] = field(default_factory=dict)
    sites: Mapping[int, Site] = field(default_factory=dict)
    travel: Travel = field(default_factory=Travel)


class Job(NamedTuple):
    """A booking of one resource in minutes of the span, rounded outward."""

    start: int
    end: int
    booked: Booked


class Loaded:
    """What a world holds in a span. Everything is worked out when it is first asked for, then kept."""

    def __init__(self, world: World, span: Span) -> None:
        self.world = world
        self.span = span
        self._hours: dict[int, tuple[WorkHours, Minutes]] = {}  # by identity: many resources share their hours
        self._closed: dict[int, Minutes] = {}
        self._days: dict[tuple[int, int | None], tuple[WorkHours, tuple[Day, ...]]] = {}
        self._open: dict[int, Minutes] = {}
        self._away: dict[int, Minutes] = {}
        self._busy: dict[int, Minutes] = {}
        self._jobs: dict[int, list[Job]] = {}
        self._by_area: dict[int, dict[str, Minutes]] = {}
        self._booked: dict[int, Minutes] = {}
        self._counts: dict[tuple[int, int, int], int] = {}
        self._overfull: dict[tuple[int, str | None, int], Minutes] = {}
        self._members: dict[int, frozenset[int]] = {}
        self._longest = world.travel.longest

    def prepared(self) -> Loaded:
        """Itself, with all worked out that does not depend on what is asked."""
        for each in self.world.resources:
            self.open(each)
            self.busy(each)
            self.booked(each)
        return self

    def replacing(self, *resources: Resource) -> Loaded:
        """The same with these resources as they are given; what is known of the others is kept."""
        world = World(
            {**self.world.resources, **{each.id: each for each in resources}},
            self.world.groups,
            self.world.sites,
            self.world.travel,
        )
        other = Loaded(world, self.span)
        other._hours, other._closed, other._members = self._hours, self._closed, self._members
        other._days = self._days
        changed = {each.id for each in resources}
        for mine, theirs in (
            (self._open, other._open),
            (self._away, other._away),
            (self._busy, other._busy),
            (self._booked, other._booked),
        ):
            theirs.update((key, kept) for key, kept in mine.items() if key not in changed)
        other._jobs.update((key, jobs) for key, jobs in self._jobs.items() if key not in changed)
        other._by_area.update((key, kept) for key, kept in self._by_area.items() if key not in changed)
        other._overfull.update((key, kept) for key, kept in self._overfull.items() if key[0] not in changed)
        return other

    def in_group(self, group_id: int) -> frozenset[int]:
        """The resources of a group and the groups within it."""
        if (found := self._members.get(group_id)) is None:
            found = self._members[group_id] = members(self.world.groups, group_id)
        return found

    def worked(self, resource_id: int) -> Minutes:
        """The minutes of its work hours, whether or not it is away."""
        hours = self.world.resources[resource_id].hours
        if hours is None:
            return 0
        if (found := self._hours.get(id(hours))) is None:
            found = self._hours[id(hours)] = hours, worked(hours, self.span)
        return found[1]

    def away(self, resource_id: int) -> Minutes:
        """The minutes of its time off."""
        if (found := self._away.get(resource_id)) is None:
            hours = self.world.resources[resource_id].hours
            found = self._away[resource_id] = away(hours, self.span) if hours and hours.time_off else 0
        return found

    def closed(self, resource_id: int) -> Minutes:
        """The minutes at which its site is closed."""
        site = self.world.sites.get(self.world.resources[resource_id].site_id or 0)
        if site is None or not site.closures:
            return 0
        if (found := self._closed.get(site.id)) is None:
            found = self._closed[site.id] = closed(site.closures, site.zone, self.span)
        return found

    def days(self, resource_id: int) -> tuple[Day, ...]:
        """The days of the span as it works them, whether or not it is away."""
        resource = self.world.resources[resource_id]
        if resource.hours is None:
            return ()
        key = id(resource.hours), resource.site_id
        if (found := self._days.get(key)) is None:
            made = days(resource.hours, self.closed(resource_id), self.span)
            found = self._days[key] = resource.hours, made
        return found[1]

    def open(self, resource_id: int) -> Minutes:
        """The minutes it works: work hours without time off and closures."""
        if (found := self._open.get(resource_id)) is None:
            found = self.worked(resource_id) & ~self.away(resource_id) & ~self.closed(resource_id)
            self._open[resource_id] = found
        return found

    def unknown(self, resource_id: int) -> Minutes:
        """The minutes in which nobody can say what its calendar holds."""
        resource = self.world.resources[resource_id]
        if resource.known_until is None:
            return self.span.all if resource.unknown else 0
        known = min(max(0, self.span.floor(resource.known_until)), self.span.length)
        return self.span.all >> known << known

    def busy(self, resource_id: int) -> Minutes:
        """The minutes that its calendar holds."""
        if (found := self._busy.get(resource_id)) is None:
            busy, span = self.world.resources[resource_id].busy, self.span
            found = minutes_of([(span.floor(each.start), span.ceil(each.end)) for each in busy], span.length)
            self._busy[resource_id] = found
        return found

    def jobs(self, resource_id: int) -> list[Job]:
        """Its bookings, in order."""
        if (found := self._jobs.get(resource_id)) is None:
            floor, ceil = self.span.floor, self.span.ceil
            bookings = self.world.resources[resource_id].bookings
            found = [Job(floor(each[0]), ceil(each[1]), each) for each in bookings if each[2] > 0]
            found.sort()
            self._jobs[resource_id] = found
        return found

    def booked_by_area(self, resource_id: int) -> Mapping[str, Minutes]:
        """The minutes of its bookings in each area."""
        if (found := self._by_area.get(resource_id)) is None:
            home = self.world.resources[resource_id].area
            stretches: dict[str, list[tuple[int, int]]] = {}
            for start, end, booked in self.jobs(resource_id):
                stretches.setdefault(booked.area or home, []).append((start, end))
            found = {area: minutes_of(each, self.span.length) for area, each in stretches.items()}
            self._by_area[resource_id] = found
        return found

    def booked(self, resource_id: int) -> Minutes:
        """The minutes in which any booking stands."""
        if (found := self._booked.get(resource_id)) is None:
            found = 0
            if self._longest:
                for each in self.booked_by_area(resource_id).values():
                    found |= each
            else:
                floor, ceil = self.span.floor, self.span.ceil
                bookings = self.world.resources[resource_id].bookings
                stretches = [(floor(each[0]), ceil(each[1])) for each in bookings if each[2] > 0]
                found = minutes_of(stretches, self.span.length)
            self._booked[resource_id] = found
        return found

    def booked_minutes(self, resource_id: int, start: int, until: int) -> int:
        """For how many minutes of a stretch bookings occupy it."""
        key = resource_id, start, until
        if (found := self._counts.get(key)) is None:
            found = (self.booked(resource_id) >> start & ((1 << (until - start)) - 1)).bit_count()
            self._counts[key] = found
        return found

    def held(self, resource_id: int, area: str | None, units: int, start: int, until: int) -> Minutes:
        """The minutes in which bookings, with the ways between them and `area`, leave fewer than `units`.

        An area of '' is the resource's own; with None nobody travels. Bit 0 is `start`; asked for stretch by stretch,
        because widening by the ways is what takes the time.
        """
        resource = self.world.resources[resource_id]
        travels = area is not None and resource.travels and self._longest
        asked = (area or resource.area) if travels else None
        whole = (1 << (until - start)) - 1
        if units < resource.capacity:
            return self._counted(resource, asked, units) >> start & whole
        if asked is None:
            return self.booked(resource_id) >> start & whole
        between = self.world.travel.between
        margin = min(start, self._longest)
        base, wide, found = start - margin, (whole + 1 << margin + self._longest) - 1, 0
        for each, minutes in self.booked_by_area(resource_id).items():
            if near := minutes >> base & wide:
                found |= near if each == asked else widened(near, between(asked, each), between(each, asked))
        return found >> margin & whole

    def _counted(self, resource: Resource, asked: str | None, units: int) -> Minutes:
        """The minutes of the span in which more units are in use than those asked for leave."""
        key = resource.id, asked, units
        if (found := self._overfull.get(key)) is None:
            between = self.world.travel.between
            occupied = []
            for start, end, booked in self.jobs(resource.id):
                area = booked.area or resource.area
                to, back = (0, 0) if asked is None else (between(asked, area), between(area, asked))
                occupied.append(Occupied(start - to, end + back, booked.units))
            left = resource.capacity - units
            found = minutes_of([(start, end) for start, end, used in in_use(occupied) if used > left], self.span.length)
            self._overfull[key] = found
        return found


def span_for(services: list[Service], start: datetime, end: datetime, travel: Travel) -> Span:
    """What has to be loaded so that these services can be looked for between two moments."""
    margin = travel.longest + 1
    reaches = [margins(each) for each in services]
    before = max((before for before, _ in reaches), default=0)
    after = max((after for _, after in reaches), default=0)
    return Span.around(start, end, before + margin, after + margin)


def margins(service: Service) -> tuple[int, int]:
    """How many minutes before and after a window a service in it may reach, ways left out. One of days is looked at by
    whole days, and its last one may be a night shift that only begins in the window."""
    rest = _DAYS_AROUND if service.days else 0
    return service.before + rest, service.after + rest


def load(world: World, request: Request) -> Loaded:
    """What one request looks at."""
    return Loaded(world, span_for([request.service], request.start, request.end, world.travel))
