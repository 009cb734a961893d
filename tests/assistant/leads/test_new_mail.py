"""Mail of somebody who was a lead is regarding what the lead became."""

from __future__ import annotations

import pytest

from assistant.linking.worker import link_pending
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.leads.becoming import proposed
from store.leads.qualifying import qualify_lead
from store.records.state import read_state
from store.records.writing import create_record
from tests.assistant.linking.mails import FOUNDED, NOW, US, found_company, links_by_mail, take_in
from tests.assistant.linking.mails import plain_mail as mail

KURT = "kurt@logic.example"
TO_LEAD = ("Kurt Gödel", "linked", "address", True)


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return found_company(sqlite_store)


def test_mail_of_a_qualified_lead_is_regarding_what_it_became(store: Store) -> None:
    with store.write() as tx:
        values = {"title": "Kurt Gödel", "company": "Logic AG", "topic": "Forty engines", "emails": [KURT]}
        lead_id = create_record(tx, "lead", values, by=SYSTEM, now=FOUNDED).record_id
    take_in(store, [mail(1, sender=KURT), mail(2, sender=US, to=KURT, answers=1)])
    assert links_by_mail(store) == {"m1@mail.example": [TO_LEAD], "m2@mail.example": [TO_LEAD]}
    with store.write() as tx:
        lead = read_state(tx, lead_id)
        assert lead is not None
        assert lead.state["status"] == "contacted"
        made = qualify_lead(tx, lead_id, proposed(lead.state), by=SYSTEM, now=NOW)
    link_pending(store, now=NOW)
    take_in(
        store, [mail(3, sender=KURT, answers=2), mail(4, sender=KURT, subject="Lunch"), mail(5, subject="LEA-00001")]
    )
    carried = [
        ("Forty engines", "linked", "qualified", True),
        ("Kurt Gödel", "linked", "address", False),
        ("Kurt Gödel", "linked", "qualified", False),
        ("Logic AG", "linked", "employer", False),
    ]
    found = links_by_mail(store)
    assert [found["m1@mail.example"], found["m2@mail.example"]] == [carried, carried]
    assert found["m3@mail.example"] == [
        ("Forty engines", "linked", "thread", True),
        ("Kurt Gödel", "linked", "address", False),
        ("Logic AG", "linked", "employer", False),
    ]
    # Who of the two comes first is a habit of the house.
    assert [link[:3] for link in found["m4@mail.example"]] == [
        ("Forty engines", "suggested", "own_contact"),
        ("Kurt Gödel", "linked", "address"),
        ("Logic AG", "linked", "employer"),
    ]
    assert ("Forty engines", "suggested", "number", False) in found["m5@mail.example"]
    # A name is that of the contact, and nobody else's.
    take_in(store, [mail(6, sender="Kurt Gödel <kurt@home.example>")])
    assert [link[0] for link in links_by_mail(store)["m6@mail.example"]] == ["Kurt Gödel"]
    with store.write() as tx:
        undo(tx, made.operation_uid, by=SYSTEM, now=NOW)
    link_pending(store, now=NOW)
    assert {key: links for key, links in links_by_mail(store).items() if key < "m3"} == {
        "m1@mail.example": [TO_LEAD],
        "m2@mail.example": [TO_LEAD],
    }
