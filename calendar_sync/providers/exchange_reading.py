"""Events of an Exchange calendar: single appointments, and series masters with all their exceptions.

SyncFolderItems names masters and single appointments only; exceptions are listed in their master with an id of their
own. Instants come in UTC, and the zone that an event lives in comes beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lxml.etree import _Element

from calendar_sync.event import Attendee, Event
from calendar_sync.provider import RemoteEvent
from calendar_sync.providers.exchange_recurrence import UnknownRecurrence, first_day, rrule
from calendar_sync.zones import iana_name
from mail_sync.errors import Unreadable
from mail_sync.provider import Poisoned
from mail_sync.providers.exchange.batches import chunks, read_items
from mail_sync.providers.exchange.properties import address, body_text
from mail_sync.providers.exchange.reading import TYPES, flag, instant, item_id, number, path, text, texts
from mail_sync.providers.exchange.server import Server
from mail_sync.providers.exchange.shapes import ItemShape
from mail_sync.providers.exchange.stamps import read_stamp

EVENTS_AT_ONCE = 20

APPOINTMENT = ItemShape(
    fields=(
        "calendar:AppointmentSequenceNumber",
        "calendar:CalendarItemType",
        "calendar:DeletedOccurrences",
        "calendar:End",
        "calendar:IsAllDayEvent",
        "calendar:IsCancelled",
        "calendar:LegacyFreeBusyStatus",
        "calendar:Location",
        "calendar:ModifiedOccurrences",
        "calendar:MyResponseType",
        "calendar:OptionalAttendees",
        "calendar:Organizer",
        "calendar:Recurrence",
        "calendar:RequiredAttendees",
        "calendar:Resources",
        "calendar:Start",
        "calendar:StartTimeZone",
        "calendar:UID",
        "item:Body",
        "item:Categories",
        "item:Importance",
        "item:ItemClass",
        "item:LastModifiedTime",
        "item:ReminderIsSet",
        "item:ReminderMinutesBeforeStart",
        "item:Sensitivity",
        "item:Subject",
    ),
    stamp=True,
)

BUSY = {"Free": "free", "Tentative": "tentative", "OOF": "away", "WorkingElsewhere": "elsewhere"}
RESPONSES = {"Accept": "accepted", "Organizer": "accepted", "Tentative": "tentative", "Decline": "declined"}
MY_RESPONSES = RESPONSES | {"Organizer": "organizer", "NoResponseReceived": "none"}
ROLES = {"RequiredAttendees": "required", "OptionalAttendees": "optional", "Resources": "resource"}
HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Modified:
    """An exception as its master lists it; instants in UTC."""

    item_id: str
    original_start: datetime
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone of an event: the id as found, and the IANA name, '' where the id means nothing to us; then `assumed`
    is what we calculate with."""

    source: str
    name: str
    assumed: str = "UTC"

    @property
    def info(self) -> ZoneInfo:
        return ZoneInfo(self.name or self.assumed)


def read_events(server: Server, item_ids: Sequence[str]) -> Iterator[RemoteEvent | Poisoned]:
    """The events with these ids, each answered once. Raises MailboxUnavailable, MailboxRefused."""
    for some in chunks(item_ids, EVENTS_AT_ONCE):
        answers = list(read_items(server, some, APPOINTMENT))
        found = _exceptions(server, [item for _, item in answers if not isinstance(item, Poisoned)])
        for asked, answer in answers:
            yield answer if isinstance(answer, Poisoned) else remote_event(asked, answer, found)


def _exceptions(server: Server, masters: Sequence[_Element]) -> dict[str, _Element]:
    """The elements of all exceptions of these masters by id, without those that cannot be had."""
    wanted = [one.item_id for master in masters for one in modified_occurrences(master) if one.item_id]
    answers = (answer for some in chunks(wanted, EVENTS_AT_ONCE) for answer in read_items(server, some, APPOINTMENT))
    return {asked: answer for asked, answer in answers if not isinstance(answer, Poisoned)}


def remote_event(asked: str, item: _Element, exceptions: Mapping[str, _Element]) -> RemoteEvent | Poisoned:
    """The event in a reply; `exceptions` holds elements by id, for a master's exceptions."""
    try:
        event = read_event(item)
        if event.rrule:
            listed = modified_occurrences(item)
            changed = tuple(_exception(event, one, exceptions.get(one.item_id)) for one in listed)
            event = replace(event, exceptions=changed, exdates=deleted_occurrences(item, event))
    except Unreadable as error:
        return Poisoned(asked, error)
    return RemoteEvent(asked, item_id(item)[1], event, read_stamp(item))


