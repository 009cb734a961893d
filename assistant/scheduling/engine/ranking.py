"""What is good about a slot: its score, the lower the better, and that in words. Pure.

A score counts minutes on the way, from the job before or from home and on to the next one or back, as they are; half an
hour for each place that nobody preferred fills, where somebody is; and ten for each day of waiting. A service of days
is waited for until it is done, so that one which rests the less comes first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from assistant.scheduling.engine.candidates import Path, Place, booked_minutes
from assistant.scheduling.engine.loaded import Job, Loaded
from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.placing import Placed
from assistant.scheduling.engine.resting import work_times
from assistant.scheduling.engine.rules import Assignment, Request, Slot, Strategy
from assistant.scheduling.engine.travel import SAME_TRIP

NOT_PREFERRED = 30  # what a place costs that nobody preferred fills
WAITING = 10  # what a day costs


class Ranking:
    """Makes slots of one request. `candidates` are those of each place, in order."""

    def __init__(self, loaded: Loaded, request: Request, candidates: Mapping[Path, Sequence[int]]) -> None:
        self._loaded = loaded
        self._request = request
        self._candidates = candidates
        self._from = loaded.span.ceil(request.start)
        self._length = request.service.duration
        self._days = request.service.days
        self._buffers = request.service.before * MINUTE, request.service.after * MINUTE
        self._standing: dict[tuple[Path, int], tuple[int, str]] = {}
        self._job_starts: dict[int, list[int]] = {}
        self._travels = bool(loaded.world.travel.longest)

    def slot(self, start: int, placed: Placed) -> Slot:
        """The slot that begins at a minute of the span."""
        times = work_times(self._loaded, placed, self._days, start) if self._days else None
        end = max(until for _, until in times) if times else start + self._length
        score = (end - self._length - self._from) * WAITING // 1440
        reasons: list[str] = []
        assignments: list[Assignment] = []
        for number, (place, resource_id) in enumerate(placed):
            cost, words = self._stands(place, resource_id)
            score += cost
            reasons.append(words)
            begin, until = times[number] if times else (start + place.start, start + place.end)
            if self._travels:
                way, words = self._way(begin - place.before, until + place.after, resource_id)
                score += way
                if words:
                    reasons.append(words)
            assignments.append(self._assigned(place, resource_id, begin, until))
        first = self._loaded.span.at(start)
        return Slot(first, first + (end - start) * MINUTE, tuple(assignments), score, tuple(reasons))

    def _assigned(self, place: Place, resource_id: int, begin: int, until: int) -> Assignment:
        first = self._loaded.span.at(begin)
        last = first + (until - begin) * MINUTE
        before, after = self._buffers
        return Assignment(
            resource_id, first, last, first - before, last + after, place.units, place.path, place.pick.name
        )

    def _stands(self, place: Place, resource_id: int) -> tuple[int, str]:
        """What the choice of a resource costs and why it was chosen, at any time."""
        key = place.path, resource_id
        if (found := self._standing.get(key)) is None:
            found = self._standing[key] = self._judged(place, resource_id)
        return found

    def _judged(self, place: Place, resource_id: int) -> tuple[int, str]:
        name = self._loaded.world.resources[resource_id].name
        wished = self._request.preferred | place.pick.preferred
        if resource_id in wished:
            return 0, f"{name} is preferred"
        among = self._candidates[place.path]
        cost = NOT_PREFERRED if not wished.isdisjoint(among) else 0
        if len(among) == place.pick.n:
            return cost, f"{name} can do it, and nobody else"
        if place.pick.strategy is Strategy.ROUND_ROBIN:
            return cost, f"{name} is next in turn"
        hours = booked_minutes(self._loaded, resource_id, self._request) / 60
        return cost, f"{name} has {f'{hours:.1f}'.removesuffix('.0')} h booked"

    def _way(self, first: int, last: int, resource_id: int) -> tuple[int, str]:
        """Minutes on the way to a job that occupies a resource from `first` until before `last` and on from it, and
        from where to where they lead."""
        resource = self._loaded.world.resources[resource_id]
        if not resource.travels:
            return 0, ""
        area = self._request.area or resource.area
        between = self._loaded.world.travel.between
        before, after = self._around(resource_id, first, last)
        to = between((before and before.booked.area) or resource.area, area)
        back = between(area, (after and after.booked.area) or resource.area)
        if not to + back:
            return 0, ""
        origin = before.booked.what if before and before.booked.what else "home"
        onward = f"on to {after.booked.what}" if after and after.booked.what else "back home"
        return to + back, f"{resource.name} travels {to} min from {origin}, {back} min {onward}"

    def _around(self, resource_id: int, first: int, last: int) -> tuple[Job | None, Job | None]:
        """The jobs just before and just after on the same trip."""
        jobs = self._loaded.jobs(resource_id)
        if (starts := self._job_starts.get(resource_id)) is None:
            starts = self._job_starts[resource_id] = [each.start for each in jobs]
        number = bisect_left(starts, last)
        after = jobs[number] if number < len(jobs) and starts[number] - last < SAME_TRIP else None
        number = bisect_left(starts, first) - 1
        before = jobs[number] if number >= 0 and first - jobs[number].end < SAME_TRIP else None
        return before, after
