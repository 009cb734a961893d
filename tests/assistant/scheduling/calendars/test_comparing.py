"""What calendars and bookings to come do to each other although no booking changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, select, update

from assistant.scheduling.calendars.comparing import compare_calendars
from calendar_sync.appointments import delete_appointment, move_appointment
from calendar_sync.ingest import prepare_event, write_events
from calendar_sync.stored import read_event
from mail_sync.capture import CaptureRules
from mail_sync.ours import ours_in
from store.activities.appointment_state import read_appointments, set_appointment_deleted
from store.engine import Store
from store.scheduling.booking import Need, cancel, move
from store.scheduling.in_calendars import appointments_of, forget_appointment
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE
from store.schema.activities import Activity, Appointment
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.schema.triage import Notice
from store.sync.mailboxes import disconnect_mailboxes
from tests.assistant.scheduling.calendars.test_writing import ANN, ANN_AT_9, BOB, Shop, opened
from tests.calendar_sync.calendars import actor
from tests.store.builders import counted_statements
from tests.store.scheduling.scene import BY, NINE, NOW, TEN, booked

BOB_AT_9 = ANN_AT_9.replace("ann", "bob")
_HOUR = timedelta(hours=1)


@pytest.fixture
def shop(sqlite_store: Store) -> Shop:
    """Ann is booked for nine, and her calendar shows it."""
    shop = opened(sqlite_store)
    with shop.store.write() as tx:
        booked(tx, shop.shop)
    assert shop.keep_up() == [ANN_AT_9]
    shop.delivered()
    return shop


def appointment(tx: Connection) -> int:
    return tx.execute(select(Activity.id).where(Activity.kind == "appointment")).scalars().all()[-1]


def _kept_as(shop: Shop, sensitivity: str) -> str:
    """Ann's calendar is synced after she made its appointment private, or shared again; its id there."""
    columns = (MailboxItem.remote_id, MailboxItem.mailbox_id, MailboxItem.folder_id)
    with shop.store.write() as tx:
        item = tx.execute(select(*columns)).one()
        mine = select(Activity.id).join(Appointment, Appointment.id == Activity.id).where(Activity.subject != "Busy")
        event = replace(read_event(tx, tx.execute(mine).scalar() or appointment(tx)), sensitivity=sensitivity)
        found = prepare_event(item.remote_id, "2", event, ours=ours_in(tx), capture=CaptureRules(), now=NOW)
        write_events(tx, item.mailbox_id, item.folder_id, [found], now=NOW)
        return str(item.remote_id)


def told(shop: Shop) -> list[str]:
    with shop.store.read() as tx:
        return list(tx.execute(select(Notice.text).order_by(Notice.id)).scalars())


def test_what_is_moved_in_a_calendar_is_told_once_and_put_right_with_the_next_change(shop: Shop) -> None:
    with shop.store.write() as tx:
        move_appointment(tx, appointment(tx), TEN + 4 * _HOUR, by=actor(tx, ANN), now=NOW)
    moved = ANN_AT_9.replace("09:00-10:00", "14:00-15:00")
    assert [shop.keep_up(), shop.keep_up()] == [[moved]] * 2
    assert told(shop) == [
        "BKG-00001 Repair, Contoso was moved to 2026-03-03 14:00 in the calendar of Ann; it is still booked for "
        "2026-03-03 09:00."
    ]
    with shop.store.write() as tx:
        move(tx, 2, starts_at=TEN, **BY)
    assert shop.keep_up() == [ANN_AT_9.replace("09:00-10:00", "10:00-11:00")]


def test_what_is_deleted_in_a_calendar_is_told_and_there_again_with_the_next_change(shop: Shop) -> None:
    with shop.store.write() as tx:
        tx.execute(update(MailboxItem).values(gone_at=NOW, buried_at=NOW))
    assert [shop.keep_up(), shop.keep_up()] == [[], []]
    assert shop.waiting() == []
    with shop.store.write() as tx:
        move(tx, 2, starts_at=TEN, **BY)
    at_ten = ANN_AT_9.replace("09:00-10:00", "10:00-11:00")
    assert shop.keep_up() == [at_ten]
    with shop.store.write() as tx:
        delete_appointment(tx, appointment(tx), by=actor(tx, ANN), now=NOW)
    assert [shop.keep_up(), shop.keep_up()] == [[], []]
    assert told(shop) == [
        f"BKG-00001 Repair, Contoso was deleted in the calendar of Ann; it is still booked for 2026-03-03 {at}."
        for at in ("09:00", "10:00")
    ]


