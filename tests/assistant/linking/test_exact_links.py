"""What mail is regarding by exact evidence, over the whole way from raw mail to stored link."""

from __future__ import annotations

from base64 import b64encode

import pytest
from sqlalchemy import select

from assistant.linking.worker import link_pending
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.linking.by_hand import remove_link, set_link
from store.queries.linking.gather import gather
from store.records.writing import create_record
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.records import Record
from tests.assistant.linking.mails import NOW, US, links_by_mail, take_in, threads
from tests.assistant.linking.mails import plain_mail as mail


def _ids(store: Store, message_id: str, number: str) -> tuple[int, int]:
    with store.read() as tx:
        activity_id = tx.execute(select(Email.id).where(Email.message_id == message_id)).scalar_one()
        record_id = tx.execute(select(Record.id).where(Record.number == number)).scalar_one()
    return activity_id, record_id


def test_exact_address_links_the_contact_and_the_employer_first(store: Store) -> None:
    take_in(store, [mail(1)])
    assert links_by_mail(store) == {
        "m1@mail.example": [
            ("Fabrikam", "linked", "employer", True),
            ("Jane Roe", "linked", "address", False),
        ]
    }


def test_unknown_sender_of_a_known_domain_links_the_account(store: Store) -> None:
    take_in(store, [mail(1, sender="Bob <bob@mail.fabrikam.example>")])
    assert links_by_mail(store)["m1@mail.example"] == [("Fabrikam", "linked", "domain", True)]


def test_own_mail_is_linked_by_its_recipient(store: Store) -> None:
    take_in(store, [mail(1, sender=US, to="jane@fabrikam.example")])
    assert links_by_mail(store)["m1@mail.example"][1] == ("Jane Roe", "linked", "address", False)


def test_internal_mail_is_linked_to_nothing(store: Store) -> None:
    take_in(store, [mail(1, sender=US, to="ben@alpine.example")])
    assert links_by_mail(store) == {}


def test_record_number_from_a_known_sender_is_primary(store: Store) -> None:
    take_in(store, [mail(1, subject="Re: CAS-01042 still leaking")])
    assert ("Gun 4 leaks", "linked", "number_in_thread", True) in links_by_mail(store)["m1@mail.example"]


def test_record_number_from_a_stranger_counts_for_nothing(store: Store) -> None:
    take_in(store, [mail(1, sender="eve@stranger.example", subject="CAS-01042")])
    assert links_by_mail(store) == {}


def test_record_number_of_another_customer_is_only_suggested(store: Store) -> None:
    with store.write() as tx:
        other = create_record(tx, "account", {"title": "Contoso"}, by=SYSTEM, now=NOW).record_id
        create_record(tx, "case", {"title": "Other", "account": other}, number="CAS-02000", by=SYSTEM, now=NOW)
    take_in(store, [mail(1, subject="CAS-02000")])
    assert ("Other", "suggested", "number", False) in links_by_mail(store)["m1@mail.example"]


def test_reply_inherits_what_its_thread_is_regarding(store: Store) -> None:
    take_in(store, [mail(1, body="OPP-00231"), mail(2, sender=US, to="jane@fabrikam.example", answers=1)])
    assert ("Ten snow guns", "linked", "thread", True) in links_by_mail(store)["m2@mail.example"]


def test_thread_continues_over_a_missing_mail_by_references(store: Store) -> None:
    take_in(store, [mail(1, body="OPP-00231"), mail(3, answers=2, references=[1, 2])])
    assert ("Ten snow guns", "linked", "thread", True) in links_by_mail(store)["m3@mail.example"]
    assert threads(store) == {frozenset({"m1@mail.example", "m3@mail.example"})}


def test_forward_to_a_new_audience_inherits_nothing(store: Store) -> None:
    take_in(store, [mail(1, subject="OPP-00231"), mail(2, sender=US, to="x@wingtip.example", answers=1)])
    assert "m2@mail.example" not in links_by_mail(store)


def test_address_of_two_contacts_is_only_suggested(store: Store) -> None:
    for name in ("A. Clerk", "B. Clerk"):
        with store.write() as tx:
            create_record(tx, "contact", {"title": name, "emails": ["info@wingtip.example"]}, by=SYSTEM, now=NOW)
    take_in(store, [mail(1, sender="info@wingtip.example")])
    assert [link[1] for link in links_by_mail(store)["m1@mail.example"]] == ["suggested", "suggested"]


