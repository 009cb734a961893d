"""A plan is applied as one act that one undo takes back, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from assistant.scheduling.plans.applying import apply, apply_staged, stage
from assistant.scheduling.plans.changes import Moved
from assistant.scheduling.plans.whatif import what_if
from store.actor import RESTRICTED
from store.engine import Store
from store.errors import Invalid, NotAllowed, Stale, Taken
from store.history.operations import undo
from store.queries.scheduling.bookings import booking_facts
from store.records.state import read_states
from store.records.writing import delete_record, edit_record
from store.scheduling.booking import Need, cancel, move
from store.scheduling.reading import read_setup, thing_called
from store.scheduling.saving import add_time_off, write_thing
from store.scheduling.sorts import RESOURCE, SERVICE
from store.scheduling.staging import drop, plans
from store.scheduling.written import away
from store.schema.records import Record
from tests.assistant.scheduling.plans.test_whatif import crew, off
from tests.store.scheduling.scene import BY, NINE, TEN, Workshop, booked, workshop

HOUR = timedelta(hours=1)


def standing(tx: Connection) -> dict[str, tuple[str, list[str]]]:
    """When each booking is and who does it."""
    rows = tx.execute(select(Record.id, Record.number).where(Record.kind == "booking", Record.deleted_at.is_(None)))
    numbers = {row.id: row.number for row in rows}
    return {
        numbers[key]: (f"{facts.starts_at:%H:%M}", [each.name for each in facts.resources])
        for key, facts in booking_facts(tx, list(numbers)).items()
    }


def planned(store: Store) -> tuple[Workshop, int, int, int]:
    """Two jobs of Ann, who falls ill: the shop, the jobs, and a plan that gives both to Bob."""
    with store.write() as tx:
        shop = workshop(tx)
        first, second = (booked(tx, shop, at).record_id for at in (NINE, NINE + 3 * HOUR))
        return shop, first, second, stage(tx, what_if(tx, off(tx), **BY), **BY).plan_id


def test_change_and_its_repairs_are_one_act(store: Store) -> None:
    with store.write() as tx:
        shop = workshop(tx)
        crew(tx, shop, NINE, shop.ann)
        before = standing(tx), read_setup(tx)
        key = stage(tx, what_if(tx, off(tx), **BY), **BY).plan_id
        applied = apply_staged(tx, key, **BY)
        assert standing(tx) == {"BKG-00001": ("08:00", ["Bob", "Van"])}
        assert thing_called(tx, RESOURCE, "Ann").state["time_off"][0]["reason"] == "ill"
        assert plans(tx, by=BY["by"]) == []
        with pytest.raises(Invalid) as twice:
            apply_staged(tx, key, **BY)
        assert twice.value.sentence == "The plan Ann is off 2026-03-03 ill is applied already."
        undo(tx, applied.operation_uid, **BY)
        assert (standing(tx), read_setup(tx)) == before
        apply_staged(tx, key, **BY)
        assert standing(tx) == {"BKG-00001": ("08:00", ["Bob", "Van"])}


def test_what_changed_meanwhile_is_named_and_nothing_is_overwritten(sqlite_store: Store) -> None:
    _, first, second, key = planned(sqlite_store)
    with sqlite_store.write() as tx:
        edit_record(tx, first, {"description": "mind the dog"}, **BY)
        move(tx, second, starts_at=NINE + 4 * HOUR, **BY)
        before = standing(tx)
    with pytest.raises(Stale) as stale, sqlite_store.write() as tx:
        apply_staged(tx, key, **BY)
    assert stale.value.sentence == (
        "Somebody changed it in the meantime; look again before you change it (BKG-00002 Repair, Contoso)."
    )
    with sqlite_store.write() as tx:
        assert (standing(tx), thing_called(tx, RESOURCE, "Ann").state["time_off"]) == (before, [])
        uid = read_states(tx, [row for (row,) in tx.execute(select(Record.uid).where(Record.id == second))]).popitem()[
            0
        ]
        applied = apply_staged(tx, key, [uid], **BY)
        assert (applied.moved, standing(tx)["BKG-00001"]) == ((first,), ("08:00", ["Bob"]))


def test_booking_that_was_confirmed_or_cancelled_meanwhile_is_left(sqlite_store: Store) -> None:
    _, first, second, key = planned(sqlite_store)
    with sqlite_store.write() as tx:
        cancel(tx, first, **BY)
        delete_record(tx, second, **BY)
    with pytest.raises(Stale) as stale, sqlite_store.write() as tx:
        apply_staged(tx, key, **BY)
    assert stale.value.detail == "BKG-00001 Repair, Contoso, BKG-00002 Repair, Contoso"


def test_resource_that_is_taken_or_off_meanwhile_is_not_given_the_job(sqlite_store: Store) -> None:
    shop, _, _, key = planned(sqlite_store)
    with sqlite_store.write() as tx:
        taken = booked(tx, shop, NINE, Need(shop.bob))
    with pytest.raises(Taken) as full, sqlite_store.write() as tx:
        apply_staged(tx, key, **BY)
    assert full.value.sentence.startswith("Bob is taken by BKG-00003 from ")
    with sqlite_store.write() as tx:
        cancel(tx, taken.record_id, **BY)
        add_time_off(tx, shop.bob, away("2026-03-03", "2026-03-03", "ill too", "Europe/Zurich"), **BY)
    with pytest.raises(Invalid) as ill, sqlite_store.write() as tx:
        apply_staged(tx, key, **BY)
    assert ill.value.sentence == (
        "BKG-00001 Repair, Contoso cannot be done so any more:"
        " Bob is off Tue 03 Mar 00:00 to Wed 04 Mar 00:00: ill too."
    )


def test_who_does_not_know_how_any_more_is_not_given_the_job(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        rule = {"pick": 1, "groups": ["Technicians"], "skills": {"ladder": 1}, "name": "Climber"}
        write_thing(tx, SERVICE, {"rule": rule}, key=shop.repair, **BY)
        booked(tx, shop, NINE, Need(shop.ann, part="Climber"))
        key = stage(tx, what_if(tx, off(tx), **BY), **BY).plan_id
        write_thing(tx, RESOURCE, {"skills": ""}, key=shop.bob, **BY)
        with pytest.raises(Invalid) as unskilled:
            apply_staged(tx, key, **BY)
    assert unskilled.value.sentence == "BKG-00001 Repair, Contoso cannot be done so any more: Bob lacks ladder."


def test_bookings_change_places_in_one_act(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        first = booked(tx, shop, NINE, Need(shop.ann))
        booked(tx, shop, TEN + HOUR, Need(shop.ann))
        add_time_off(tx, shop.bob, away("2026-03-03", "2026-03-03", "", "Europe/Zurich"), **BY)
        found = what_if(tx, Moved(first.record_id, TEN + HOUR), **BY)
        assert [(each.number, each.asked, each.moved) for each in found.steps] == [
            ("BKG-00001", True, 120),
            ("BKG-00002", False, -75),
        ]
        with pytest.raises(Taken), tx.begin_nested():
            apply(tx, found.without([each.uid for each in found.steps]), **BY)
        applied = apply(tx, found, **BY)
        assert standing(tx) == {"BKG-00001": ("10:00", ["Ann"]), "BKG-00002": ("08:45", ["Ann"])}
        undo(tx, applied.operation_uid, **BY)
        assert standing(tx) == {"BKG-00001": ("08:00", ["Ann"]), "BKG-00002": ("10:00", ["Ann"])}


def test_plan_is_dropped_and_taken_up_again(sqlite_store: Store) -> None:
    key = planned(sqlite_store)[3]
    with sqlite_store.write() as tx:
        drop(tx, key, **BY)
        with pytest.raises(Invalid):
            apply_staged(tx, key, **BY)
        undo(tx, **BY)
        assert [each.status for each in plans(tx, by=BY["by"])] == ["staged"]
        restricted = replace(BY["by"], role=RESTRICTED, user_id=1)
        with pytest.raises(NotAllowed):
            plans(tx, by=restricted)
        with pytest.raises(NotAllowed):
            what_if(tx, off(tx), by=restricted, now=BY["now"])
