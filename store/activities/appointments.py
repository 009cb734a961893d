"""Storing appointments: one activity per real meeting, an item per calendar that holds it, occurrences written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from store import blobs
from store.activities.parties import NewParty, party_rows
from store.blobs import Content
from store.chunks import chunked
from store.keys import allocate
from store.linking.clues import forget_clues
from store.schema.activities import Activity, ActivityParty, Appointment, Occurrence
from store.schema.mail import MailboxItem
from store.schema.merging import SyncBase
from store.schema.scheduling import BookingAppointment
from store.search import Document, add_documents, redate_documents, remove_documents
from store.sync.items import ItemState, KnownItem, add_items, hide_unheld, known_items, refresh_items, repoint_item
from store.sync.moves import withheld_identity
from store.types import new_uid

#: What a guest answers to a meeting; 'none' is one who did not answer yet.
GUESTS = ("accepted", "tentative", "declined", "none")


@dataclass(frozen=True, slots=True)
class NewOccurrence:
    """`on_date`/`until_date` (exclusive) are set for whole days; the instants then are their UTC midnights."""

    original_start: str
    starts_at: datetime
    ends_at: datetime
    on_date: date | None
    until_date: date | None
    title: str
    location: str
    status: str


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """An appointment ready to be stored; `sequence`, then `modified_at` order the versions of one meeting.

    One that is `withheld` says only when its calendar is busy: it is a row of its own, because the same meeting may
    stand in other calendars with all it says. `expanded_until` is how far a series was written out.
    """

    identity: str
    ical_uid: str
    subject: str
    occurred_at: datetime
    ends_at: datetime | None
    who: str
    preview: str
    private: bool
    mentions: tuple[str, ...]
    parties: tuple[NewParty, ...]
    text: Content
    all_day: bool
    start_wall: str
    end_wall: str
    timezone: str
    timezone_source: str
    location: str
    status: str
    busy: str
    sequence: int
    modified_at: datetime | None
    recurring: bool
    series: Mapping[str, Any]
    occurrences: tuple[NewOccurrence, ...]
    search_title: str
    search_body: str
    withheld: bool = False
    expanded_until: datetime | None = None
    reminder_minutes: int | None = None
    sensitivity: str = "normal"
    importance: str = "normal"


@dataclass(frozen=True, slots=True)
class _Stored:
    activity_id: int
    sequence: int
    modified_at: datetime | None


def add_appointments(
    tx: Connection,
    mailbox_id: int,
    folder_id: int | None,
    appointments: Sequence[tuple[ItemState, NewAppointment]],
    *,
    now: datetime,
) -> int:
    """Store a batch; returns how many meetings are new. An older version of a meeting never replaces a newer one, and
    a guest's copy none whose organizer's copy is here: what was changed here may still be on its way there."""
    items = known_items(tx, mailbox_id, [state.remote_id for state, _ in appointments])
    apart = [(state, _withheld(mailbox_id, each) if each.withheld else each) for state, each in appointments]
    stored = _stored(tx, [appointment.identity for _, appointment in apart])
    led = _led_elsewhere(tx, mailbox_id, [each.activity_id for each in stored.values()])
    keys = iter(allocate(tx, Activity, len(apart)))
    new = 0
    for (state, appointment), (_, shown) in zip(apart, appointments, strict=True):
        before = stored.get(appointment.identity)
        activity_id = next(keys) if before is None else before.activity_id
        if before is None:
            insert_appointment(tx, activity_id, appointment, now=now)
            new += 1
        elif _is_newer(appointment, before) and not (activity_id in led and state.response in GUESTS):
            _replace(tx, activity_id, appointment)
        if before is None or _is_newer(appointment, before):
            stored[appointment.identity] = _Stored(activity_id, appointment.sequence, appointment.modified_at)
        unheld = _place(tx, mailbox_id, folder_id, items.get(state.remote_id), state, activity_id)
        if appointment.withheld:
            _withhold(tx, unheld, shown)
    return new


def _led_elsewhere(tx: Connection, mailbox_id: int, activity_ids: Sequence[int]) -> set[int]:
    """Those of these meetings whose organizer's copy another mailbox holds."""
    led: set[int] = set()
    for portion in chunked(activity_ids):
        leading = (MailboxItem.response == "organizer", MailboxItem.buried_at.is_(None))
        others = (MailboxItem.activity_id.in_(portion), MailboxItem.mailbox_id != mailbox_id, *leading)
        led.update(key for key in tx.execute(select(MailboxItem.activity_id).where(*others)).scalars() if key)
    return led


