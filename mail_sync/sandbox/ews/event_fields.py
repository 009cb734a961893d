"""The values of a calendar item as a client writes them: zones, instants, people and recurrences.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/calendaritem
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo

from lxml import etree

from mail_sync.sandbox.ews.soap import SOAP, EwsError, SoapFault, T
from mail_sync.sandbox.facts import zones
from mail_sync.sandbox.facts.event import Person
from mail_sync.sandbox.facts.event_lines import Zone, zone_of
from mail_sync.sandbox.facts.recurrence import DAY_SETS, DAYS, MONTHS, WEEK_INDEX, Pattern

TRUE = ("true", "1")
# Child elements of each pattern in schema order, and the greatest interval it may have.
PATTERNS: dict[str, tuple[tuple[str, ...], int]] = {
    "DailyRecurrence": (("Interval",), 999),
    "WeeklyRecurrence": (("Interval", "DaysOfWeek", "FirstDayOfWeek"), 99),
    "AbsoluteMonthlyRecurrence": (("Interval", "DayOfMonth"), 99),
    "RelativeMonthlyRecurrence": (("Interval", "DaysOfWeek", "DayOfWeekIndex"), 99),
    "AbsoluteYearlyRecurrence": (("DayOfMonth", "Month"), 1),
    "RelativeYearlyRecurrence": (("DaysOfWeek", "DayOfWeekIndex", "Month"), 1),
}
MOST_OCCURRENCES = 999
LAST_END = date(4500, 9, 1)


def text_of(value: etree._Element | None) -> str:
    """The text of an element, '' for a field that is deleted."""
    return "" if value is None else value.text or ""


def read_zone(value: etree._Element | None) -> str:
    """The Windows id in a t:StartTimeZone, t:EndTimeZone or t:TimeZoneDefinition. Raises EwsError."""
    zone_id = "" if value is None else str(value.get("Id", ""))
    if not zones.is_known(zone_id):
        raise EwsError("ErrorCalendarInvalidTimeZone", f"The time zone {zone_id!r} is not known.")
    return zone_id


def context_zone(body: etree._Element) -> Zone:
    """The zone of the request's t:TimeZoneContext; UTC where it has none, as documented."""
    found = body.getroottree().find(f"{{{SOAP}}}Header/{T}TimeZoneContext/{T}TimeZoneDefinition")
    return zone_of(read_zone(found) if found is not None else "UTC")


def read_instant(text: str, zone: tzinfo) -> datetime:
    """An xs:dateTime in UTC; one without an offset is wall time in the zone. Raises SoapFault."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation", f"{text!r} is no xs:dateTime.") from error
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def read_attendees(value: etree._Element | None) -> list[Person]:
    """The t:Attendee elements. Raises EwsError ErrorInvalidRecipients for one without an address."""
    found = []
    for mailbox in [] if value is None else value.iterfind(f"{T}Attendee/{T}Mailbox"):
        address = (mailbox.findtext(f"{T}EmailAddress") or "").strip()
        if not address:
            raise EwsError("ErrorInvalidRecipients")
        found.append(Person(mailbox.findtext(f"{T}Name") or address, address))
    return found


def read_recurrence(
    value: etree._Element, patterns: Mapping[str, tuple[tuple[str, ...], int]] = PATTERNS
) -> tuple[Pattern, date]:
    """The pattern and the day its range starts on. Raises EwsError, SoapFault."""
    pattern, span = None, None
    for child in value:
        name = etree.QName(child).localname
        if name in patterns:
            pattern = name, _pattern_fields(child, name, *patterns[name])
        elif name.endswith("Recurrence"):
            span = name, child
    if pattern is None or span is None:
        raise EwsError("ErrorCalendarInvalidRecurrence")
    start = _day(span[1], "StartDate")
    count, until = 0, None
    if span[0] == "NumberedRecurrence":
        count = _number(span[1], "NumberOfOccurrences", MOST_OCCURRENCES)
    elif span[0] == "EndDateRecurrence":
        until = _day(span[1], "EndDate")
        if until > LAST_END:
            raise EwsError("ErrorRecurrenceEndDateTooBig")
    return Pattern(pattern[0], pattern[1], count, until), start


def _pattern_fields(
    element: etree._Element, name: str, names: tuple[str, ...], longest: int
) -> tuple[tuple[str, str], ...]:
    return tuple((field, _pattern_field(element, name, field, longest)) for field in names)


def _pattern_field(element: etree._Element, name: str, field: str, longest: int) -> str:
    said = (element.findtext(f"{T}{field}") or "").strip()
    if field == "Interval":
        return str(_number(element, field, longest))
    if field == "DayOfMonth":
        return str(_number(element, field, 31))
    if field == "DaysOfWeek":
        return _days_of_week(said, is_weekly=name == "WeeklyRecurrence")
    if field == "FirstDayOfWeek":
        said = said or "Sunday"
        return _one_of(said, DAYS.values())
    return _one_of(said, WEEK_INDEX.values() if field == "DayOfWeekIndex" else MONTHS)


def _days_of_week(said: str, *, is_weekly: bool) -> str:
    names = said.split()
    if is_weekly and not set(names) <= set(DAYS.values()):
        raise EwsError("ErrorCalendarInvalidDayForWeeklyRecurrence")
    if not names or (not is_weekly and len(names) > 1):
        raise EwsError("ErrorCalendarInvalidRecurrence")
    known = (*DAYS.values(), *DAY_SETS.values())
    return " ".join(sorted({_one_of(name, known) for name in names}, key=known.index))


def _one_of(said: str, known: Iterable[str]) -> str:
    if said not in tuple(known):
        raise SoapFault("ErrorSchemaValidation", f"{said!r} is not allowed here.")
    return said


def _number(element: etree._Element, name: str, most: int) -> int:
    said = (element.findtext(f"{T}{name}") or "").strip()
    if not said.isdigit():
        raise SoapFault("ErrorSchemaValidation", f"The element {name} is no number.")
    if not 1 <= int(said) <= most:
        raise EwsError("ErrorCalendarOutOfRange")
    return int(said)


def _day(element: etree._Element, name: str) -> date:
    try:
        return date.fromisoformat((element.findtext(f"{T}{name}") or "").strip()[: len("2026-01-01")])
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation", f"The element {name} is no xs:date.") from error
