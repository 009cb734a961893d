from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from store.actor import SYSTEM, Actor
from store.cases.acting import assign_cases, resolve_case
from store.engine import Store
from store.errors import CannotUndo, Invalid, NotAllowed, NotFound, Stale
from store.history.operations import undo
from store.queues.contracts import entitlements_of
from store.queues.reading import calendars, queue_by_name, queues, service_levels, sla_of
from store.queues.saving import (
    delete_calendar,
    delete_queue,
    delete_sla,
    save_calendar,
    save_entitlement,
    save_queue,
    save_sla,
)
from store.queues.typed import set_members
from store.queues.values import CalendarValues, EntitlementValues, QueueValues, SlaValues
from store.records.writing import edit_record
from store.schema.people import OwnAddress
from store.schema.records import Case
from store.schema.service import CaseEvent, Queue, QueueMember
from store.schema.triage import Rule, Triage
from store.sla.hours import BusinessCalendar, Hours
from store.sla.terms import SlaTerms
from store.triage.keeping import NewRule, save_rule
from tests.store.builders import World
from tests.store.queues.scenes import DAY_SHIFT, office, support
from tests.store.scenes import NOW, add_user, make, state_of


def test_a_queue_with_its_hours_and_promises_is_kept_and_read(store: Store) -> None:
    with store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        sla = office(tx)
        values = QueueValues(
            " Support  desk ",
            address="Support@Alpine.example",
            assignment="round_robin",
            sla_id=sla.id,
            escalate_user_id=kim.user_id,
            reopen_days=7,
            member_ids=(bo.user_id or 0, kim.user_id or 0),
            away_ids=frozenset({kim.user_id or 0}),
        )
        saved = save_queue(tx, values, by=kim, now=NOW)
        [row] = queues(tx)
        assert row.values == replace(values, name="Support desk", address="support@alpine.example")
        assert [(member.name, member.away) for member in row.members] == [("Bo Ek", False), ("Kim Abercrombie", True)]
        assert queue_by_name(tx, "support DESK") == queue_by_name(tx, saved.uid) == row
        assert sla_of(tx, queue_id=saved.id) == service_levels(tx)[0]
        assert sla_of(tx) is None
        with pytest.raises(NotFound, match="no queue Desk; there are Support desk"):
            queue_by_name(tx, "Desk")


