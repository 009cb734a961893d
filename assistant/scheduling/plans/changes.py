"""What may become of a schedule: somebody is off, works other hours or not at all, a site is closed, a booking moves.

A change of a resource or a site is what that would say after it (`state_after`): so a what-if looks at exactly that
which applying it writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, assert_never

from store.errors import Invalid, NotFound
from store.kept.sorts import Sort, State
from store.queues.written import holidays_from, week_from
from store.scheduling.booking import Need
from store.scheduling.reading import Setup, Thing
from store.scheduling.sorts import RESOURCE, SITE
from store.scheduling.stored import Dates, Week, Worked, dates_as_json, dates_from, worked_as_json, worked_from
from store.scheduling.written import midnight, time_off_text

_NEVER: Week = ((),) * 7
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Off:
    """A resource (by uid) is away from `start` until before `end` (UTC), as with a sick call."""

    resource: str
    start: datetime
    end: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OtherHours:
    """A resource works the hours of this week, as "Mon-Thu 08:00-16:00", from a day on; or with `only`, on that day
    alone, these: "08:00-12:00", '' for none."""

    resource: str
    hours: str
    since: date
    only: bool = False


@dataclass(frozen=True, slots=True)
class Without:
    """A resource is taken out: from a day on it works no more."""

    resource: str
    since: date


@dataclass(frozen=True, slots=True)
class Closed:
    """A site (by uid) is closed on a day but for these hours, as "08:00-12:00"."""

    site: str
    day: date
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A booking (by key) is at another time, with others, or of another length; what is None stays."""

    booking_id: int
    start: datetime | None = None
    needs: Sequence[Need] | None = None
    minutes: int | None = None


#: What a resource or a site says, and any change.
Kept = Off | OtherHours | Without | Closed
Change = Kept | Moved


def sort_of(change: Kept) -> Sort:
    """Whether a site or a resource changes."""
    return SITE if isinstance(change, Closed) else RESOURCE


def thing_of(setup: Setup, change: Kept) -> Thing:
    """The site or the resource that changes. Raises NotFound."""
    things, uid = (setup.sites, change.site) if isinstance(change, Closed) else (setup.resources, change.resource)
    if uid not in things:
        raise NotFound(f"this {sort_of(change).noun} is not there any more")
    return things[uid]


def state_after(change: Kept, before: Mapping[str, Any]) -> State:
    """What the resource or the site says after the change. Raises Invalid."""
    state = deepcopy(dict(before))
    match change:
        case Off():
            if change.end <= change.start:
                raise Invalid("Time off must end after it begins.")
            state["time_off"] = sorted(
                [*state["time_off"], _off(change)], key=lambda one: (one["starts_at"], one["ends_at"])
            )
        case OtherHours() | Without():
            state["hours"] = worked_as_json(_worked(worked_from(state["hours"]), change))
        case Closed():
            closures = {**dates_from(state["closures"]), **_of_day(change.day, change.hours)}
            state["closures"] = dates_as_json(closures)
        case _:
            assert_never(change)
    return state


def lasts(setup: Setup, change: Kept) -> tuple[datetime, datetime | None]:
    """From when until when it changes anything (UTC); None: for good."""
    match change:
        case Off():
            return change.start, change.end
        case Closed():
            zone = str(thing_of(setup, change).state["zone"])
            return midnight(change.day, zone), midnight(change.day + _ONE_DAY, zone)
        case OtherHours() | Without():
            zone = setup.zone_of(thing_of(setup, change))
            only = isinstance(change, OtherHours) and change.only
            # A night shift that begins on the day reaches into the next one.
            return midnight(change.since, zone), midnight(change.since + 2 * _ONE_DAY, zone) if only else None
        case _:
            assert_never(change)


def told(setup: Setup, change: Kept) -> str:
    """The change in short: "Ann is off 2026-12-01 to 2026-12-05"."""
    name = thing_of(setup, change).name
    match change:
        case Off():
            zone = setup.zone_of(thing_of(setup, change))
            return f"{name} is off {time_off_text([_off(change)], zone)}"
        case OtherHours():
            hours = change.hours or "no hours"
            return (
                f"{name} works {hours} {'on' if change.only else 'from'} {change.since}{'' if change.only else ' on'}"
            )
        case Without():
            return f"without {name} from {change.since} on"
        case Closed():
            return f"{name} is closed on {change.day}{f' but for {change.hours}' if change.hours else ''}"
        case _:
            assert_never(change)


def as_json(change: Kept) -> dict[str, Any]:
    """The change as a staged plan keeps it."""
    match change:
        case Off():
            return {"kind": "off", "resource": change.resource, **_off(change)}
        case OtherHours():
            said = {"resource": change.resource, "hours": change.hours, "since": change.since.isoformat()}
            return {"kind": "hours", **said, "only": change.only}
        case Without():
            return {"kind": "without", "resource": change.resource, "since": change.since.isoformat()}
        case Closed():
            return {"kind": "closed", "site": change.site, "day": change.day.isoformat(), "hours": change.hours}
        case _:
            assert_never(change)


def from_json(body: Mapping[str, Any]) -> Kept:
    """The change that `as_json` wrote."""
    match body["kind"]:
        case "off":
            start, end = (datetime.fromisoformat(body[name]) for name in ("starts_at", "ends_at"))
            return Off(body["resource"], start, end, body["reason"])
        case "hours":
            return OtherHours(body["resource"], body["hours"], date.fromisoformat(body["since"]), body["only"])
        case "without":
            return Without(body["resource"], date.fromisoformat(body["since"]))
        case _:
            return Closed(body["site"], date.fromisoformat(body["day"]), body["hours"])


def _off(change: Off) -> dict[str, str]:
    return {"starts_at": change.start.isoformat(), "ends_at": change.end.isoformat(), "reason": change.reason}


def _of_day(day: date, hours: str) -> Dates:
    """The hours of one day, and of no other that is written behind them. Raises Invalid."""
    found = holidays_from(f"{day} {hours}")
    if found.keys() != {day}:
        raise Invalid(f"{hours!r} are more than the hours of a day; write them as 08:00-12:00, 13:00-17:00.")
    return found


def _worked(worked: Worked, change: OtherHours | Without) -> Worked:
    """The hours after the change. Raises Invalid."""
    if isinstance(change, OtherHours) and change.only:
        return Worked(worked.weeks, {**worked.dates, **_of_day(change.since, change.hours)})
    if isinstance(change, OtherHours):
        return Worked({**worked.weeks, change.since: week_from(change.hours)}, worked.dates)
    weeks = {first: week for first, week in worked.weeks.items() if first < change.since}
    dates = {day: hours for day, hours in worked.dates.items() if day < change.since}
    return Worked({**weeks, change.since: _NEVER}, dates)
