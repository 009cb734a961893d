"""Slots found by looking at every minute, as the definitions say. It shares no code with the search.

    python -m tests.assistant.scheduling.oracle [--count 10000] [--seed 0] [--days 0.02]

compares the search with it on so many random cases, that share of them of services of days, prints where they differ,
and ends with 1 if they do anywhere.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import combinations
from time import process_time
from zoneinfo import ZoneInfo

from assistant.scheduling.engine.candidates import Kind
from assistant.scheduling.engine.loaded import load
from assistant.scheduling.engine.model import Busy, Resource, ResourceKind, TimeOff
from assistant.scheduling.engine.rules import All, Pick, Rule, Strategy
from assistant.scheduling.engine.search import find_slots, first_slot
from assistant.scheduling.engine.whynot import Explaining
from store.sla.hours import Hours
from tests.assistant.scheduling.cases import DAYS, Case, random_case
from tests.assistant.scheduling.counted_days import CountedDays

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)

#: The way to a place, the resource in it, when it works and when it is occupied.
Filled = tuple[tuple[int, ...], int, datetime, datetime, datetime, datetime]


class Oracle:
    """Everything about one case, counted."""

    def __init__(self, case: Case) -> None:
        self.world, self.request, self.now = case.world, case.request, case.now
        self.service = case.request.service
        self._works: dict[tuple[int, datetime], bool] = {}
        self._left: dict[tuple[int, datetime], int] = {}
        self._busy_minutes: dict[int, int] = {}
        self._ways = _shortest(case)
        self._relaxed = _anywhere(case.request.service.rule)
        self._orders: dict[int, list[Resource]] = {}
        self._hours: dict[tuple[int, date], Sequence[Hours]] = {}
        self._days = CountedDays(self._hours_of, self._is_closed)
        self._of_days = {path for path, pick in _placed(self.service.rule) if self._days.of_days(self.service, pick)}

    def slots(self) -> list[tuple[datetime, datetime, tuple[Filled, ...]]]:
        """Every start with its end and the first assignment in the order of the rule."""
        found = []
        for start in self.starts:
            if start >= self.now + self.service.notice * _MINUTE:
                first = next(self.assignments(start), None)
                if first is not None:
                    found.append((start, *self._ended(start, first)))
        return found

    def _ended(self, start: datetime, filled: tuple[Filled, ...]) -> tuple[datetime, tuple[Filled, ...]]:
        """When a service ends, and who fills its places until then: what is no person, but there for all of a service
        of days, stays as long as people do."""
        if self.service.duration % 1440:
            return start + self.service.duration * _MINUTE, filled
        whole = {path for path, pick in _placed(self.service.rule) if path in self._of_days and self._is_whole(pick)}
        people = {each for each, resource in self.world.resources.items() if resource.kind is ResourceKind.PERSON}
        done = [each[3] for each in filled if each[0] in whole and each[1] in people]
        kept = []
        for path, who, begin, end, first, last in filled:
            until = min(end, max(done)) if done and path in whole and who not in people else end
            kept.append((path, who, begin, until, first, until + (last - end)))
        return max(each[3] for each in kept), tuple(kept)

    def _is_whole(self, pick: Pick) -> bool:
        return pick.part is None or pick.part.duration == self.service.duration

    def _on_grid(self, start: datetime) -> bool:
        wall = _wall(self.service.grid.zone, start)
        return (wall.hour * 60 + wall.minute - self.service.grid.anchor) % self.service.grid.minutes == 0

    def assignments(self, start: datetime) -> Iterator[tuple[Filled, ...]]:
        """Every way to fill the rule at a start, in order."""
        return self._ways_of(self.service.rule, (), (), start)

    def _ways_of(
        self, rule: Rule, path: tuple[int, ...], chosen: tuple[Filled, ...], start: datetime
    ) -> Iterator[tuple[Filled, ...]]:
        if isinstance(rule, Pick):
            found = self._picked(rule, path, chosen, start)
        else:
            numbered = tuple(enumerate(rule.children))
            n = len(numbered) if isinstance(rule, All) else rule.n
            found = (
                each for children in combinations(numbered, n) for each in self._in_turn(children, path, chosen, start)
            )
        for each in found:
            sites = [self.world.resources[filled[1]].site_id for filled in each[len(chosen) :]]
            if not rule.same_site or (None not in sites and len(set(sites)) == 1):
                yield each

    def _in_turn(
        self, children: tuple[tuple[int, Rule], ...], path: tuple[int, ...], chosen: tuple[Filled, ...], start: datetime
    ) -> Iterator[tuple[Filled, ...]]:
        if not children:
            yield chosen
            return
        (number, child), *others = children
        for each in self._ways_of(child, (*path, number), chosen, start):
            yield from self._in_turn(tuple(others), path, each, start)

    def _picked(
        self, pick: Pick, path: tuple[int, ...], chosen: tuple[Filled, ...], start: datetime
    ) -> Iterator[tuple[Filled, ...]]:
        free = []
        for each in self._order_of(pick):
            times = self._times(each, pick, start)
            if times is not None and not self._is_taken(each, path, times, chosen) and self.is_free(each, pick, *times):
                free.append((path, each.id, *times))
        for some in combinations(free, pick.n):
            yield (*chosen, *some)

    def _is_taken(
        self, resource: Resource, path: tuple[int, ...], times: tuple[datetime, ...], chosen: tuple[Filled, ...]
    ) -> bool:
        """Whether another place has it: at the same time, or at any time where one of the places is of days."""
        for other, who, _, _, first, last in chosen:
            if who == resource.id and ({path, other} & self._of_days or (first < times[3] and times[2] < last)):
                return True
        return False

    def _order_of(self, pick: Pick) -> list[Resource]:
        if id(pick) not in self._orders:
            self._orders[id(pick)] = self.in_order(pick)
        return self._orders[id(pick)]

    def in_order(self, pick: Pick) -> list[Resource]:
        """Who may fill the place at all, the first choice first."""
        fit = [each for each in self.world.resources.values() if self._fits(each, pick)]

        def key(each: Resource) -> tuple[object, ...]:
            wish = 0 if each.id in self.request.preferred else 1 if each.id in pick.preferred else 2
            if pick.strategy is Strategy.ROUND_ROBIN:
                return wish, each.last_turn is not None, each.last_turn or self.now, each.id
            booked, way = self.booked_minutes(each), sum(self._between(each, ""))
            return wish, booked + way if pick.strategy is Strategy.LEAST_BUSY else -booked, way, each.id

        return sorted(fit, key=key)

    def booked_minutes(self, resource: Resource) -> int:
        """For how many minutes of the window it is booked."""
        if resource.id not in self._busy_minutes:
            minute = self.request.start.replace(second=0)
            count = 0
            while minute < self.request.end:
                count += any(each.start < minute + _MINUTE and each.end > minute for each in resource.bookings)
                minute += _MINUTE
            self._busy_minutes[resource.id] = count
        return self._busy_minutes[resource.id]

    def _fits(self, resource: Resource, pick: Pick) -> bool:
        named = set(pick.resources)
        waiting, seen = list(pick.groups), set()
        while waiting:
            group = self.world.groups[waiting.pop()]
            if group.id not in seen:
                seen.add(group.id)
                named.update(group.resources)
                waiting += group.groups
        return (
            (resource.id in named or not (pick.resources or pick.groups))
            and (resource.kind in pick.kinds or not pick.kinds)
            and resource.id not in pick.excluded | self.request.excluded
            and all(
                skill in resource.skills and resource.skills[skill] >= least for skill, least in pick.skills.items()
            )
            and resource.capacity >= pick.units * self.request.units
            and resource.hours is not None
        )

    def is_free(
        self, resource: Resource, pick: Pick, begin: datetime, end: datetime, first: datetime, last: datetime
    ) -> bool:
        """Whether it works from `begin` to `end`, and is not away where it works by days, and has room from `first` to
        `last`."""
        needed = pick.units * self.request.units
        off = resource.hours.time_off if resource.hours else ()
        if self._days.of_days(self.service, pick):
            at_work = all(not _touches(off, minute) for minute in _minutes(begin, end))
        else:
            at_work = all(self.works(resource, minute) for minute in _minutes(begin, end))
        return at_work and all(self.left(resource, minute) >= needed for minute in _minutes(first, last))

    def against(self, resource: Resource) -> Counter[Kind | None]:
        """For each kind of reason, at how many starts of the window it is the first, and at how many there is none;
        nothing for a resource that could never be chosen."""
        picks = [pick for pick in _picks(self.service.rule) if self._fits(resource, pick)]
        return Counter(self.first_against(resource, picks, start) for start in self.starts if picks)

    @cached_property
    def starts(self) -> list[datetime]:
        """The starts of the grid in the window, whatever the notice."""
        if self.service.duration % 1440:
            until = self.request.end - self.service.duration * _MINUTE + _MINUTE / 60
        else:
            until = self.request.end - (self.service.duration - 1440) * _MINUTE - _MINUTE + _MINUTE / 60
        found = [start for start in _minutes(_up(self.request.start), until) if self._on_grid(start)]
        begin = [pick for path, pick in _placed(self.service.rule) if path in self._of_days and _begins(pick)]
        who = [each for each in self.world.resources.values() if any(self._fits(each, pick) for pick in begin)]
        if not who:
            return found
        whole_days = _minutes(_up(self.request.start) - 2 * _DAY, until)
        grid = [start for start in whole_days if self._on_grid(start)]
        first = {start for each in who for start in self._days.first_starts(each, grid)}
        return [start for start in found if start in first]

    def first_against(self, resource: Resource, picks: list[Pick], start: datetime) -> Kind | None:
        """The first reason why a resource that fits these is not offered at a start."""
        if start < self.now + self.service.notice * _MINUTE:
            return Kind.NOTICE
        times = [(pick, self._times(resource, pick, start)) for pick in picks]
        if any(each is not None and self.is_free(resource, pick, *each) for pick, each in times):
            if next(self.assignments(start), None):
                return None
            return Kind.SITE if next(self._ways_of(self._relaxed, (), (), start), None) else Kind.OTHERS
        first_times, needed = times[0][1], picks[0].units * self.request.units
        by_days = self._days.of_days(self.service, picks[0])
        if first_times is None:
            by_hours = self._days.times(self.service, resource, picks[0], start, closures=False)
            return Kind.OUTSIDE_HOURS if by_hours is None else Kind.CLOSED
        begin, end, first, last = first_times
        looked: list[tuple[Kind, datetime, datetime, Callable[[datetime], bool]]] = [
            (Kind.OUTSIDE_HOURS, begin, end, lambda minute: not by_days and not self._in_hours(resource, minute)),
            (Kind.CLOSED, begin, end, lambda minute: not by_days and self._is_closed(resource, minute)),
            (Kind.OFF, begin, end, lambda minute: _touches(resource.hours.time_off if resource.hours else (), minute)),
            (Kind.UNKNOWN_CALENDAR, first, last, lambda minute: not _is_known(resource, minute)),
            (Kind.BUSY, first, last, lambda minute: _touches(resource.busy, minute)),
            (
                Kind.BOOKED if needed == resource.capacity else Kind.CAPACITY,
                first,
                last,
                lambda minute: self._used(resource, minute, travelling=False) + needed > resource.capacity,
            ),
        ]
        for kind, since, until, holds in looked:
            if any(holds(minute) for minute in _minutes(since, until)):
                return kind
        return Kind.TRAVEL

    def _times(
        self, resource: Resource, pick: Pick, start: datetime
    ) -> tuple[datetime, datetime, datetime, datetime] | None:
        """When a resource works in a place and when it is occupied; None where its days do not allow it."""
        begin = start + (pick.part.offset if pick.part else 0) * _MINUTE
        end = begin + (pick.part.duration if pick.part else self.service.duration) * _MINUTE
        if self._days.of_days(self.service, pick):
            found = self._days.times(self.service, resource, pick, start)
            if found is None:
                return None
            begin, end = found
        return begin, end, begin - self.service.before * _MINUTE, end + self.service.after * _MINUTE

    def works(self, resource: Resource, minute: datetime) -> bool:
        """Whether it works in that minute."""
        key = resource.id, minute
        if key not in self._works:
            self._works[key] = self._is_at_work(resource, minute)
        return self._works[key]

    def _is_at_work(self, resource: Resource, minute: datetime) -> bool:
        off = resource.hours.time_off if resource.hours else ()
        return self._in_hours(resource, minute) and not _touches(off, minute) and not self._is_closed(resource, minute)

    def _in_hours(self, resource: Resource, minute: datetime) -> bool:
        hours = resource.hours
        assert hours is not None
        return _shows(_wall(hours.zone, minute), lambda day: self._hours_of(resource, day))

    def _is_closed(self, resource: Resource, minute: datetime) -> bool:
        site = self.world.sites.get(resource.site_id or 0)
        if site is None or not site.closures:
            return False
        there = _wall(site.zone, minute)
        return there.date() in site.closures and not _shows(there, lambda day: site.closures.get(day, ()))

    def _hours_of(self, resource: Resource, day: date) -> Sequence[Hours]:
        key = resource.id, day
        if key not in self._hours:
            hours = resource.hours
            assert hours is not None
            begun = [each for each in hours.patterns if each.valid_from <= day]
            week = max(begun, key=lambda each: each.valid_from).week if begun else ((),) * 7
            self._hours[key] = hours.dates[day] if day in hours.dates else week[day.weekday()]
        return self._hours[key]

    def left(self, resource: Resource, minute: datetime) -> int:
        """How many units are free in that minute: none while the calendar is busy or not known."""
        key = resource.id, minute
        if key not in self._left:
            self._left[key] = self._room(resource, minute)
        return self._left[key]

    def _room(self, resource: Resource, minute: datetime) -> int:
        if not _is_known(resource, minute) or _touches(resource.busy, minute):
            return 0
        return resource.capacity - self._used(resource, minute, travelling=True)

    def _used(self, resource: Resource, minute: datetime, *, travelling: bool) -> int:
        used = 0
        for each in resource.bookings:
            to, back = self._between(resource, each.area) if travelling else (0, 0)
            if each.start - to * _MINUTE < minute + _MINUTE and each.end + back * _MINUTE > minute:
                used += each.units
        return used

    def _between(self, resource: Resource, area: str) -> tuple[int, int]:
        """Minutes from the customer to a job's area, and back."""
        if resource.kind is ResourceKind.FACILITY:
            return 0, 0
        here, there = self.request.area or resource.area, area or resource.area
        default = self.world.travel.default
        return (
            (0, 0)
            if here == there
            else (self._ways.get((here, there), default), self._ways.get((there, here), default))
        )


