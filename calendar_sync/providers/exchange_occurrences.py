"""Single occurrences of an Exchange series: found by their original start, changed, and taken out.

A series knows its exceptions by id and all other occurrences by number. Servers do not agree on whether deleted ones
are counted, so what a number gives is compared with the start that is wanted, and a few numbers around are tried.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/occurrenceitemid
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from lxml.etree import _Element

from calendar_sync.event import Event
from calendar_sync.merging import OF_COPY
from calendar_sync.pattern import counted_before
from calendar_sync.provider import Notify
from calendar_sync.providers.exchange_fields import occurrence_changes
from calendar_sync.providers.exchange_notices import cancel, cancellations, is_organizer, tells_guests, updates
from calendar_sync.providers.exchange_reading import (
    APPOINTMENT,
    attendees,
    deleted_occurrences,
    in_series,
    modified_occurrences,
    read_event,
)
from calendar_sync.walls import instant as moment_of
from calendar_sync.walls import is_same_start, wall_of
from mail_sync.errors import ItemGone, PoisonItem, SendRefused, SyncError
from mail_sync.provider import Written
from mail_sync.providers.exchange.reading import TYPES, instant, item_id, text
from mail_sync.providers.exchange.server import Instance, Writer
from mail_sync.providers.exchange.shapes import ItemShape
from mail_sync.providers.exchange.writing import expect

INSTANCE = ItemShape(fields=("calendar:OriginalStart", "calendar:Start"))
AROUND = 3  # numbers tried on either side


def update_occurrence(
    server: Writer,
    master_id: str,
    original: datetime | date,
    occurrence: Event,
    fields: Collection[str],
    notify: Notify,
) -> Written:
    """Write fields of one occurrence; names the master. Raises ItemGone, SendRefused, OutcomeUnknown."""
    master = expect(server, master_id, "", APPOINTMENT)
    if not is_organizer(master) and not set(OF_COPY).issuperset(fields):
        raise SendRefused("only the organizer may change a meeting")
    write_occurrence(server, master, original, occurrence, fields, notify)
    return named_now(server, master_id)


def write_occurrence(
    server: Writer,
    master: _Element,
    original: datetime | date,
    occurrence: Event,
    fields: Collection[str],
    notify: Notify,
) -> None:
    """The same for a series that has been read. Raises ItemGone, SendRefused, OutcomeUnknown."""
    found = find_occurrence(server, master, original)
    changes = occurrence_changes(occurrence, fields)
    if changes:
        has_guests = bool(occurrence.attendees or attendees(master))
        server.update(found, changes, updates(notify, has_guests=has_guests))


def delete_occurrence(
    server: Writer, master_id: str, original: datetime | date, notify: Notify, comment: str
) -> Written:
    """Take one occurrence out; names the master. Raises ItemGone, SendRefused, OutcomeUnknown."""
    master = expect(server, master_id, "", APPOINTMENT)
    take_out(server, master, original, notify, comment)
    return named_now(server, master_id)


def take_out(server: Writer, master: _Element, original: datetime | date, notify: Notify, comment: str) -> None:
    """The same for a series that has been read. Raises ItemGone, SendRefused, OutcomeUnknown."""
    found = find_occurrence(server, master, original)
    if comment and tells_guests(master, notify):
        cancel(server, found, comment)
    else:
        server.delete(found, cancellations(master, notify))


def find_occurrence(server: Writer, master: _Element, original: datetime | date) -> Written:
    """The occurrence with this original start. Raises ItemGone where the series has none, SendRefused."""
    if master.tag != f"{TYPES}CalendarItem":
        raise SendRefused("this item is not an appointment")
    series = read_event(master)
    for one in modified_occurrences(master):
        if one.item_id and is_same_start(in_series(series, one.original_start), original):
            return Written(one.item_id, item_id(expect(server, one.item_id, "", INSTANCE))[1])
    gone = deleted_occurrences(master, series)
    if not series.rrule or any(is_same_start(each, original) for each in gone):
        raise ItemGone(f"the occurrence of {original}")
    number = counted_before(
        series.rrule, wall_of(series.start, series.timezone), wall_of(original, series.timezone)
    ) + 1  # fmt: skip
    skipped = sum(moment_of(each) < moment_of(original) for each in gone)
    near = [number + by for by in range(-AROUND, AROUND + 1)]
    others = [each for each in dict.fromkeys((number - skipped, *near)) if each > 0 and each != number]
    for numbers in ([number], others):
        found = _numbered(server, item_id(master)[0], numbers, series, original)
        if found is not None:
            return found
    raise ItemGone(f"the occurrence of {original}")


def named_now(server: Writer, master_id: str) -> Written:
    """The master with its change key of now. What was written stays written, so no error of this reading counts."""
    try:
        return Written(master_id, item_id(expect(server, master_id, "", ItemShape()))[1])
    except SyncError:
        return Written(master_id)


def _numbered(
    server: Writer, master_id: str, numbers: Collection[int], series: Event, original: datetime | date
) -> Written | None:
    """The one of these occurrences that has this original start."""
    for answer in server.items([Instance(master_id, number) for number in numbers], INSTANCE):
        if isinstance(answer, (ItemGone, PoisonItem)):
            continue
        if isinstance(answer, SyncError):
            raise answer
        start = instant(text(answer, "OriginalStart") or text(answer, "Start"))
        if start is not None and is_same_start(in_series(series, start), original):
            return Written(*item_id(answer))
    return None
