"""Calendars: which there are, and what takes place in them in a span of time.

Anybody sees when the calendars of others are busy; what takes place there is told only where `by` may see it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, or_, select, text
from sqlalchemy.orm import aliased

from store.access import sees_activity
from store.actor import Actor
from store.queries.refs import RecordRef, regarding
from store.schema.activities import Activity, ActivityParty, Appointment, Occurrence
from store.schema.mail import MailboxItem
from store.schema.people import Folder, Mailbox, User

if TYPE_CHECKING:
    from store.activities.appointments import SeriesRow

#: What is shown of an appointment that `by` may not see.
BUSY = "Busy"
_MOST = 5_000  # rows of one span
_DAY = timedelta(days=1)
#: occurrence.ix_occurrence_long holds what lasts longer.
LONG = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A mailbox's calendar. `colour` counts them, the same for everybody; `open` says that `by` sees what takes place,
    not only when it is busy. `last_success_at` is when it was last read, None for never or for one without a server."""

    mailbox_id: int
    address: str
    name: str
    colour: int
    mine: bool
    open: bool
    has_server: bool
    state: str
    last_success_at: datetime | None

    def age(self, now: datetime) -> timedelta | None:
        """How old what it shows may be."""
        return None if self.last_success_at is None else max(now - self.last_success_at, timedelta())


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One occurrence in the chosen calendars; instants are UTC, `on_date`/`until_date` (exclusive) are set for whole
    days. `original_start` names it within its series (as store.activities.appointments writes it).

    `responses` is what the owner of each mailbox answered: organizer, accepted, tentative, declined, none, ''.
    `organizer` is a name or an address, '' for none. `exception` says that it differs from its series, `clashes` that
    another booking of one of the calendars takes place at the same time. Of a `closed` entry only the time is told.
    """

    activity_id: int
    uid: str
    original_start: str
    title: str
    starts_at: datetime
    ends_at: datetime
    on_date: date | None
    until_date: date | None
    location: str
    status: str
    busy: str
    responses: Mapping[int, str]
    organizer: str
    recurring: bool
    exception: bool
    private: bool
    closed: bool
    regarding: RecordRef | None = None
    clashes: bool = False

    @property
    def mailbox_ids(self) -> tuple[int, ...]:
        return tuple(self.responses)

    @property
    def mine(self) -> bool:
        """Whether one of the chosen calendars organizes it."""
        return "organizer" in self.responses.values() or not self.organizer

    @property
    def books(self) -> bool:
        """Whether it takes the time of its calendars."""
        return self.busy != "free" and self.status != "cancelled"


@dataclass(frozen=True, slots=True)
class UncoveredSeries:
    """A series whose occurrences are not written out for a span; `entry` is how any one of them shows."""

    series: SeriesRow
    entry: CalendarEntry


def calendars(tx: Connection, *, by: Actor) -> tuple[CalendarRow, ...]:
    """Every mailbox that has a calendar, one's own first, then by name. Restricted users see theirs alone."""
    holds = (exists().where(Folder.mailbox_id == Mailbox.id, Folder.holds == "appointment")) | exists().where(
        MailboxItem.mailbox_id == Mailbox.id, MailboxItem.holds == "appointment"
    )
    rows = tx.execute(
        select(
            Mailbox.id,
            Mailbox.address,
            Mailbox.name,
            User.name.label("owner"),
            Mailbox.owner_id,
            Mailbox.provider,
            Mailbox.state,
            Mailbox.last_success_at,
        )
        .outerjoin(User, User.id == Mailbox.owner_id)
        .where(holds)
        .order_by(Mailbox.id)
    ).all()
    found = [
        CalendarRow(
            row.id,
            row.address,
            row.owner or row.name or row.address,
            colour,
            mine=by.user_id is not None and row.owner_id == by.user_id,
            open=by.sees_everything or row.id in by.mailbox_ids,
            has_server=row.provider != "files",
            state=row.state,
            last_success_at=row.last_success_at,
        )
        for colour, row in enumerate(rows)
    ]
    seen = [row for row in found if row.open or by.sees_every_record]
    return tuple(sorted(seen, key=lambda row: (not row.mine, row.name.casefold(), row.mailbox_id)))


