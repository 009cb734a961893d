from __future__ import annotations

import pytest
from sqlalchemy import Connection, delete, insert, select

from store.activities.writing import delete_activity, edit_activity, log_phone_call
from store.actor import SYSTEM
from store.cases.acting import merge_cases
from store.cases.mails import LATEST, follow_links
from store.engine import Store
from store.history.operations import undo
from store.linking.by_hand import remove_link, set_link
from store.linking.decided import DecidedLink
from store.linking.links import store_decisions
from store.records.writing import create_record, edit_record
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.records import Case
from store.schema.service import CaseEvent
from store.schema.triage import Acknowledgement
from tests.store.builders import World
from tests.store.cases.scene import HOUR, T0, add_queue, add_sla, case_row, events_of
from tests.store.scenes import make

CUSTOMER = "ann@contoso.example"


def mail(tx: Connection, direction: str = "out", *, to: str = CUSTOMER, hours: float = 1, **columns: object) -> int:
    world = World(tx)
    activity_id = world.email("Leak", direction=direction, at=T0 + hours * HOUR, **columns)  # type: ignore[arg-type]
    world.party(activity_id, "from", CUSTOMER if direction == "in" else "help@our.example")
    world.party(activity_id, "to", to)
    return activity_id


def case_at_queue(tx: Connection) -> int:
    add_queue(tx, sla_id=add_sla(tx))
    contact = make(tx, "contact", title="Ann", emails=[CUSTOMER])
    values = {"title": "Leak", "queue": "Support", "contact": contact.number}
    return create_record(tx, "case", values, by=SYSTEM, now=T0).record_id


def test_mail_counts_for_as_long_as_it_is_linked(store: Store) -> None:
    with store.write() as tx:
        case = case_at_queue(tx)
        before = case_row(tx, case)
        asked, answered = mail(tx, "in"), mail(tx, hours=1.5)
        set_link(tx, asked, case, by=SYSTEM, now=T0 + 2 * HOUR)
        set_link(tx, answered, case, by=SYSTEM, now=T0 + 2 * HOUR)
        assert events_of(tx, case)[-2:] == [("customer_mail", ""), ("our_mail", "")]
        row = case_row(tx, case)
        assert (row.first_response_at, row.sla_next_at) == (T0 + 1.5 * HOUR, T0 + 4 * HOUR)
        done = remove_link(tx, answered, case, by=SYSTEM, now=T0 + HOUR / 2)
        assert (events_of(tx, case)[-1], case_row(tx, case).first_response_at) == (("customer_mail", ""), None)
        undo(tx, done, by=SYSTEM, now=T0 + 2 * HOUR)
        assert (events_of(tx, case)[-1], case_row(tx, case)) == (("our_mail", ""), row)
        kept = tx.execute(select(CaseEvent.id).where(CaseEvent.activity_id.is_not(None))).all()
        assert (len(kept), before.first_response_at) == (2, None)


@pytest.mark.parametrize(
    "columns",
    [{"noise": "auto_reply"}, {"direction": "internal"}, {"to": "sales@supplier.example"}],
)
def test_what_no_person_wrote_to_the_customer_is_no_answer(store: Store, columns: dict[str, str]) -> None:
    with store.write() as tx:
        case = case_at_queue(tx)
        set_link(tx, mail(tx, **columns), case, by=SYSTEM, now=T0)  # type: ignore[arg-type]
        assert case_row(tx, case).first_response_at is None


def test_call_to_the_customer_answers_for_as_long_as_it_is_written_down(store: Store) -> None:
    with store.write() as tx:
        case = case_at_queue(tx)
        now = T0 + 3 * HOUR
        log_phone_call(tx, case, "They called", direction="in", occurred_at=T0, by=SYSTEM, now=now)
        assert case_row(tx, case).first_response_at is None
        call = log_phone_call(tx, case, "Called back", occurred_at=T0 + HOUR, by=SYSTEM, now=now)
        assert (events_of(tx, case)[-1], case_row(tx, case).first_response_at) == (("our_call", ""), T0 + HOUR)
        edit_activity(tx, call.activity_id, {"occurred_at": T0 + 1.5 * HOUR}, by=SYSTEM, now=now)
        assert case_row(tx, case).first_response_at == T0 + 1.5 * HOUR
        gone = delete_activity(tx, call.activity_id, by=SYSTEM, now=now)
        assert case_row(tx, case).first_response_at is None
        undo(tx, gone, by=SYSTEM, now=now)
        assert case_row(tx, case).first_response_at == T0 + 1.5 * HOUR


def test_mail_to_an_address_that_becomes_known_later_answers_from_then_on(store: Store) -> None:
    with store.write() as tx:
        case = case_at_queue(tx)
        ann = tx.execute(select(Case.contact_id).where(Case.id == case)).scalar_one()
        ours, theirs = mail(tx, to="ann.lee@home.example"), mail(tx, to="sales@supplier.example", hours=2)
        link = DecidedLink(case, "linked", True, 1.0, "thread", ())
        store_decisions(tx, {ours: [link], theirs: [link]}, engine_version=1, now=T0 + HOUR)
        assert case_row(tx, case).first_response_at is None
        assert ann is not None
        edit_record(tx, ann, {"emails": [CUSTOMER, "ann.lee@home.example"]}, by=SYSTEM, now=T0 + 3 * HOUR)
        store_decisions(tx, {ours: [link]}, engine_version=1, now=T0 + 3 * HOUR)
        assert case_row(tx, case).first_response_at == T0 + HOUR
        bo = make(tx, "contact", title="Bo", emails=["sales@supplier.example"])
        edit_record(tx, case, {"contact": bo.number}, by=SYSTEM, now=T0 + 3 * HOUR)
        assert case_row(tx, case).first_response_at == T0 + 2 * HOUR


