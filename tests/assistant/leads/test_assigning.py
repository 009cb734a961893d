"""Rules for leads give each new lead to somebody, however it was made."""

from __future__ import annotations

import pytest

from assistant.leads.assigning import assign_new_leads
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.queues.saving import save_queue
from store.queues.values import QueueValues
from tests.assistant.linking.mails import FOUNDED
from tests.assistant.triage.desk import Desk
from tests.store.scenes import make

NEAR = "name = 'Near'\nwhen.region = 'Europe'\nthen.assign = 'user:lee@alpineskihouse.com'"
REST = "name = 'Rest'\nthen.assign = 'round_robin'"


@pytest.fixture
def desk(sqlite_store: Store) -> Desk:
    desk = Desk(sqlite_store)
    with sqlite_store.write() as tx:
        members = tuple(one.user_id for one in desk.people if one.user_id)
        save_queue(tx, QueueValues("Sales", kind="lead", member_ids=members), by=SYSTEM, now=FOUNDED)
    desk.rules(NEAR, REST, kind="lead")
    return desk


def test_new_leads_are_given_by_the_first_rule_that_fits_which_undo_takes_back(desk: Desk) -> None:
    kim, lee = desk.people
    with desk.store.write() as tx:
        make(tx, "lead", title="Omar", by=kim)
        make(tx, "lead", title="Amélie", country="Frankreich", by=kim)
    assert (assign_new_leads(desk.store, now=desk.now), assign_new_leads(desk.store, now=desk.now)) == (2, 0)

    assert desk.records("lead", "owner_id") == [(kim.user_id,), (lee.user_id,)]
    near, rest = desk.operations()
    assert [(row.user, row.summary) for row in (near, rest)] == [
        ("rule Near", "Assigned lead LEA-00002 Amélie"),
        ("rule Rest", "Assigned lead LEA-00001 Omar"),
    ]
    with desk.store.write() as tx:
        undo(tx, near.uid, by=kim, now=desk.now)
    assert assign_new_leads(desk.store, now=desk.now) == 0
    assert desk.records("lead", "owner_id") == [(kim.user_id,), (kim.user_id,)]


def test_whom_a_person_or_another_rule_chose_keeps_the_lead(desk: Desk) -> None:
    kim, lee = desk.people
    with desk.store.write() as tx:
        make(tx, "lead", title="Amélie", country="France", owner="Kim Abercrombie", by=lee)
    desk.rules("name = 'New'\nthen.create = 'lead'\nthen.assign = 'user:kim@alpineskihouse.com'")
    desk.rules(NEAR, "name = 'All'\nthen.assign = 'user:lee@alpineskihouse.com'", kind="lead", beside=True)
    desk.arrives(1, sender="Omar <omar@tailspin.example>")

    assert desk.records("lead", "owner_id") == [(kim.user_id,), (kim.user_id,)]
