"""Queues, parents and predecessors of cases as fields."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert

from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.queries.queue_names import queue_names
from store.queries.record_detail import record_detail
from store.records.writing import create_record, edit_record
from store.schema.service import Queue
from store.types import new_uid
from tests.store.scenes import NOW, make, state_of


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def add_queue(tx: Connection, name: str, kind: str = "case", address: str = "") -> str:
    uid = new_uid()
    tx.execute(insert(Queue).values(uid=uid, name=name, kind=kind, address=address))
    return uid


def test_queue_is_named_by_name_address_and_key(store: Store) -> None:
    with store.write() as tx:
        uid = add_queue(tx, "Support", address="help@our.example")
        add_queue(tx, "Support", kind="lead")
        key = next(each.queue_id for each in queue_names(tx, "case", by=SYSTEM))
        for given in ("support", "help@our.example", uid, key):
            case = make(tx, "case", title="Leak", queue=given)
            assert (
                state_of(tx, case.record_id)["queue"],
                record_detail(tx, case.record_id, by=SYSTEM).fields["queue"],
            ) == (
                uid,
                "Support",
            )


def test_queue_that_there_is_not_is_refused(store: Store) -> None:
    with store.write() as tx:
        add_queue(tx, "Sales", kind="lead")
        with pytest.raises(Invalid, match=r"^Queue: there is no case queue Sales\.$"):
            make(tx, "case", title="Leak", queue="Sales")


def test_queue_of_a_lead_is_put_back_by_undo(store: Store) -> None:
    with store.write() as tx:
        add_queue(tx, "Sales", kind="lead")
        lead = make(tx, "lead", title="Ann")
        done = edit_record(tx, lead.record_id, {"queue": "Sales"}, by=SYSTEM, now=NOW)
        undo(tx, done, by=SYSTEM, now=NOW)
        assert state_of(tx, lead.record_id) == {"title": "Ann", "status": "new"}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("parent", "Part of: a case cannot be a part of itself."),
        ("follows", "Follows: a case cannot follow itself."),
    ],
)
def test_cases_do_not_run_in_circles(store: Store, name: str, sentence: str) -> None:
    with store.write() as tx:
        first = make(tx, "case", title="Leak")
        second = create_record(tx, "case", {"title": "Pump", name: first.number}, by=SYSTEM, now=NOW)
        with pytest.raises(Invalid) as refused:
            edit_record(tx, first.record_id, {name: second.number}, by=SYSTEM, now=NOW)
        assert refused.value.sentence == sentence
