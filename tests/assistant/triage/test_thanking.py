"""Acknowledgements: to whom is known for certain, from the queue's address, and never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from store.actor import SYSTEM
from store.engine import Store
from store.mail.composing import STAMP_HEADER
from store.mail.templates import save_template
from store.schema.outbox import Outgoing
from store.schema.service import CaseEvent
from store.schema.triage import Acknowledgement
from tests.assistant.linking.mails import FOUNDED, JANE, US, mail
from tests.assistant.triage.desk import FIRST, Desk

THANKED = "name = 'Any'\nthen.create = 'case'\nthen.acknowledge = 'We have it'"


def test_somebody_known_is_sent_an_acknowledgement_that_says_it_is_automatic(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules(THANKED)
    desk.arrives(1, subject="Toner", sender=f"Jane Roe <{JANE}>")

    [sent] = desk.outbox()
    headers = [(name, value) for name, value in sent["headers"] if name != STAMP_HEADER]
    assert headers == [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")]
    assert (sent["sender"][0], sent["to"], sent["in_reply_to"]) == (US, [[JANE, "Jane Roe"]], "m1@mail.example")
    assert (sent["subject"], sent["text"].strip()) == (
        "We have it: CAS-01043",
        "Dear Jane Roe, it is CAS-01043.\nSupport",
    )


def test_an_acknowledgement_is_no_answer_of_ours_where_the_server_keeps_only_its_stamp(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules(THANKED)
    desk.arrives(1, subject="Toner", sender=f"Jane Roe <{JANE}>")
    with sqlite_store.read() as tx:
        uid = tx.execute(select(Outgoing.uid)).scalar_one()
    copy = mail(2, sender=US, to=JANE, subject="We have it: CAS-01043", answers=1)
    desk.arrive(copy, folder_id=desk.sent_id, stamp=uid)
    desk.arrive(mail(3, sender=US, to=JANE, subject="Toner", answers=1), folder_id=desk.sent_id)

    asked, thanked, answered = (desk.activity_id(number) for number in (1, 2, 3))
    with sqlite_store.read() as tx:
        events = select(CaseEvent.activity_id, CaseEvent.kind).where(CaseEvent.kind.in_(("customer_mail", "our_mail")))
        assert list(map(tuple, tx.execute(events))) == [(asked, "customer_mail"), (answered, "our_mail")]
        assert list(tx.execute(select(Acknowledgement.activity_id)).scalars()) == [thanked]


@pytest.mark.parametrize(
    ("minutes", "second", "sent"),
    [
        (30, {"subject": "Re: Toner", "answers": 1}, 1),  # the same thread, on the same day
        (30, {"subject": "Paper"}, 1),  # another one, at once: a machine may answer without a reference
        (180, {"subject": "Paper"}, 2),
    ],
)
def test_an_acknowledgement_is_not_followed_by_another_at_once(
    sqlite_store: Store, minutes: int, second: dict[str, object], sent: int
) -> None:
    desk = Desk(sqlite_store)
    desk.rules(THANKED)
    desk.arrives(1, subject="Toner")
    later = mail(2, **second).replace(b"11:00:00", f"{10 + minutes // 60}:{minutes % 60:02}:00".encode())  # type: ignore[arg-type]
    desk.now = FIRST + timedelta(hours=1, minutes=minutes)
    desk.arrive(later)

    assert len(desk.outbox()) == sent


def test_a_machine_is_answered_once_though_its_thread_is_older(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules("name = 'First'\nwhen.subject = 'Hello'\nthen.assign = 'round_robin'", THANKED)
    desk.arrives(1, subject="Hello")
    desk.arrives(6, subject="Toner", answers=1)
    desk.now = FIRST + timedelta(hours=6, minutes=10)
    desk.arrive(mail(7, subject="Away").replace(b"16:00:00", b"15:05:00"))

    assert [sent["in_reply_to"] for sent in desk.outbox()] == ["m6@mail.example"]


def test_threads_that_turn_out_to_be_one_are_sent_one_acknowledgement_a_day(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    linked = "then.link = 'CAS-01042'\nthen.acknowledge = 'We have it'"
    desk.rules("name = 'Paper'\nwhen.subject = 'Paper'\nthen.assign = 'round_robin'", f"name = 'Any'\n{linked}")
    desk.arrives(1, subject="Paper", answers=90)
    desk.arrives(2, subject="Toner", answers=91)
    desk.arrives(5, subject="Ink", references=(90, 91))

    assert [sent["in_reply_to"] for sent in desk.outbox()] == ["m2@mail.example"]


def test_a_machine_that_marks_nothing_is_answered_a_few_times_a_week_and_people_are_told_once(
    sqlite_store: Store,
) -> None:
    desk = Desk(sqlite_store)
    desk.rules(THANKED)
    for number in (1, 30, 60, 90, 120, 200):
        desk.arrives(number, subject=f"Away {number}")

    assert [sent["in_reply_to"].partition("@")[0] for sent in desk.outbox()] == ["m1", "m30", "m60", "m200"]
    assert desk.notices() == [
        f"{JANE} writes often and is sent no more acknowledgements this week; it may be a machine."
    ]


@pytest.mark.parametrize(
    ("template", "text", "why"),
    [
        ("Gone", "", "No acknowledgement: there is no template “Gone” for everybody"),
        ("Odd", "Dear {lead.name}", "No acknowledgement: nobody knows {lead.name}, which the template names"),
    ],
)
def test_what_cannot_be_sent_is_told_with_what_was_done(
    sqlite_store: Store, template: str, text: str, why: str
) -> None:
    desk = Desk(sqlite_store)
    with sqlite_store.write() as tx:
        kept = save_template(tx, template, "", text or "x", shared=True, by=SYSTEM, now=FOUNDED)
    desk.rules(f"name = 'Any'\nthen.create = 'case'\nthen.acknowledge = '{template}'")
    if not text:
        with sqlite_store.write() as tx:
            save_template(tx, "Renamed", "", "x", shared=True, uid=kept, by=SYSTEM, now=FOUNDED)
    desk.arrives(1, subject="Toner")

    assert (desk.outbox(), desk.operations()[0].summary) == ([], f"Made case CAS-01043 Toner of “Toner”. {why}")


def test_mail_that_came_days_ago_is_not_acknowledged_any_more(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules(THANKED)
    desk.now = FIRST + timedelta(days=2)
    desk.arrive(mail(1, subject="Toner"))

    assert (len(desk.records("case", "id")), desk.outbox()) == (2, [])
    assert desk.operations()[0].summary.endswith("No acknowledgement: it came more than a day ago")