def test_appointment_that_was_made_anew_meanwhile_is_not_taken_for_the_deleted_one(shop: Shop) -> None:
    with shop.store.write() as tx:
        stands = appointments_of(tx, 2)
        forget_appointment(tx, 2, shop.shop.ann, appointment(tx) - 1)
        assert appointments_of(tx, 2) == stands == {shop.shop.ann: appointment(tx)}


def test_what_is_made_private_in_a_calendar_stands_for_its_booking_and_is_its_owners_to_change(shop: Shop) -> None:
    kept = _kept_as(shop, "private")
    busy = "ann 03. 09:00-10:00 Busy (busy, 0)"
    assert (shop.keep_up(), told(shop), shop.waiting()) == ([busy], [], [])
    for use_case in (partial(move, starts_at=TEN), cancel):
        with shop.store.write() as tx:
            use_case(tx, 2, **BY)
        assert [shop.keep_up(), shop.keep_up()] == [[busy]] * 2
    said = "The appointment of a booking is private in its resource's calendar, so it stays as it is: "
    assert [each for each in told(shop) if each.startswith(said)] == [
        f"{said}{do} in Outlook." for do in ("move it to 2026-03-03 10:00", "delete it")
    ]
    assert kept == _kept_as(shop, "normal")
    assert (shop.keep_up(), shop.waiting()) == ([], [("ann", "remove_event")])


def test_cancelled_booking_that_comes_back_in_a_calendar_is_taken_out_again(shop: Shop) -> None:
    with shop.store.write() as tx:
        cancel(tx, 2, **BY)
    assert shop.keep_up() == []
    shop.delivered()
    with shop.store.write() as tx:  # it was edited there before it was removed
        uid = tx.execute(select(Activity.uid).where(Activity.id == appointment(tx))).scalar_one()
        set_appointment_deleted(tx, read_appointments(tx, [uid])[uid], None)
    assert shop.keep_up() == []
    assert (shop.waiting(), told(shop)) == ([("ann", "remove_event")], [])


def test_bookings_come_into_calendars_that_are_connected_later_and_follow_to_other_ones(shop: Shop) -> None:
    with shop.store.write() as tx:
        write_thing(tx, RESOURCE, {"mailbox": BOB.email}, key=shop.shop.ann, **BY)
    assert shop.keep_up() == [BOB_AT_9]
    assert shop.waiting() == [("ann", "remove_event"), ("bob", "put_event")]
    with shop.store.write() as tx:
        write_thing(tx, RESOURCE, {"mailbox": "", "colleague": ""}, key=shop.shop.ann, **BY)
    assert shop.keep_up() == []
    with shop.store.write() as tx:
        write_thing(tx, RESOURCE, {"colleague": ANN.name}, key=shop.shop.ann, **BY)
    assert shop.keep_up() == [ANN_AT_9]
    with shop.store.write() as tx:  # the first mailbox has no server any more, and Ann has another one
        tx.execute(update(Mailbox).where(Mailbox.address == ANN.email).values(provider="files"))
        owner = select(Mailbox.owner_id).where(Mailbox.address == ANN.email).scalar_subquery()
        tx.execute(update(Mailbox).where(Mailbox.address == BOB.email).values(owner_id=owner))
    assert shop.keep_up() == [BOB_AT_9]


def test_calendar_whose_server_is_gone_stays_as_it_was_and_follows_its_bookings(shop: Shop) -> None:
    with shop.store.write() as tx:
        disconnect_mailboxes(tx)
        booked(tx, shop.shop, NINE + 4 * _HOUR)
    assert shop.keep_up() == [ANN_AT_9]
    with shop.store.write() as tx:
        move(tx, 2, starts_at=TEN, **BY)
    assert shop.keep_up() == [ANN_AT_9.replace("09:00-10:00", "10:00-11:00")]
    assert (shop.waiting(), told(shop)) == ([], [])


def test_calendar_that_takes_nothing_from_here_is_left_alone(sqlite_store: Store) -> None:
    shop = opened(sqlite_store)
    with shop.store.write() as tx:
        tx.execute(update(Mailbox).values(settings={"fields": {"appointment": {"when": "to_crm"}}}))
        booked(tx, shop.shop, NINE, Need(shop.shop.ann), Need(shop.shop.bob))
    assert shop.keep_up() == []
    assert shop.waiting() == []


def test_comparing_takes_the_same_few_looks_however_much_is_booked(sqlite_store: Store) -> None:
    shop = opened(sqlite_store)
    looked = []
    for day in (1, 2):
        with shop.store.write() as tx:
            for hour in range(day):
                booked(tx, shop.shop, NINE + timedelta(days=day, hours=2 * hour))
        shop.keep_up()
        with counted_statements(sqlite_store.engine) as statements:
            assert compare_calendars(sqlite_store, now=NOW) == 0
            looked.append(len(statements))
    assert looked == [5, 5]
