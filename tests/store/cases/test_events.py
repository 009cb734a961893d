from __future__ import annotations

from datetime import date

from sqlalchemy import delete, insert, select, update

from store.actor import SYSTEM
from store.cases.clocks import judge, refresh_clocks
from store.engine import Store
from store.history.operations import undo
from store.queues.saving import save_entitlement
from store.queues.values import EntitlementValues
from store.records.merging import merge_records
from store.records.writing import create_record, delete_record, edit_record
from store.schema.service import CaseEvent, Entitlement, ServiceLevel
from store.types import new_uid
from tests.store.builders import counted_statements
from tests.store.cases.scene import HOUR, T0, add_queue, add_sla, case_row, events_of
from tests.store.scenes import add_user, make


def test_whatever_changes_a_case_is_written_down_and_its_clocks_run(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        queue = add_queue(tx, sla_id=add_sla(tx))
        case = create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=kim, now=T0).record_id
        row = case_row(tx, case)
        assert (row.sla_state, row.response_due_at, row.resolution_due_at, row.sla_next_at) == (
            "running",
            T0 + 2 * HOUR,
            T0 + 8 * HOUR,
            T0 + HOUR,
        )
        edit_record(tx, case, {"status": "waiting", "priority": "urgent"}, by=kim, now=T0 + HOUR)
        resolved = {"status": "resolved", "resolution": "Tightened"}
        edit_record(tx, case, resolved, by=kim, now=T0 + 20 * HOUR)
        edit_record(tx, case, {"status": "in_progress", "queue": None, "owner": None}, by=kim, now=T0 + 21 * HOUR)
        assert events_of(tx, case) == [
            ("created", "normal"),
            ("queue", str(queue)),
            ("owner", str(kim.user_id)),
            ("priority", "urgent"),
            ("status", "waiting"),
            ("status", "resolved"),
            ("queue", ""),
            ("reopened", "in_progress"),
            ("owner", ""),
        ]
        told = select(CaseEvent.user_id).where(CaseEvent.record_id == case).distinct()
        assert list(tx.execute(told).scalars()) == [kim.user_id]
        row = case_row(tx, case)
        assert (row.sla_state, row.sla_next_at, row.first_response_at) == ("breached", T0 + 21 * HOUR, T0 + 20 * HOUR)


def test_clocks_are_after_undo_as_if_nothing_had_happened(store: Store) -> None:
    with store.write() as tx:
        add_queue(tx, sla_id=add_sla(tx))
        case = create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=SYSTEM, now=T0).record_id
        before, events = case_row(tx, case), events_of(tx, case)
        done = edit_record(tx, case, {"status": "resolved", "resolution": "Tightened"}, by=SYSTEM, now=T0 + HOUR / 2)
        after = case_row(tx, case)
        assert (after.sla_state, after.sla_next_at) == ("met", None)
        undone = undo(tx, done, by=SYSTEM, now=T0 + 3 * HOUR / 4)
        assert (case_row(tx, case), events_of(tx, case)) == (before, events)
        undo(tx, undone, by=SYSTEM, now=T0 + HOUR)
        assert case_row(tx, case) == after
        assert events_of(tx, case, all_of_them=True) == [*events, ("status", "resolved")]


def test_closed_case_stays_as_it_was_judged_whatever_is_promised_later(store: Store) -> None:
    with store.write() as tx:
        sla = add_sla(tx)
        add_queue(tx, sla_id=sla)
        case = create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=SYSTEM, now=T0).record_id
        closed = {"status": "resolved", "resolution": "Tightened"}
        edit_record(tx, case, closed, by=SYSTEM, now=T0 + HOUR)
        judged, said = case_row(tx, case), judge(tx, [case], now=T0 + HOUR)[case].clocks
        assert (judged.sla_state, judged.response_due_at) == ("met", T0 + 2 * HOUR)

        terms = {"first_response": {"normal": 30.0}, "resolution": {"normal": 40.0}}
        tx.execute(update(ServiceLevel).where(ServiceLevel.id == sla).values(promised=terms))
        edit_record(tx, case, {"title": "A leak"}, by=SYSTEM, now=T0 + 2 * HOUR)
        assert case_row(tx, case)[:] == judged[:]
        assert judge(tx, [case], now=T0 + 2 * HOUR)[case].clocks == said

        edit_record(tx, case, {"status": "in_progress"}, by=SYSTEM, now=T0 + 3 * HOUR)
        assert case_row(tx, case).sla_state == "breached"