def _withhold(tx: Connection, activity_ids: Sequence[int], shown: NewAppointment) -> None:
    """Of a meeting that nobody shares any more, forget for good what may not be known of it."""
    for key in activity_ids:
        text = tx.execute(select(Activity.text_blob_id).where(Activity.id == key)).scalar()
        _replace(tx, key, shown)
        blobs.drop_unused(tx, [text] if text is not None else [])


def _withheld(mailbox_id: int, appointment: NewAppointment) -> NewAppointment:
    return replace(appointment, identity=withheld_identity(mailbox_id, appointment.identity))


def _stored(tx: Connection, identities: Sequence[str]) -> dict[str, _Stored]:
    found: dict[str, _Stored] = {}
    for portion in chunked(identities):
        rows = tx.execute(
            select(Appointment.identity, Appointment.id, Appointment.sequence, Appointment.modified_at).where(
                Appointment.identity.in_(portion)
            )
        )
        found.update({row.identity: _Stored(*row[1:]) for row in rows})
    return found


def _is_newer(appointment: NewAppointment, stored: _Stored) -> bool:
    return is_newer(appointment.sequence, appointment.modified_at, stored.sequence, stored.modified_at)


def is_newer(sequence: int, modified_at: datetime | None, known: int, known_at: datetime | None) -> bool:
    """Whether a version of a meeting is at least as new as the known one: the sequence decides, then the time of the
    last change (RFC 5546 section 2.1.5)."""
    if sequence != known:
        return sequence > known
    return modified_at is None or known_at is None or modified_at >= known_at


def appointment_keys(tx: Connection, identities: Sequence[str]) -> dict[str, int]:
    """The keys of the meetings with these identities that are stored."""
    return {identity: stored.activity_id for identity, stored in _stored(tx, identities).items()}


def _place(
    tx: Connection,
    mailbox_id: int,
    folder_id: int | None,
    item: KnownItem | None,
    state: ItemState,
    activity_id: int,
) -> list[int]:
    """Say that the mailbox holds the appointment; returns what no mailbox holds any more."""
    if item is None:
        add_items(tx, mailbox_id, folder_id, "appointment", [(state, activity_id)])
        return []
    refresh_items(tx, folder_id, [(item.item_id, state)])
    if item.activity_id == activity_id:
        return []
    # It became private, or is shared again.
    repoint_item(tx, item.item_id, activity_id)
    tx.execute(delete(SyncBase).where(SyncBase.item_id == item.item_id))
    unheld = hide_unheld(tx, [item.activity_id])
    stood = update(BookingAppointment).where(BookingAppointment.activity_id.in_(unheld))
    tx.execute(stood.values(activity_id=activity_id))  # it stands for the same booking
    return unheld


def insert_appointment(tx: Connection, activity_id: int, appointment: NewAppointment, *, now: datetime) -> None:
    """Write a meeting that the store does not know, under a key that `store.keys` allocated."""
    tx.execute(
        insert(Activity).values(
            id=activity_id, uid=new_uid(), kind="appointment", created_at=now, **_activity(tx, appointment)
        )
    )
    tx.execute(insert(Appointment).values(id=activity_id, **_columns(appointment)))
    _insert_parts(tx, activity_id, appointment)


def replace_appointment(tx: Connection, activity_id: int, appointment: NewAppointment) -> None:
    """Write a meeting anew, whatever its version; it keeps the identity it is known by."""
    columns = _columns(appointment)
    del columns["identity"]
    _rewrite(tx, activity_id, appointment, columns)


def _replace(tx: Connection, activity_id: int, appointment: NewAppointment) -> None:
    _rewrite(tx, activity_id, appointment, _columns(appointment))


def _rewrite(tx: Connection, activity_id: int, appointment: NewAppointment, columns: Mapping[str, Any]) -> None:
    tx.execute(
        update(Activity)
        .where(Activity.id == activity_id)
        .values(version=Activity.version + 1, **_activity(tx, appointment))
    )
    tx.execute(update(Appointment).where(Appointment.id == activity_id).values(**columns))
    tx.execute(delete(ActivityParty).where(ActivityParty.activity_id == activity_id))
    tx.execute(delete(Occurrence).where(Occurrence.activity_id == activity_id))
    remove_documents(tx, activity_ids=[activity_id])
    forget_clues(tx, [activity_id])
    _insert_parts(tx, activity_id, appointment)


