"""One VEVENT (RFC 5545 section 3.6.1) as an event."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from calendar_sync.event import Attendee, Event
from calendar_sync.recurrence import rule_defect
from calendar_sync.valarm import reminder_minutes
from calendar_sync.values import parse_duration, parse_time
from calendar_sync.vtimezone import Zones
from mail_sync.content_lines import Block, ContentLine, split_unescaped, unescape
from mail_sync.message import Address

_TIMES = {
    "DTSTART",
    "DTEND",
    "DURATION",
    "RECURRENCE-ID",
    "RRULE",
    "EXRULE",
    "RDATE",
    "EXDATE",
    "LAST-MODIFIED",
    "DTSTAMP",
}
_WORDS = {
    "STATUS",
    "TRANSP",
    "CLASS",
    "SEQUENCE",
    "X-MICROSOFT-CDO-BUSYSTATUS",
    "X-MICROSOFT-CDO-ALLDAYEVENT",
    "PRIORITY",
}
_TEXTS = {"UID", "SUMMARY", "LOCATION", "DESCRIPTION", "CATEGORIES", "ORGANIZER", "ATTENDEE"}
_NAMES = frozenset(_TIMES | _WORDS | _TEXTS)
_BUSY = {"FREE": "free", "TENTATIVE": "tentative", "BUSY": "busy", "OOF": "away", "WORKINGELSEWHERE": "elsewhere"}
_STATUS = {"TENTATIVE": "tentative", "CANCELLED": "cancelled", "CANCELED": "cancelled"}
_CLASS = {"": "normal", "PUBLIC": "normal", "PERSONAL": "personal", "CONFIDENTIAL": "confidential"}
_RESPONSE = {"ACCEPTED": "accepted", "TENTATIVE": "tentative", "DECLINED": "declined"}
_EMAIL = re.compile(r"[^\s@<>\"(),:;]+@[^\s@<>\"(),:;]+")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as written: aware in its zone, or a date."""

    value: datetime | date
    zone: str = "UTC"
    tzid: str = ""
    defect: str = ""


@dataclass(slots=True)
class _Lines:
    """The properties of one VEVENT, and the defects met while reading them."""

    all: list[ContentLine]
    defects: list[str] = field(default_factory=list)

    def named(self, name: str) -> Iterator[ContentLine]:
        return (line for line in self.all if line.name == name)

    def first(self, name: str) -> ContentLine | None:
        return next(self.named(name), None)

    def text(self, name: str) -> str:
        line = self.first(name)
        return unescape(line.value).strip() if line else ""

    def word(self, name: str) -> str:
        return self.text(name).upper()


def read_event(block: Block, zones: Zones, method: str) -> Event:
    """The event in this block, exceptions not yet joined. Raises ValueError with one sentence when it has no start."""
    found = list(block.properties(_NAMES))
    lines = _Lines([line for line in found if line is not None])
    if len(lines.all) < len(found) and None in found:
        lines.defects.append("lines that are no properties were left out")
    start, original = _start(lines, zones)
    all_day = not isinstance(start.value, datetime)
    end = _end(lines, zones, start)
    if not all_day and _is_outlook_all_day(lines, start.value, end):
        all_day, start, end = True, Moment(_date(start.value)), _date(end)
    rrule = "" if original is not None else _rule(lines)
    title = " ".join(lines.text("SUMMARY").split())
    return Event(
        uid=lines.text("UID") or _derived_uid(lines, title),
        title=title,
        start=start.value,
        end=end,
        all_day=all_day,
        timezone=start.zone,
        timezone_source=start.tzid,
        location=" ".join(lines.text("LOCATION").split()),
        description=lines.text("DESCRIPTION"),
        organizer=next((_address(line) for line in lines.named("ORGANIZER")), None),
        attendees=tuple(_attendee(line) for line in lines.named("ATTENDEE") if _address(line) is not None),
        status="cancelled" if method == "CANCEL" else _STATUS.get(lines.word("STATUS"), "confirmed"),
        busy=_busy(lines),
        sensitivity=_CLASS.get(lines.word("CLASS"), "private"),  # RFC 5545 section 3.8.1.3: unknown means private
        importance=_importance(lines),
        categories=_categories(lines),
        sequence=_sequence(lines),
        modified_at=_modified_at(lines, zones),
        method=method,
        rrule=rrule,
        rdates=() if original is not None else _dates(lines, "RDATE", zones, all_day=all_day),
        exdates=() if original is not None else _dates(lines, "EXDATE", zones, all_day=all_day),
        original_start=original,
        reminder_minutes=reminder_minutes(block, start.value, end),
        defects=tuple(dict.fromkeys(lines.defects)),
    )