def test_deleted_case_is_never_due(store: Store) -> None:
    with store.write() as tx:
        add_queue(tx, sla_id=add_sla(tx))
        case = create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=SYSTEM, now=T0).record_id
        done = delete_record(tx, case, by=SYSTEM, now=T0)
        assert case_row(tx, case).sla_next_at is None
        undo(tx, done, by=SYSTEM, now=T0)
        assert (case_row(tx, case).sla_next_at, events_of(tx, case)[0]) == (T0 + HOUR, ("created", "normal"))


def test_case_from_before_gets_the_beginning_its_record_tells(store: Store) -> None:
    with store.write() as tx:
        case = create_record(tx, "case", {"title": "Leak", "status": "resolved"}, by=SYSTEM, now=T0).record_id
        tx.execute(delete(CaseEvent))
        edit_record(tx, case, {"status": "in_progress"}, by=SYSTEM, now=T0 + HOUR)
        assert events_of(tx, case) == [("created", "normal"), ("status", "resolved"), ("reopened", "in_progress")]
        at = select(CaseEvent.at).where(CaseEvent.record_id == case).order_by(CaseEvent.id)
        assert list(tx.execute(at).scalars()) == [T0, T0, T0 + HOUR]


def test_open_case_is_counted_on_the_contract_of_its_account(store: Store) -> None:
    with store.write() as tx:
        account = create_record(tx, "account", {"title": "Contoso"}, by=SYSTEM, now=T0)
        other = create_record(tx, "account", {"title": "Fabrikam"}, by=SYSTEM, now=T0)
        values = {"uid": new_uid(), "name": "Gold", "account_id": account.record_id, "cases_total": 1}
        gold = tx.execute(
            insert(Entitlement)
            .values(**values, starts_on=date(2026, 1, 1), sla_id=add_sla(tx))
            .returning(Entitlement.id)
        ).scalar_one()

        def case(**more: str) -> int:
            given = {"title": "Leak", "account": account.number, **more}
            return create_record(tx, "case", given, by=SYSTEM, now=T0).record_id

        old, first, second = case(status="resolved"), case(), case()
        assert [case_row(tx, key).entitlement_id for key in (old, first, second)] == [None, gold, None]
        assert [case_row(tx, key).sla_state for key in (first, second)] == ["running", ""]
        edit_record(tx, first, {"account": other.number}, by=SYSTEM, now=T0)
        assert case_row(tx, first).entitlement_id is None


def test_answer_that_was_late_is_due_to_be_told_while_the_resolution_still_runs(store: Store) -> None:
    with store.write() as tx:
        add_queue(tx, sla_id=add_sla(tx, resolution=4800))
        case = create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=SYSTEM, now=T0).record_id
        at = T0 + 3 * HOUR
        tx.execute(insert(CaseEvent).values(record_id=case, kind="our_mail", at=at))
        refresh_clocks(tx, [case], now=at)
        row = case_row(tx, case)
        assert (row.sla_state, row.first_response_at, row.sla_next_at) == ("running", at, at)


def test_clocks_of_many_cases_take_few_queries(store: Store) -> None:
    with store.write() as tx:
        add_queue(tx, sla_id=add_sla(tx))
        for count in (1, 3):
            cases = [
                create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=SYSTEM, now=T0).record_id
                for _ in range(count)
            ]
            with counted_statements(store.engine) as asked:
                refresh_clocks(tx, cases, now=T0)
            assert len(asked) == 5


def test_contract_stays_with_the_customer_when_records_are_merged(store: Store) -> None:
    with store.write() as tx:
        old, new = (make(tx, "account", title=title) for title in ("Contoso", "Contoso Ltd"))
        ann, anne = (make(tx, "contact", title=title, account=old.number) for title in ("Ann", "Anne"))
        values = EntitlementValues("Gold", old.record_id, date(2026, 1, 1), contact_ids=frozenset({ann.record_id}))
        gold = save_entitlement(tx, values, by=SYSTEM, now=T0).id
        given = {"title": "Leak", "account": old.number, "contact": ann.number}
        case = create_record(tx, "case", given, by=SYSTEM, now=T0).record_id
        done = [
            merge_records(tx, anne.record_id, ann.record_id, {}, by=SYSTEM, now=T0),
            merge_records(tx, new.record_id, old.record_id, {}, by=SYSTEM, now=T0),
        ]
        assert (case_row(tx, case).account_id, case_row(tx, case).entitlement_id) == (new.record_id, gold)
        for each in reversed(done):
            undo(tx, each, by=SYSTEM, now=T0)
        assert (case_row(tx, case).account_id, case_row(tx, case).entitlement_id) == (old.record_id, gold)
