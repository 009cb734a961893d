"""Customers answer cases that are closed or wait for them; the store is looked at afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from assistant.cases.answering import act_on_answers
from store.actor import SYSTEM
from store.cases.acting import resolve_case, set_status
from store.engine import Store
from store.history.operations import undo
from store.linking.by_hand import set_link
from store.linking.decided import DecidedLink
from store.linking.links import store_decisions
from store.queues.saving import delete_queue
from store.records.writing import create_record, delete_record, edit_record
from store.schema.activities import Activity
from store.schema.knowledge import Clue
from store.schema.ledger import Operation
from store.schema.links import Link
from store.schema.records import Case, Record
from store.schema.triage import Notice, Triage
from tests.store.builders import World
from tests.store.cases.scene import HOUR, T0, add_queue, add_sla, case_row, events_of
from tests.store.scenes import add_user, make, state_of

DAY = timedelta(days=1)


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


@pytest.fixture
def case(store: Store) -> Iterator[int]:
    """Of Ann, in a queue that opens cases again for seven days; resolved an hour after it came."""
    with store.write() as tx:
        add_queue(tx, sla_id=add_sla(tx), reopen_days=7)
        ann = make(tx, "contact", title="Ann Lee", emails=["ann@contoso.example"])
        values = {"title": "Leak", "queue": "Support", "contact": ann.number, "priority": "high", "serial": "7"}
        record_id = create_record(tx, "case", values, by=add_user(tx), now=T0).record_id
        resolve_case(tx, record_id, "Tightened", by=SYSTEM, now=T0 + HOUR)
    yield record_id


def mail(
    tx: Connection, text: str, *, after: timedelta, subject: str = "Re: Leak", sender: str = "ann@contoso.example"
) -> int:
    world = World(tx)
    activity_id = world.email(subject, direction="in", at=T0 + HOUR + after, who="Ann Lee")
    world.party(activity_id, "from", sender)
    values = {"id": activity_id, "reader_version": 1, "new_text": text, "signature": "", "passed_on": ""}
    tx.execute(insert(Clue).values(values))
    tx.execute(insert(Triage).values(activity_id=activity_id, state="pending", occurred_at=T0))
    return activity_id


def suggest(tx: Connection, activity_id: int, record_id: int, rule: str, quote: str = "") -> None:
    evidence = ({"rule": rule, "quote": quote, "source": ""},)
    link = DecidedLink(record_id, "suggested", False, 0.8, rule, evidence)
    store_decisions(tx, {activity_id: [link]}, engine_version=1, now=T0)


def told(tx: Connection) -> Any:
    """The latest operation."""
    return tx.execute(select(Operation).order_by(Operation.id.desc()).limit(1)).one()


def triage(tx: Connection, activity_id: int) -> str:
    return str(tx.execute(select(Triage.state).where(Triage.activity_id == activity_id)).scalar_one())


def test_answer_in_time_opens_the_case_again(store: Store, case: int) -> None:
    now = T0 + 3 * DAY
    with store.write() as tx:
        before = case_row(tx, case)
        answer = mail(tx, "It leaks again.", after=2 * HOUR)
        set_link(tx, answer, case, by=SYSTEM, now=now)
    assert (act_on_answers(store, now=now), act_on_answers(store, now=now)) == (1, 0)
    with store.write() as tx:
        row = case_row(tx, case)
        assert (row.status, row.resolved_at) == ("in_progress", None)
        # An hour of eight was used, and the clock runs since the answer: from 12:00 on Friday.
        assert row.resolution_due_at == T0 + 3 * DAY + 2 * HOUR
        assert told(tx).summary == "Opened again case CAS-00001 Leak: Ann Lee answered"
        notice = tx.execute(select(Notice.text, Notice.record_id)).one()
        assert tuple(notice) == ("CAS-00001 Leak was opened again: Ann Lee answered.", case)
        undo(tx, told(tx).uid, by=SYSTEM, now=now)
        assert case_row(tx, case)[:] == before[:]
        assert ("reopened", "in_progress") not in events_of(tx, case)
    assert act_on_answers(store, now=now) == 0


def test_late_answer_begins_a_case_that_follows(store: Store, case: int) -> None:
    now = T0 + 10 * DAY
    with store.write() as tx:
        answer = mail(tx, "It leaks again.", after=9 * DAY)
        suggest(tx, answer, case, "thread", "Leak")
    assert act_on_answers(store, now=now) == 1
    with store.write() as tx:
        new = tx.execute(select(Case.id).where(Case.follows_id == case)).scalar_one()
        old, state = state_of(tx, case), state_of(tx, new)
        assert old["status"] == "resolved"
        handed_on = {name: old[name] for name in ("title", "contact", "priority", "serial", "queue")}
        uid = tx.execute(select(Record.uid).where(Record.id == case)).scalar_one()
        more = {"status": "new", "follows": uid, "origin": "email", "description": "It leaks again."}
        assert state == handed_on | more
        links = {row.record_id: row for row in tx.execute(select(Link).where(Link.activity_id == answer))}
        assert (links[new].state, links[new].is_primary) == ("linked", True)
        assert (triage(tx, answer), ("customer_mail", "") in events_of(tx, new)) == ("handled", True)
        assert told(tx).summary == (
            "Case CAS-00002 Leak follows CAS-00001, which was closed too long before Ann Lee answered"
        )
        undo(tx, told(tx).uid, by=SYSTEM, now=now)
        assert tx.execute(select(Record.deleted_at).where(Record.id == new)).scalar_one() == now
        assert triage(tx, answer) == "pending"
    assert act_on_answers(store, now=now) == 0


@pytest.mark.parametrize(
    ("after", "subject", "text", "why"),
    [
        (HOUR, "Re: Leak", "Thanks a lot, it works now!\nAnn", "only says thank you"),
        (9 * DAY, "Re: Leak", "Thanks a lot, it works now!\nAnn", "only says thank you"),
        (HOUR, "Automatic reply: Leak", "I am away until Monday.", "is an automatic answer"),
        (9 * DAY, "Abwesenheitsnotiz: Leak", "Ich bin erst am Montag wieder da.", "is an automatic answer"),
        (9 * DAY, "Réponse automatique : Leak", "Je serai de retour lundi.", "is an automatic answer"),
    ],
)
def test_bare_thanks_and_what_machines_say_join_the_timeline_and_do_nothing_else(
    store: Store, case: int, after: timedelta, subject: str, text: str, why: str
) -> None:
    with store.write() as tx:
        before = case_row(tx, case)
        answer = mail(tx, text, after=after, subject=subject)
        suggest(tx, answer, case, "number")
        World(tx).party(answer, "to", "help@our.example")
    act_on_answers(store, now=T0 + 10 * DAY)
    with store.write() as tx:
        assert (case_row(tx, case).status, triage(tx, answer)) == ("resolved", "handled")
        assert (
            tx.execute(select(Link.record_id).where(Link.activity_id == answer, Link.state == "linked")).scalar_one()
            == case
        )
        assert tx.execute(select(Case.id)).scalars().all() == [case]
        assert told(tx).summary == f"“{subject}” {why}: it stays with case CAS-00001 Leak"
        undo(tx, told(tx).uid, by=SYSTEM, now=T0 + 10 * DAY)
        assert (triage(tx, answer), case_row(tx, case)[:]) == ("pending", before[:])


def test_suggestion_that_is_not_certain_does_nothing(store: Store, case: int) -> None:
    with store.write() as tx:
        suggest(tx, mail(tx, "It leaks", after=HOUR, subject="Something new"), case, "thread", "Leak")
    assert act_on_answers(store, now=T0 + DAY) == 0
    with store.read() as tx:
        assert case_row(tx, case).status == "resolved"


def test_case_that_waits_for_the_customer_goes_on_when_they_answered(store: Store, case: int) -> None:
    with store.write() as tx:
        waits = create_record(tx, "case", {"title": "Pump", "queue": "Support"}, by=SYSTEM, now=T0).record_id
        set_status(tx, [waits], "waiting", by=SYSTEM, now=T0 + HOUR)
        set_link(tx, mail(tx, "Thank you", after=HOUR), waits, by=SYSTEM, now=T0 + 3 * HOUR)
        set_link(tx, mail(tx, "The serial is 7", after=2 * HOUR), waits, by=SYSTEM, now=T0 + 4 * HOUR)
    assert act_on_answers(store, now=T0 + 4 * HOUR) == 2
    with store.read() as tx:
        row = case_row(tx, waits)
        # It stood from 10:00 to 12:00 on Friday.
        assert (row.status, row.resolution_due_at) == ("in_progress", T0 + 3 * DAY + 2 * HOUR)
        assert told(tx).summary == "Went on with case CAS-00002 Pump: Ann Lee answered"


def test_answer_that_came_before_the_case_was_closed_does_nothing(store: Store, case: int) -> None:
    with store.write() as tx:
        set_link(tx, mail(tx, "It leaks", after=-HOUR / 2), case, by=SYSTEM, now=T0 + 2 * HOUR)
    assert act_on_answers(store, now=T0 + 2 * HOUR) == 0


def test_case_that_follows_does_without_what_is_gone(store: Store, case: int) -> None:
    with store.write() as tx:
        for kind, title in (("account", "Contoso"), ("product", "Pump")):
            edit_record(tx, case, {kind: make(tx, kind, title=title).number}, by=SYSTEM, now=T0)
        row = case_row(tx, case)
        for record_id in (row.account_id, row.contact_id, row.product_id):
            delete_record(tx, record_id, by=SYSTEM, now=T0)
        delete_queue(tx, row.queue_id, by=SYSTEM, now=T0)
        suggest(tx, mail(tx, "It leaks again.", after=20 * DAY), case, "thread", "Leak")
    assert act_on_answers(store, now=T0 + 21 * DAY) == 1
    with store.read() as tx:
        new = tx.execute(select(Case.id).where(Case.follows_id == case)).scalar_one()
        row = case_row(tx, new)
        assert (row.account_id, row.contact_id, row.product_id, row.queue_id) == (None, None, None, None)
        assert (row.priority, row.serial) == ("high", "7")


@pytest.mark.parametrize("gone", [{"deleted_at": T0 + 3 * HOUR}, {"private": True}])
def test_answer_that_is_private_or_deleted_by_now_does_nothing(store: Store, case: int, gone: dict[str, Any]) -> None:
    with store.write() as tx:
        answer = mail(tx, "It leaks again.", after=HOUR)
        set_link(tx, answer, case, by=SYSTEM, now=T0 + 3 * HOUR)
        tx.execute(update(Activity).where(Activity.id == answer).values(**gone))
    assert act_on_answers(store, now=T0 + 3 * HOUR) == 0
    with store.read() as tx:
        assert case_row(tx, case).status == "resolved"


@pytest.mark.parametrize(
    ("address", "status"),
    [("bo@fabrikam.example", "resolved"), ("eve@contoso.example", "resolved"), ("kay@home.example", "in_progress")],
)
def test_number_that_somebody_elses_customer_writes_opens_nothing_again(
    store: Store, case: int, address: str, status: str
) -> None:
    with store.write() as tx:
        contoso, fabrikam = (make(tx, "account", title=title).number for title in ("Contoso", "Fabrikam"))
        edit_record(tx, case, {"account": contoso}, by=SYSTEM, now=T0)
        make(tx, "contact", title="Bo", emails=["bo@fabrikam.example"], account=fabrikam)
        make(tx, "contact", title="Kay", emails=["kay@home.example"], account=contoso)
        asked = mail(tx, "What about CAS-00001?", after=HOUR, sender=address)
        suggest(tx, asked, case, "number", "CAS-00001")
    act_on_answers(store, now=T0 + DAY)
    with store.read() as tx:
        assert case_row(tx, case).status == status
