"""GetUserAvailability: when people are free, out of the calendars this server holds.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseravailability-operation
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from lxml import etree

from mail_sync.sandbox.ews.call import Call
from mail_sync.sandbox.ews.soap import MESSAGES, TYPES, EwsError, SoapFault, T
from mail_sync.sandbox.ews.xml import element, flag, text
from mail_sync.sandbox.facts import event
from mail_sync.sandbox.facts.rule_zone import Change, RuleZone, rules_of
from mail_sync.sandbox.model import Kind, Mailbox, NotFound
from mail_sync.sandbox.rights import DEFAULT_USER, FREE_BUSY_DETAILS, FREE_BUSY_TIME, LEVELS, Right

MOST_DAYS = 42  # MaximumQueryIntervalDays
MOST_MAILBOXES = 100
VIEWS = ("MergedOnly", "FreeBusy", "FreeBusyMerged", "Detailed", "DetailedMerged")
MERGED = {"Free": "0", "Tentative": "1", "Busy": "2", "OOF": "3", "NoData": "4", "WorkingElsewhere": "4"}
RANK = ("Free", "NoData", "WorkingElsewhere", "Tentative", "Busy", "OOF")  # what wins where entries overlap


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every mailbox; start and end are aware UTC, answers are wall times of `zone`."""

    zone: RuleZone
    start: datetime
    end: datetime
    interval: timedelta
    view: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment as free/busy shows it."""

    item_id: str
    facts: event.Facts
    is_recurring: bool
    is_exception: bool


def get_user_availability(call: Call) -> str:
    """One FreeBusyResponse for each mailbox, in the order of the request. Raises SoapFault for the question itself."""
    question = _question(call.body)
    asked = [one.findtext(f"{T}Email/{T}Address") or "" for one in call.body.iter(f"{T}MailboxData")]
    if not 1 <= len(asked) <= MOST_MAILBOXES:
        raise SoapFault("ErrorInvalidRequest", f"Between 1 and {MOST_MAILBOXES} mailboxes can be asked for.")
    answers = "".join(_one(call, question, address.strip()) for address in asked)
    return (
        f'<m:GetUserAvailabilityResponse xmlns:m="{MESSAGES}" xmlns:t="{TYPES}"><m:FreeBusyResponseArray>{answers}'
        "</m:FreeBusyResponseArray></m:GetUserAvailabilityResponse>"
    )


def _one(call: Call, question: Question, address: str) -> str:
    try:
        call.check_message()
        try:
            mailbox = call.model.mailbox(address)
        except NotFound as error:
            detail = f"Unable to resolve e-mail address {address} to an Active Directory object."
            raise EwsError("ErrorMailRecipientNotFound", detail) from error
        shown = _view(mailbox, question, _level(call.mailbox, mailbox))
    except SoapFault:
        raise
    except EwsError as error:
        return (
            f'<m:FreeBusyResponse><m:ResponseMessage ResponseClass="Error"><m:MessageText>{text(error.detail)}'
            f"</m:MessageText><m:ResponseCode>{error.code}</m:ResponseCode><m:DescriptiveLinkKey>0"
            "</m:DescriptiveLinkKey></m:ResponseMessage><m:FreeBusyView><t:FreeBusyViewType>None</t:FreeBusyViewType>"
            "</m:FreeBusyView></m:FreeBusyResponse>"
        )
    return (
        '<m:FreeBusyResponse><m:ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>'
        f"</m:ResponseMessage><m:FreeBusyView>{shown}</m:FreeBusyView></m:FreeBusyResponse>"
    )


def _level(user: Mailbox, owner: Mailbox) -> str:
    """What the user may see of a calendar: details, times, or nothing (raises ErrorNoFreeBusyAccess)."""
    if user is owner or user.address.lower() in owner.readers:
        return FREE_BUSY_DETAILS
    permissions = owner.well_known["calendar"].permissions
    # Without any setting, everybody in the organisation sees times: Exchange's default for a new calendar.
    level = permissions.get(user.address.lower(), permissions.get(DEFAULT_USER, FREE_BUSY_TIME))
    if Right.READ in LEVELS[level] or level == FREE_BUSY_DETAILS:
        return FREE_BUSY_DETAILS
    if level == FREE_BUSY_TIME:
        return FREE_BUSY_TIME
    raise EwsError("ErrorNoFreeBusyAccess", "The caller does not have access to free/busy data.")


def _view(mailbox: Mailbox, question: Question, level: str) -> str:
    view = question.view
    if level == FREE_BUSY_TIME:
        view = view.replace("DetailedMerged", "FreeBusyMerged").replace("Detailed", "FreeBusy")
    entries = _entries(mailbox, question)
    parts = [element("FreeBusyViewType", view)]
    if "Merged" in view:
        parts.append(element("MergedFreeBusy", _merged(entries, question)))
    if view != "MergedOnly":
        shown = "".join(_event(entry, question.zone, "Detailed" in view) for entry in entries)
        parts.append(f"<t:CalendarEventArray>{shown}</t:CalendarEventArray>")
    parts.append(_working_hours(mailbox, question.start.year))
    return "".join(parts)


def _entries(mailbox: Mailbox, question: Question) -> list[Entry]:
    with mailbox.lock:
        items = [item for item in mailbox.well_known["calendar"].items if item.kind is Kind.EVENT]
    found = []
    for item in items:
        try:
            series = event.series(item.content, mailbox.timezone)
        except event.Unreadable:
            continue  # an appointment nobody can read takes up no time
        if series.pattern is None:
            if series.facts.touches(question.start, question.end):
                found.append(Entry(item.item_id, series.facts, False, False))
            continue
        found += [
            Entry(item.item_id, one.facts, True, one.is_exception)
            for one in series.between(question.start, question.end)
        ]
    return sorted(found, key=lambda entry: (entry.facts.start, entry.facts.end))


def _busy(entry: Entry) -> str:
    return "Free" if entry.facts.cancelled else entry.facts.busy


def _merged(entries: Iterable[Entry], question: Question) -> str:
    """One digit per interval: the strongest status of what touches it."""
    taken = [(entry.facts.start, entry.facts.end, _busy(entry)) for entry in entries]
    digits = []
    begin = question.start
    while begin < question.end:
        end = min(begin + question.interval, question.end)
        here = [busy for first, last, busy in taken if first < end and last > begin]
        digits.append(MERGED[max(here, key=RANK.index, default="Free")])
        begin = end
    return "".join(digits)


def _event(entry: Entry, zone: RuleZone, has_details: bool) -> str:
    facts = entry.facts
    details = ""
    if has_details:
        is_private = facts.sensitivity == "Private"
        details = (
            f"<t:CalendarEventDetails>{element('ID', entry.item_id)}"
            f"{'' if is_private else element('Subject', facts.subject)}"
            f"{'' if is_private else element('Location', facts.location)}"
            f"{flag('IsMeeting', facts.is_meeting)}{flag('IsRecurring', entry.is_recurring)}"
            f"{flag('IsException', entry.is_exception)}{flag('IsReminderSet', facts.reminder_minutes is not None)}"
            f"{flag('IsPrivate', is_private)}</t:CalendarEventDetails>"
        )
    return (
        f"<t:CalendarEvent><t:StartTime>{_wall(facts.start, zone)}</t:StartTime>"
        f"<t:EndTime>{_wall(facts.end, zone)}</t:EndTime>{element('BusyType', _busy(entry))}{details}</t:CalendarEvent>"
    )


def _wall(moment: datetime, zone: RuleZone) -> str:
    """Without an offset: the time zone of the request is meant."""
    return zone.to_local(moment).strftime("%Y-%m-%dT%H:%M:%S")


def _working_hours(mailbox: Mailbox, year: int) -> str:
    zone, hours = rules_of(ZoneInfo(mailbox.timezone), year), mailbox.working_hours
    changes = "".join(
        _change(name, change)
        for name, change in (("StandardTime", zone.standard), ("DaylightTime", zone.daylight))
        if change is not None
    )
    return (
        f"<t:WorkingHours><t:TimeZone><t:Bias>{zone.bias}</t:Bias>{changes}</t:TimeZone><t:WorkingPeriodArray>"
        f"<t:WorkingPeriod>{element('DayOfWeek', ' '.join(hours.days))}"
        f"<t:StartTimeInMinutes>{hours.start}</t:StartTimeInMinutes><t:EndTimeInMinutes>{hours.end}"
        "</t:EndTimeInMinutes></t:WorkingPeriod></t:WorkingPeriodArray></t:WorkingHours>"
    )


def _change(name: str, change: Change) -> str:
    return (
        f"<t:{name}><t:Bias>{change.bias}</t:Bias><t:Time>{change.at:%H:%M:%S}</t:Time><t:DayOrder>{change.order}"
        f"</t:DayOrder><t:Month>{change.month}</t:Month><t:DayOfWeek>{change.day}</t:DayOfWeek></t:{name}>"
    )


def _question(body: etree._Element) -> Question:
    options = body.find(f"{T}FreeBusyViewOptions")
    if options is None:
        raise SoapFault("ErrorInvalidFreeBusyViewType", "This server answers with free/busy views only.")
    zone = _zone(body)
    window = [_moment(options.findtext(f"{T}TimeWindow/{T}{name}") or "", zone) for name in ("StartTime", "EndTime")]
    start, end = window
    if start >= end:
        raise SoapFault("ErrorInvalidTimeInterval", "The end of the time window must lie after its start.")
    if end - start > timedelta(days=MOST_DAYS):
        raise SoapFault(
            "ErrorTimeIntervalTooBig",
            "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. The allowed limit = "
            f"{MOST_DAYS} days.",
        )
    minutes = options.findtext(f"{T}MergedFreeBusyIntervalInMinutes") or "30"
    interval = timedelta(minutes=int(minutes) if minutes.isdecimal() else 0)
    if not timedelta(minutes=5) <= interval <= min(timedelta(days=1), end - start):
        raise SoapFault("ErrorInvalidMergedFreeBusyInterval", "The interval must be 5 to 1440 minutes.")
    view = options.findtext(f"{T}RequestedView") or "FreeBusy"
    if view not in VIEWS:
        raise SoapFault("ErrorInvalidFreeBusyViewType", f"The view {view} cannot be asked for.")
    return Question(zone, start, end, interval, view)


def _moment(said: str, zone: RuleZone) -> datetime:
    try:
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation") from error
    return zone.to_utc(found) if found.tzinfo is None else found


def _zone(body: etree._Element) -> RuleZone:
    given = body.find(f"{T}TimeZone")
    if given is None:
        raise SoapFault("ErrorTimeZone", "The request must contain a time zone.")
    try:
        changes = [_read_change(given.find(f"{T}{name}")) for name in ("StandardTime", "DaylightTime")]
        return RuleZone(int(given.findtext(f"{T}Bias") or ""), *changes)
    except ValueError as error:
        raise SoapFault("ErrorTimeZone", "The time zone cannot be read.") from error


def _read_change(given: etree._Element | None) -> Change | None:
    if given is None:
        return None
    said = {name: given.findtext(f"{T}{name}") or "" for name in ("Bias", "Time", "DayOrder", "Month", "DayOfWeek")}
    at = time.fromisoformat(said["Time"])
    return Change(int(said["Bias"]), at, int(said["DayOrder"]), int(said["Month"]), said["DayOfWeek"])