def test_acknowledgement_is_no_answer(store: Store) -> None:
    with store.write() as tx:
        case = case_at_queue(tx)
        sent = mail(tx)
        thread = World(tx).email("x")  # any thread will do
        thread_id = tx.execute(select(Email.thread_id).where(Email.id == thread)).scalar_one()
        values = {"thread_id": thread_id, "on_date": T0.date(), "email": CUSTOMER, "activity_id": sent}
        tx.execute(insert(Acknowledgement).values(values))
        set_link(tx, sent, case, by=SYSTEM, now=T0)
        assert case_row(tx, case).first_response_at is None


def test_any_mail_answers_a_case_whose_customer_nobody_knows(store: Store) -> None:
    with store.write() as tx:
        case = make(tx, "case", title="Leak").record_id
        set_link(tx, mail(tx, hours=48), case, by=SYSTEM, now=T0)
        assert case_row(tx, case).first_response_at == T0 + 48 * HOUR


def test_answers_to_what_stands_still_await_being_acted_on(store: Store) -> None:
    def awaited(tx: Connection) -> list[tuple[int | None, str]]:
        found = select(CaseEvent.activity_id, CaseEvent.value).where(CaseEvent.kind == "answer")
        return [(activity_id, value) for activity_id, value in tx.execute(found)]

    with store.write() as tx:
        closed = make(tx, "case", title="Leak", status="resolved").record_id
        sure, unsure, old, ours = mail(tx, "in"), mail(tx, "in"), mail(tx, "in", hours=-400), mail(tx)
        for rule, each in (("number", sure), ("title_words", unsure), ("number", old), ("number", ours)):
            link = DecidedLink(closed, "suggested", False, 0.8, rule, ({"rule": rule, "quote": "", "source": ""},))
            store_decisions(tx, {each: [link]}, engine_version=1, now=T0 + 2 * HOUR)
        assert awaited(tx) == [(sure, "pending")]
        set_link(tx, unsure, closed, by=SYSTEM, now=T0)
        set_link(tx, mail(tx, "in", noise="auto_reply"), closed, by=SYSTEM, now=T0)
        assert awaited(tx) == [(sure, "pending"), (unsure, "pending")]
        follow_links(tx, [sure, unsure], now=T0)
        assert len(awaited(tx)) == 2
        assert LATEST.days == 14


def test_mail_linked_to_other_work_is_no_answer_to_what_is_suggested(store: Store) -> None:
    with store.write() as tx:
        closed = make(tx, "case", title="Leak", status="resolved").record_id
        other = make(tx, "case", title="Pump").record_id
        asked = mail(tx, "in")
        World(tx).link(asked, other)
        values = {"rule": "number", "evidence": [{"rule": "number"}], "engine_version": 1, "decided_by": "rule"}
        link = insert(Link).values(
            uid="u",
            activity_id=asked,
            record_id=closed,
            state="suggested",
            is_primary=False,
            score=1.0,
            decided_at=T0,
            **values,
        )
        tx.execute(link)
        follow_links(tx, [asked], now=T0)
        assert tx.execute(select(CaseEvent.id).where(CaseEvent.kind == "answer")).all() == []
        tx.execute(delete(Link).where(Link.record_id == other))
        follow_links(tx, [asked], now=T0)
        assert len(tx.execute(select(CaseEvent.id).where(CaseEvent.kind == "answer")).all()) == 1


def test_mails_of_a_merged_case_count_for_the_one_it_became_part_of(store: Store) -> None:
    with store.write() as tx:
        case = case_at_queue(tx)
        double = make(tx, "case", title="Leaking").record_id
        set_link(tx, mail(tx), double, by=SYSTEM, now=T0)
        done = merge_cases(tx, double, case, by=SYSTEM, now=T0 + 2 * HOUR)
        assert (events_of(tx, case)[-1], case_row(tx, case).first_response_at) == (("our_mail", ""), T0 + HOUR)
        assert case_row(tx, double).sla_next_at is None
        undo(tx, done, by=SYSTEM, now=T0 + 2 * HOUR)
        assert (("our_mail", "") in events_of(tx, case), case_row(tx, case).first_response_at) == (False, None)
        assert ("our_mail", "") in events_of(tx, double)


def test_mails_of_a_case_from_before_anything_was_written_down_count_and_move_nothing(store: Store) -> None:
    with store.write() as tx:
        case = case_at_queue(tx)
        for each in (mail(tx, "in", hours=0.5), mail(tx)):
            World(tx).link(each, case)
        edit_record(tx, case, {"status": "waiting"}, by=SYSTEM, now=T0 + HOUR / 4)
        tx.execute(delete(CaseEvent))
        edit_record(tx, case, {"priority": "high"}, by=SYSTEM, now=T0 + 3 * HOUR)
        assert dict(events_of(tx, case)) == {
            "created": "normal",
            "queue": "1",
            "status": "waiting",
            "customer_mail": "",
            "our_mail": "",
            "priority": "high",
        }
        assert case_row(tx, case).first_response_at == T0 + HOUR
