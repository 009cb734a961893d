"""Rules act on the mail that arrives: each act, what needs no rule, and what is held back."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import insert, select

from assistant.triage import worker
from assistant.triage.worker import triage_pending
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.linking.by_hand import set_link
from store.queues.saving import save_queue
from store.queues.values import QueueValues
from store.schema.ledger import Quarantine
from store.schema.people import Folder
from tests.assistant.linking.mails import FOUNDED, JANE, START, US, mail
from tests.assistant.triage.desk import FIRST, Desk
from tests.store.builders import counted_statements

STRANGER = "Omar Bennett <omar@tailspin.example>"
CASE = "name = 'Printers'\nwhen.says = 'print*'\nthen.create = 'case'"
ANY_CASE = "name = 'Any'\nthen.create = 'case'"


def test_a_rule_makes_a_case_of_a_mail_that_undo_takes_back(store: Store) -> None:
    desk = Desk(store)
    desk.rules(f"{CASE}\nthen.priority = 'high'\nthen.assign = 'round_robin'")
    desk.arrives(1, subject="My printer burns", sender="Jane Roe <jane@fabrikam.example>")

    kim = desk.people[0]
    assert desk.records("case", "title", "priority", "owner_id", "queue_id", "contact_id")[1:] == [
        ("My printer burns", "high", kim.user_id, desk.queue_id, *desk.records("contact", "id")[0])
    ]
    assert desk.states() == {"m1": "handled"}
    [did] = desk.operations()
    assert (did.user, did.summary) == (
        "rule Printers",
        "Made case CAS-01043 My printer burns of “My printer burns”",
    )

    with store.write() as tx:
        undo(tx, did.uid, by=kim, now=desk.now)
    desk.arrives(2, subject="Lunch")
    assert (len(desk.records("case", "id")), desk.states()["m1"]) == (1, "undecided")


def test_a_rule_makes_a_lead_of_a_stranger(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules("name = 'New'\nwhen.known = false\nthen.create = 'lead'\nthen.assign = 'user:lee@alpineskihouse.com'")
    desk.arrives(1, subject="A price list", sender=STRANGER)

    assert desk.records("lead", "title", "topic", "source", "owner_id", "queue_id") == [
        ("Omar Bennett", "A price list", "email", desk.people[1].user_id, None)
    ]


def test_a_rule_links_an_answer_to_the_open_case_of_its_thread(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules("name = 'Answers'\nwhen.open_case = true\nthen.link = 'open_case'\nthen.priority = 'urgent'", ANY_CASE)
    desk.arrives(1, subject="Toner", sender=STRANGER)
    desk.arrives(2, subject="Something else", answers=1, sender=STRANGER)

    assert desk.records("case", "title", "priority")[1:] == [("Toner", "urgent")]
    assert [(row.user, row.summary) for row in desk.operations()[:1]] == [
        ("rule Answers", "Linked “Something else” to CAS-01043 Toner")
    ]


def test_a_rule_links_to_the_record_that_it_names(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules("name = 'Guns'\nwhen.says = 'gun*'\nthen.link = 'CAS-01042'\nthen.assign = 'queue:Support'")
    desk.arrives(1, subject="Guns", sender=STRANGER)

    assert desk.operations()[0].summary == "Linked “Guns” to CAS-01042 Gun 4 leaks"
    assert desk.records("case", "queue_id") == [(desk.queue_id,)]


def test_a_rule_that_ignores_leaves_nothing_to_decide(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules("name = 'Offers'\nwhen.says = 'discount'\nthen.ignore = true")
    desk.arrives(1, subject="Big discount", sender=STRANGER)

    assert (desk.states(), desk.operations()[0].summary) == ({"m1": "ignored"}, "Not relevant: “Big discount”")


def test_a_rule_that_only_assigns_leaves_the_decision_to_who_is_given_it(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    with sqlite_store.write() as tx:
        sales = save_queue(tx, QueueValues("Sales", kind="lead"), by=SYSTEM, now=FOUNDED).id
    desk.rules(
        "name = 'Mine'\nwhen.says = 'lee'\nthen.assign = 'user:lee@alpineskihouse.com'",
        "name = 'Sales'\nthen.assign = 'queue:Sales'",
    )
    desk.arrives(1, subject="For Lee", sender=STRANGER)
    desk.arrives(2, subject="For sale", sender=STRANGER)

    assert desk.states() == {"m1": "undecided", "m2": "undecided"}
    assert desk.waits_for() == [(desk.queue_id, "Lee Park"), (sales, None)]


def test_turns_go_round_in_a_queue(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules(f"{ANY_CASE}\nthen.assign = 'round_robin'")
    for number, subject in enumerate(("Toner", "Paper", "Fire")):
        desk.arrives(number, subject=subject, sender=STRANGER)

    kim, lee = (one.user_id for one in desk.people)
    assert desk.records("case", "owner_id")[1:] == [(kim,), (lee,), (kim,)]


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"subject": "Re: Gun 4 leaks CAS-01042"}, "handled"),
        ({"subject": "Hello"}, "undecided"),  # it is Jane's for certain, but she wrote to the queue
        ({"subject": "Hello", "sender": STRANGER}, "undecided"),
        ({"subject": "Hello", "sender": STRANGER, "headers": {"Auto-Submitted": "auto-replied"}}, "ignored"),
        ({"subject": "Hello", "sender": STRANGER, "headers": {"List-Id": "<all.tailspin.example>"}}, "ignored"),
    ],
)
def test_without_rules_mail_is_decided_by_what_it_is_linked_to(
    sqlite_store: Store, said: dict[str, object], state: str
) -> None:
    desk = Desk(sqlite_store)
    desk.arrives(1, **said)

    assert desk.states() == {"m1": state}


def test_mail_from_somebody_known_that_was_sent_to_no_queue_is_decided(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    with sqlite_store.write() as tx:
        save_queue(tx, QueueValues("Support", address=""), queue_id=desk.queue_id, by=SYSTEM, now=FOUNDED)
    desk.arrives(1, subject="Hello")

    assert desk.states() == {"m1": "handled"}


@pytest.mark.parametrize(
    ("method", "made"),
    [
        ("METHOD:REPLY\n", (0, 0, "handled")),
        ("METHOD:REQUEST\n", (0, 0, "handled")),
        ("", (1, 1, "handled")),  # a calendar that only came along with what they write
    ],
)
def test_answers_to_meetings_are_left_to_the_calendar(
    sqlite_store: Store, method: str, made: tuple[int, int, str]
) -> None:
    desk = Desk(sqlite_store)
    desk.rules(f"{ANY_CASE}\nthen.acknowledge = 'We have it'")
    answer = message_from_bytes(mail(1, subject="Accepted: Repair"), policy=default)
    assert isinstance(answer, EmailMessage)
    event = "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260301T100000Z\nDTSTART:20260305T100000Z\nEND:VEVENT"
    answer.add_alternative(f"BEGIN:VCALENDAR\nVERSION:2.0\n{method}{event}\nEND:VCALENDAR\n", subtype="calendar")
    desk.now = FIRST + timedelta(hours=1)
    desk.arrive(answer.as_bytes())

    assert (len(desk.records("case", "id")) - 1, len(desk.outbox()), desk.states()["m1"]) == made


def test_only_mail_that_comes_to_an_inbox_waits(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    with sqlite_store.write() as tx:
        archive = {"mailbox_id": 1, "remote_id": "a", "path": "Archive", "role": "archive", "holds": "email"}
        archive_id = tx.execute(insert(Folder).values(archive).returning(Folder.id)).scalar_one()
    desk.arrive(mail(1), mail(2, sender=US, to=JANE))
    desk.arrive(mail(4), folder_id=archive_id)

    assert list(desk.states()) == ["m1"]


@pytest.mark.parametrize(("days", "waiting"), [(29, ["m4"]), (31, [])])
def test_mail_that_is_put_back_into_the_inbox_waits_only_where_it_is_recent(
    sqlite_store: Store, days: int, waiting: list[str]
) -> None:
    desk = Desk(sqlite_store)
    desk.arrive(mail(4, sender=STRANGER), folder_id=desk.sent_id)
    desk.now = FIRST + timedelta(days=days)
    desk.arrive(mail(4, sender=STRANGER))

    assert list(desk.states()) == waiting


def test_years_of_old_mail_that_a_first_sync_brings_do_not_wait(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, now=FIRST + timedelta(days=500))
    old = START - FOUNDED
    hours = int(old.total_seconds()) // 3600
    desk.arrive(mail(-hours - 24, sender=STRANGER), mail(-hours + 24, sender=STRANGER))

    assert desk.states() == {f"m{-hours + 24}": "undecided"}


def test_rules_mind_only_mail_that_came_since_they_were_written(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules(ANY_CASE, at=FIRST + timedelta(hours=2))
    desk.arrives(1, subject="Before", sender=STRANGER)
    desk.arrives(3, subject="After", sender=STRANGER)

    assert desk.states() == {"m1": "undecided", "m3": "handled"}


def test_an_answer_makes_no_second_case(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules(ANY_CASE)
    desk.arrives(1, subject="Toner", sender=JANE)
    desk.arrives(2, subject="Re: Toner", answers=1, sender=JANE)
    desk.arrives(3, subject="Re: Toner", answers=1, sender=STRANGER)  # likely about it, which is not certain

    assert desk.states() == {"m1": "handled", "m2": "handled", "m3": "undecided"}
    assert len(desk.records("case", "id")) == 2


def test_a_mail_to_two_queues_makes_one_case(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    with sqlite_store.write() as tx:
        save_queue(tx, QueueValues("Sales", address="sales@alpine.example"), by=SYSTEM, now=FOUNDED)
    desk.rules(ANY_CASE)
    desk.arrives(1, subject="Toner", sender=STRANGER, to=f"{US}, sales@alpine.example")

    assert desk.records("case", "title", "queue_id")[1:] == [("Toner", desk.queue_id)]


def test_ten_thousand_mails_of_one_sender_make_one_case_and_one_notice(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty of them, which is past the limit: each further one costs the same and changes nothing."""
    desk = Desk(sqlite_store)
    monkeypatch.setattr(worker, "BATCH", 25)
    desk.rules(ANY_CASE)
    desk.now = FIRST + timedelta(minutes=1)
    flood = [
        mail(0, sender=STRANGER, subject=f"Job {number} failed").replace(b"m0@", f"f{number}@".encode())
        for number in range(60)
    ]
    desk.arrive(*flood)

    assert len(desk.records("case", "id")) == 2
    assert sorted(desk.states().values()) == ["handled"] + ["undecided"] * 59
    assert desk.notices() == [
        "omar@tailspin.example wrote 60 mails within an hour. One was made a case or lead; the others wait in triage."
    ]