def _is_known(resource: Resource, minute: datetime) -> bool:
    if resource.known_until is None:
        return not resource.unknown
    return minute + _MINUTE <= resource.known_until


def _touches(stretches: Sequence[Busy] | Sequence[TimeOff], minute: datetime) -> bool:
    return any(each.start < minute + _MINUTE and each.end > minute for each in stretches)


def _picks(rule: Rule) -> list[Pick]:
    return [rule] if isinstance(rule, Pick) else [pick for child in rule.children for pick in _picks(child)]


def _placed(rule: Rule, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Pick]]:
    if isinstance(rule, Pick):
        yield path, rule
        return
    for number, child in enumerate(rule.children):
        yield from _placed(child, (*path, number))


def _begins(pick: Pick) -> bool:
    return pick.part is None or not pick.part.offset


def _anywhere(rule: Rule) -> Rule:
    if isinstance(rule, Pick):
        return replace(rule, same_site=False)
    return replace(rule, same_site=False, children=tuple(_anywhere(child) for child in rule.children))


def _shortest(case: Case) -> dict[tuple[str, str], int]:
    """The shortest way for every pair, by trying each way on as long as that makes one shorter."""
    ways = dict(case.world.travel.minutes)
    for (start, end), way in case.world.travel.minutes.items():
        ways.setdefault((end, start), way)
    changed = True
    while changed:
        changed = False
        for (start, over), one in list(ways.items()):
            for (other, end), two in list(ways.items()):
                if over == other and one + two < ways.get((start, end), 10**6):
                    ways[start, end] = one + two
                    changed = True
    return ways


