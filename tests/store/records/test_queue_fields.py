"""Queues, parents and predecessors of cases as fields."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert, select, update

from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.queries.queue_names import queue_names
from store.queries.record_detail import record_detail
from store.records.writing import create_record, edit_record, insert_records
from store.schema.ledger import Operation
from store.schema.records import Record
from store.schema.service import Queue, QueueMember
from store.types import new_uid
from tests.store.scenes import NOW, add_user, make, state_of


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def add_queue(tx: Connection, name: str, kind: str = "case", address: str = "") -> str:
    uid = new_uid()
    tx.execute(insert(Queue).values(uid=uid, name=name, kind=kind, address=address))
    return uid


def test_a_case_that_is_given_to_nobody_becomes_whose_turn_it_is_in_its_queue(store: Store) -> None:
    with store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        add_queue(tx, "Support")
        tx.execute(update(Queue).values(assignment="round_robin"))
        tx.execute(insert(QueueMember).values(queue_id=1, user_id=bo.user_id))
        made = create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=kim, now=NOW)
        mine = create_record(tx, "case", {"title": "Pump", "queue": "Support", "owner": kim.user_id}, by=kim, now=NOW)
        imported, _ = insert_records(tx, "case", [{"title": "Old", "queue": "Support"}], by=kim, now=NOW)
        keys = (made.record_id, mine.record_id, imported[0].record_id)
        owners = [tx.execute(select(Record.owner_id).where(Record.id == key)).scalar() for key in keys]
        assert owners == [bo.user_id, kim.user_id, kim.user_id]
        assert made.notices == ("CAS-00001: it is the turn of Bo Ek.",)
        told = select(Operation.summary).where(Operation.uid == made.operation_uid)
        assert tx.execute(told).scalar_one() == "Created case CAS-00001 Leak; it is the turn of Bo Ek"


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
