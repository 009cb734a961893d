from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select

from store.actor import SYSTEM, Actor
from store.cases.acting import (
    assign_cases,
    cancel_case,
    merge_cases,
    reopen_case,
    resolve_case,
    set_priority,
    set_status,
)
from store.engine import Store
from store.errors import Invalid, NotFound
from store.history.operations import undo
from store.records.state import read_state
from store.records.writing import edit_record
from store.schema.ledger import Operation
from store.schema.service import QueueMember
from tests.store.builders import counted_statements
from tests.store.cases.scene import HOUR, T0, add_queue, add_sla, case_row, events_of
from tests.store.scenes import add_user, make, state_of


def summary(tx: Any, operation_uid: str) -> str:
    return str(tx.execute(select(Operation.summary).where(Operation.uid == operation_uid)).scalar_one())


def refused(act: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Invalid) as found:
        act(*args, by=SYSTEM, now=T0, **kwargs)
    return found.value.sentence


def test_case_is_resolved_reopened_and_cancelled(store: Store) -> None:
    with store.write() as tx:
        case = make(tx, "case", title="Leak").record_id
        done = resolve_case(tx, case, " Tightened ", by=SYSTEM, now=T0)
        assert summary(tx, done) == "Resolved case CAS-00001 Leak"
        assert state_of(tx, case)["resolution"] == "Tightened"
        assert refused(cancel_case, tx, case) == "CAS-00001 is resolved already."
        reopen_case(tx, case, by=SYSTEM, now=T0)
        assert refused(reopen_case, tx, case) == "CAS-00001 is open already."
        done = cancel_case(tx, case, by=SYSTEM, now=T0)
        assert case_row(tx, case).status == "cancelled"
        undo(tx, done, by=SYSTEM, now=T0)
        assert case_row(tx, case).status == "in_progress"


def test_resolution_is_asked_for_wherever_people_resolve(store: Store) -> None:
    with store.write() as tx:
        case = make(tx, "case", title="Leak").record_id
        sentence = "Say how it was resolved: a resolved case has a resolution."
        assert refused(resolve_case, tx, case, " ") == sentence
        assert refused(edit_record, tx, case, {"status": "resolved"}) == sentence
        with pytest.raises(NotFound):
            resolve_case(tx, make(tx, "account", title="Contoso").record_id, "x", by=SYSTEM, now=T0)


def test_open_parts_come_before_the_whole(store: Store) -> None:
    with store.write() as tx:
        whole = make(tx, "case", title="Lift")
        part = make(tx, "case", title="Door", parent=whole.number)
        inner = make(tx, "case", title="Hinge", parent=part.number)
        make(tx, "case", title="Lamp", parent=whole.number, status="resolved")
        assert (
            refused(resolve_case, tx, whole.record_id, "x")
            == "Open parts of CAS-00001 come first: CAS-00002, CAS-00003."
        )
        done = resolve_case(tx, whole.record_id, "Replaced", with_parts=True, by=SYSTEM, now=T0)
        assert summary(tx, done) == "Resolved case CAS-00001 Lift and 2 of its parts"
        assert [case_row(tx, key.record_id).resolution for key in (whole, part, inner)] == ["Replaced"] * 3
        undo(tx, done, by=SYSTEM, now=T0)
        assert [case_row(tx, key.record_id).status for key in (whole, part, inner)] == ["new"] * 3


def test_cases_are_given_to_people_and_queues(store: Store) -> None:
    with store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        queue = add_queue(tx, assignment="round_robin")
        for place, user in enumerate((kim, bo)):
            tx.execute(insert(QueueMember).values(queue_id=queue, user_id=user.user_id, position=place))
        people = add_queue(tx, "Desk")
        cases = [make(tx, "case", title=title, by=kim).record_id for title in ("Leak", "Pump", "Gun")]
        done = assign_cases(tx, cases, queue_id=queue, by=kim, now=T0)
        assert summary(tx, done) == "Gave 3 cases to the queue Support"
        assert _owners(tx, cases) == [kim.user_id, bo.user_id, kim.user_id]
        assign_cases(tx, cases, queue_id=people, by=kim, now=T0)
        assert _owners(tx, cases) == [None, None, None]
        done = assign_cases(tx, cases[:1], queue_id=queue, user_id=bo.user_id, by=kim, now=T0)
        assert summary(tx, done) == "Gave case CAS-00001 Leak to the queue Support and Bo Ek"
        assert (_owners(tx, cases[:1]), case_row(tx, cases[0]).queue_id) == ([bo.user_id], queue)
        assert refused(assign_cases, tx, cases) == "Say to whom, or to which queue."
        with pytest.raises(NotFound):
            assign_cases(tx, cases, user_id=99, by=kim, now=T0)