def test_every_act_on_a_queue_can_be_undone_and_done_again(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        made = support(tx, members=(kim,))
        [before] = queues(tx)
        edited = save_queue(tx, replace(before.values, name="Help", member_ids=()), queue_id=made.id, by=kim, now=NOW)
        [after] = queues(tx)
        away = undo(tx, edited.operation_uid, by=kim, now=NOW)
        assert queues(tx) == (before,)
        undo(tx, away, by=kim, now=NOW)
        assert queues(tx) == (after,)
        deleted = delete_queue(tx, made.id, by=kim, now=NOW)
        assert queues(tx) == ()
        undo(tx, deleted, by=kim, now=NOW)
        assert queues(tx) == (after,)


def test_who_is_away_comes_back_with_undo(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        kim = add_user(tx)
        queue = support(tx, members=(kim,)).id
        keys = (kim.user_id or 0,)
        uid = set_members(tx, queue, keys, frozenset(keys), by=kim, now=NOW).operation_uid
        assert [member.away for member in queues(tx)[0].members] == [True]
        undo(tx, uid, by=kim, now=NOW)
        assert [member.away for member in queues(tx)[0].members] == [False]


def test_a_queue_that_comes_back_is_as_it_was_with_all_that_belongs_to_it(sqlite_store: Store) -> None:
    def stands(tx: Connection) -> list[Any]:
        own = select(OwnAddress.email, OwnAddress.mailbox_id)
        kept = (Queue, QueueMember, Case, CaseEvent, Triage, Rule)
        tables = (select(table.__table__).order_by(*table.__table__.primary_key) for table in kept)
        return [[tuple(row) for row in tx.execute(query)] for query in (*tables, own)]

    with sqlite_store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "Bo Ek")
        queue = support(
            tx, members=(kim, bo), address="help@contoso.com", assignment="round_robin", sla_id=office(tx).id
        )
        case = make(tx, "case", title="Leak", queue="Support").record_id
        assign_cases(tx, [case], queue_id=queue.id, by=kim, now=NOW)
        resolve_case(tx, case, "Tightened", by=kim, now=NOW)
        keys = (kim.user_id or 0, bo.user_id or 0)
        set_members(tx, queue.id, keys, frozenset(keys[1:]), by=kim, now=NOW)
        save_rule(tx, NewRule("mail", "R", "then.assign = 'queue:Support'"), by=kim, now=NOW)
        later = World(tx).email("Help", direction="in")
        tx.execute(insert(Triage).values(activity_id=later, state="snoozed", occurred_at=NOW, queue_id=queue.id))
        before = stands(tx)
        undo(tx, delete_queue(tx, queue.id, by=kim, now=NOW), by=kim, now=NOW)
        assert stands(tx) == before
        edit_record(tx, case, {"title": "A leak", "status": "in_progress"}, by=kim, now=NOW)
        assert state_of(tx, case)["queue"] == queue.uid


def test_undoing_an_edit_asks_when_somebody_changed_the_same_since(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        made = support(tx)
        first = save_queue(tx, QueueValues("Help", reopen_days=3), queue_id=made.id, by=SYSTEM, now=NOW)
        save_queue(tx, QueueValues("Desk", reopen_days=3), queue_id=made.id, by=SYSTEM, now=NOW)
        with pytest.raises(Stale) as asked:
            undo(tx, first.operation_uid, by=SYSTEM, now=NOW)
        assert asked.value.detail == "queue Desk: Name"


def test_a_queue_is_refused_in_plain_words(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        make(tx, "contact", title="Ada", emails="ada@contoso.com")
        made = support(tx, address="help@alpine.example")
        for wrong, sentence in (
            (QueueValues("support"), "There is another queue with the name support."),
            (QueueValues(" "), "Give the queue a name."),
            (
                QueueValues("B", address="help@alpine.example"),
                "Mail to help@alpine.example belongs to the queue Support.",
            ),
            (
                QueueValues("B", address="ada@contoso.com"),
                "ada@contoso.com is an address of CON-00001; a queue has one of our own.",
            ),
            (QueueValues("B", address="nobody"), "'nobody' is not an e-mail address."),
        ):
            with pytest.raises(Invalid) as refused:
                save_queue(tx, wrong, by=SYSTEM, now=NOW)
            assert refused.value.sentence == sentence
        with pytest.raises(Invalid, match="escalate to itself"):
            save_queue(tx, QueueValues("B", escalate_queue_id=made.id), queue_id=made.id, by=SYSTEM, now=NOW)
        with pytest.raises(NotAllowed):
            save_queue(tx, QueueValues("B"), by=Actor(1, "Kim", "restricted"), now=NOW)
    for values, sentence in (
        ({"kind": "task"}, "Kind: 'task' is none of case, lead."),
        ({"assignment": "dice"}, "Assignment: 'dice' is none of none, round_robin, least_loaded."),
        ({"reopen_days": -1}, "An answer can reopen a case for 0 to 3,650 days."),
        ({"escalate_user_id": 1, "escalate_queue_id": 1}, "What is late goes to a person or to a queue, not to both."),
    ):
        with pytest.raises(Invalid) as refused:
            QueueValues("B", **values)
        assert refused.value.sentence == sentence


def test_what_is_in_use_stays_and_says_by_whom(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        sla = office(tx)
        queue = support(tx, sla_id=sla.id)
        case = make(tx, "case", title="Broken").record_id
        tx.execute(update(Case).where(Case.id == case).values(queue_id=queue.id))
        calendar = calendars(tx)[0].calendar_id
        for delete, key, sentence in (
            (delete_calendar, calendar, "The business hours Office cannot go: the SLA Standard counts in it."),
            (delete_sla, sla.id, "The SLA Standard cannot go: the queue Support promises it."),
            (delete_queue, queue.id, "The queue Support cannot go: 1 open case is in it."),
        ):
            with pytest.raises(Invalid) as refused:
                delete(tx, key, by=SYSTEM, now=NOW)
            assert refused.value.sentence == sentence
        with pytest.raises(CannotUndo, match="The queue Support is in use: 1 open case is in it"):
            undo(tx, queue.operation_uid, by=SYSTEM, now=NOW)


def test_the_address_of_a_queue_is_ours_as_long_as_a_queue_has_it(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        own = select(OwnAddress.email)
        made = support(tx, address="help@alpine.example")
        assert tx.execute(own).scalars().all() == ["help@alpine.example"]
        save_queue(tx, QueueValues("Support", address="desk@alpine.example"), queue_id=made.id, by=SYSTEM, now=NOW)
        assert tx.execute(own).scalars().all() == ["desk@alpine.example"]
        undo(tx, by=SYSTEM, now=NOW)
        undo(tx, by=SYSTEM, now=NOW)
        assert tx.execute(own).scalars().all() == []


def test_open_clocks_become_due_when_a_promise_or_its_hours_change(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        sla = office(tx)
        queue = support(tx, sla_id=sla.id)
        ours, closed, other = (make(tx, "case", title=title).record_id for title in ("Ours", "Closed", "Other"))
        tx.execute(update(Case).where(Case.id.in_((ours, closed))).values(queue_id=queue.id))
        tx.execute(update(Case).where(Case.id == closed).values(status="resolved"))
        tx.execute(update(Case).where(Case.id == other).values(status="new"))
        due = select(Case.id).where(Case.sla_next_at == NOW)
        [hours] = calendars(tx)
        longer = BusinessCalendar("Europe/Berlin", ((Hours(time(8), time(18)),),) * 7)
        save_calendar(tx, CalendarValues("Office", longer), calendar_id=hours.calendar_id, by=SYSTEM, now=NOW)
        assert tx.execute(due).scalars().all() == [ours]
        tx.execute(update(Case).values(sla_next_at=None))
        renamed = SlaValues("Renamed", hours.calendar_id, service_levels(tx)[0].terms)
        save_sla(tx, renamed, sla_id=sla.id, by=SYSTEM, now=NOW)
        assert tx.execute(due).scalars().all() == []
        save_queue(tx, QueueValues("Support"), queue_id=queue.id, by=SYSTEM, now=NOW)
        assert tx.execute(due).scalars().all() == [ours]


def test_promises_that_hours_never_reach_are_refused(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        rare = BusinessCalendar("Europe/Berlin", ((Hours(time(9), time(9, 1)),), *((),) * 6))
        hours = save_calendar(tx, CalendarValues("Rare", rare), by=SYSTEM, now=NOW).id
        terms = SlaTerms(resolution={"high": timedelta(days=10)})
        with pytest.raises(Invalid, match="more than a hundred years"):
            save_sla(tx, SlaValues("Never", hours, terms), by=SYSTEM, now=NOW)
        sla = office(tx)
        row = next(one for one in service_levels(tx) if one.sla_id == sla.id)
        save_sla(tx, SlaValues("Standard", row.calendar_id, terms), sla_id=sla.id, by=SYSTEM, now=NOW)
        with pytest.raises(Invalid, match="more than a hundred years"):
            save_calendar(tx, CalendarValues("Office", rare), calendar_id=row.calendar_id, by=SYSTEM, now=NOW)
        with pytest.raises(NotFound):
            save_sla(tx, SlaValues("Gone", 999, terms), by=SYSTEM, now=NOW)


def test_a_contract_names_contacts_of_its_account_only(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        account = make(tx, "account", title="Contoso")
        ada = make(tx, "contact", title="Ada", account=account.number)
        eve = make(tx, "contact", title="Eve")
        starts = date(2026, 1, 1)
        values = EntitlementValues("Gold", account.record_id, starts, contact_ids=frozenset({ada.record_id}))
        saved = save_entitlement(tx, values, by=SYSTEM, now=NOW)
        assert [row.values for row in entitlements_of(tx, [account.record_id])] == [values]
        undo(tx, saved.operation_uid, by=SYSTEM, now=NOW)
        assert entitlements_of(tx, [account.record_id]) == ()
        with pytest.raises(Invalid, match="CON-00002 is no contact of ACC-00001"):
            save_entitlement(tx, replace(values, contact_ids=frozenset({eve.record_id})), by=SYSTEM, now=NOW)
        with pytest.raises(NotFound, match="a contract is one with an account"):
            save_entitlement(tx, replace(values, account_id=eve.record_id), by=SYSTEM, now=NOW)
    with pytest.raises(Invalid, match="before it begins"):
        replace(values, ends_on=date(2025, 12, 31))
    with pytest.raises(Invalid, match="at least one case"):
        replace(values, cases_total=0)


def test_business_hours_come_back_as_they_were_given(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        calendar = BusinessCalendar(
            "America/New_York",
            (*((DAY_SHIFT,),) * 5, (), (Hours(time(22), time(6)),)),
            {date(2026, 12, 24): (Hours(time(9), time(12)),), date(2026, 12, 25): ()},
        )
        saved = save_calendar(tx, CalendarValues("New York", calendar), by=SYSTEM, now=NOW)
        assert calendars(tx)[0].calendar == calendar
        undone = undo(tx, saved.operation_uid, by=SYSTEM, now=NOW)
        assert calendars(tx) == ()
        undo(tx, undone, by=SYSTEM, now=NOW)
        assert calendars(tx)[0].calendar == calendar


def test_a_queue_is_of_the_kind_of_what_lies_in_it_and_goes_on_from_it(store: Store) -> None:
    with store.write() as tx:
        queue = support(tx)
        leads = save_queue(tx, QueueValues("Leads", kind="lead"), by=SYSTEM, now=NOW)
        with pytest.raises(Invalid, match="The queue Leads holds leads, so nothing of Support can go to it"):
            save_queue(tx, QueueValues("Support", escalate_queue_id=leads.id), queue_id=queue.id, by=SYSTEM, now=NOW)
        delete_queue(tx, leads.id, by=SYSTEM, now=NOW)
        with pytest.raises(NotFound):
            save_queue(tx, QueueValues("Support", escalate_queue_id=leads.id), queue_id=queue.id, by=SYSTEM, now=NOW)
        make(tx, "case", title="Leak", queue="Support")
        with pytest.raises(Invalid, match="Support cannot hold leads now: 1 open case is in it"):
            save_queue(tx, QueueValues("Support", kind="lead"), queue_id=queue.id, by=SYSTEM, now=NOW)


def test_a_queue_comes_back_only_where_its_name_and_its_promises_are_there_for_it(store: Store) -> None:
    with store.write() as tx:
        sla = office(tx)
        gone = delete_queue(tx, support(tx, sla_id=sla.id, address="help@our.example").id, by=SYSTEM, now=NOW)
        other = save_queue(tx, QueueValues("Support"), by=SYSTEM, now=NOW)
        with pytest.raises(CannotUndo, match="There is another queue with the name Support"):
            undo(tx, gone, by=SYSTEM, now=NOW)
        save_queue(tx, QueueValues("Desk", address="help@our.example"), queue_id=other.id, by=SYSTEM, now=NOW)
        with pytest.raises(CannotUndo, match="belongs to the queue Desk"):
            undo(tx, gone, by=SYSTEM, now=NOW)
        delete_queue(tx, other.id, by=SYSTEM, now=NOW)
        done = delete_sla(tx, sla.id, by=SYSTEM, now=NOW)
        with pytest.raises(CannotUndo, match="The SLA Standard is not there any more"):
            undo(tx, gone, by=SYSTEM, now=NOW)
        undo(tx, done, by=SYSTEM, now=NOW)
        undo(tx, gone, by=SYSTEM, now=NOW)
        assert [row.name for row in queues(tx)] == ["Support"]
