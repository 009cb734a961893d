from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from assistant.cases.ticking import tick_clocks
from store.actor import SYSTEM, Actor
from store.cases.acting import resolve_case, set_priority
from store.cases.ticking import tick
from store.engine import Store
from store.history.operations import undo
from store.records.writing import create_record
from store.schema.ledger import Operation
from store.schema.people import User
from store.schema.service import QueueMember
from store.schema.triage import Notice
from tests.store.builders import counted_statements
from tests.store.cases.scene import HOUR, T0, add_queue, add_sla, case_row, events_of
from tests.store.scenes import add_user


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def new_case(tx: Connection, at: datetime = T0, by: Actor = SYSTEM) -> int:
    return create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=by, now=at).record_id


def told(tx: Connection) -> list[tuple[str, str | None]]:
    rows = select(Notice.text, User.name).outerjoin(User, User.id == Notice.user_id).order_by(Notice.id)
    return [(text, name) for text, name in tx.execute(rows)]


def operations(tx: Connection) -> list[Any]:
    return list(tx.execute(select(Operation).where(Operation.name == "escalate_case")))


def test_clock_warns_and_is_late_once_and_the_case_goes_to_whom_the_queue_names(store: Store) -> None:
    with store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        add_queue(tx, sla_id=add_sla(tx), escalate_user_id=bo.user_id)
        case = new_case(tx, by=kim)
    assert [tick_clocks(store, now=T0 + hours * HOUR) for hours in (0.5, 1.1, 1.2, 2.1, 2.2)] == [0, 1, 0, 1, 0]
    with store.write() as tx:
        soon = "The first response to CAS-00001 Leak is due soon."
        late = "The first response to CAS-00001 Leak is late; it went to Bo Ek."
        assert told(tx) == [(text, name) for text in (soon, late) for name in ("Kim Abercrombie", "Bo Ek")]
        assert events_of(tx, case)[-4:] == [
            ("warned", "first_response"),
            ("breached", "first_response"),
            ("owner", str(bo.user_id)),
            ("escalated", "first_response"),
        ]
        [escalated] = operations(tx)
        assert escalated.summary == "Escalated case CAS-00001 Leak to Bo Ek: the first response to it is late"
        undo(tx, escalated.uid, by=SYSTEM, now=T0 + 3 * HOUR)
        assert events_of(tx, case)[-1] == ("escalated", "first_response")
    assert tick_clocks(store, now=T0 + 3.9 * HOUR) == 0  # the resolution warns after four hours
    with store.read() as tx:
        assert case_row(tx, case).sla_next_at == T0 + 4 * HOUR


def test_late_case_goes_to_the_queue_that_is_named_and_to_whose_turn_it_is(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        second = add_queue(tx, "Second level", assignment="round_robin")
        tx.execute(insert(QueueMember).values(queue_id=second, user_id=kim.user_id))
        add_queue(tx, sla_id=add_sla(tx), escalate_queue_id=second)
        case = new_case(tx)
    assert tick_clocks(store, now=T0 + 9 * HOUR * 24) == 2
    with store.read() as tx:
        late = "The first response to CAS-00001 Leak is late; it went to the queue Second level."
        assert told(tx) == [
            (late, None),
            ("The resolution of CAS-00001 Leak is late; it went to the queue Second level.", None),
        ]
        assert case_row(tx, case).queue_id == second
        assert events_of(tx, case)[-2:] == [("owner", str(kim.user_id)), ("escalated", "first_response")]


def test_many_late_cases_take_as_many_queries_as_one(store: Store) -> None:
    with store.write() as tx:
        second = add_queue(tx, "Second level", assignment="round_robin")
        tx.execute(insert(QueueMember).values(queue_id=second, user_id=add_user(tx).user_id))
        add_queue(tx, sla_id=add_sla(tx), escalate_queue_id=second)
        cases = [new_case(tx) for _ in range(4)]
    counts: list[int] = []
    for some in (cases[:1], cases[1:]):
        with store.write() as tx, counted_statements(store.engine) as seen:
            tick(tx, some, now=T0 + 9 * HOUR * 24)
            counts.append(len(seen))
    assert counts[0] == counts[1]


def test_clock_that_is_late_at_once_by_another_priority_is_told(store: Store) -> None:
    with store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        queue = add_queue(tx, sla_id=add_sla(tx))
        for user, away in ((kim, False), (bo, True)):
            tx.execute(insert(QueueMember).values(queue_id=queue, user_id=user.user_id, away=away))
        case = new_case(tx)
        set_priority(tx, [case], "urgent", by=SYSTEM, now=T0 + 0.9 * HOUR)
    assert tick_clocks(store, now=T0 + 0.9 * HOUR) == 1
    with store.read() as tx:
        assert told(tx) == [("The first response to CAS-00001 Leak is late.", "Kim Abercrombie")]


def test_what_ended_late_before_anybody_looked_is_written_down_and_not_told(store: Store) -> None:
    with store.write() as tx:
        add_queue(tx, sla_id=add_sla(tx))
        case = new_case(tx)
        resolve_case(tx, case, "Tightened", by=SYSTEM, now=T0 + 3 * HOUR)
    assert tick_clocks(store, now=T0 + 3 * HOUR) == 1
    with store.read() as tx:
        assert (told(tx), case_row(tx, case).sla_next_at) == ([], None)
        assert events_of(tx, case)[-2:] == [("breached", "first_response"), ("status", "resolved")]


def test_who_would_hear_very_much_at_once_hears_one_sentence(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        add_queue(tx, sla_id=add_sla(tx))
        for _ in range(12):
            new_case(tx, by=kim)
    assert tick_clocks(store, now=T0 + 9 * HOUR * 24) == 24
    with store.read() as tx:
        one = "24 clocks of cases are late or will be soon; the queues show what is at risk."
        assert told(tx) == [(one, "Kim Abercrombie")]


def test_late_case_does_not_go_to_a_queue_of_leads(store: Store) -> None:
    with store.write() as tx:
        leads = add_queue(tx, "Leads", kind="lead")
        add_queue(tx, sla_id=add_sla(tx), escalate_queue_id=leads)
        new_case(tx)
    assert tick_clocks(store, now=T0 + 2.1 * HOUR) == 1
    with store.read() as tx:
        assert (operations(tx), told(tx)) == ([], [("The first response to CAS-00001 Leak is late.", None)])
