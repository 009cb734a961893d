"""One event of a source under change through EWS. Times and pattern depend on each other and are settled at the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import icalendar
from lxml import etree

from mail_sync.sandbox.ews.event_fields import (
    TRUE,
    read_attendees,
    read_instant,
    read_recurrence,
    read_zone,
    text_of,
)  # fmt: skip
from mail_sync.sandbox.ews.soap import EwsError, SoapFault
from mail_sync.sandbox.facts import event_lines as lines
from mail_sync.sandbox.facts.event import BUSY, Facts
from mail_sync.sandbox.facts.event_lines import Times, Zone, zone_of
from mail_sync.sandbox.facts.recurrence import Pattern
from mail_sync.sandbox.facts.recurrence_rule import first_day

LONGEST = timedelta(days=5 * 366)
HALF_HOUR = timedelta(minutes=30)
TEXTS = {"item:Subject": "SUMMARY", "calendar:Location": "LOCATION", "calendar:When": "X-MS-WHEN"}
PEOPLE = {
    "calendar:RequiredAttendees": "required",
    "calendar:OptionalAttendees": "optional",
    "calendar:Resources": "resources",
}
TIMES = ("calendar:Start", "calendar:End", "calendar:IsAllDayEvent", "calendar:StartTimeZone", "calendar:EndTimeZone")
FLAGS = {
    "calendar:IsResponseRequested": ("X-MICROSOFT-ISRESPONSEREQUESTED", True),
    "calendar:AllowNewTimeProposal": ("X-MICROSOFT-DISALLOW-COUNTER", False),
}
# Accepted, and of no consequence here: what only old clients, conferences and mails know.
IGNORED = (
    "calendar:ConferenceType", "calendar:MeetingTimeZone", "calendar:NetShowUrl", "calendar:MeetingWorkspaceUrl",
    "item:InReplyTo",
)  # fmt: skip
READ_ONLY = (
    "calendar:AdjacentMeetingCount", "calendar:AppointmentReplyTime", "calendar:AppointmentSequenceNumber",
    "calendar:AppointmentState", "calendar:CalendarItemType", "calendar:ConflictingMeetingCount",
    "calendar:DateTimeStamp", "calendar:DeletedOccurrences", "calendar:Duration", "calendar:FirstOccurrence",
    "calendar:IsCancelled", "calendar:IsMeeting", "calendar:IsOnlineMeeting", "calendar:IsRecurring",
    "calendar:LastOccurrence", "calendar:MeetingRequestWasSent", "calendar:ModifiedOccurrences",
    "calendar:MyResponseType", "calendar:Organizer", "calendar:OriginalStart", "calendar:RecurrenceId",
)  # fmt: skip
BUSY_WORDS = {word: name for name, word in BUSY.items()}
CLASS_WORDS = {"Normal": "PUBLIC", "Personal": "X-PERSONAL", "Private": "PRIVATE", "Confidential": "CONFIDENTIAL"}
PRIORITIES = {"High": "1", "Normal": "5", "Low": "9"}


class EventEditor:
    """`facts` are what the event says so far, None for a new one; `zone` is that of times without one."""

    def __init__(self, event: icalendar.Event, facts: Facts | None, pattern: Pattern | None, zone: Zone) -> None:
        self.event = event
        self._facts = facts
        self._home = zone
        self._said: dict[str, etree._Element] = {}
        self._reminder: dict[str, str] = {}
        self.pattern = pattern
        self._range_start: date | None = None

    def put(self, uri: str, value: etree._Element | None) -> bool:
        """Set a field, or delete it with None; False for one that is not an event's. Raises EwsError, SoapFault."""
        if uri in TEXTS:
            lines.set_text(self.event, TEXTS[uri], text_of(value))
        elif uri in PEOPLE:
            self._put_people(PEOPLE[uri], value)
        elif uri in TIMES:
            self._put_time(uri, value)
        elif uri == "calendar:Recurrence":
            self._put_recurrence(value)
        elif uri in FLAGS:
            name, positive = FLAGS[uri]
            lines.set_text(self.event, name, "TRUE" if (text_of(value) in TRUE) == positive else "FALSE")
        elif uri == "calendar:UID":
            lines.set_text(self.event, "UID", _required(value))
        elif uri in READ_ONLY:
            raise EwsError("ErrorInvalidPropertySet")
        else:
            return uri in IGNORED or self._put_word(uri, value)
        return True

    def _put_word(self, uri: str, value: etree._Element | None) -> bool:
        said = text_of(value)
        if uri == "calendar:LegacyFreeBusyStatus":
            lines.set_text(
                self.event, "X-MICROSOFT-CDO-BUSYSTATUS", _word(BUSY_WORDS | {"NoData": "BUSY"}, said, "Busy")
            )
        elif uri == "item:Sensitivity":
            lines.set_text(self.event, "CLASS", _word(CLASS_WORDS, said, "Normal"))
        elif uri == "item:Importance":
            lines.set_text(self.event, "PRIORITY", _word(PRIORITIES, said, "Normal"))
        elif uri == "item:Body":
            self._put_body(said, is_html=value is not None and value.get("BodyType") == "HTML")
        elif uri in ("item:ReminderIsSet", "item:ReminderMinutesBeforeStart"):
            self._reminder[uri] = said
        else:
            return False
        return True

    def _put_body(self, said: str, *, is_html: bool) -> None:
        lines.set_text(self.event, "DESCRIPTION", "" if is_html else said)
        lines.set_text(self.event, "X-ALT-DESC", said if is_html else "", FMTTYPE="text/html")

    def append(self, uri: str, value: etree._Element) -> bool:
        """Add people to those of a role, or text to a text body; False for other fields."""
        if uri in PEOPLE:
            known = [] if self._facts is None else list(getattr(self._facts, PEOPLE[uri]))
            new = [
                one for one in read_attendees(value) if one.email.lower() not in {had.email.lower() for had in known}
            ]
            lines.set_people(self.event, PEOPLE[uri], [*known, *new])
            return True
        if uri == "item:Body" and value.get("BodyType") != "HTML":
            self._put_body(str(self.event.get("DESCRIPTION", "")) + text_of(value), is_html=False)
            return True
        return False

    def _put_people(self, role: str, value: etree._Element | None) -> None:
        """Whoever stays keeps the answer given."""
        known = {one.email.lower(): one for one in self._facts.people} if self._facts else {}
        people = [known.get(one.email.lower(), one) for one in read_attendees(value)]
        lines.set_people(self.event, role, people)

    def _put_time(self, uri: str, value: etree._Element | None) -> None:
        if value is None:
            raise EwsError("ErrorInvalidPropertyDelete")
        if uri.endswith("Zone"):
            read_zone(value)
        self._said[uri] = value

    def _put_recurrence(self, value: etree._Element | None) -> None:
        if "RECURRENCE-ID" in self.event:
            raise EwsError("ErrorInvalidPropertySet", "An occurrence has no recurrence of its own.")
        if value is None:
            self.pattern = self._range_start = None
        else:
            self.pattern, self._range_start = read_recurrence(value)

    def settle(self, now: datetime) -> Times:
        """Write times, pattern and reminder as all changes together make them. Raises EwsError."""
        times = self._times(now)
        if self.pattern is not None:
            times = self._on_first_day(times, self.pattern)
        lines.set_times(self.event, times)
        if "RECURRENCE-ID" not in self.event:
            lines.set_pattern(self.event, self.pattern, times)
        self._settle_reminder()
        return times

    def _times(self, now: datetime) -> Times:
        zone = self._zone()
        start, end = self._start(zone, now), self._end(zone)
        if end is None:
            # A new event without an end lasts half an hour.
            end = start + HALF_HOUR
        all_day = self._facts.all_day if self._facts else False
        if "calendar:IsAllDayEvent" in self._said:
            all_day = text_of(self._said["calendar:IsAllDayEvent"]) in TRUE
        if end < start:
            raise EwsError("ErrorCalendarEndDateIsEarlierThanStartDate")
        if end - start > LONGEST:
            raise EwsError("ErrorCalendarDurationIsTooLong")
        times = Times(start, end, all_day, zone)
        return _whole_days(times) if all_day else times

    def _zone(self) -> Zone:
        for uri in ("calendar:StartTimeZone", "calendar:EndTimeZone"):
            if uri in self._said:
                return zone_of(read_zone(self._said[uri]))
        return self._home

    def _start(self, zone: Zone, now: datetime) -> datetime:
        if "calendar:Start" in self._said:
            return read_instant(text_of(self._said["calendar:Start"]), zone.rules)
        if self._facts is not None:
            return self._facts.start
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)

    def _end(self, zone: Zone) -> datetime | None:
        if "calendar:End" in self._said:
            return read_instant(text_of(self._said["calendar:End"]), zone.rules)
        return self._facts.end if self._facts is not None else None

    def _on_first_day(self, times: Times, pattern: Pattern) -> Times:
        """A series starts on the first day of its range that its pattern falls on, whatever day its Start says."""
        zone = times.zone.rules
        start, end = times.start.astimezone(zone), times.end.astimezone(zone)
        day = first_day(pattern, self._range_start or start.date())
        if day is None:
            raise EwsError("ErrorRecurrenceHasNoOccurrence")
        shift = day - start.date()
        # Wall time is what stays: the end moves by days, not by hours.
        moved_start = start.replace(tzinfo=None) + shift
        moved_end = end.replace(tzinfo=None) + shift
        return Times(
            moved_start.replace(tzinfo=zone).astimezone(UTC), moved_end.replace(tzinfo=zone).astimezone(UTC),
            times.all_day, times.zone,
        )  # fmt: skip

    def _settle_reminder(self) -> None:
        if not self._reminder:
            return
        known = self._facts.reminder_minutes if self._facts else None
        is_set = self._reminder.get("item:ReminderIsSet", "true" if known is not None else "false") in TRUE
        said = self._reminder.get("item:ReminderMinutesBeforeStart", "")
        minutes = int(said) if said.lstrip("-").isdigit() else 15 if known is None else known
        lines.set_reminder(self.event, minutes if is_set else None)


def _whole_days(times: Times) -> Times:
    """From the midnight before to the midnight after, in the event's zone: no start or end is within a day."""
    zone = times.zone.rules
    start, end = times.start.astimezone(zone), times.end.astimezone(zone)
    last = end.date() if end.time() == time() and end.date() > start.date() else end.date() + timedelta(days=1)
    return Times(
        datetime.combine(start.date(), time(), zone).astimezone(UTC),
        datetime.combine(last, time(), zone).astimezone(UTC),
        all_day=True,
        zone=times.zone,
    )


def _required(value: etree._Element | None) -> str:
    if not text_of(value):
        raise EwsError("ErrorInvalidPropertyDelete")
    return text_of(value)


def _word(words: dict[str, str], said: str, default: str) -> str:
    try:
        return words[said or default]
    except KeyError:
        raise SoapFault("ErrorSchemaValidation", f"{said!r} is not allowed here.") from None