def test_what_a_person_did_before_rules_came_to_it_stands(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.arrives(1, subject="Toner", sender=STRANGER)
    with sqlite_store.write() as tx:
        case_id = desk.records("case", "id")[0][0]
        set_link(tx, desk.activity_id(1), case_id, by=SYSTEM, now=desk.now)
    desk.rules(ANY_CASE)
    triage_pending(sqlite_store, now=desk.now)

    assert (len(desk.records("case", "id")), desk.states()) == (1, {"m1": "handled"})


def test_a_mail_that_rules_cannot_be_used_on_waits_for_a_person(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> bool:
        raise ValueError("no")

    desk = Desk(sqlite_store)
    desk.rules(CASE)
    monkeypatch.setattr(worker, "act", breaks)
    desk.now = FIRST + timedelta(hours=3)
    desk.arrive(mail(1, subject="Printer", sender=STRANGER), mail(2, subject="Lunch", sender=STRANGER))

    with sqlite_store.read() as tx:
        reasons = list(tx.execute(select(Quarantine.reason)).scalars())
    assert (desk.states(), reasons) == (
        {"m1": "undecided", "m2": "undecided"},
        ["Rules could not look at it (ValueError)."],
    )


def test_where_nothing_waits_nothing_is_written_and_little_is_read(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store)
    desk.rules(*(f"name = '{number}'\nthen.create = 'case'" for number in range(50)))
    with counted_statements(sqlite_store.engine) as seen:
        triage_pending(sqlite_store, now=desk.now)

    assert len(seen) == 2