def _insert_parts(tx: Connection, activity_id: int, appointment: NewAppointment) -> None:
    parties = list(party_rows(activity_id, appointment.parties))
    if parties:
        tx.execute(insert(ActivityParty), parties)
    write_occurrences(tx, activity_id, appointment.occurrences)
    document = Document(
        appointment.search_title,
        appointment.search_body,
        occurred_at=appointment.occurred_at,
        activity_id=activity_id,
    )
    add_documents(tx, [document])


def write_occurrences(tx: Connection, activity_id: int, occurrences: Sequence[NewOccurrence]) -> None:
    """The times at which an appointment takes place, in place of those stored before."""
    tx.execute(delete(Occurrence).where(Occurrence.activity_id == activity_id))
    rows = {
        each.original_start: {
            "activity_id": activity_id,
            "original_start": each.original_start,
            "starts_at": each.starts_at,
            "ends_at": each.ends_at,
            "on_date": each.on_date,
            "until_date": each.until_date,
            "title": each.title,
            "location": each.location,
            "status": each.status,
        }
        for each in occurrences
    }
    if rows:
        tx.execute(insert(Occurrence), list(rows.values()))


def _activity(tx: Connection, appointment: NewAppointment) -> dict[str, Any]:
    blob_ids = blobs.put(tx, [appointment.text])
    return {
        "subject": appointment.subject,
        "occurred_at": appointment.occurred_at,
        "ends_at": appointment.ends_at,
        "who": appointment.who,
        "preview": appointment.preview,
        "private": appointment.private,
        "mentions": list(appointment.mentions),
        "link_state": "pending",
        "text_blob_id": blob_ids[appointment.text.sha256],
    }


def _columns(appointment: NewAppointment) -> dict[str, Any]:
    return {
        "identity": appointment.identity,
        "ical_uid": appointment.ical_uid,
        "all_day": appointment.all_day,
        "start_wall": appointment.start_wall,
        "end_wall": appointment.end_wall,
        "timezone": appointment.timezone,
        "timezone_source": appointment.timezone_source,
        "location": appointment.location,
        "status": appointment.status,
        "busy": appointment.busy,
        "sequence": appointment.sequence,
        "modified_at": appointment.modified_at,
        "recurring": appointment.recurring,
        "series": dict(appointment.series),
        "expanded_until": appointment.expanded_until,
        "reminder_minutes": appointment.reminder_minutes,
        "sensitivity": appointment.sensitivity,
        "importance": appointment.importance,
    }


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A stored series, as far as expanding it again needs."""

    activity_id: int
    subject: str
    start_wall: str
    end_wall: str
    all_day: bool
    timezone: str
    location: str
    status: str
    series: Mapping[str, Any]


def series_to_expand(tx: Connection, *, until: datetime, after: int, limit: int) -> list[SeriesRow]:
    """Recurring appointments that are not written out until then, by id, those after `after`."""
    rows = tx.execute(
        select(
            Appointment.id,
            Activity.subject,
            Appointment.start_wall,
            Appointment.end_wall,
            Appointment.all_day,
            Appointment.timezone,
            Appointment.location,
            Appointment.status,
            Appointment.series,
        )
        .join(Activity, Activity.id == Appointment.id)
        .where(
            Appointment.recurring.is_(True),
            Appointment.id > after,
            or_(Appointment.expanded_until.is_(None), Appointment.expanded_until < until),
        )
        .order_by(Appointment.id)
        .limit(limit)
    )
    return [SeriesRow(*row) for row in rows]


def write_series(
    tx: Connection, activity_id: int, occurrences: Sequence[NewOccurrence], *, expanded_until: datetime
) -> None:
    """Write a series out anew, as far as `expanded_until`."""
    write_occurrences(tx, activity_id, occurrences)
    tx.execute(update(Appointment).where(Appointment.id == activity_id).values(expanded_until=expanded_until))


def advance_series(tx: Connection, *, now: datetime) -> None:
    """A series stands on timelines at its latest occurrence up to now; they follow when it is linked next."""
    latest = (
        select(Occurrence.activity_id, func.max(Occurrence.starts_at).label("starts_at"))
        .join(Appointment, Appointment.id == Occurrence.activity_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Appointment.recurring.is_(True), Occurrence.status != "cancelled", Occurrence.starts_at <= now)
        .where(Occurrence.starts_at > Activity.occurred_at)
        .group_by(Occurrence.activity_id)
    )
    moved = {row.activity_id: row.starts_at for row in tx.execute(latest)}
    for activity_id, starts_at in moved.items():
        values = {"occurred_at": starts_at, "link_state": "pending"}
        tx.execute(update(Activity).where(Activity.id == activity_id).values(values))
    redate_documents(tx, moved)
