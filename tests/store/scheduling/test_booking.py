"""Bookings: a record with resources that nobody else has meanwhile, whichever way it came about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, StoreError, Taken
from store.history.operations import undo
from store.queries.records import find_record, list_records, record_detail
from store.queries.scheduling.sheets import jobs_of
from store.queries.timeline import timeline
from store.records.merging import merge_records
from store.records.state import read_state
from store.records.writing import create_record, delete_record, edit_record
from store.scheduling.booking import Need, book, cancel, complete, confirm, move, no_show
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE
from store.schema.scheduling import BookingResource, Resource
from tests.store.builders import World, actor
from tests.store.scheduling.scene import BY, NINE, NOW, TEN, booked, workshop

_HOUR = timedelta(hours=1)
LATER: dict[str, Any] = {"by": SYSTEM, "now": TEN + 2 * _HOUR}


def refused(act: Any, *words: Any, **more: Any) -> str:
    """The sentence in which an act is refused."""
    with pytest.raises(StoreError) as error:
        act(*words, **{**BY, **more})
    return error.value.sentence


def occupied(tx: Connection, record_id: int) -> list[tuple[str, str, str]]:
    columns = (Resource.name, BookingResource.starts_at, BookingResource.ends_at)
    rows = tx.execute(
        select(*columns)
        .join(Resource, Resource.id == BookingResource.resource_id)
        .where(BookingResource.booking_id == record_id)
        .order_by(BookingResource.position)
    )
    return [(row[0], f"{row[1]:%d %H:%M}", f"{row[2]:%d %H:%M}") for row in rows]


def test_a_booking_is_a_record_on_the_timelines_of_its_customer_and_case(store: Store) -> None:
    with store.write() as tx:
        shop = workshop(tx)
        values = {"title": "Lift stands still", "account": shop.account}
        case = create_record(tx, "case", values, **BY).record_id
        made = booked(tx, shop, NINE, Need(shop.ann), Need(shop.van, 30, 30), case=case, place="Hauptstrasse 5")
        assert (made.number, occupied(tx, made.record_id)) == (
            "BKG-00001",
            [("Ann", "03 08:00", "03 09:15"), ("Van", "03 08:30", "03 09:15")],
        )
        rows = [
            [(row.kind, row.subject, row.who, row.preview) for row in timeline(tx, key, by=SYSTEM).rows]
            for key in (made.record_id, shop.account, case)
        ]
        assert rows == [[("service_activity", "Repair, Contoso", "Ann, Van", "confirmed · Hauptstrasse 5")]] * 3
        page = list_records(tx, "booking", view="open", sort="starts", today=NOW.date(), by=SYSTEM)
        cells = {"starts_at": NINE, "service": "Repair", "status": "confirmed", "account": "Contoso"}
        assert [row.cells for row in page.rows] == [{**cells, "resources": "Ann, Van"}]
        detail = record_detail(tx, find_record(tx, "bkg-00001", by=SYSTEM).record_id, by=SYSTEM)
        assert (detail.fields["case"].record_id, detail.fields["place"]) == (case, "Hauptstrasse 5")
        delete_record(tx, made.record_id, **BY)
        assert [timeline(tx, key, by=SYSTEM).rows for key in (shop.account, case)] == [(), ()]
        undo(tx, **BY)
        assert len(timeline(tx, case, by=SYSTEM).rows) == 1


def test_what_is_taken_is_not_booked_again_until_it_is_free(store: Store) -> None:
    with store.write() as tx:
        shop = workshop(tx)
        first = booked(tx, shop)
    with pytest.raises(Taken) as error, store.write() as tx:
        booked(tx, shop, NINE + _HOUR)
    assert error.value.sentence == "Ann is taken by BKG-00001 from 2026-03-03 09:00 UTC to 2026-03-03 09:15 UTC."
    with store.write() as tx:
        second = booked(tx, shop, NINE + 1.25 * _HOUR)  # the moment the first one's buffer ends
        booked(tx, shop, NINE, Need(shop.bob))
        rest = [booked(tx, shop, NINE, Need(shop.room, units=2)) for _ in range(2)]
    with pytest.raises(Taken) as error, store.write() as tx:
        booked(tx, shop, NINE, Need(shop.room))
    assert error.value.sentence.startswith(f"Room has 4 to give, and with {rest[0].number}, {rest[1].number} it")
    with store.write() as tx:
        cancel(tx, first.record_id, **BY)
        move(tx, second.record_id, starts_at=NINE, **BY)
        assert occupied(tx, second.record_id) == [("Ann", "03 08:00", "03 09:15")]


def test_no_way_back_books_twice(store: Store) -> None:
    with store.write() as tx:
        shop = workshop(tx)
        one, other = booked(tx, shop), booked(tx, shop, TEN + _HOUR)
        cancelled = cancel(tx, one.record_id, **BY)
        moved = move(tx, other.record_id, starts_at=NINE, **BY)
    with pytest.raises(Invalid, match="Ann is booked for 62 days on end at most"), store.write() as tx:
        move(tx, other.record_id, minutes=62 * 24 * 60, **BY)
    refusals = []
    for act in (
        lambda tx: undo(tx, cancelled, **BY),
        lambda tx: undo(tx, cancelled, force=True, **BY),
        lambda tx: book(tx, shop.repair, NINE, [Need(shop.ann)], **BY),
    ):
        with pytest.raises(Taken) as error, store.write() as tx:
            act(tx)
        refusals.append(error.value.sentence.split(" from ")[0])
    assert refusals == [f"Ann is taken by {other.number}"] * 3
    with store.write() as tx:
        back = undo(tx, moved, **BY)
        undo(tx, cancelled, **BY)
        assert read_state(tx, one.record_id).state["status"] == "confirmed"  # type: ignore[union-attr]
    with pytest.raises(Taken), store.write() as tx:
        undo(tx, back, **BY)  # moves the other one there again
    with store.write() as tx:
        gone = delete_record(tx, one.record_id, **BY)
        undo(tx, back, **BY)
    with pytest.raises(Taken), store.write() as tx:
        undo(tx, gone, **BY)
    with store.write() as tx:
        write_thing(tx, RESOURCE, {"capacity": 2}, key=shop.ann, **BY)
        undo(tx, gone, **BY)
        with pytest.raises(Invalid) as refusal:
            write_thing(tx, RESOURCE, {"capacity": 1}, key=shop.ann, **BY)
        assert refusal.value.sentence == (
            f"A capacity of 1 is too little: {one.number}, {other.number} need 2 at once from 2026-03-03 08:00 UTC."
        )


def test_a_booking_lives_as_bookings_do(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        held = booked(tx, shop, status="hold").record_id
        said = [refused(complete, tx, held), refused(edit_record, tx, held, {"status": "no_show"})]
        confirm(tx, held, **BY)
        said.append(refused(confirm, tx, held))
        complete(tx, held, **LATER)
        said += [refused(cancel, tx, held), refused(move, tx, held, starts_at=TEN)]
        undo(tx, **LATER)
        no_show(tx, held, **LATER)
        again = book(tx, shop.repair, TEN + 3 * _HOUR, [Need(shop.ann)], **LATER)
        edit_record(tx, again.record_id, {"status": "cancelled"}, **LATER)
        assert find_record(tx, again.number, by=SYSTEM).title == "Repair"
    early = "The booking begins on 2026-03-03 at 08:00 UTC: before that nobody knows how it went."
    done = "The booking is done; take that back with undo, or book it anew."
    assert said == [early, early, "BKG-00001 is confirmed already.", done, done]


def test_a_booking_that_lasts_longer_keeps_the_parts_that_ended_before(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        made = booked(tx, shop, NINE, Need(shop.ann), Need(shop.van, 0, 30)).record_id
        move(tx, made, minutes=90, **BY)
        assert occupied(tx, made) == [("Ann", "03 08:00", "03 09:45"), ("Van", "03 08:00", "03 08:45")]
        said = [refused(move, tx, made, minutes=20), refused(move, tx, made, minutes=0)]
        move(tx, made, needs=[Need(shop.bob)], starts_at=TEN, **BY)
        assert occupied(tx, made) == [("Bob", "03 09:00", "03 10:45")]
    assert said == ["So short a booking leaves no time for one of its parts.", "A booking lasts at least one minute."]


def test_what_cannot_be_booked_is_refused_in_one_sentence(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        idle = write_thing(tx, RESOURCE, {"name": "Crane", "kind": "equipment", "site": "Zurich"}, **BY).id
        need = [Need(shop.ann)]
        said = [
            refused(book, tx, shop.repair, NOW - _HOUR, need),
            refused(book, tx, shop.repair, NOW + timedelta(days=9_999), need),
            refused(book, tx, shop.repair, NINE, []),
            refused(book, tx, shop.repair, NINE, [Need(idle)]),
            refused(book, tx, shop.repair, NINE, [Need(shop.ann, 30, 45)]),
            refused(book, tx, shop.repair, NINE, [Need(shop.ann, units=0)]),
            refused(book, tx, 99, NINE, need),
            refused(book, tx, shop.repair, NINE, [Need(99)]),
            refused(create_record, tx, "booking", {"title": "Repair"}),
            refused(cancel, tx, shop.account),
        ]
        assert list_records(tx, "booking", today=NOW.date(), by=SYSTEM).rows == ()
    assert said == [
        "2026-03-02 06:00 UTC is over: nothing can be booked in the past.",
        "2053-07-17 07:00 UTC is more than five years ahead.",
        "Say who or what is booked.",
        "Crane has no work hours, so it cannot be booked.",
        "Ann is needed for at least a minute, and within the 60 minutes it takes.",
        "At least one unit of Ann is booked.",
        "There is nothing with that number or name (this service is not there any more).",
        "There is nothing with that number or name (this resource is not there any more).",
        "A booking needs a service, a time and somebody or something that is booked.",
        "ACC-00001 is no booking.",
    ]


def test_bookings_follow_their_customer_into_a_merge(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        made = booked(tx, shop)
        other = create_record(tx, "account", {"title": "Contoso AG"}, **BY).record_id
        merge_records(tx, other, shop.account, {}, **BY)
        assert [row.subject for row in timeline(tx, other, by=SYSTEM).rows] == ["Repair, Contoso"]
        assert record_detail(tx, made.record_id, by=SYSTEM).account == find_record(tx, "Contoso AG", by=SYSTEM)
        undo(tx, **BY)
        assert [row.subject for row in timeline(tx, shop.account, by=SYSTEM).rows] == ["Repair, Contoso"]


def test_a_resource_that_is_gone_is_not_booked_by_undo(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        made = booked(tx, shop)
        cancelled = cancel(tx, made.record_id, **BY)
        tx.execute(update(Resource).where(Resource.id == shop.ann).values(deleted_at=NOW))
        with pytest.raises(Invalid) as error:
            undo(tx, cancelled, **BY)
    assert error.value.sentence == "Ann is not there any more, so nothing can be booked there."


def test_restricted_user_sees_own_bookings_only_and_learns_no_more_than_that_a_resource_is_taken(
    sqlite_store: Store,
) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        world = World(tx)
        mine = actor(world.user("Ida", "restricted"), "restricted")
        theirs = booked(tx, shop, place="Secret street 1")
        own = book(tx, shop.repair, TEN + _HOUR, [Need(shop.ann)], by=mine, now=NOW)
        day = (NINE, NINE + 9 * _HOUR)
        seen = [[job.booking.number for job in jobs_of(tx, shop.ann, *day, by=by)] for by in (mine, SYSTEM)]
        assert seen == [[own.number], [theirs.number, own.number]]
        assert [row.number for row in list_records(tx, "booking", today=NOW.date(), by=mine).rows] == [own.number]
        said = [refused(act, tx, theirs.record_id, by=mine) for act in (cancel, complete, confirm, move)]
        assert said == ["There is nothing with that number or name."] * 4
    with pytest.raises(Taken) as error, sqlite_store.write() as tx:
        book(tx, shop.repair, NINE, [Need(shop.ann)], by=mine, now=NOW)
    assert error.value.sentence == "Ann is taken by BKG-00001 from 2026-03-03 08:00 UTC to 2026-03-03 09:15 UTC."
