"""A calendar source under change: the events of one appointment or series."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta

import icalendar

from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.facts import zones
from mail_sync.sandbox.facts.event import instant
from mail_sync.sandbox.facts.event_lines import (
    Times,
    Zone,
    is_all_day,
    listed,
    moment,
    put_time,
    put_times,
    set_times,
    zone_of,
)

PRODUCT = "-//Sandbox//Exchange//EN"
NOT_OF_AN_EXCEPTION = ("RRULE", "EXDATE", "RDATE", "RECURRENCE-ID")


class EventSource:
    """The events of one calendar source. `zone` (IANA) is that of dates without one."""

    def __init__(self, calendar: icalendar.Component, zone: str) -> None:
        self.calendar = calendar
        self.zone = zone

    @classmethod
    def new(cls, uid: str, now: datetime, zone: str) -> EventSource:
        """One event without a time."""
        calendar = icalendar.Calendar()
        calendar.add("PRODID", PRODUCT)
        calendar.add("VERSION", "2.0")
        event = icalendar.Event()
        event.add("UID", uid)
        event.add("SEQUENCE", 0)
        event.add("CREATED", now.replace(microsecond=0))
        event.add("DTSTAMP", now.replace(microsecond=0))
        calendar.add_component(event)
        return cls(calendar, zone)

    @classmethod
    def of(cls, data: bytes, zone: str) -> EventSource:
        """The events of a source, without its method. Raises ValueError."""
        calendar = icalendar.Calendar.from_ical(data)
        calendar.pop("METHOD", None)
        made = cls(calendar, zone)
        made._settle()
        return made

    @property
    def events(self) -> list[icalendar.Event]:
        """The master or single event first."""
        found = [one for one in self.calendar.subcomponents if isinstance(one, icalendar.Event)]
        return sorted(found, key=lambda one: "RECURRENCE-ID" in one)

    @property
    def master(self) -> icalendar.Event:
        """The master, the single event, or the first of orphaned occurrences."""
        return self.events[0]

    @property
    def exceptions(self) -> list[icalendar.Event]:
        """The events of changed occurrences."""
        return [one for one in self.events if "RECURRENCE-ID" in one and one is not self.master]

    def exception(self, original: datetime) -> icalendar.Event | None:
        """The event of a changed occurrence."""
        return next((one for one in self.exceptions if self._instant(one, "RECURRENCE-ID") == original), None)

    def occurrence(self, original: datetime) -> icalendar.Event:
        """The event of an occurrence, made from the master where it has not been changed yet."""
        found = self.exception(original)
        if found is not None:
            return found
        made = copy.deepcopy(self.master)
        for name in NOT_OF_AN_EXCEPTION:
            made.pop(name, None)
        length = self._instant(self.master, "DTEND") - self._instant(self.master, "DTSTART")
        set_times(made, Times(original, original + length, is_all_day(self.master), self.home))
        put_time(made, "RECURRENCE-ID", original, self.home)
        self.calendar.add_component(made)
        return made

    def remove(self, original: datetime) -> None:
        """Delete one occurrence."""
        found = self.exception(original)
        if found is not None:
            self.calendar.subcomponents.remove(found)
        put_times(self.master, "EXDATE", [*listed(self.master, "EXDATE", self.zone), original], self.home)

    def forget_exceptions(self) -> None:
        """A series without changed and deleted occurrences."""
        for one in self.exceptions:
            self.calendar.subcomponents.remove(one)
        self.master.pop("EXDATE", None)

    def keep_only(self, event: icalendar.Event) -> None:
        """One event alone, with the rules of its zone."""
        kept = [one for one in self.calendar.subcomponents if not isinstance(one, icalendar.Event)]
        self.calendar.subcomponents[:] = [*kept, event]

    def put(self, event: icalendar.Event) -> None:
        """Take in the event of an occurrence, in place of the one with the same original start."""
        found = self.exception(self._instant(event, "RECURRENCE-ID"))
        if found is not None:
            self.calendar.subcomponents.remove(found)
        self.calendar.add_component(event)

    def content(self, method: str = "") -> BytesContent:
        """The source; with a method it is an iTIP message (RFC 5546)."""
        if not method:
            return BytesContent(self.calendar.to_ical())
        self.calendar["METHOD"] = icalendar.vText(method)
        written = self.calendar.to_ical()
        self.calendar.pop("METHOD")
        return BytesContent(zones.with_rules(written))

    def _instant(self, event: icalendar.Event, name: str) -> datetime:
        return moment(event, name, self.zone)

    @property
    def home(self) -> Zone:
        """The zone the series is meant in; one without a Windows id keeps its name and rules."""
        begin = self.master.decoded("DTSTART")
        if not isinstance(begin, datetime) or begin.tzinfo is None:
            known = zones.windows_id(self.zone)
            return zone_of(known if zones.is_known(known) else "UTC")
        name = str(self.master["DTSTART"].params.get("TZID", "UTC"))
        known = zones.windows_id(name)
        return zone_of(known) if zones.is_known(known) else Zone(name, begin.tzinfo)

    def _settle(self) -> None:
        """Write all times in one way, so that occurrences and their originals can be compared."""
        home, all_day = self.home, not isinstance(self.master.decoded("DTSTART"), datetime)
        for event in self.events:
            start = self._instant(event, "DTSTART")
            end = start + _length(event, start, self.zone)
            set_times(event, Times(start, end, all_day or is_all_day(event), home))
            event.pop("DURATION", None)
            if "RECURRENCE-ID" in event:
                put_time(event, "RECURRENCE-ID", self._instant(event, "RECURRENCE-ID"), home)
        put_times(self.master, "EXDATE", listed(self.master, "EXDATE", self.zone), home)
        rule = self.master.get("RRULE")
        ends = rule.get("UNTIL", []) if isinstance(rule, icalendar.vRecur) else []
        if ends and not isinstance(ends[0], datetime):
            rule["UNTIL"] = [instant(ends[0] + timedelta(days=1), self.zone) - timedelta(seconds=1)]
        self.calendar.subcomponents[:] = [
            one
            for one in self.calendar.subcomponents
            if one.name != "VTIMEZONE" or str(one.get("TZID", "")) == home.name
        ]


def _length(event: icalendar.Event, start: datetime, zone: str) -> timedelta:
    """From start to end; RFC 5545 section 3.6.1 says how long an event without an end is."""
    if "DTEND" in event:
        return moment(event, "DTEND", zone) - start
    if "DURATION" in event:
        length: timedelta = event.decoded("DURATION")
        return length
    return timedelta() if isinstance(event.decoded("DTSTART"), datetime) else timedelta(days=1)