def _start(lines: _Lines, zones: Zones) -> tuple[Moment, datetime | date | None]:
    """DTSTART, and RECURRENCE-ID where there is one."""
    original = None
    if line := lines.first("RECURRENCE-ID"):
        try:
            original = _moment(line, zones)
        except ValueError:
            raise ValueError(f'it replaces an occurrence at "{line.value[:40]}", which is no time') from None
        if line.param("RANGE").upper() == "THISANDFUTURE":
            lines.defects.append("it changes all later occurrences too; only the first of them was changed")
    if line := lines.first("DTSTART"):
        try:
            start = _moment(line, zones)
        except ValueError:
            raise ValueError(f'its start "{line.value[:40]}" is no time') from None
    elif original is not None:
        start = original
    else:
        raise ValueError("it has no start")
    if start.defect:
        lines.defects.append(start.defect)
    return start, None if original is None else original.value


def _end(lines: _Lines, zones: Zones, start: Moment) -> datetime | date:
    """The exclusive end. Without DTEND and DURATION a date lasts a day and a time no time (RFC 5545 section 3.6.1)."""
    least = start.value if isinstance(start.value, datetime) else start.value + _DAY
    try:
        end = _written_end(lines, zones, start)
    except (ValueError, OverflowError):
        lines.defects.append("its end cannot be read")
        return least
    if end is None:
        return least
    if end < start.value:
        lines.defects.append("it ended before it began")
    return max(end, least)