def test_newsletter_of_a_customer_is_stored_and_not_linked(store: Store) -> None:
    take_in(
        store, [mail(1, headers={"List-Id": "<news.fabrikam.example>", "List-Unsubscribe": "<mailto:x@y.example>"})]
    )
    assert links_by_mail(store) == {}
    assert threads(store) == {frozenset({"m1@mail.example"})}


def test_out_of_office_is_suggested_where_the_answered_mail_stands_and_never_linked(store: Store) -> None:
    take_in(
        store,
        [
            mail(1, sender=US, to="jane@fabrikam.example", subject="OPP-00231"),
            mail(2, answers=1, subject="Automatic reply", headers={"Auto-Submitted": "auto-replied"}),
        ],
    )
    assert {link[1:] for link in links_by_mail(store)["m2@mail.example"]} == {("suggested", "answers", False)}


def test_contact_that_becomes_known_later_explains_past_mail(store: Store) -> None:
    take_in(store, [mail(1, sender="new@wingtip.example")])
    with store.write() as tx:
        create_record(tx, "contact", {"title": "New", "emails": ["new@wingtip.example"]}, by=SYSTEM, now=NOW)
    take_in(store, [])

    link_pending(store, now=NOW)
    assert links_by_mail(store)["m1@mail.example"] == [("New", "linked", "address", True)]


def test_human_link_stands_and_passes_on_to_later_replies(store: Store) -> None:
    take_in(store, [mail(1)])
    activity_id, record_id = _ids(store, "m1@mail.example", "OPP-00231")
    with store.write() as tx:
        set_link(tx, activity_id, record_id, by=SYSTEM, now=NOW)
    take_in(store, [mail(2, answers=1)])
    assert ("Ten snow guns", "linked", "person", True) in links_by_mail(store)["m1@mail.example"]
    assert ("Ten snow guns", "linked", "thread", True) in links_by_mail(store)["m2@mail.example"]