def read_event(item: _Element) -> Event:
    """One t:CalendarItem without its exceptions. Raises Unreadable when it has no start."""
    start, end = instant(text(item, "Start")), instant(text(item, "End"))
    if start is None:
        raise Unreadable("the appointment has no start")
    zone = read_zone(item, start)
    defects = [] if zone.name else [zone_defect(zone)]
    if end is None or end < start:
        defects.append("its end lay before its start" if end else "it had no end")
        end = start
    all_day = flag(item, "IsAllDayEvent") is True
    begins: datetime | date = start.astimezone(zone.info)
    ends: datetime | date = end.astimezone(zone.info)
    if all_day:
        begins, ends = days(start, end, zone)
    rule, rule_defects = _rule(item, begins)
    organizer = address(item.find(path("Organizer", "Mailbox")))
    return Event(
        uid=text(item, "UID") or item_id(item)[0],
        title=text(item, "Subject"),
        start=begins,
        end=ends,
        all_day=all_day,
        timezone=zone.info.key,
        timezone_source=zone.source,
        location=text(item, "Location"),
        description=body_text(item),
        organizer=organizer,
        attendees=attendees(item),
        status=_status(item),
        busy=BUSY.get(text(item, "LegacyFreeBusyStatus"), "busy"),
        sensitivity=text(item, "Sensitivity").lower() or "normal",
        importance=text(item, "Importance").lower() or "normal",
        categories=texts(item, "Categories", "String"),
        sequence=number(item, "AppointmentSequenceNumber") or 0,
        modified_at=instant(text(item, "LastModifiedTime")),
        rrule=rule,
        reminder_minutes=number(item, "ReminderMinutesBeforeStart") if flag(item, "ReminderIsSet") else None,
        my_response=MY_RESPONSES.get(text(item, "MyResponseType"), ""),
        defects=(*defects, *rule_defects),
    )


def read_zone(item: _Element, start: datetime) -> Zone:
    """The zone that the event was made in (t:StartTimeZone)."""
    found = item.find(path("StartTimeZone"))
    source = "" if found is None else found.get("Id", "")
    return Zone(source, iana_name(source) or "", assumed_zone(item, start))


def assumed_zone(item: _Element, start: datetime) -> str:
    """A fixed offset in which a series begins on the day that its range names, so that its weekdays and days of the
    month are right although its zone is not known; the smallest offset that does. UTC for everything else."""
    named = first_day(item.find(path("Recurrence")))
    if named in (None, start.date()):
        return "UTC"
    for hours in sorted(range(-12, 15), key=abs):
        if named == (start + timedelta(hours=hours)).date():
            return f"Etc/GMT{-hours:+d}"  # POSIX: the sign says where Greenwich lies
    return "UTC"


def zone_defect(zone: Zone) -> str:
    """What an unknown zone means for the event, in words."""
    if not zone.source:
        return "the server named no time zone: the times are right, a series may shift with the clocks"
    return f'the time zone "{zone.source}" is not known: the times are right, a series may shift with the clocks'


def days(start: datetime, end: datetime, zone: Zone) -> tuple[date, date]:
    """First day and the day after the last of an all-day event, whose instants are midnights of its zone."""
    first, after = day_of(start, zone), day_of(end, zone)
    return first, max(after, first + timedelta(days=1))


def day_of(moment: datetime, zone: Zone) -> date:
    """The day that a midnight begins. In the event's zone it is plain; when the zone is unknown, or when it is not
    midnight there, the day whose midnight in UTC is nearest: right for midnights of zones from UTC-12 to UTC+12."""
    local = moment.astimezone(zone.info)
    if zone.name and local.time() == time():
        return local.date()
    return (moment + HALF_A_DAY).date()


def attendees(item: _Element) -> tuple[Attendee, ...]:
    """Everybody invited with role and answer; who has neither address nor name is left out."""
    found: list[Attendee] = []
    for name, role in ROLES.items():
        for element in item.iterfind(path(name, "Attendee")):
            who = address(element.find(f"{TYPES}Mailbox"))
            if who is not None:
                found.append(Attendee(who, role, RESPONSES.get(text(element, "ResponseType"), "none")))
    return tuple(found)


def modified_occurrences(item: _Element) -> list[Modified]:
    """The exceptions that a master lists; an entry without its times is left out."""
    found: list[Modified] = []
    for entry in item.iterfind(path("ModifiedOccurrences", "Occurrence")):
        original, start = instant(text(entry, "OriginalStart")), instant(text(entry, "Start"))
        if original is not None and start is not None:
            found.append(Modified(item_id(entry)[0], original, start, instant(text(entry, "End")) or start))
    return found


def _exception(master: Event, listed: Modified, item: _Element | None) -> Event:
    """One exception; from the master and the list where its own item could not be had."""
    original = in_series(master, listed.original_start)
    if item is not None:
        return replace(read_event(item), uid=master.uid, rrule="", original_start=original)
    start, end = in_series(master, listed.start), in_series(master, listed.end)
    said = "only the times of this changed occurrence could be read"
    return replace(master, start=start, end=end, rrule="", original_start=original, defects=(said,))


def deleted_occurrences(item: _Element, master: Event) -> tuple[datetime | date, ...]:
    """The original starts that a master lists as taken out."""
    found = texts(item, "DeletedOccurrences", "DeletedOccurrence", "Start")
    moments = (moment for value in found if (moment := instant(value)))
    return tuple(in_series(master, moment) for moment in moments)


def in_series(master: Event, moment: datetime) -> datetime | date:
    """An instant as the series counts: in its zone, or as a day."""
    zone = Zone(master.timezone_source, iana_name(master.timezone_source) or "", master.timezone)
    return day_of(moment, zone) if master.all_day else moment.astimezone(zone.info)


def _rule(item: _Element, start: datetime | date) -> tuple[str, tuple[str, ...]]:
    recurrence = item.find(path("Recurrence"))
    if recurrence is None:
        return "", ()
    try:
        return rrule(recurrence, start), ()
    except UnknownRecurrence as error:
        return "", (f"only the first occurrence could be read: {error}",)


def _status(item: _Element) -> str:
    if flag(item, "IsCancelled"):
        return "cancelled"
    return "tentative" if text(item, "MyResponseType") == "Tentative" else "confirmed"