def test_priority_and_status_are_set_for_several(store: Store) -> None:
    with store.write() as tx:
        cases = [make(tx, "case", title=title).record_id for title in ("Leak", "Pump")]
        assert summary(tx, set_priority(tx, cases, "High", by=SYSTEM, now=T0)) == "Set 2 cases to priority high"
        done = set_status(tx, cases, "on hold", by=SYSTEM, now=T0)
        assert (summary(tx, done), case_row(tx, cases[1]).status) == ("Set 2 cases to on hold", "on_hold")
        assert refused(set_status, tx, cases, "resolved") == (
            "Cases are closed one by one, by resolving or cancelling them."
        )
        assert refused(set_priority, tx, [], "high") == "Say which case."


def test_many_cases_take_as_many_queries_as_one(store: Store) -> None:
    with store.write() as tx:
        queue = add_queue(tx, sla_id=add_sla(tx))
        cases = [make(tx, "case", title=title, queue="Support").record_id for title in ("Leak", "Pump", "Gun", "Ice")]
    counts: list[int] = []
    for some in (cases[:1], cases[1:]):
        with store.write() as tx, counted_statements(store.engine) as seen:
            set_priority(tx, some, "high", by=SYSTEM, now=T0)
            assign_cases(tx, some, queue_id=queue, by=SYSTEM, now=T0)
            counts.append(len(seen))
    assert counts[0] == counts[1]


def test_cases_given_at_once_go_to_who_has_least_to_do_by_then(store: Store) -> None:
    with store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        queue = add_queue(tx, assignment="least_loaded")
        for user in (kim, bo):
            tx.execute(insert(QueueMember).values(queue_id=queue, user_id=user.user_id))
        cases = [make(tx, "case", title=title).record_id for title in ("Leak", "Pump", "Gun", "Ice")]
        assign_cases(tx, cases, queue_id=queue, by=SYSTEM, now=T0)
        assert _owners(tx, cases) == [kim.user_id, bo.user_id, kim.user_id, bo.user_id]
        assign_cases(tx, cases, user_id=kim.user_id, by=SYSTEM, now=T0)
        assign_cases(tx, cases, queue_id=queue, by=SYSTEM, now=T0 + HOUR)
        assert _owners(tx, cases) == [bo.user_id, bo.user_id, kim.user_id, kim.user_id]


def test_nobody_acts_on_cases_they_do_not_see(store: Store) -> None:
    with store.write() as tx:
        case = make(tx, "case", title="Leak", by=add_user(tx)).record_id
        other = add_user(tx, "Bo Ek", role="restricted")
        for act in (cancel_case, reopen_case):
            with pytest.raises(NotFound):
                act(tx, case, by=other, now=T0)


def _owners(tx: Any, cases: list[int]) -> list[int | None]:
    return [stored.owner_id for case in cases if (stored := read_state(tx, case))]


def test_actor_of_an_act_is_told(store: Store) -> None:
    with store.write() as tx:
        kim: Actor = add_user(tx)
        done = set_status(tx, [make(tx, "case", title="Leak").record_id], "waiting", by=kim, now=T0)
        assert tx.execute(select(Operation.user_id).where(Operation.uid == done)).scalar_one() == kim.user_id


def test_merged_case_leads_to_the_one_it_became_part_of(store: Store) -> None:
    with store.write() as tx:
        first = make(tx, "case", title="Leak", resolution="Perhaps the seal")
        second = make(tx, "case", title="Leaking", serial="7", parent=first.number)
        part = make(tx, "case", title="Seal", parent=second.number, follows=second.number)
        before = [state_of(tx, one.record_id) for one in (first, second, part)]
        done = merge_cases(tx, second.record_id, first.record_id, by=SYSTEM, now=T0)
        assert summary(tx, done) == "Merged case CAS-00002 Leaking into CAS-00001 Leak"
        assert events_of(tx, second.record_id)[-1] == ("merged", first.uid)
        assert state_of(tx, first.record_id) == before[0] | {"serial": "7"}
        assert state_of(tx, part.record_id) == before[2] | {"parent": first.uid, "follows": first.uid}
        undo(tx, done, by=SYSTEM, now=T0)
        assert [state_of(tx, one.record_id) for one in (first, second, part)] == before
        assert "merged" not in dict(events_of(tx, second.record_id))


def test_open_case_is_not_merged_into_a_closed_one(store: Store) -> None:
    with store.write() as tx:
        closed = make(tx, "case", title="Leak", status="cancelled").record_id
        other = make(tx, "case", title="Leaking").record_id
        told = "CAS-00001 is cancelled; open it again before CAS-00002 becomes part of it."
        assert refused(merge_cases, tx, other, closed) == told
        merge_cases(tx, closed, other, by=SYSTEM, now=T0)