def test_rejected_record_is_never_proposed_again(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042")])
    activity_id, record_id = _ids(store, "m1@mail.example", "CAS-01042")
    with store.write() as tx:
        remove_link(tx, activity_id, record_id, by=SYSTEM, now=NOW)
        tx.exec_driver_sql("UPDATE activity SET link_state = 'pending'")
    take_in(store, [mail(2)])
    links = links_by_mail(store)["m1@mail.example"]
    assert ("Gun 4 leaks", "rejected", "person", False) in links
    assert [link for link in links if link[3]] == [("Fabrikam", "linked", "employer", True)]


def test_undo_of_a_human_decision_brings_back_what_the_rules_said(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042")])
    before = links_by_mail(store)
    activity_id, record_id = _ids(store, "m1@mail.example", "CAS-01042")
    with store.write() as tx:
        uid = remove_link(tx, activity_id, record_id, by=SYSTEM, now=NOW)
        undo(tx, uid, by=SYSTEM, now=NOW)
    assert links_by_mail(store) == before


def test_unlinking_what_is_not_linked_is_refused_in_words(store: Store) -> None:
    take_in(store, [mail(1)])
    activity_id, record_id = _ids(store, "m1@mail.example", "OPP-00231")
    with store.write() as tx, pytest.raises(Invalid, match="is not linked to OPP-00231"):
        remove_link(tx, activity_id, record_id, by=SYSTEM, now=NOW)


def test_evidence_says_rule_quote_and_source(store: Store) -> None:
    take_in(store, [mail(1, subject="OPP-00231")])
    with store.read() as tx:
        evidence = tx.execute(select(Link.evidence).where(Link.rule == "number")).scalar_one()
    assert evidence == [
        {
            "rule": "number",
            "quote": "OPP-00231",
            "source": "OPP-00231 is written in the mail and jane@fabrikam.example is known",
        },
        {"rule": "customer", "quote": "Ten snow guns", "source": "one of 2 open ones of the customer"},
    ]


@pytest.mark.parametrize(("contact", "said"), [("Jane Roe", "linked"), ("Kurt Weber", "suggested")])
def test_record_number_of_a_case_without_an_account_is_one_of_its_contact(
    store: Store, contact: str, said: str
) -> None:
    with store.write() as tx:
        create_record(tx, "contact", {"title": "Kurt Weber"}, by=SYSTEM, now=NOW)
        create_record(tx, "case", {"title": "Other", "contact": contact}, number="CAS-02000", by=SYSTEM, now=NOW)
    take_in(store, [mail(1, subject="CAS-02000")])
    assert ("Other", said, "number", said == "linked") in links_by_mail(store)["m1@mail.example"]


def test_record_that_comes_later_with_its_number_explains_past_mail(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-07777 again")])
    with store.write() as tx:
        create_record(tx, "case", {"title": "From the old system"}, number="CAS-07777", by=SYSTEM, now=NOW)
    link_pending(store, now=NOW)
    assert ("From the old system", "linked", "number", True) in links_by_mail(store)["m1@mail.example"]


def test_announcement_to_many_is_regarding_its_sender_only(store: Store) -> None:
    with store.write() as tx:
        create_record(tx, "contact", {"title": "Pat", "emails": ["pat@wingtip.example"]}, by=SYSTEM, now=NOW)
    many = ", ".join(["pat@wingtip.example", *(f"p{number}@wingtip.example" for number in range(20))])
    take_in(store, [mail(1, cc=many), mail(2, sender=US, to=many)])
    assert links_by_mail(store) == {
        "m1@mail.example": [
            ("Fabrikam", "linked", "employer", True),
            ("Jane Roe", "linked", "address", False),
        ]
    }


def test_answer_looks_at_the_nearest_mails_of_a_long_conversation(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.queries.linking.mails.MOST_ANCESTORS", 2)
    index = {"Thread-Index": b64encode(bytes(22)).decode(), "Thread-Topic": "Guns"}
    take_in(store, [mail(number, headers=index) for number in range(5)])
    with store.write() as tx:
        ids = {row.message_id: row.id for row in tx.execute(select(Email.id, Email.message_id))}
        (facts,) = gather(tx, [ids["m4@mail.example"]]).facts
    names = {activity_id: message_id for message_id, activity_id in ids.items()}
    assert [(names[each.activity_id], each.found_by) for each in facts.ancestors] == [
        ("m3@mail.example", "Thread-Index"),
        ("m2@mail.example", "Thread-Index"),
    ]


def test_human_decision_that_was_undone_can_be_redone_after_rules_decided_otherwise(store: Store) -> None:
    take_in(store, [mail(1, sender="new@wingtip.example")])
    activity_id, record_id = _ids(store, "m1@mail.example", "OPP-00231")
    with store.write() as tx:
        undone = undo(tx, set_link(tx, activity_id, record_id, by=SYSTEM, now=NOW), by=SYSTEM, now=NOW)
        create_record(tx, "contact", {"title": "New", "emails": ["new@wingtip.example"]}, by=SYSTEM, now=NOW)
    link_pending(store, now=NOW)
    with store.write() as tx:
        undo(tx, undone, by=SYSTEM, now=NOW)
    assert links_by_mail(store)["m1@mail.example"] == [
        ("New", "linked", "address", False),
        ("Ten snow guns", "linked", "person", True),
    ]


def test_human_decision_can_be_undone_after_rules_found_more_evidence(store: Store) -> None:
    take_in(store, [mail(1, subject="CAS-01042 and OPP-00231")])
    activity_id, record_id = _ids(store, "m1@mail.example", "CAS-01042")
    with store.write() as tx:
        removed = remove_link(tx, activity_id, record_id, by=SYSTEM, now=NOW)
        create_record(tx, "account", {"title": "Alike", "domains": ["fabrikam.example"]}, by=SYSTEM, now=NOW)
    link_pending(store, now=NOW)
    with store.write() as tx:
        undo(tx, removed, by=SYSTEM, now=NOW)
    link_pending(store, now=NOW)
    assert links_by_mail(store)["m1@mail.example"] == [
        ("Fabrikam", "linked", "employer", False),
        ("Gun 4 leaks", "linked", "number", False),
        ("Jane Roe", "linked", "address", False),
        ("Ten snow guns", "linked", "number", True),
    ]


def test_who_is_only_copied_does_not_become_first_when_something_else_is_unlinked(store: Store) -> None:
    take_in(store, [mail(1, sender="eve@stranger.example", to=US, cc="jane@fabrikam.example")])
    activity_id, account_id = _ids(store, "m1@mail.example", "ACC-00001")
    with store.write() as tx:
        remove_link(tx, activity_id, account_id, by=SYSTEM, now=NOW)
    assert [link for link in links_by_mail(store)["m1@mail.example"] if link[3]] == []
