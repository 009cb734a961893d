"""Slots that come free are found for those who wait, the more important first, and told once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from assistant.scheduling.plans.posing import Ask, Replan, pose_plan
from assistant.scheduling.plans.whatif import as_it_stands
from assistant.scheduling.waiting.looking import look_for_freed
from assistant.scheduling.waiting.offering import offer
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.queries.scheduling.waiting import wait_list
from store.records.writing import delete_record
from store.scheduling.booking import Need, cancel, complete
from store.scheduling.saving import delete_thing
from store.scheduling.sorts import SERVICE
from store.scheduling.waiting import edit_waiting, waiting_called
from store.schema.triage import Notice
from tests.store.scheduling.scene import BY, NINE, NOW, booked, workshop
from tests.store.scheduling.test_waiting import ZONE, added, status

TUESDAY = {"earliest": "2026-03-03T09:00", "latest": "2026-03-03T11:15"}
FIRST, SOON, LATER = (NOW + timedelta(minutes=each) for each in (2, 5, 10))


def slots(store: Store) -> dict[str, str]:
    with store.read() as tx:
        rows = wait_list(tx, by=BY["by"])
    return {row.name: f"{row.slot.start:%H:%M} {' '.join(row.slot.who)}" if row.slot else "" for row in rows}


def notices(store: Store) -> list[str]:
    with store.read() as tx:
        return list(tx.execute(select(Notice.text).order_by(Notice.id)).scalars())


def test_freed_slot_goes_to_the_more_important_and_is_told_once(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        full = [booked(tx, shop, at, Need(shop.van)) for at in (NINE, NINE + timedelta(minutes=75))]
        added(tx, name="low", priority=8, **TUESDAY)
        added(tx, name="high", priority=2, **TUESDAY)
    assert look_for_freed(sqlite_store, now=FIRST) == 2
    assert (slots(sqlite_store), notices(sqlite_store)) == ({"high": "", "low": ""}, [])
    assert look_for_freed(sqlite_store, now=SOON) == 0
    with sqlite_store.write() as tx:
        cancel(tx, full[0].record_id, by=BY["by"], now=SOON)
    assert look_for_freed(sqlite_store, now=LATER) == 2
    assert slots(sqlite_store) == {"high": "08:00 Ann Van", "low": ""}
    assert notices(sqlite_store) == ["A slot is free for high, who waits: Tue 2026-03-03 09:00, Ann, Van."]
    assert look_for_freed(sqlite_store, now=LATER + timedelta(hours=2)) == 2
    assert len(notices(sqlite_store)) == 1
    with sqlite_store.write() as tx:
        edit_waiting(tx, waiting_called(tx, "low"), {"latest": "2026-03-03T12:00"}, **ZONE)
    assert look_for_freed(sqlite_store, now=LATER + timedelta(hours=2)) == 2
    assert slots(sqlite_store) == {"high": "08:00 Ann Van", "low": ""}


def test_offered_slot_is_held_and_undone(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        booked(tx, shop, NINE, Need(shop.ann), Need(shop.van))
        key = added(tx, description="bring a ladder", **TUESDAY)
        made = offer(tx, key, **BY)
        assert (made.number, status(tx, key)) == ("BKG-00002", "offered")
        with pytest.raises(Invalid) as twice:
            offer(tx, key, **BY)
        assert twice.value.sentence == "Repair, Contoso is offered already."
        cancel(tx, made.record_id, **BY)
        assert status(tx, key) == "waiting"
        with pytest.raises(Invalid) as none:
            offer(tx, key, starts_at=NINE, **BY)
        assert none.value.sentence == "There is no slot for Repair, Contoso then."
        again = offer(tx, key, starts_at=NINE + timedelta(minutes=75), **BY)
        undo(tx, again.operation_uid, **BY)
        assert status(tx, key) == "waiting"


def test_customer_who_was_deleted_is_offered_nothing_and_stops_no_plan(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        key = added(tx)
        delete_record(tx, shop.account, **BY)
        with pytest.raises(Invalid) as gone:
            offer(tx, key, **BY)
        said = "Contoso was deleted: change for whom Repair, Contoso waits, or withdraw it."
        assert gone.value.sentence == said
        assert pose_plan(tx, Ask(NOW, NINE + timedelta(days=3)), **BY).candidates == {}
        edit_waiting(tx, key, {"account": ""}, **ZONE)
        assert offer(tx, key, **BY).number == "BKG-00001"


def test_service_that_is_gone_is_in_nobodys_way(sqlite_store: Store) -> None:
    """A booking that was done is deleted, or is open again, when its service is not there any more."""
    week = NINE + timedelta(days=7)
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        key = added(tx, latest="2026-03-20")
        made, again = offer(tx, key, **BY), booked(tx, shop, NINE, Need(shop.ann))
        complete(tx, made.record_id, by=BY["by"], now=NINE)
        done = complete(tx, again.record_id, by=BY["by"], now=NINE)
        delete_thing(tx, SERVICE, shop.repair, **BY)
        delete_record(tx, made.record_id, **BY)
        undo(tx, done, **BY)
        assert status(tx, key) == "waiting"
    assert look_for_freed(sqlite_store, now=FIRST) == 1
    with sqlite_store.write() as tx:
        with pytest.raises(Invalid) as gone:
            offer(tx, key, **BY)
        assert gone.value.sentence == "The service that Repair, Contoso waits for is not there any more."
        assert pose_plan(tx, Ask(NOW, week, Replan.ALL), **BY).candidates == {}
        stands = as_it_stands(tx, week, **BY)
        said = "The service of BKG-00002 is not there any more, so it was not looked at."
        assert (stands.steps, stands.notes) == ((), (said,))


def test_who_waited_in_vain_is_withdrawn_and_that_is_told(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        workshop(tx)
        added(tx, **TUESDAY)
    over = datetime.fromisoformat("2026-03-03T11:00:00+00:00")
    assert look_for_freed(sqlite_store, now=over) == 0
    with sqlite_store.read() as tx:
        [row] = wait_list(tx, ("withdrawn",), by=BY["by"])
    assert (row.reason, notices(sqlite_store)) == (
        "its time is over",
        ["Repair, Contoso waited until 2026-03-03 10:15 UTC and was not booked: withdrawn from the wait list."],
    )
