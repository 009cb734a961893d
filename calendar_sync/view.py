"""What calendar screens show: any span of time, however far from today, and one occurrence in full."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from calendar_sync.booking import Booking, booked_at
from calendar_sync.event import Event
from calendar_sync.invite import is_organizer
from calendar_sync.occurring import occurrence_at
from calendar_sync.recurrence import Occurrence, occurrences
from calendar_sync.series import WINDOW, occurrence_row, series_event
from calendar_sync.stored import read_event
from store.access import sees_activity
from store.actor import SYSTEM, Actor
from store.chunks import chunked
from store.errors import Invalid, NotFound
from store.queries.calendar import CalendarEntry, UncoveredSeries, booked, ordered, uncovered_series
from store.queries.refs import RecordRef, regarding
from store.queries.taken import Taken, taken
from store.schema.activities import Activity

_MOST = 2_000  # occurrences of one series in one span


@dataclass(frozen=True, slots=True)
class AppointmentDetail:
    """One appointment, or one occurrence of a series, in full. `event` is the occurrence, `series` the whole series.

    `can_edit`: everything of it can be changed by who looks; `can_answer`: they were invited; `reason` says why neither
    is possible, '' otherwise. `mailbox_id` is the calendar in which it is looked at, None where that is none of theirs.
    """

    activity_id: int
    event: Event
    series: Event | None
    can_edit: bool
    can_answer: bool
    reason: str
    regarding: RecordRef | None
    mailbox_id: int | None = None


def calendar_view(
    tx: Connection, mailbox_ids: Collection[int], *, start: datetime, end: datetime, by: Actor
) -> tuple[CalendarEntry, ...]:
    """What takes place in these calendars in [start, end), in order of time; whole days count in the zone of `start`.

    Series that are not written out for that span are expanded here.
    """
    written = booked(tx, mailbox_ids, start=start, end=end, by=by)
    missing = uncovered_series(tx, mailbox_ids, start=start, end=end, window=WINDOW, by=by)
    if not missing:
        return written
    expanded = {each.series.activity_id for each in missing}
    found = [each for each in written if each.activity_id not in expanded]
    for each in missing:
        found.extend(_expanded(each, start, end))
    return ordered([replace(each, clashes=False) for each in found])


def taken_view(
    tx: Connection, mailbox_ids: Collection[int], *, start: datetime, end: datetime, by: Actor
) -> dict[int, list[Taken]]:
    """What takes the time of these mailboxes in [start, end), as `store.queries.taken.taken` gives it; series that
    are not written out for that span are expanded here."""
    found = taken(tx, mailbox_ids, start=start, end=end, by=by)
    missing = uncovered_series(tx, mailbox_ids, start=start, end=end, window=WINDOW, by=SYSTEM)
    if not missing:
        return found
    expanded = {each.series.activity_id for each in missing}
    found = {key: [each for each in times if each.activity_id not in expanded] for key, times in found.items()}
    visible = select(Activity.id).where(sees_activity(by))
    seen = {
        key for portion in chunked(expanded) for key in tx.execute(visible.where(Activity.id.in_(portion))).scalars()
    }
    for each in missing:
        for entry in filter(lambda entry: entry.books, _expanded(each, start, end)):
            title = entry.title if entry.activity_id in seen else ""
            when = (entry.starts_at, entry.ends_at, entry.on_date, entry.until_date)
            for mailbox_id, response in entry.responses.items():
                if response != "declined":
                    found.setdefault(mailbox_id, []).append(Taken(entry.activity_id, *when, entry.busy, title))
    return found


def appointment_detail(
    tx: Connection,
    activity_id: int,
    original_start: str | datetime | date | None = None,
    *,
    mailbox_id: int | None = None,
    by: Actor,
) -> AppointmentDetail:
    """An appointment with all it says; `original_start` names an occurrence of a series, `mailbox_id` the calendar in
    which it is looked at (see `booked_at`). Raises NotFound, Invalid."""
    visible = select(Activity.id).where(Activity.id == activity_id, Activity.deleted_at.is_(None), sees_activity(by))
    if tx.execute(visible).scalar() is None:
        raise NotFound("no such appointment")
    booking, reason = _booking(tx, activity_id, mailbox_id, by)
    event = read_event(tx, activity_id, item_id=booking.copy.item_id if booking else None)
    repeats = event.is_series
    shown = occurrence_at(event, start_of(original_start)) if repeats and original_start else event
    mine = booking is not None and is_organizer(event, booking.ours)
    linked = regarding(tx, [activity_id], by=by).get(activity_id)
    return AppointmentDetail(
        activity_id=activity_id,
        event=shown,
        series=event if repeats else None,
        can_edit=mine,
        can_answer=booking is not None and not mine and event.status != "cancelled",
        reason=reason,
        regarding=linked[0] if linked and linked[1] == "linked" else None,
        mailbox_id=booking.calendar.mailbox_id if booking else None,
    )


def start_of(original_start: str | datetime | date) -> datetime | date:
    """An original start as the store writes it, read."""
    if not isinstance(original_start, str):
        return original_start
    try:
        return datetime.fromisoformat(original_start) if "T" in original_start else date.fromisoformat(original_start)
    except ValueError:
        raise Invalid(f"{original_start!r} names no occurrence.") from None


def _booking(tx: Connection, activity_id: int, mailbox_id: int | None, by: Actor) -> tuple[Booking | None, str]:
    try:
        return booked_at(tx, activity_id, mailbox_id=mailbox_id, by=by), ""
    except Invalid as refused:
        return None, refused.sentence


def _expanded(missing: UncoveredSeries, start: datetime, end: datetime) -> Iterator[CalendarEntry]:
    master = series_event(missing.series)
    for found in occurrences(master, start, end, limit=_MOST):
        yield _entry(found, master, missing.entry)


def _entry(found: Occurrence, master: Event, entry: CalendarEntry) -> CalendarEntry:
    row = occurrence_row(found, master)
    return replace(
        entry,
        original_start=row.original_start,
        title=entry.title if entry.closed else row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        on_date=row.on_date,
        until_date=row.until_date,
        location="" if entry.closed else row.location,
        status=row.status,
        exception=found.event is not master,
    )