def booked(
    tx: Connection, mailbox_ids: Collection[int], *, start: datetime, end: datetime, by: Actor
) -> tuple[CalendarEntry, ...]:
    """The occurrences written out that overlap [start, end) in these mailboxes, in order of time; whole days count in
    the time zone of `start`. What is further away than series are written out is not in it (see calendar_sync.view).
    """
    chosen = _allowed(mailbox_ids, by)
    if not chosen:
        return ()
    near = and_(Occurrence.starts_at > start - LONG, Occurrence.starts_at < end + _DAY)
    lasting = and_(lasts_long(tx), Occurrence.ends_at > start - _DAY)
    shorter = _occurrences(near, chosen, start, end, by).order_by(Occurrence.starts_at, Occurrence.activity_id)
    longer = _occurrences(lasting, chosen, start, end, by).order_by(Occurrence.ends_at)
    rows = [row for found in (shorter, longer) for row in tx.execute(found.limit(_MOST))]
    return ordered(_entries(tx, rows, by))


def uncovered_series(
    tx: Connection, mailbox_ids: Collection[int], *, start: datetime, end: datetime, window: timedelta, by: Actor
) -> tuple[UncoveredSeries, ...]:
    """The series of these mailboxes that are not written out for all of [start, end). `window` is how far before and
    after the moment of writing a series is written out."""
    from store.activities.appointments import SeriesRow  # a day's list does without it

    chosen = _allowed(mailbox_ids, by)
    if not chosen:
        return ()
    until = Appointment.expanded_until
    outside = or_(until.is_(None), until < end, until > start + 2 * window)
    # An occurrence alike for all of a series stands in for the one that is not written out.
    columns = (
        Activity.occurred_at.label("starts_at"),
        Activity.occurred_at.label("ends_at"),
        Activity.subject.label("title"),
        Appointment.location,
        Appointment.status,
        Appointment.start_wall,
        Appointment.end_wall,
        Appointment.all_day,
        Appointment.timezone,
        Appointment.series,
        *_shared(by),
    )
    rows = tx.execute(
        held_in(select(*columns), chosen).where(Appointment.recurring.is_(True), outside, Activity.deleted_at.is_(None))
    ).all()
    by_id = {row.activity_id: row for row in rows}
    return tuple(
        UncoveredSeries(
            SeriesRow(
                entry.activity_id,
                row.subject,
                row.start_wall,
                row.end_wall,
                row.all_day,
                row.timezone,
                row.location,
                row.status,
                row.series,
            ),
            entry,
        )
        for entry in _entries(tx, rows, by)
        if (row := by_id[entry.activity_id])
    )


def ordered(entries: Collection[CalendarEntry]) -> tuple[CalendarEntry, ...]:
    """By time, whole days first within their day, with the marks of those that clash."""
    rows = sorted(entries, key=lambda each: (each.starts_at, each.on_date is None, each.ends_at, each.activity_id))
    clashing: set[int] = set()
    open_until: list[int] = []
    for index, row in enumerate(rows):
        if row.on_date is not None or not row.books or "declined" in row.responses.values():
            continue
        open_until = [each for each in open_until if rows[each].ends_at > row.starts_at]
        for each in open_until:
            if not rows[each].responses.keys().isdisjoint(row.responses.keys()):
                clashing |= {each, index}
        open_until.append(index)
    return tuple(replace(row, clashes=True) if index in clashing else row for index, row in enumerate(rows))


def _allowed(mailbox_ids: Collection[int], by: Actor) -> list[int]:
    if by.sees_everything or by.sees_every_record:
        return sorted(set(mailbox_ids))
    return sorted(set(mailbox_ids) & by.mailbox_ids)


def _occurrences(
    condition: ColumnElement[bool], chosen: Sequence[int], start: datetime, end: datetime, by: Actor
) -> Select[Any]:
    columns = (
        Occurrence.original_start,
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.on_date,
        Occurrence.until_date,
        Occurrence.title,
        Occurrence.location,
        Occurrence.status,
        *_shared(by),
    )
    first, last = start.date(), (end - timedelta(microseconds=1)).date()
    empty = and_(Occurrence.ends_at == Occurrence.starts_at, Occurrence.starts_at >= start)
    timed = and_(Occurrence.on_date.is_(None), Occurrence.starts_at < end, or_(Occurrence.ends_at > start, empty))
    whole_days = and_(Occurrence.on_date <= last, Occurrence.until_date > first)
    query = held_in(select(*columns).join(Occurrence, Occurrence.activity_id == Activity.id), chosen)
    return query.where(condition, or_(timed, whole_days), Activity.deleted_at.is_(None))