def _shows(wall: datetime, hours_of: Callable[[date], Sequence[Hours]]) -> bool:
    """Whether a wall time lies in hours that began on its day or the day before."""
    now = wall.time()
    return any(
        each.start <= now < each.end or (each.end <= each.start and each.start <= now) for each in hours_of(wall.date())
    ) or any(each.end <= each.start and now < each.end for each in hours_of(wall.date() - _DAY))


@lru_cache(200_000)
def _wall(zone: str, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _up(at: datetime) -> datetime:
    whole = at.astimezone(UTC).replace(second=0, microsecond=0)
    return whole if whole == at else whole + _MINUTE


def _minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += _MINUTE


def difference(case: Case) -> str:
    """How the search and the oracle differ; '' where they agree."""
    loaded = load(case.world, case.request)
    counted = Oracle(case).slots()
    said = sorted(find_slots(loaded, case.request, case.now), key=lambda slot: slot.start)
    found = [
        (
            slot.start,
            slot.end,
            tuple(
                (each.place, each.resource_id, each.start, each.end, each.occupied_start, each.occupied_end)
                for each in slot.assignments
            ),
        )
        for slot in said
    ]
    if found != counted:
        for one, other in zip([*found, None], [*counted, None], strict=False):
            if one != other:
                return f"the search says {one}, counting says {other}"
    first = first_slot(loaded, case.request, case.now)
    return "" if first == (said[0] if said else None) else f"the first slot is {first}, not {said[:1]}"


def reasons_differ(case: Case, rng: random.Random) -> str:
    """How the reasons against each resource differ from counting; '' where they agree."""
    oracle = Oracle(case)
    explaining = Explaining(load(case.world, case.request), case.request, case.now)
    starts = [each for each in oracle.starts if each >= case.now + case.request.service.notice * _MINUTE]
    start = rng.choice(starts) if starts else None
    for resource in case.world.resources.values():
        counted = oracle.against(resource)
        said = explaining.window(resource.id)
        shares: dict[Kind | None, int] = {each.kind: round(each.share * counted.total()) for each in said.reasons}
        if said.offered:
            shares[None] = round(said.offered * counted.total())
        if counted and shares != counted:
            return f"the reasons against {resource.name} are {said}, counted were {counted}"
        if start is not None:
            chosen = any(resource.id == each[1] for way in oracle.assignments(start) for each in way)
            if chosen == bool(explaining.at(resource.id, start).reasons):
                return f"{resource.name} at {start}: {explaining.at(resource.id, start)}, but chosen is {chosen}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--days", type=float, default=DAYS)
    options = parser.parse_args()
    started = process_time()
    kinds: Counter[str] = Counter()
    differ = 0
    for seed in range(options.seed, options.seed + options.count):
        case = random_case(random.Random(seed), options.days)
        if said := difference(case) or reasons_differ(case, random.Random(seed)):
            differ += 1
            print(f"case {seed}: {said}")  # noqa: T201
        slots = find_slots(load(case.world, case.request), case.request, case.now)
        kinds["with slots" if slots else "without"] += 1
        kinds["slots"] += len(slots)
    print(  # noqa: T201
        f"{options.count:,} random cases, {differ} differ; {kinds['with slots']:,} have {kinds['slots']:,} slots,"
        f" {kinds['without']:,} none; {process_time() - started:.0f} s"
    )
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
