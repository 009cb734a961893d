"""Rules act on the mail that arrives: each act, what needs no rule, and what is held back."""

from __future__ import annotations

from store.engine import Store
from store.history.operations import undo
from tests.assistant.triage.desk import Desk

CASE = "name = 'Printers'\nwhen.says = 'print*'\nthen.create = 'case'"


def test_a_rule_makes_a_case_of_a_mail_that_undo_takes_back(store: Store) -> None:
    desk = Desk(store)
    desk.rules(f"{CASE}\nthen.priority = 'high'\nthen.assign = 'round_robin'")
    desk.arrives(1, subject="My printer burns", sender="Jane Roe <jane@fabrikam.example>")

    kim = desk.people[0]
    [(_, _), made] = [row[:2] for row in desk.records("case", "title", "priority")]
    assert made == ("My printer burns", "high")
    assert desk.records("case", "owner_id", "queue_id")[1] == (kim.user_id, desk.queue_id)
    assert desk.records("case", "contact_id")[1] == desk.records("contact", "id")[0]
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
