"""When people are busy, as an Exchange server tells (GetUserAvailability).

Questions and answers are in UTC, by a zone that we describe ourselves: servers may not hand out zones, and wall times
of a zone with clock changes would name an hour of autumn twice.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseravailability-operation
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from lxml.etree import _Element

from calendar_sync.provider import Busy, FreeBusy
from calendar_sync.providers.exchange_reading import BUSY
from mail_sync.errors import SyncError
from mail_sync.providers.exchange.batches import chunks
from mail_sync.providers.exchange.building import child, new
from mail_sync.providers.exchange.reading import instant, path, text
from mail_sync.providers.exchange.server import Answer, Server

WINDOW = timedelta(days=42)  # a server's usual MaximumQueryIntervalDays
MOST_MAILBOXES = 100
SLOT = timedelta(minutes=30)
NO_DATA = "4"
DIGITS = {"1": "tentative", "2": "busy", "3": "away"}
TIMES_ARE_THERE = ("FreeBusy", "FreeBusyMerged", "Detailed", "DetailedMerged")
REASONS = {
    "ErrorMailRecipientNotFound": "there is no such mailbox",
    "ErrorNoFreeBusyAccess": "you may not see this calendar",
    "ErrorFreeBusyGenerationFailed": "the server could not read this calendar",
}
NOT_TOLD = "the server does not say when this calendar is busy"


def free_busy(server: Server, addresses: Sequence[str], start: datetime, end: datetime) -> list[FreeBusy]:
    """What is known of these calendars in [start, end), in the order asked. A calendar counts as known only where the
    server told all of that time. Raises MailboxUnavailable, MailboxRefused."""
    found: dict[str, list[FreeBusy]] = {address: [] for address in addresses}
    for first, last in _windows(start, end):
        for some in chunks(list(found), MOST_MAILBOXES):
            answers = server.availability(_question(some, first, last))
            for index, address in enumerate(some):
                answer = answers[index] if index < len(answers) else None
                found[address].append(_read(address, answer, first, last))
    return [_together(address, found[address], start, end) for address in addresses]


def _windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Parts that one request may ask for; none is shorter than the slot that a request must have room for."""
    while start < end:
        last = min(start + WINDOW, end)
        yield (start, last) if last - start >= SLOT else (last - SLOT, last)
        start = last


def _question(addresses: Sequence[str], start: datetime, end: datetime) -> _Element:
    made = new("m:GetUserAvailabilityRequest")
    zone = child(made, "t:TimeZone")
    child(zone, "t:Bias", "0")
    for name, month in (("StandardTime", "10"), ("DaylightTime", "3")):
        change = child(zone, f"t:{name}")
        children = {"Bias": "0", "Time": "02:00:00", "DayOrder": "5", "Month": month, "DayOfWeek": "Sunday"}
        for key, value in children.items():
            child(change, f"t:{key}", value)
    asked = child(made, "m:MailboxDataArray")
    for address in addresses:
        one = child(asked, "t:MailboxData")
        child(child(one, "t:Email"), "t:Address", address)
        child(one, "t:AttendeeType", "Required")
        child(one, "t:ExcludeConflicts", "false")
    options = child(made, "t:FreeBusyViewOptions")
    window = child(options, "t:TimeWindow")
    child(window, "t:StartTime", _naive(start))
    child(window, "t:EndTime", _naive(end))
    child(options, "t:MergedFreeBusyIntervalInMinutes", str(int(SLOT.total_seconds()) // 60))
    child(options, "t:RequestedView", "FreeBusyMerged")
    return made


def _naive(moment: datetime) -> str:
    """A wall time of the zone in the question, which is UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def _read(address: str, view: Answer | None, start: datetime, end: datetime) -> FreeBusy:
    if isinstance(view, SyncError):
        return FreeBusy(address, known=False, reason=_reason(view))
    kind = "" if view is None else text(view, "FreeBusyViewType")
    if view is None or kind not in (*TIMES_ARE_THERE, "MergedOnly"):
        return FreeBusy(address, known=False, reason=NOT_TOLD)
    digits = text(view, "MergedFreeBusy").strip()
    if kind == "MergedOnly" and not digits:
        return FreeBusy(address, known=False, reason=NOT_TOLD)
    entries = list(view.iterfind(path("CalendarEventArray", "CalendarEvent")))
    busy = tuple(_slots(digits, start) if kind == "MergedOnly" else _entries(entries))
    says_nothing = any(text(one, "BusyType") == "NoData" for one in entries)
    if says_nothing or _is_silent(digits, start, end, busy):
        return FreeBusy(address, known=False, busy=busy, reason=NOT_TOLD)
    return FreeBusy(address, known=True, busy=busy)


def _entries(entries: Sequence[_Element]) -> Iterator[Busy]:
    for one in entries:
        start, end = instant(text(one, "StartTime")), instant(text(one, "EndTime"))
        kind = BUSY.get(text(one, "BusyType"), "busy")
        if start is not None and end is not None and kind != "free" and text(one, "BusyType") != "NoData":
            yield Busy(start, end, kind)


def _slots(digits: str, start: datetime) -> Iterator[Busy]:
    """Where a server tells no times but what each half hour holds."""
    for index, digit in enumerate(digits):
        if digit in DIGITS:
            yield Busy(start + index * SLOT, start + (index + 1) * SLOT, DIGITS[digit])


def _is_silent(digits: str, start: datetime, end: datetime, busy: Sequence[Busy]) -> bool:
    """Whether a half hour has no data. Newer servers write the same digit for who works elsewhere, and name that."""
    for index, digit in enumerate(digits):
        first, last = start + index * SLOT, min(start + (index + 1) * SLOT, end)
        is_named = any(one.kind == "elsewhere" and one.start < last and one.end > first for one in busy)
        if digit == NO_DATA and first < end and not is_named:
            return True
    return False


def _together(address: str, parts: Sequence[FreeBusy], start: datetime, end: datetime) -> FreeBusy:
    """The parts as one, cut to what was asked; an entry across two windows was told twice."""
    cut = {Busy(max(one.start, start), min(one.end, end), one.kind) for part in parts for one in part.busy}
    busy = tuple(sorted((one for one in cut if one.start < one.end), key=lambda one: (one.start, one.end, one.kind)))
    reason = next((part.reason for part in parts if not part.known), "")
    return FreeBusy(address, known=bool(parts) and all(part.known for part in parts), busy=busy, reason=reason)


def _reason(error: SyncError) -> str:
    code = error.detail.partition(":")[0]
    return REASONS.get(code, error.detail or NOT_TOLD)
