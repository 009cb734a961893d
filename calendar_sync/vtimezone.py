"""The zone behind a TZID: by its name, else by what its VTIMEZONE says the clocks do (RFC 5545 section 3.6.5)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from calendar_sync.rrule import parse_rule, walls
from calendar_sync.values import parse_offset, parse_time
from calendar_sync.zones import iana_name, sample_instants, zone_with
from mail_sync.content_lines import Block, unescape

_NAMES = frozenset({"TZID", "X-LIC-LOCATION", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})
_YEARS_BACK = 60  # how far back a change of the clocks may lie that still holds
_MOST_OBSERVANCES = 400


@dataclass(frozen=True, slots=True)
class Observance:
    """One STANDARD or DAYLIGHT part: from the naive local time `first` on, the offset from UTC is `after`."""

    first: datetime
    before: timedelta
    after: timedelta
    rrule: str = ""
    rdates: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class ZoneDefinition:
    """A VTIMEZONE. `location` is the IANA name that some clients add as X-LIC-LOCATION."""

    tzid: str
    location: str
    observances: tuple[Observance, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """What a TZID means for times of one year: an IANA name, or a fixed offset where no zone agrees."""

    name: str
    offset: timedelta | None = None
    defect: str = ""

    def at(self, wall: datetime) -> datetime:
        """The naive local time as an aware one in the zone `name`."""
        if self.offset is None:
            return wall.replace(tzinfo=ZoneInfo(self.name))
        return wall.replace(tzinfo=timezone(self.offset)).astimezone(ZoneInfo(self.name))


class Zones:
    """The zones that one calendar file knows. `default` is the zone of times that name none."""

    def __init__(self, blocks: Iterable[Block], default: str) -> None:
        self.default = Zone(default)
        self._definitions: dict[str, ZoneDefinition] = {}
        for block in blocks:
            definition = _definition(block)
            self._definitions.setdefault(definition.tzid, definition)

    def find(self, tzid: str, wall: datetime) -> Zone:
        """The zone of a local time with this TZID; the default zone, with a defect, for one that nothing explains."""
        tzid = tzid.strip()
        if not tzid:
            return self.default
        definition = self._definitions.get(tzid)
        if name := iana_name(tzid) or (iana_name(definition.location) if definition else None):
            return Zone(name)
        if definition is None or not definition.observances:
            return Zone(self.default.name, None, f'time zone "{tzid[:60]}" is unknown, read as {self.default.name}')
        if name := _zone_like(definition, wall.year):
            return Zone(name)
        offset = _offset_at(_changes(definition, wall.year), wall.replace(tzinfo=UTC))
        said = f'time zone "{tzid[:60]}" is like no known zone, kept as UTC'
        return Zone("UTC", offset, said)


def _definition(block: Block) -> ZoneDefinition:
    named = {line.name: unescape(line.value).strip() for line in block.properties(_NAMES) if line is not None}
    parts = [part for part in block.blocks if part.name in ("STANDARD", "DAYLIGHT")][:_MOST_OBSERVANCES]
    observances = tuple(found for part in parts if (found := _observance(part)) is not None)
    return ZoneDefinition(named.get("TZID", ""), named.get("X-LIC-LOCATION", ""), observances)


def _observance(block: Block) -> Observance | None:
    lines = [line for line in block.properties(_NAMES) if line is not None]
    values = {line.name: line.value.strip() for line in lines}
    texts = [text for line in lines if line.name == "RDATE" for text in line.value.split(",")]
    try:
        if values.get("RRULE"):
            parse_rule(values["RRULE"])
        return Observance(
            first=_naive(_first(values["DTSTART"])),
            before=parse_offset(values["TZOFFSETFROM"]),
            after=parse_offset(values["TZOFFSETTO"]),
            rrule=values.get("RRULE", ""),
            rdates=tuple(_naive(parse_time(text)) for text in texts[:_MOST_OBSERVANCES]),
        )
    except (KeyError, ValueError):
        return None


def _first(text: str) -> datetime | date:
    """When it begins. Some zones begin in the year 1, which is as good as the year 2."""
    return parse_time("0002" + text[4:] if text.startswith(("0000", "0001")) else text)


def _naive(value: datetime | date) -> datetime:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time())


@lru_cache(maxsize=256)
def _zone_like(definition: ZoneDefinition, year: int) -> str | None:
    instants = sample_instants(year)
    changes = _changes(definition, instants[0].year)
    wanted = tuple(_offset_at(changes, instant) / timedelta(minutes=1) for instant in instants)
    hint = f"{definition.tzid} {definition.location}"
    first_year = sum(instant.year == instants[0].year for instant in instants)  # laws change from one year to the next
    return zone_with(wanted, instants, hint) or zone_with(wanted[:first_year], instants[:first_year], hint)


@lru_cache(maxsize=256)
def _changes(definition: ZoneDefinition, year: int) -> tuple[tuple[datetime, timedelta, timedelta], ...]:
    """The changes of the clocks up to the end of the next year: (UTC instant, offset before, offset after), sorted."""
    lo = datetime(max(year - _YEARS_BACK, 2), 1, 1)  # noqa: DTZ001 - wall time
    hi = datetime(min(year + 2, 9997), 12, 31)  # noqa: DTZ001 - wall time
    changes = {
        ((wall - part.before).replace(tzinfo=UTC), part.before, part.after)
        for part in definition.observances
        for wall in _onsets(part, lo, hi)
    }
    return tuple(sorted(changes))


def _onsets(part: Observance, lo: datetime, hi: datetime) -> Iterator[datetime]:
    """Local times at which the part begins to hold: its first one, and those in [lo, hi]."""
    yield part.first
    yield from (each for each in part.rdates if lo <= each <= hi)
    if not part.rrule:
        return
    rule = parse_rule(part.rrule)
    until = None
    if rule.until is not None:
        until = _naive(rule.until)
        if isinstance(rule.until, datetime) and rule.until.tzinfo is not None and 2 <= until.year <= 9997:
            until += part.before
    yield from walls(rule, part.first, lo, hi, until)


def _offset_at(changes: tuple[tuple[datetime, timedelta, timedelta], ...], instant: datetime) -> timedelta:
    """The offset from UTC at an aware instant. (For a wall time said to be UTC the answer is right but for hours.)"""
    index = bisect_right(changes, instant, key=lambda change: change[0])
    return changes[index - 1][2] if index else changes[0][1]
