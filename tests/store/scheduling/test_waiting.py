"""The wait list: what is asked for is kept as it was typed, and whether somebody still waits follows from the booking
that was made for them, also when things are taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from store.actor import RESTRICTED, Actor
from store.engine import Store
from store.errors import Ambiguous, CannotUndo, Invalid, StoreError
from store.history.ledger import record_operation
from store.history.operations import undo
from store.kept.sorts import read_state
from store.queries.scheduling.waiting import wait_list
from store.records.merging import merge_records
from store.records.writing import create_record, delete_record
from store.scheduling.booking import Need, Put, cancel, confirm, no_show, put_booking
from store.scheduling.saving import delete_thing
from store.scheduling.sorts import SERVICE, WAITING
from store.scheduling.waiting import add_waiting, edit_waiting, put_offered, waiting_called, withdraw
from store.schema.scheduling import Waiting
from tests.store.scheduling.scene import BY, NINE, Workshop, booked, workshop

GIVEN = {"service": "Repair", "account": "Contoso", "latest": "2026-03-06"}
ZONE: dict[str, Any] = {"zone": "Europe/Zurich", **BY}


def added(tx: Connection, **more: Any) -> int:
    return add_waiting(tx, {**GIVEN, **more}, **ZONE).id


def state(tx: Connection, key: int) -> dict[str, Any]:
    stored = read_state(tx, WAITING, key)
    assert stored is not None and not stored.deleted
    return stored.state


def status(tx: Connection, key: int) -> str:
    return str(state(tx, key)["status"])


def offered(tx: Connection, shop: Workshop, key: int) -> Put:
    """A booking on hold for it, as one operation."""
    held = {"account": shop.account, "status": "hold"}
    made = put_booking(tx, shop.repair, NINE, [Need(shop.ann)], values=held, **BY)
    change = put_offered(tx, key, made.uid, "offered", **BY)
    record_operation(tx, "offer", "Offered", [made.change, change], **BY)
    return made


def test_what_somebody_waits_for_is_kept_changed_and_taken_back(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        workshop(tx)
        key = added(tx, preferred="ann; Bob", priority="2", earliest="2026-03-03")
        before = state(tx, key)
        assert before["name"] == "Repair, Contoso"
        assert (before["earliest"], before["latest"]) == ("2026-03-02T23:00:00+00:00", "2026-03-06T23:00:00+00:00")
        assert (before["priority"], len(before["wishes"]["preferred"])) == (2, 2)
        edit_waiting(tx, key, {"account": "", "latest": "2026-03-05T12:00", "preferred": ""}, **ZONE)
        after = state(tx, key)
        assert (after["name"], after["latest"], after["wishes"]) == ("Repair", "2026-03-05T11:00:00+00:00", {})
        undo(tx, **BY)
        assert state(tx, key) == before
        withdraw(tx, key, "they found  somebody else", **BY)
        assert (status(tx, key), state(tx, key)["reason"]) == ("withdrawn", "they found somebody else")
        undo(tx, **BY)
        undo(tx, **BY)
        assert tx.execute(select(Waiting.deleted_at.is_not(None))).scalars().all() == [True]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"latest": ""}, "Until: say how long it waits."),
    ({"latest": "2026-03-01"}, "Until: 2026-03-01 23:00 UTC is over."),
    ({"latest": "soon"}, "'soon' is not a day or a time; write it as 2026-11-30 or 2026-11-30T14:00."),
    ({"latest": "2028-03-01"}, "Until: a year ahead at most."),
    ({"earliest": "2026-03-09"}, "The time in which somebody waits must end after it begins."),
    (
        {"earliest": "2026-03-03T09:00", "latest": "2026-03-03T09:30"},
        "Repair takes 1 h, and there is less time from 2026-03-03 08:00 to 2026-03-03 08:30 UTC.",
    ),
    ({"priority": "10"}, "Priority: '10' is not a number from 1 to 9."),
    ({"units": "0"}, "Units: '0' is not a number from 1 to 100,000."),
    ({"service": "Dive"}, "There is nothing with that number or name (no service Dive; there are Repair)."),
    (
        {"colour": "red"},
        "The wait list has no 'colour'; it has service, earliest, latest, account, contact, case, priority, area,"
        " place, units, preferred, excluded, name, description.",
    ),
]


def test_what_cannot_be_waited_for_is_refused(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        workshop(tx)
        for given, said in REFUSED:
            with pytest.raises(StoreError) as refused:
                added(tx, **given)
            assert refused.value.sentence == said
        assert tx.execute(select(Waiting.id)).all() == []


def test_whether_somebody_waits_follows_from_the_booking(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        key = added(tx)
        made = offered(tx, shop, key)
        assert status(tx, key) == "offered"
        with pytest.raises(Invalid) as held:
            withdraw(tx, key, **BY)
        assert held.value.sentence == "BKG-00001 is held for Repair, Contoso: confirm it or cancel it first."
        found = []
        for act in (confirm, cancel):
            act(tx, made.record_id, **BY)
            found.append(status(tx, key))
            undo(tx, **BY)
            found.append(status(tx, key))
        assert found == ["booked", "offered", "waiting", "offered"]
        delete_record(tx, made.record_id, **BY)
        assert status(tx, key) == "waiting"
        undo(tx, **BY)
        undo(tx, **BY)
        assert (status(tx, key), state(tx, key)["booking"]) == ("waiting", None)


def test_customer_who_did_not_come_waits_no_more(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        key = added(tx)
        made = offered(tx, shop, key)
        no_show(tx, made.record_id, by=BY["by"], now=NINE)
        assert status(tx, key) == "booked"
        with pytest.raises(Invalid) as over:
            edit_waiting(tx, key, {"priority": 1}, **ZONE)
        assert over.value.sentence == "Repair, Contoso is booked: put it on the wait list anew."


def test_entry_is_known_by_its_name_the_open_one_first(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        workshop(tx)
        first = added(tx)
        withdraw(tx, first, **BY)
        second = added(tx)
        assert waiting_called(tx, "repair, contoso") == second
        added(tx)
        with pytest.raises(Ambiguous) as two:
            waiting_called(tx, "Repair, Contoso")
        assert two.value.sentence == "2 on the wait list are called Repair, Contoso; give the uid that --json prints."


def test_service_that_is_waited_for_stays(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        added(tx)
        with pytest.raises(Invalid) as used:
            delete_thing(tx, SERVICE, shop.repair, **BY)
        assert used.value.sentence == "The service Repair cannot go: 1 on the wait list asks for it."
        undone = undo(tx, **BY)
        delete_thing(tx, SERVICE, shop.repair, **BY)
        with pytest.raises(CannotUndo) as gone:
            undo(tx, undone, **BY)
        assert gone.value.sentence == "The service Repair is not there any more."


def test_nobody_waits_and_nothing_is_booked_again_for_a_service_that_is_gone(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        withdrawn = withdraw(tx, added(tx), **BY)
        one = booked(tx, shop)
        cancelled = cancel(tx, one.record_id, **BY)
        delete_thing(tx, SERVICE, shop.repair, **BY)
        with pytest.raises(CannotUndo) as waits:
            undo(tx, withdrawn, **BY)
        assert waits.value.sentence == "The service Repair is not there any more."
        with pytest.raises(Invalid) as again:
            undo(tx, cancelled, **BY)
        assert again.value.sentence == "The service Repair is not there any more, so nothing can be booked for it."


def test_who_sees_own_records_only_learns_nobody_elses_wishes(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        workshop(tx)
        added(tx)  # for Contoso, which nobody owns
        ida = Actor(1, "Ida", RESTRICTED)
        assert (wait_list(tx, by=ida), len(wait_list(tx, by=BY["by"]))) == ((), 1)


def test_who_waits_goes_along_when_customers_are_merged(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        key = added(tx)
        other = create_record(tx, "account", {"title": "Contoso AG"}, **BY)
        before = state(tx, key)
        merge_records(tx, other.record_id, shop.account, {}, **BY)
        assert state(tx, key)["account"] == other.uid
        undo(tx, **BY)
        assert state(tx, key) == before
