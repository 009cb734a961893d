"""Bookings in the calendars of their resources, as far as the store, the ledger and the outbox hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from assistant.scheduling.asking import Wish, why_not
from assistant.scheduling.boards.reading import read_board
from assistant.scheduling.calendars.writing import write_calendars
from assistant.scheduling.keeping_up import keep_up
from calendar_sync.stored import read_event
from mail_sync.message import Address
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.records.writing import create_record, delete_record, edit_record
from store.scheduling.booking import Need, cancel, confirm, move
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.schema.scheduling import Booking, BookingAppointment
from tests.assistant.outbox.world import Death, DyingStore, Killed
from tests.calendar_sync.calendars import actor, connect, delivered
from tests.store.scheduling.scene import BY, NINE, NOW, TEN, Workshop, booked, workshop

ANN, BOB = Address("ann@alpine.example", "Ann Meier"), Address("bob@alpine.example", "Bob Kay")
_DAY = timedelta(days=1)


@dataclass
class Shop:
    """The workshop; Ann and Bob have calendars on a server, the van has none."""

    store: Store
    shop: Workshop

    def keep_up(self, **more: Any) -> list[str]:
        """What calendars show afterwards."""
        keep_up(self.store, **{"now": NOW, **more})
        return self.shown()

    def shown(self) -> list[str]:
        with self.store.read() as tx:
            return shown(tx)

    def waiting(self) -> list[tuple[str, str]]:
        """Whose servers have to be told what."""
        with self.store.read() as tx:
            rows = tx.execute(
                select(Mailbox.address, Outgoing.verb)
                .join(Mailbox, Mailbox.id == Outgoing.mailbox_id)
                .where(Outgoing.state == "waiting")
                .order_by(Outgoing.id)
            )
            return [(row.address.partition("@")[0], row.verb) for row in rows]

    def delivered(self) -> None:
        with self.store.write() as tx:
            delivered(tx)


def shown(tx: Connection) -> list[str]:
    """Whose calendar shows what when, and how."""
    rows = tx.execute(
        select(Mailbox.address, Activity.id, MailboxItem.id.label("item_id"))
        .join(MailboxItem, MailboxItem.mailbox_id == Mailbox.id)
        .join(Activity, Activity.id == MailboxItem.activity_id)
        .where(Activity.kind == "appointment", Activity.deleted_at.is_(None), MailboxItem.gone_at.is_(None))
        .order_by(Mailbox.address, Activity.occurred_at)
    ).all()
    found = []
    for row in rows:
        event = read_event(tx, row.id, item_id=row.item_id)
        when = f"{event.start:%d. %H:%M}-{event.end:%H:%M}"
        found.append(f"{row.address.partition('@')[0]} {when} {event.title} ({event.busy}, {len(event.attendees)})")
    return found


@pytest.fixture
def shop(sqlite_store: Store) -> Shop:
    return opened(sqlite_store)


def opened(store: Store) -> Shop:
    with store.write() as tx:
        made = workshop(tx)
    for who in (ANN, BOB):
        connect(store, who)
    with store.write() as tx:
        write_thing(tx, RESOURCE, {"colleague": ANN.name}, key=made.ann, **BY)
        write_thing(tx, RESOURCE, {"mailbox": BOB.email}, key=made.bob, **BY)
    return Shop(store, made)


def test_a_booking_stands_in_the_calendars_of_its_resources_and_invites_nobody(store: Store) -> None:
    shop = opened(store)
    with store.write() as tx:
        person = create_record(
            tx, "contact", {"title": "Eva Gut", "phone": "+41 44 1", "account": shop.shop.account}, **BY
        )
        needs = (Need(shop.shop.ann), Need(shop.shop.bob, 30, 30), Need(shop.shop.van))
        made = booked(tx, shop.shop, NINE, *needs, contact=person.record_id, place="Hauptstrasse 5", description="Lift")
    assert shop.keep_up() == [
        "ann 03. 09:00-10:00 Repair, Contoso (BKG-00001) (busy, 0)",
        "bob 03. 09:30-10:00 Repair, Contoso (BKG-00001) (busy, 0)",
    ]
    with store.read() as tx:
        rows = tx.execute(select(Outgoing.payload, Outgoing.mails, Outgoing.user_id, Outgoing.not_before))
        assert [tuple(row) for row in rows] == [({"notify": "nobody"}, False, None, NOW)] * 2
        key = (
            tx.execute(select(BookingAppointment.activity_id).order_by(BookingAppointment.resource_id))
            .scalars()
            .first()
        )
        event = read_event(tx, key or 0)
        assert (event.location, event.description) == (
            "Hauptstrasse 5",
            "Repair\nCON-00001 Eva Gut\nACC-00001 Contoso\n+41 44 1\nLift\nWith Bob, Van",
        )
        assert tx.execute(select(Booking.calendars_due_at).where(Booking.id == made.record_id)).scalar() is None


ANN_AT_9 = "ann 03. 09:00-10:00 Repair, Contoso (BKG-00001) (busy, 0)"


def test_calendars_follow_whatever_becomes_of_a_booking(shop: Shop) -> None:
    def after(act: Any, *words: Any, **more: Any) -> list[str]:
        """What calendars show after Ann did something; what follows from it is no act of hers to take back."""
        with shop.store.write() as tx:
            act(tx, *words, by=actor(tx, ANN), now=NOW, **more)
        return shop.keep_up()

    with shop.store.write() as tx:
        key = booked(tx, shop.shop, NINE, status="hold").record_id
    assert shop.keep_up() == [ANN_AT_9.replace("busy", "tentative")]
    assert after(confirm, key) == [ANN_AT_9]
    assert after(move, key, starts_at=TEN, minutes=90) == [ANN_AT_9.replace("09:00-10:00", "10:00-11:30")]
    assert after(undo) == [ANN_AT_9]
    assert after(move, key, needs=[Need(shop.shop.bob)]) == [ANN_AT_9.replace("ann", "bob")]
    assert after(undo) == [ANN_AT_9]
    assert shop.waiting() == [("ann", "put_event")]  # Bob's server never heard of it
    shop.delivered()
    assert after(edit_record, key, {"title": "Lift"}) == [ANN_AT_9.replace("Repair, Contoso", "Lift")]
    assert after(cancel, key) == []
    assert shop.waiting() == [("ann", "put_event"), ("ann", "remove_event")]
    shop.delivered()
    assert after(undo) == [ANN_AT_9.replace("Repair, Contoso", "Lift")]
    assert after(delete_record, key) == []
    assert after(undo) == [ANN_AT_9.replace("Repair, Contoso", "Lift")]
    assert shop.waiting() == [("ann", "put_event")]


def test_calendars_are_told_once_however_often_it_is_asked(shop: Shop) -> None:
    with shop.store.write() as tx:
        key = booked(tx, shop.shop).record_id
    shop.keep_up()
    shop.delivered()
    with shop.store.write() as tx:
        assert edit_record(tx, key, {"description": ""}, **BY) is not None
        tx.execute(update(Booking).values(calendars_due_at=NOW))
    assert [shop.keep_up(now=NOW + days * _DAY) for days in (0, 7)] == [[ANN_AT_9]] * 2
    assert shop.waiting() == []


def test_what_is_over_is_put_into_no_calendar_but_corrected_there(shop: Shop) -> None:
    with shop.store.write() as tx:
        key = booked(tx, shop.shop).record_id
    assert shop.keep_up() == [ANN_AT_9]
    with shop.store.write() as tx:
        booked(tx, shop.shop, NINE, Need(shop.shop.bob))
        edit_record(tx, key, {"title": "Lift"}, by=actor(tx, ANN), now=NOW)
    assert shop.keep_up(now=NINE + 7 * _DAY) == [ANN_AT_9.replace("Repair, Contoso", "Lift")]


def test_a_booking_is_not_in_its_own_way_nor_twice_on_the_board(shop: Shop) -> None:
    with shop.store.write() as tx:
        key = booked(tx, shop.shop).record_id
        tx.execute(update(Mailbox).values(last_success_at=NOW))
    shop.keep_up()
    wish = Wish("Repair", NINE, NINE + _DAY, but=(key,))
    with shop.store.read() as tx:
        _, [ann] = why_not(tx, wish, at=NINE, resource="Ann", by=SYSTEM, now=NOW)
        board = read_board(tx, NINE, NINE + _DAY, by=SYSTEM, now=NOW)
    assert (ann.reasons, board.loaded.busy(shop.shop.ann), len(board.bookings[shop.shop.ann])) == ((), 0, 1)


@pytest.mark.parametrize("after", [False, True])
def test_whoever_is_killed_while_calendars_are_written_leaves_one_appointment(shop: Shop, after: bool) -> None:
    for step in (1, 2):
        with shop.store.write() as tx:
            booked(tx, shop.shop, NINE + 2 * step * _DAY, Need(shop.shop.ann), Need(shop.shop.bob))
            booked(tx, shop.shop, NINE + (2 * step + 1) * _DAY)
        with pytest.raises(Killed):
            write_calendars(DyingStore(shop.store.url, shop.store.engine, death=Death(step, after)), now=NOW)
        assert len(shop.keep_up()) == 3 * step
    assert len(shop.waiting()) == 6