def _shared(by: Actor) -> tuple[Any, ...]:
    return (
        Activity.id.label("activity_id"),
        Activity.uid,
        Activity.subject,
        Activity.private,
        Appointment.location.label("usual_location"),
        Appointment.busy,
        Appointment.recurring,
        MailboxItem.mailbox_id,
        MailboxItem.response,
        case((sees_activity(by), 1), else_=0).label("seen"),
    )


def held_in(query: Select[Any], chosen: Sequence[int]) -> Select[Any]:
    """The query, of activities, for the appointments that these mailboxes hold."""
    # Without its index a database comes to the items from the span of time, not from all that a mailbox ever held.
    unindexed = MailboxItem.mailbox_id + 0
    held = and_(MailboxItem.activity_id == Activity.id, unindexed.in_(chosen), MailboxItem.gone_at.is_(None))
    return query.join(Appointment, Appointment.id == Activity.id).join(MailboxItem, held)


def lasts_long(tx: Connection) -> ColumnElement[bool]:
    """The condition of ix_occurrence_long, word for word, so that databases use it."""
    if tx.dialect.name == "postgresql":
        return text("occurrence.ends_at - occurrence.starts_at > INTERVAL '3 days'")  # type: ignore[return-value]
    return text("occurrence.ends_at - occurrence.starts_at > 259200000000")  # type: ignore[return-value]


def _entries(tx: Connection, rows: Sequence[Row[Any]], by: Actor) -> list[CalendarEntry]:
    """One entry for each occurrence, however many of the calendars hold it."""
    responses: dict[tuple[int, str], dict[int, str]] = {}
    for row in rows:
        key = (row.activity_id, getattr(row, "original_start", ""))
        responses.setdefault(key, {})[row.mailbox_id] = row.response
    seen = {row.activity_id for row in rows if row.seen}
    about, organizers = regarding(tx, seen, by=by), _organizers(tx, seen)
    return list(_once(rows, responses, about, organizers))


def _once(
    rows: Sequence[Row[Any]],
    responses: dict[tuple[int, str], dict[int, str]],
    about: Mapping[int, tuple[RecordRef, str]],
    organizers: Mapping[int, str],
) -> Iterator[CalendarEntry]:
    for row in rows:
        original = getattr(row, "original_start", "")
        held = responses.pop((row.activity_id, original), None)
        if held is None:
            continue
        linked = about.get(row.activity_id)
        yield CalendarEntry(
            activity_id=row.activity_id,
            uid=row.uid,
            original_start=original,
            title=row.title if row.seen else BUSY,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            on_date=getattr(row, "on_date", None),
            until_date=getattr(row, "until_date", None),
            location=row.location if row.seen else "",
            status=row.status,
            busy=row.busy,
            responses=held,
            organizer=organizers.get(row.activity_id, ""),
            recurring=row.recurring,
            exception=row.recurring and _differs(row, original),
            private=row.private,
            closed=not row.seen,
            regarding=linked[0] if linked and linked[1] == "linked" else None,
        )


def _differs(row: Row[Any], original_start: str) -> bool:
    """Whether an occurrence is elsewhere, at another time or under another name than its series."""
    if not original_start:
        return False
    if "T" in original_start:
        moved = datetime.fromisoformat(original_start) != row.starts_at
    else:
        moved = date.fromisoformat(original_start) != row.on_date
    return moved or (row.title, row.location) != (row.subject, row.usual_location)


def _organizers(tx: Connection, activity_ids: Collection[int]) -> dict[int, str]:
    if not activity_ids:
        return {}
    party = aliased(ActivityParty)
    rows = tx.execute(
        select(party.activity_id, party.name, party.email).where(
            party.activity_id.in_(sorted(activity_ids)), party.role == "organizer"
        )
    )
    return {row.activity_id: row.name or row.email for row in rows}
