"""Whether a service's rule can be met at all, whatever the time; if not, which part of it cannot. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from assistant.scheduling.engine.candidates import Path, Place, fitting, places
from assistant.scheduling.engine.loaded import Loaded, World
from assistant.scheduling.engine.minutes import Span, stretches_of
from assistant.scheduling.engine.model import Pattern, WorkHours
from assistant.scheduling.engine.placing import Placing
from assistant.scheduling.engine.rules import All, Pick, Rule, Service, Some
from assistant.scheduling.engine.walls import worked

_MONDAY = date(2026, 1, 12)  # of two weeks in which no zone changes its clocks
_FORTNIGHT = 14
_WEEKS = Span(datetime(2026, 1, 12, tzinfo=UTC), _FORTNIGHT * 24 * 60)


def never_met(world: World, service: Service) -> str:
    """Which part of the service's rule can never be met, and why, as a sentence; '' where it may be.

    Raises Invalid for a cycle in its groups.
    """
    return _Check(world, service).node(service.rule, ())


class _Check:
    def __init__(self, world: World, service: Service) -> None:
        self._loaded = Loaded(world, _WEEKS)
        self._service = service
        self._places = {each.path: each for each in places(service)}
        self._fitting = {path: fitting(self._loaded, each, frozenset()) for path, each in self._places.items()}
        self._sites: Mapping[int, int | None] = {each.id: each.site_id for each in world.resources.values()}

    def node(self, rule: Rule, path: Path) -> str:
        """What is wrong with a part, looked at by itself."""
        if isinstance(rule, Pick):
            return self._pick(rule, path)
        if not rule.children:
            return f"{_named(rule, path)} has no parts."
        wrong = [said for number, each in enumerate(rule.children) if (said := self.node(each, (*path, number)))]
        if isinstance(rule, Some) and not 1 <= rule.n <= len(rule.children):
            return f"{_named(rule, path)} can never be met: it needs {rule.n} of {len(rule.children)} parts."
        needed = rule.n if isinstance(rule, Some) else len(rule.children)
        if len(rule.children) - len(wrong) < needed:
            return wrong[0]
        return "" if wrong or self._can(rule, path) else self._together(rule, path)

    def _pick(self, pick: Pick, path: Path) -> str:
        place, name = self._places[path], _named(pick, path)
        if pick.n < 1 or pick.units < 1:
            return f"{name} must need at least one."
        if place.start < 0 or place.end <= place.start or place.end > self._service.duration:
            return f"{name} must lie within the {self._service.duration} min of the service."
        fit = self._fitting[path]
        if len(fit) < pick.n:
            there = "nobody and nothing fits" if not fit else f"only {len(fit)} fit{'s' if len(fit) == 1 else ''}"
            return f"{name} can never be met: it needs {pick.n}, and {there}."
        if pick.same_site and not self._can(pick, path):
            return f"{name} can never be met: no site has {pick.n} that fit."
        long = self._long_enough(place, fit)
        if len(long) < pick.n:
            takes = f"{place.days} days on end" if place.days > 1 else f"{place.end - place.start} min"
            return f"{name} can never be met: it takes {takes}, and none that fit work so long."
        return ""

    def _long_enough(self, place: Place, fit: list[int]) -> list[int]:
        """Who has hours that are long enough, in one week or another."""
        known: dict[int, int] = {}
        longest = _most_days if place.days else _longest
        needed = min(place.days or place.end - place.start, _FORTNIGHT if place.days else _WEEKS.length)
        found = []
        for each in fit:
            hours = self._loaded.world.resources[each].hours
            if hours is None:
                continue
            if id(hours) not in known:
                known[id(hours)] = longest(hours)
            if known[id(hours)] >= needed:
                found.append(each)
        return found

    def _can(self, rule: Rule, path: Path) -> bool:
        """Whether there are different resources for all of it, at one site where that is asked for."""
        own = {each[len(path) :]: place for each, place in self._places.items() if each[: len(path)] == path}
        found = [replace(place, path=each) for each, place in own.items()]
        who = {each: self._fitting[(*path, *each)] for each in own}
        return Placing(rule, found, who, self._sites).fill(lambda path, each: True) is not None

    def _together(self, rule: All | Some, path: Path) -> str:
        """What a node lacks whose parts can be met one by one."""
        name = _named(rule, path)
        if rule.same_site and self._can(replace(rule, same_site=False), path):
            return f"{name} can never be met: no one site has all that it needs."
        if isinstance(rule, All):
            for number in range(1, len(rule.children)):
                if not self._can(All(rule.children[: number + 1], rule.same_site), path):
                    part = _named(rule.children[number], (*path, number))
                    return f"{part} can never be met beside the parts before it: there are not enough for all of them."
        return f"{name} can never be met: its parts need the same resources at one time."


def _longest(hours: WorkHours) -> int:
    """The longest time worked on end, in minutes, in any week; days of their own may change any of it."""
    if hours.dates:
        return _WEEKS.length
    each = (WorkHours(hours.zone, (Pattern(_MONDAY - timedelta(days=7), one.week),)) for one in hours.patterns)
    stretches = (end - start for one in each for start, end in stretches_of(worked(one, _WEEKS)))
    return max(stretches, default=0)


def _most_days(hours: WorkHours) -> int:
    """The most days worked one after the other, of two weeks, in any week; days of their own may change any of it."""
    if hours.dates:
        return _FORTNIGHT
    weeks = ("".join("x" if day else " " for day in each.week * 2) for each in hours.patterns)
    return max((len(run) for week in weeks for run in week.split()), default=0)


def _named(rule: Rule, path: Path) -> str:
    """The part as people find it: by its name, else by its number within the rule."""
    if rule.name:
        return f"The part {rule.name!r}"
    return f"Part {'.'.join(str(number + 1) for number in path)} of the rule" if path else "The rule"
