"""iCalendar files and the calendar parts of mail (RFC 5545, iTIP of RFC 5546) to events.

A file is cut into its components first and each VEVENT is read alone, so that one bad event stands aside and the
rest goes on. Every event carries a small calendar of its own as `source`, which reads to the same event again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from calendar_sync.event import Event
from calendar_sync.vevent import read_event
from calendar_sync.vtimezone import Zones
from calendar_sync.zones import iana_name
from mail_sync.content_lines import Block, ContentLine, as_utf8, read_blocks, unescape
from mail_sync.errors import Unreadable

_NAMES = frozenset({"METHOD", "X-WR-TIMEZONE"})
#: The reason beside an older version of an event: it is no failure, the newer one says all of it.
SUPERSEDED = "a newer version of this event is in the same file"


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a file held. `unreadable` are (reason, raw) pairs: a sentence without its full stop, and a calendar of that
    one event that can be read again. `method` is the iTIP method of the first calendar that names one."""

    events: tuple[Event, ...]
    unreadable: tuple[tuple[str, bytes], ...] = ()
    method: str = ""
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """What an event's own small calendar repeats of the calendar it came in."""

    head: bytes
    zones: tuple[tuple[bytes, bytes], ...]  # TZID and VTIMEZONE

    def around(self, events: list[bytes]) -> bytes:
        body = b"".join(events)
        zones = [raw for tzid, raw in self.zones if tzid in body or not tzid.isascii()]
        parts = [b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", self.head, *zones, body, b"END:VCALENDAR\r\n"]
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Version:
    """One VEVENT as read, with its bytes."""

    event: Event
    raw: bytes
    frame: _Frame

    def source(self, *exceptions: _Version) -> bytes:
        """A calendar of this event and its exceptions alone."""
        frames = dict.fromkeys([self.frame, *(each.frame for each in exceptions)])
        zones = {tzid: raw for frame in reversed(frames) for tzid, raw in frame.zones}
        frame = _Frame(self.frame.head, tuple(zones.items())) if len(frames) > 1 else self.frame
        return frame.around([self.raw, *(each.raw for each in exceptions)])

    @property
    def age(self) -> tuple[int, datetime]:
        return (self.event.sequence, self.event.modified_at or datetime.min.replace(tzinfo=UTC))


@dataclass(slots=True)
class _Found:
    """The events of one file as they are met."""

    versions: dict[str, list[_Version]] = field(default_factory=dict)  # by UID
    unreadable: list[tuple[str, bytes]] = field(default_factory=list)


def read_calendar(raw: bytes | str, *, default_zone: str = "UTC") -> Calendar:
    """All events of a calendar file, series joined with their exceptions, in the order of the file.

    Times without a zone are in the calendar's X-WR-TIMEZONE, else in `default_zone` (an IANA name). Raises Unreadable
    where there is no calendar at all.
    """
    data = as_utf8(raw.encode("utf-8", "replace") if isinstance(raw, str) else raw)
    blocks = read_blocks(data)
    calendars = [block for block in blocks if block.name == "VCALENDAR"]
    loose = [block for block in blocks if block.name == "VEVENT"]
    if not calendars and not loose:
        raise Unreadable("there is no calendar in it")
    if loose:
        calendars.append(Block("VCALENDAR", 0, blocks=loose))
    found = _Found()
    methods = [_read_one(block, data, default_zone, found) for block in calendars]
    events = [event for versions in found.versions.values() for event in _joined(versions, found)]
    defects = () if all(block.closed for block in calendars) or loose else ("the end of the calendar is missing",)
    return Calendar(tuple(events), tuple(found.unreadable), next((each for each in methods if each), ""), defects)


def _read_one(calendar: Block, data: bytes, default_zone: str, found: _Found) -> str:
    """Read the events of one VCALENDAR into `found`; return its method."""
    head = {line.name: line for line in calendar.properties(_NAMES) if line is not None}
    method = head["METHOD"].value.strip().upper()[:40] if "METHOD" in head else ""
    own_zone = iana_name(unescape(head["X-WR-TIMEZONE"].value)) if "X-WR-TIMEZONE" in head else None
    definitions = [block for block in calendar.blocks if block.name == "VTIMEZONE"]
    zones = Zones(definitions, own_zone or default_zone)
    frame = _frame(data, method, head.get("X-WR-TIMEZONE"), definitions)
    for block in calendar.blocks:
        if block.name != "VEVENT":
            continue
        raw = _ended(data[block.start : block.end])
        try:
            if not block.closed:
                raise ValueError("the file breaks off in the middle of this event")
            version = _Version(read_event(block, zones, method), raw, frame)
        except ValueError as error:
            found.unreadable.append((str(error), frame.around([raw])))
        else:
            found.versions.setdefault(version.event.uid, []).append(version)
    return method


def _frame(data: bytes, method: str, zone: ContentLine | None, definitions: list[Block]) -> _Frame:
    head = (f"METHOD:{method}\r\n" if method else "") + (f"X-WR-TIMEZONE:{zone.value}\r\n" if zone else "")
    named = tuple(
        (unescape(line.value).strip().encode(), _ended(data[block.start : block.end]))
        for block in definitions
        for line in block.properties(frozenset({"TZID"}))
        if line is not None
    )
    return _Frame(head.encode(), named)


def _ended(raw: bytes) -> bytes:
    return raw if raw.endswith((b"\n", b"\r")) else raw + b"\r\n"


def _joined(versions: list[_Version], found: _Found) -> list[Event]:
    """The events of one UID: the newest master with its exceptions, or each exception alone where there is no master.

    Of two versions of the same thing the newer one is kept (RFC 5546 section 2.1.5), the other waits as unreadable.
    """
    kept: dict[datetime | date | None, _Version] = {}
    for version in sorted(versions, key=lambda each: each.age):
        key = _instant(version.event.original_start)
        older = kept.get(key)
        if older is not None and older.raw.split() != version.raw.split():
            found.unreadable.append((SUPERSEDED, older.source()))
        kept[key] = version
    master = kept.pop(None, None)
    if master is None:
        return [replace(version.event, source=version.source()) for version in kept.values()]
    exceptions = sorted((_of_series(version.event, master.event) for version in kept.values()), key=_place_in_series)
    return [replace(master.event, exceptions=tuple(exceptions), source=master.source(*kept.values()))]


def _instant(start: datetime | date | None) -> datetime | date | None:
    return start.astimezone(UTC) if isinstance(start, datetime) else start


def _of_series(exception: Event, master: Event) -> Event:
    """The exception with its original start written as the master writes its own: a date, or a time in its zone."""
    original = exception.original_start
    if master.all_day:
        original = original.date() if isinstance(original, datetime) else original
    elif isinstance(master.start, datetime) and original is not None:
        if not isinstance(original, datetime):
            original = datetime.combine(original, master.start.time(), master.start.tzinfo)
        original = original.astimezone(master.start.tzinfo)
    return replace(exception, original_start=original)


def _place_in_series(exception: Event) -> str:
    original = _instant(exception.original_start)
    return original.isoformat() if original is not None else ""
