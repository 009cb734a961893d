"""The fields of calendar items (CalendarItemType in types.xsd), in schema order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from mail_sync.sandbox import ids
from mail_sync.sandbox.ews.fields_item import AFTER_EXTENDED, BEFORE_EXTENDED, Renderer
from mail_sync.sandbox.ews.mapi import extended
from mail_sync.sandbox.ews.view import View
from mail_sync.sandbox.ews.xml import attribute, element, flag, instant, mailbox, wrapped
from mail_sync.sandbox.facts import event
from mail_sync.sandbox.facts.recurrence import Pattern
from mail_sync.sandbox.faults import FaultKind


def _type(view: View) -> str:
    """Single, RecurringMaster, Occurrence or Exception."""
    if view.occurrence is not None:
        return "Exception" if view.occurrence.is_exception else "Occurrence"
    if view.event.recurrence_id is not None:
        return "Exception"  # a meeting mail about one occurrence
    return "Single" if view.series.pattern is None else "RecurringMaster"


def _original_start(view: View) -> str:
    moved = view.occurrence if view.occurrence is not None and view.occurrence.is_exception else None
    return view.instant("OriginalStart", moved.original_start) if moved else ""


def recurrence_id(view: View) -> str:
    """The original start of an occurrence."""
    found = view.occurrence.original_start if view.occurrence is not None else view.event.recurrence_id
    return view.instant("RecurrenceId", found)


def _attendees(name: str, field: str) -> Renderer:
    def shown(view: View) -> str:
        people: tuple[event.Person, ...] = getattr(view.event, field)
        return wrapped(name, "".join(_attendee(one) for one in people))

    return shown


def _attendee(person: event.Person) -> str:
    start, end = person.proposal or (None, None)
    return (
        f"<t:Attendee>{mailbox(person.name, person.email)}<t:ResponseType>{person.response}</t:ResponseType>"
        f"{_moment('LastResponseTime', person.replied)}{_moment('ProposedStart', start)}{_moment('ProposedEnd', end)}"
        "</t:Attendee>"
    )


def _moment(name: str, value: datetime | None) -> str:
    return f"<t:{name}>{instant(value)}</t:{name}>" if value is not None else ""


def _organizer(view: View) -> str:
    found, owner = view.event.organizer, view.item.folder.mailbox
    return mailbox(found.name, found.email, "Organizer") if found else mailbox(owner.name, owner.address, "Organizer")


def _is_mine(view: View) -> bool:
    organizer = view.event.organizer
    return organizer is None or organizer.email.lower() == view.item.folder.mailbox.address.lower()


def _my_response(view: View) -> str:
    if _is_mine(view):
        return element("MyResponseType", "Organizer")
    facts, me = view.event, view.item.folder.mailbox.address.lower()
    everyone = (*facts.required, *facts.optional, *facts.resources)
    return element("MyResponseType", next((one.response for one in everyone if one.email.lower() == me), "Unknown"))


def _state(view: View) -> str:
    """AppointmentState: 1 meeting, 2 received, 4 cancelled (MS-OXOCAL 2.2.1.10)."""
    meeting = view.event.is_meeting or not _is_mine(view)
    bits = meeting + 2 * (meeting and not _is_mine(view)) + 4 * view.event.cancelled
    return f"<t:AppointmentState>{bits}</t:AppointmentState>"


def _duration(view: View) -> str:
    minutes, days = int((view.event.end - view.event.start).total_seconds()) // 60, 0
    if minutes >= 1440:
        days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    clock = f"{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}"
    written = f"P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"
    return element("Duration", "PT0S" if written == "P" else written)


def _zone(name: str) -> Renderer:
    def shown(view: View) -> str:
        if view.quirk(FaultKind.NO_TIME_ZONE):
            return ""
        wrong = view.quirk(FaultKind.UNKNOWN_TIME_ZONE)
        zone = attribute(wrong.value if wrong else view.event.zone_id)
        return f'<t:{name} Name="{zone}" Id="{zone}"/>'

    return shown


def _day(view: View, day: date) -> str:
    """A date with the offset of the event's zone, as "2026-11-02+01:00"."""
    zone = view.event.zone
    offset = datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset() or timedelta()
    if not offset:
        return f"{day:%Y-%m-%d}Z"
    sign, minutes = ("-", -offset) if offset < timedelta() else ("+", offset)
    hours, rest = divmod(int(minutes.total_seconds()) // 60, 60)
    return f"{day:%Y-%m-%d}{sign}{hours:02}:{rest:02}"


def _recurrence(view: View) -> str:
    pattern = view.series.pattern
    if pattern is None or view.occurrence is not None:
        return ""
    local = view.event.local_start
    return show_recurrence(pattern, local.date() if isinstance(local, datetime) else local, partial(_day, view))


def show_recurrence(pattern: Pattern, since: date, day: Callable[[date], str]) -> str:
    """The t:Recurrence of a series whose range starts on a day; `day` writes an xs:date."""
    fields = "".join(element(name, value) for name, value in pattern.fields)
    start = element("StartDate", day(since))
    if pattern.count:
        span = (
            f"<t:NumberedRecurrence>{start}{element('NumberOfOccurrences', str(pattern.count))}</t:NumberedRecurrence>"
        )
    elif pattern.until is not None:
        span = f"<t:EndDateRecurrence>{start}{element('EndDate', day(pattern.until))}</t:EndDateRecurrence>"
    else:
        span = f"<t:NoEndRecurrence>{start}</t:NoEndRecurrence>"
    return f"<t:Recurrence><t:{pattern.name}>{fields}</t:{pattern.name}>{span}</t:Recurrence>"


def _occurrence(view: View, name: str, found: event.Occurrence | None) -> str:
    if found is None:
        return ""
    occurrence = ids.occurrence_id(view.item.item_id, found.original_start)
    return (
        f'<t:{name}><t:ItemId Id="{occurrence}" ChangeKey="{view.item.change_key}"/>'
        f"<t:Start>{instant(found.facts.start)}</t:Start><t:End>{instant(found.facts.end)}</t:End>"
        f"<t:OriginalStart>{instant(found.original_start)}</t:OriginalStart></t:{name}>"
    )


def _is_master(view: View) -> bool:
    return view.occurrence is None and view.series.pattern is not None


def _first_occurrence(view: View) -> str:
    return _occurrence(view, "FirstOccurrence", view.series.numbered(1)) if _is_master(view) else ""


def _last_occurrence(view: View) -> str:
    return _occurrence(view, "LastOccurrence", view.series.last()) if _is_master(view) else ""


def _modified(view: View) -> str:
    if not _is_master(view):
        return ""
    return wrapped(
        "ModifiedOccurrences", "".join(_occurrence(view, "Occurrence", one) for one in view.series.exceptions)
    )


def _deleted(view: View) -> str:
    if not _is_master(view):
        return ""
    gone = (
        f"<t:DeletedOccurrence><t:Start>{instant(one)}</t:Start></t:DeletedOccurrence>" for one in view.series.deleted
    )
    return wrapped("DeletedOccurrences", "".join(gone))


SHARED: dict[str, Renderer] = {
    "calendar:Start": lambda view: view.instant("Start", view.event.start),
    "calendar:End": lambda view: view.instant("End", view.event.end),
    "calendar:OriginalStart": _original_start,
    "calendar:IsAllDayEvent": lambda view: flag("IsAllDayEvent", view.event.all_day),
    "calendar:LegacyFreeBusyStatus": lambda view: element("LegacyFreeBusyStatus", view.event.busy),
    "calendar:Location": lambda view: view.text("Location", view.event.location),
    "calendar:IsMeeting": lambda view: flag("IsMeeting", view.event.is_meeting),
    "calendar:IsCancelled": lambda view: flag("IsCancelled", view.event.cancelled),
    "calendar:IsRecurring": lambda view: flag("IsRecurring", view.occurrence is not None),
    "calendar:MeetingRequestWasSent": lambda view: flag(
        "MeetingRequestWasSent", view.event.is_meeting and _is_mine(view) and view.event.was_sent
    ),
    "calendar:IsResponseRequested": lambda view: flag("IsResponseRequested", view.event.response_requested),
    "calendar:CalendarItemType": lambda view: element("CalendarItemType", _type(view)),
    "calendar:MyResponseType": _my_response,
    "calendar:Organizer": _organizer,
    "calendar:RequiredAttendees": _attendees("RequiredAttendees", "required"),
    "calendar:OptionalAttendees": _attendees("OptionalAttendees", "optional"),
    "calendar:Resources": _attendees("Resources", "resources"),
    "calendar:ConflictingMeetingCount": lambda view: element("ConflictingMeetingCount", "0"),
    "calendar:AdjacentMeetingCount": lambda view: element("AdjacentMeetingCount", "0"),
    "calendar:Duration": _duration,
    "calendar:AppointmentReplyTime": lambda view: view.instant("AppointmentReplyTime", view.event.replied),
    "calendar:AppointmentSequenceNumber": lambda view: element("AppointmentSequenceNumber", str(view.event.sequence)),
    "calendar:AppointmentState": _state,
    "calendar:Recurrence": _recurrence,
    "calendar:FirstOccurrence": _first_occurrence,
    "calendar:LastOccurrence": _last_occurrence,
    "calendar:ModifiedOccurrences": _modified,
    "calendar:DeletedOccurrences": _deleted,
    "calendar:StartTimeZone": _zone("StartTimeZone"),
    "calendar:EndTimeZone": _zone("EndTimeZone"),
    "calendar:ConferenceType": lambda view: element("ConferenceType", "0"),
    "calendar:AllowNewTimeProposal": lambda view: flag("AllowNewTimeProposal", view.event.counter_allowed),
    "calendar:IsOnlineMeeting": lambda view: flag("IsOnlineMeeting", False),
}
EVENT: dict[str, Renderer] = {
    **BEFORE_EXTENDED,
    "extended": extended,
    **AFTER_EXTENDED,
    "calendar:UID": lambda view: element("UID", view.event.uid),
    "calendar:RecurrenceId": recurrence_id,
    "calendar:DateTimeStamp": lambda view: view.instant("DateTimeStamp", view.event.stamp),
    **SHARED,
}
DEFAULT_EVENT = (
    "item:ItemId", "item:Subject", "item:Sensitivity", "item:Body", "item:ReminderIsSet",
    "item:ReminderMinutesBeforeStart", "item:HasAttachments", "calendar:UID", "calendar:DateTimeStamp",
    "calendar:Start", "calendar:End", "calendar:IsAllDayEvent", "calendar:LegacyFreeBusyStatus", "calendar:Location",
    "calendar:IsMeeting", "calendar:IsCancelled", "calendar:IsRecurring", "calendar:MeetingRequestWasSent",
    "calendar:IsResponseRequested", "calendar:CalendarItemType", "calendar:MyResponseType", "calendar:Organizer",
    "calendar:RequiredAttendees", "calendar:OptionalAttendees", "calendar:AppointmentSequenceNumber",
    "calendar:AppointmentState", "calendar:Recurrence", "calendar:FirstOccurrence", "calendar:LastOccurrence",
    "calendar:ModifiedOccurrences", "calendar:DeletedOccurrences", "calendar:StartTimeZone", "calendar:EndTimeZone",
)  # fmt: skip
