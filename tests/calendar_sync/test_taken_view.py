"""When calendars are busy, for whoever plans."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, update

from calendar_sync.appointments import create_appointment
from calendar_sync.edit import EventEdit
from calendar_sync.view import taken_view
from store.actor import SYSTEM
from store.engine import Store
from store.schema.activities import Appointment, Occurrence
from store.schema.mail import MailboxItem
from store.schema.scheduling import BookingAppointment
from tests.calendar_sync.calendars import ANNA, NOW, actor, connect
from tests.store.builders import World
from tests.store.builders import actor as person
from tests.store.scheduling.scene import booked, workshop

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def test_everybody_may_know_when_somebody_is_busy_and_only_colleagues_with_what(sqlite_store: Store) -> None:
    mailbox = connect(sqlite_store, ANNA)
    with sqlite_store.write() as tx:
        anna, other = actor(tx, ANNA), person(World(tx).user("Rita", "restricted"), "restricted")
        fields = EventEdit(title="Dentist", start=NOW, busy="away", sensitivity="private", rrule="FREQ=DAILY")
        create_appointment(tx, fields, by=anna, now=NOW)
        for days in (0, 3_000):  # series are written out for some time only
            start = NOW + days * _DAY
            for by, title in ((anna, "Dentist"), (other, "")):
                found = taken_view(tx, [mailbox], start=start, end=start + _DAY, by=by)
                assert [tuple(each)[1:] for each in found[mailbox]] == [
                    (start, start + _HOUR / 2, None, None, "away", title)
                ]


def test_what_is_free_declined_cancelled_or_stands_for_a_booking_takes_no_time(sqlite_store: Store) -> None:
    mailbox = connect(sqlite_store, ANNA)
    with sqlite_store.write() as tx:
        by = actor(tx, ANNA)
        kinds = ("busy", "free", "tentative", "busy", "busy")
        edits = (EventEdit(title=f"{n}", start=NOW + n * _HOUR, busy=busy) for n, busy in enumerate(kinds))
        made = [create_appointment(tx, edit, by=by, now=NOW).activity_id for edit in edits]
        tx.execute(update(MailboxItem).where(MailboxItem.activity_id == made[2]).values(response="declined"))
        tx.execute(update(Occurrence).where(Occurrence.activity_id == made[3]).values(status="cancelled"))
        shop = workshop(tx)
        booking = booked(tx, shop).record_id
        tx.execute(insert(BookingAppointment).values(booking_id=booking, resource_id=shop.ann, activity_id=made[4]))
        found = taken_view(tx, [mailbox], start=NOW, end=NOW + _DAY, by=by)
        assert [each.activity_id for each in found[mailbox]] == made[:1]


def test_nothing_is_left_out_however_much_there_is_and_whole_days_of_any_zone_are_met(sqlite_store: Store) -> None:
    mailbox = connect(sqlite_store, ANNA)
    with sqlite_store.write() as tx:
        by = actor(tx, ANNA)
        many = create_appointment(tx, EventEdit(title="Shift", start=NOW), by=by, now=NOW).activity_id
        times = (NOW + n * _HOUR for n in range(5_000))
        rows = [
            {"activity_id": many, "original_start": f"{n}", "starts_at": at, "ends_at": at + _HOUR, "title": "Shift"}
            for n, at in enumerate(times)
        ]
        tx.execute(insert(Occurrence), rows)
        whole = create_appointment(tx, EventEdit(title="Fair", start=date(2026, 3, 12)), by=by, now=NOW).activity_id
        tx.execute(update(Appointment).where(Appointment.id == whole).values(busy="busy"))
        found = taken_view(tx, [mailbox], start=NOW, end=NOW + 365 * _DAY, by=SYSTEM)[mailbox]
        assert len(found) == 5_002
        evening = datetime(2026, 3, 11, 20, tzinfo=UTC)  # in Auckland the 12th has begun
        found = taken_view(tx, [mailbox], start=evening, end=evening + _HOUR, by=SYSTEM)[mailbox]
        assert sorted(each.title for each in found) == ["Fair", "Shift"]
