"""From mail to proposals: unknown senders, changed details, and what people decide about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from assistant.intake import follow_up
from store.actor import SYSTEM
from store.engine import Store
from store.errors import NotFound
from store.history.operations import undo
from store.linking.refusals import refuse_domain, refuse_sender
from store.proposals.deciding import accept_proposal, refuse_proposal
from store.queries.proposals import ProposalRow, open_proposals, proposals_for_activity
from store.records.merging import merge_records
from store.records.writing import edit_record
from store.schema.activities import ActivityParty
from store.schema.knowledge import Clue
from store.schema.mail import Email
from store.schema.records import Record
from store.users import NewUser, add_users
from tests.store.builders import World, actor
from tests.store.scenes import NOW, add_user, make, state_of

SIGNED = {"name": "Ada Berg", "title": "Head of Pumps", "phone": "+41 31 555 12 34", "company": "Contoso AG"}


def _mail(tx: Connection, email: str, name: str, fields: dict[str, str], *, days: int = 1, **columns: Any) -> int:
    """A mail that was read and linked, with these parts in its signature."""
    world = World(tx)
    noise = columns.pop("noise", "")
    key = world.email("Hello", direction="in", at=NOW + timedelta(days=days), noise=noise, who=name, **columns)
    world.party(key, "from", email)
    tx.execute(update(ActivityParty).where(ActivityParty.activity_id == key).values(name=name))
    parts = [{"field": part, "value": value, "quote": f"{value} |"} for part, value in fields.items()]
    tx.execute(insert(Clue).values(id=key, reader_version=1, new_text="", signature="", fields=parts))
    return key


def _proposed(store: Store) -> tuple[ProposalRow, ...]:
    follow_up(store, now=NOW)
    with store.read() as tx:
        return open_proposals(tx, by=SYSTEM).rows


def _values(row: ProposalRow) -> dict[str, str]:
    return {each.name: each.value for each in row.fields}


def test_unknown_sender_is_proposed_as_a_contact_of_the_account_with_its_domain(store: Store) -> None:
    with store.write() as tx:
        contoso = make(tx, "account", title="Contoso", domains="contoso.com")
        mail = _mail(tx, "ada@contoso.com", "Ada", SIGNED)
    [row] = _proposed(store)
    assert (row.kind, row.makes, row.title, row.email) == ("person", "contact", "Ada Berg", "ada@contoso.com")
    assert row.account is not None
    assert row.account.record_id == contoso.record_id
    assert [(each.name, each.value, each.quote) for each in row.fields] == [
        ("title", "Ada Berg", "Ada Berg |"),
        ("emails", "ada@contoso.com", "Ada <ada@contoso.com>"),
        ("job_title", "Head of Pumps", "Head of Pumps |"),
        ("phone", "+41 31 555 12 34", "+41 31 555 12 34 |"),
        ("account", "Contoso", "Contoso AG |"),
    ]
    with store.read() as tx:
        assert proposals_for_activity(tx, mail, by=SYSTEM) == (row,)
        assert proposals_for_activity(tx, mail, by=actor(99)) == ()


def test_accepted_person_becomes_a_record_and_undo_asks_again(store: Store) -> None:
    with store.write() as tx:
        contoso = make(tx, "account", title="Contoso", domains="contoso.com")
        _mail(tx, "ada@contoso.com", "Ada", SIGNED)
    [row] = _proposed(store)
    with store.write() as tx:
        accepted = accept_proposal(tx, row.uid, values={"job_title": "Buyer", "phone": None}, by=SYSTEM, now=NOW)
        state = state_of(tx, accepted.record_id)
        assert {name: state.get(name) for name in ("title", "account", "emails", "job_title", "phone")} == {
            "title": "Ada Berg",
            "account": contoso.uid,
            "emails": ["ada@contoso.com"],
            "job_title": "Buyer",
            "phone": None,
        }
        assert open_proposals(tx, by=SYSTEM).rows == ()
        undo(tx, accepted.operation_uid, by=SYSTEM, now=NOW)
    assert _proposed(store) == (row,)


def test_unknown_sender_of_an_unknown_company_becomes_a_lead(store: Store) -> None:
    with store.write() as tx:
        _mail(tx, "ada@contoso.com", "Ada Berg", {"company": "Contoso AG", "mobile": "+41 79 555 12 34"})
    [row] = _proposed(store)
    with store.write() as tx:
        state = state_of(tx, accept_proposal(tx, row.uid, by=SYSTEM, now=NOW).record_id)
    named = {name: state.get(name) for name in ("title", "company", "phone", "emails")}
    assert (row.makes, named) == (
        "lead",
        {"title": "Ada Berg", "company": "Contoso AG", "phone": "+41 79 555 12 34", "emails": ["ada@contoso.com"]},
    )


def test_nobody_is_proposed_for_noise_machines_ourselves_and_those_who_have_no_name(store: Store) -> None:
    with store.write() as tx:
        add_users(tx, [NewUser("Kim Abercrombie", "kim@alpineskihouse.com")], by=SYSTEM, now=NOW)
        make(tx, "contact", title="Ben Cole", emails="ben@contoso.com")
        _mail(tx, "list@contoso.com", "Ada Berg", SIGNED, noise="list")
        _mail(tx, "no-reply@contoso.com", "Ada Berg", SIGNED)
        _mail(tx, "kim@alpineskihouse.com", "Kim Abercrombie", SIGNED)
        _mail(tx, "ada@contoso.com", "Ada", {})
        _mail(tx, "ben@contoso.com", "Ben Cole", {})
        _mail(tx, "private@contoso.com", "Ada Berg", SIGNED, private=True)
    assert _proposed(store) == ()


def test_refused_person_is_never_proposed_again(store: Store) -> None:
    with store.write() as tx:
        _mail(tx, "ada@contoso.com", "Ada", SIGNED)
    [row] = _proposed(store)
    with store.write() as tx:
        refused = refuse_proposal(tx, row.uid, by=SYSTEM, now=NOW)
        _mail(tx, "ada@contoso.com", "Ada", SIGNED | {"phone": "+41 31 555 99 99"}, days=2)
    assert _proposed(store) == ()
    with store.write() as tx:
        undo(tx, refused, by=SYSTEM, now=NOW)
        with pytest.raises(NotFound):
            refuse_proposal(tx, row.uid, by=actor(99), now=NOW)
    assert len(_proposed(store)) == 1


def test_later_mail_completes_the_open_proposal(store: Store) -> None:
    with store.write() as tx:
        _mail(tx, "ada@contoso.com", "Ada Berg", {"title": "Buyer", "city": "Bern"})
        _mail(tx, "ada@contoso.com", "Ada Berg", {"title": "Head of Pumps"}, days=2)
        _mail(tx, "ada@contoso.com", "Ada Berg", {}, days=3)
    [row] = _proposed(store)
    assert _values(row) == {
        "title": "Ada Berg",
        "emails": "ada@contoso.com",
        "job_title": "Head of Pumps",
        "city": "Bern",
    }


def _ada(tx: Connection, **values: Any) -> int:
    contoso = make(tx, "account", title="Contoso", domains="contoso.com", phone="+41 31 555 00 00")
    known = {"title": "Ada Berg", "emails": "ada@contoso.com", "job_title": "Buyer", "phone": "031 555 12 34"}
    return make(tx, "contact", account=contoso.number, **known | values).record_id


def test_changed_title_and_number_of_a_contact_are_proposed_with_what_was_before(store: Store) -> None:
    with store.write() as tx:
        ada = _ada(tx)
        _mail(tx, "ada@contoso.com", "Ada Berg", SIGNED | {"mobile": "+41 79 555 12 34"})
    rows = _proposed(store)
    found = {each.name: (each.before, each.value) for row in rows for each in row.fields}
    assert found == {"job_title": ("Buyer", "Head of Pumps"), "mobile": ("", "+41 79 555 12 34")}
    with store.write() as tx:
        for row in rows:
            accept_proposal(tx, row.uid, by=SYSTEM, now=NOW)
        state = state_of(tx, ada)
        assert (state["job_title"], state["mobile"]) == ("Head of Pumps", "+41 79 555 12 34")


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Ada Berg", "phone": "+41 (0)31 555 12 34"},
        {"name": "Ada Berg", "phone": "031 555 00 00"},
        {"name": "Ada Berg", "title": "buyer"},
        {"name": "Ada Berg", "company": "Contoso Ltd."},
        {"name": "Ada Berg", "company": "The Pump People"},
        {"name": "Ben Cole", "title": "Director", "phone": "+41 31 555 77 77"},
        {"title": "Director"},
    ],
)
def test_what_does_not_differ_materially_or_is_somebody_elses_is_not_proposed(
    store: Store, fields: dict[str, str]
) -> None:
    with store.write() as tx:
        _ada(tx)
        _mail(tx, "ada@contoso.com", "Ada Berg", fields)
    assert _proposed(store) == ()


def test_a_field_that_a_person_wrote_after_the_mail_stands(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        ada = _ada(tx)
        edit_record(tx, ada, {"job_title": "Director"}, by=kim, now=NOW + timedelta(days=5))
        _mail(tx, "ada@contoso.com", "Ada Berg", {"name": "Ada Berg", "title": "Head of Pumps"}, days=4)
    assert _proposed(store) == ()


def test_another_company_is_proposed_as_a_move(store: Store) -> None:
    with store.write() as tx:
        ada = _ada(tx, emails="ada.berg@gmail.com")
        fabrikam = make(tx, "account", title="Fabrikam GmbH")
        _mail(tx, "ada.berg@gmail.com", "Ada Berg", {"name": "Ada Berg", "company": "Fabrikam GmbH"})
    [row] = _proposed(store)
    assert (row.moved, [(each.name, each.before) for each in row.fields]) == (True, [("account", "Contoso")])
    with store.write() as tx:
        accept_proposal(tx, row.uid, by=SYSTEM, now=NOW)
        assert state_of(tx, ada)["account"] == fabrikam.uid


def test_a_value_is_asked_about_once_also_after_its_contact_was_merged(store: Store) -> None:
    with store.write() as tx:
        ada = _ada(tx)
        _mail(tx, "ada@contoso.com", "Ada Berg", SIGNED)
    [row] = _proposed(store)
    with store.write() as tx:
        refuse_proposal(tx, row.uid, by=SYSTEM, now=NOW)
        _mail(tx, "ada@contoso.com", "Ada Berg", SIGNED, days=2)
    assert _proposed(store) == ()
    with store.write() as tx:
        other = make(tx, "contact", title="Ada Berg").record_id
        merge_records(tx, other, ada, {}, by=SYSTEM, now=NOW)
        _mail(tx, "ada@contoso.com", "Ada Berg", SIGNED, days=3)
    assert _proposed(store) == ()


def test_proposal_that_a_person_carried_out_by_hand_is_outdated(store: Store) -> None:
    with store.write() as tx:
        ada = _ada(tx)
        _mail(tx, "ada@contoso.com", "Ada Berg", SIGNED)
        _mail(tx, "ben@contoso.com", "Ben Cole", {})
    assert len(_proposed(store)) == 2
    with store.write() as tx:
        edit_record(tx, ada, {"job_title": "head of pumps"}, by=SYSTEM, now=NOW)
        make(tx, "contact", title="Ben", emails="ben@contoso.com")
    assert _proposed(store) == ()


def test_what_waits_is_compared_once(store: Store) -> None:
    with store.write() as tx:
        _mail(tx, "ada@contoso.com", "Ada Berg", SIGNED)
    assert len(_proposed(store)) == 1
    with store.read() as tx:
        assert tx.execute(select(Clue.proposing)).scalars().all() == ["done"]
        assert tx.execute(select(Record.id)).all() == []
        assert len(tx.execute(select(Email.id)).all()) == 1


@pytest.mark.parametrize(
    ("refuse", "subject"), [(refuse_sender, "spam@wingtip.example"), (refuse_domain, "wingtip.example")]
)
def test_nobody_is_proposed_of_whom_people_want_nothing_linked(
    store: Store, refuse: Callable[..., str], subject: str
) -> None:
    with store.write() as tx:
        refuse(tx, subject, by=SYSTEM, now=NOW)
        _mail(tx, "spam@wingtip.example", "Sam Spam", {"name": "Sam Spam", "title": "Sales"})
    follow_up(store, now=NOW + timedelta(days=2))
    with store.read() as tx:
        assert open_proposals(tx, by=SYSTEM).rows == ()