def _written_end(lines: _Lines, zones: Zones, start: Moment) -> datetime | date | None:
    if line := lines.first("DTEND"):
        end = _moment(line, zones).value
        if not isinstance(start.value, datetime):
            return _date(end)
        if not isinstance(end, datetime):
            end = datetime.combine(end, time(), start.value.tzinfo)
        return end.astimezone(start.value.tzinfo)
    if line := lines.first("DURATION"):
        length = parse_duration(line.value)
        if not isinstance(start.value, datetime):
            return start.value + timedelta(days=-(-length // _DAY))
        # RFC 5545 section 3.3.6: days are nominal, hours are exact.
        whole_days = start.value + timedelta(days=length.days)
        return (whole_days.astimezone(UTC) + (length % _DAY)).astimezone(start.value.tzinfo)
    return None


def _moment(line: ContentLine, zones: Zones) -> Moment:
    """The time a property holds. Raises ValueError."""
    text, tzid = line.value.strip(), line.param("TZID")
    if ":" in text and not text[:4].isdigit():  # a TZID with an unquoted colon: "(UTC+01:00) Berlin:20260101T090000"
        rest, _, text = text.rpartition(":")
        tzid = f"{tzid}:{rest}"
    return _parsed(text, tzid, zones)


def _parsed(text: str, tzid: str, zones: Zones) -> Moment:
    value = parse_time(text)
    if not isinstance(value, datetime):
        return Moment(value, zones.default.name)
    if value.tzinfo is not None:
        return Moment(value)
    zone = zones.find(tzid, value)
    return Moment(zone.at(value), zone.name, tzid, zone.defect)


def _date(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _is_outlook_all_day(lines: _Lines, start: datetime | date, end: datetime | date) -> bool:
    """Outlook may write an all-day event as one from midnight to midnight (MS-OXCICAL section 2.1.3.1.1.20.28)."""
    if lines.word("X-MICROSOFT-CDO-ALLDAYEVENT") != "TRUE":
        return False
    midnights = all(isinstance(each, datetime) and each.time() == time() for each in (start, end))
    return midnights and end > start


def _rule(lines: _Lines) -> str:
    """The RRULE as it stands; '' with a defect for one that cannot be read."""
    rules = [line.value.replace("\\", "").strip().rstrip(";") for line in lines.named("RRULE") if line.value.strip()]
    if len(rules) > 1:
        lines.defects.append("only the first of several repetition rules was read")
    if lines.first("EXRULE"):
        lines.defects.append("an exclusion rule (EXRULE) was left out")
    if not rules:
        return ""
    if defect := rule_defect(rules[0]):
        lines.defects.append(defect)
        return ""
    return rules[0]


def _dates(lines: _Lines, name: str, zones: Zones, *, all_day: bool) -> tuple[datetime | date, ...]:
    """The times of RDATE or EXDATE. A date among the EXDATEs of a timed series stays: it excludes the whole day."""
    found: dict[datetime | date, None] = {}
    for line in lines.named(name):
        for text in line.value.split(","):
            if not text.strip():
                continue
            try:
                value = _parsed(text.strip(), line.param("TZID"), zones).value
            except (ValueError, OverflowError):
                lines.defects.append(f'"{text[:40]}" in {name} is no time')
                continue
            if "/" in text:
                lines.defects.append("an added occurrence with its own length has the length of the series")
            found[_date(value) if all_day else value] = None
    return tuple(found)


def _address(line: ContentLine) -> Address | None:
    """Who stands in ORGANIZER or ATTENDEE; None for one that has neither an address nor a name."""
    value = line.value.strip()
    if value[:7].lower() == "mailto:":
        value = value[7:]
    emails = [each for each in (value, line.param("EMAIL")) if _EMAIL.fullmatch(each.strip())]
    name = " ".join(unescape(line.param("CN")).split())
    if not emails and not name:
        return None
    return Address(emails[0].strip().lower() if emails else "", name)


def _attendee(line: ContentLine) -> Attendee:
    kind, role = line.param("CUTYPE").upper(), line.param("ROLE").upper()
    if kind in ("RESOURCE", "ROOM"):
        shown = "resource"
    else:
        shown = "optional" if role in ("OPT-PARTICIPANT", "NON-PARTICIPANT") else "required"
    response = _RESPONSE.get((line.param("PARTSTAT") or line.param("STATUS")).upper(), "none")
    return Attendee(_address(line) or Address(""), shown, response)


def _busy(lines: _Lines) -> str:
    if said := _BUSY.get(lines.word("X-MICROSOFT-CDO-BUSYSTATUS")):
        return said
    if lines.word("TRANSP") in ("TRANSPARENT", "1"):  # "1" is vCalendar 1.0
        return "free"
    return "tentative" if lines.word("STATUS") == "TENTATIVE" else "busy"


def _importance(lines: _Lines) -> str:
    """RFC 5545 section 3.8.1.9: 1 is the highest, 5 the middle, 9 the lowest, 0 says nothing."""
    text = lines.text("PRIORITY")
    if not (text.isascii() and text.isdigit() and len(text) == 1) or text in "05":
        return "normal"
    return "high" if text < "5" else "low"


def _categories(lines: _Lines) -> tuple[str, ...]:
    found = (each for line in lines.named("CATEGORIES") for each in split_unescaped(line.value, ","))
    return tuple(dict.fromkeys(each for each in found if each))


def _sequence(lines: _Lines) -> int:
    text = lines.text("SEQUENCE")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _modified_at(lines: _Lines, zones: Zones) -> datetime | None:
    for name in ("LAST-MODIFIED", "DTSTAMP"):
        if line := lines.first(name):
            try:
                value = _moment(line, zones).value
            except (ValueError, OverflowError):
                continue
            if isinstance(value, datetime):
                return value.astimezone(UTC)
    return None


def _derived_uid(lines: _Lines, title: str) -> str:
    """A UID that the same event gets again when its file is read again."""
    lines.defects.append("it has no UID; one was derived from its title and times")
    told = [title, *(line.value for name in ("DTSTART", "DTEND", "RRULE", "LOCATION") for line in lines.named(name))]
    return "derived-" + hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:32]
