from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, NotFound, Stale
from store.records.state import read_state
from store.records.values import Line
from store.records.writing import (
    affected_by_deletion,
    create_record,
    delete_record,
    edit_record,
    notices_for,
    set_lines,
)
from store.schema.ledger import Operation
from store.schema.people import OwnAddress, User
from store.schema.search import SearchDocument
from tests.store.scenes import NOW, add_user, make, state_of


def test_create_record_keeps_every_kind_of_value(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        account = make(
            tx,
            "account",
            by=kim,
            title="Contoso  Ltd",
            domains="https://www.contoso.com, contoso.co.uk",
            emails="Info@Contoso.com; sales@contoso.com",
            employees="1,200",
            revenue="12.500,50",
            extra={"founded": date(1999, 4, 1)},
        )
        owner = tx.execute(select(User.uid)).scalar_one()
        assert account.number == "ACC-00001"
        assert state_of(tx, account.record_id) == {
            "title": "Contoso Ltd",
            "owner": owner,
            "domains": ["contoso.co.uk", "contoso.com"],
            "emails": ["info@contoso.com", "sales@contoso.com"],
            "employees": 1200,
            "revenue": "12500.5",
            "extra": {"founded": "1999-04-01"},
        }


def test_custom_fields_are_found_the_same_in_whatever_order_they_were_given(store: Store) -> None:
    with store.write() as tx:
        for extra in ({"b": "1", "a": "2"}, {"a": "2", "b": "1"}):
            make(tx, "account", title="Contoso", extra=extra)
        bodies = tx.execute(select(SearchDocument.body).order_by(SearchDocument.record_id)).scalars().all()
        assert bodies == ["acc 00001 2 1", "acc 00002 2 1"]


def test_create_record_names_others_by_number_name_or_key(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso")
        for given in (account.record_id, account.uid, "acc-00001", "CONTOSO"):
            contact = make(tx, "contact", title="Ada Lovelace", account=given)
            assert state_of(tx, contact.record_id)["account"] == account.uid


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        ("account", {}, "Name cannot be empty."),
        ("account", {"title": " "}, "Name cannot be empty."),
        ("account", {"title": "X", "domains": "gmail.com"}, "Domains: anybody can have a mailbox at gmail.com"),
        ("contact", {"title": "X", "emails": "nobody"}, "E-mail: 'nobody' is not an e-mail address."),
        ("contact", {"title": "X", "account": "Nowhere"}, "Account: there is no account Nowhere."),
        ("contact", {"title": "X", "emails": "Us@our.com"}, "us@our.com is an address of our own company"),
        ("opportunity", {"title": "X", "stage": "soon"}, "Stage: 'soon' is none of qualify, develop, propose"),
        ("opportunity", {"title": "X", "amount": "5 EUR", "currency": "USD"}, "Amount is in EUR but the currency is"),
        ("opportunity", {"title": "X", "status": "lost", "stage": "won"}, "An opportunity cannot be lost in the stage"),
        ("opportunity", {"title": "X", "amount": "-5"}, "Amount: it cannot be below zero."),
        ("case", {"title": "X", "colour": "red"}, "A record of kind case has no field 'colour'"),
        ("planet", {"title": "X"}, "There is no kind of record called 'planet'"),
    ],
)
def test_create_record_refuses_in_one_sentence(store: Store, kind: str, values: dict[str, str], sentence: str) -> None:
    with store.write() as tx:
        tx.execute(insert(OwnAddress).values(email="us@our.com"))
        with pytest.raises(Invalid) as refused:
            create_record(tx, kind, values, by=SYSTEM, now=NOW)
    assert refused.value.sentence.startswith(sentence)


def test_create_record_reports_an_address_known_elsewhere(store: Store) -> None:
    with store.write() as tx:
        make(tx, "contact", title="Ada Lovelace", emails="ada@contoso.com")
        notice = "ada@contoso.com is also an address of CON-00001 Ada Lovelace."
        assert notices_for(tx, "lead", {"emails": "ada@contoso.com"}, by=SYSTEM) == (notice,)
        assert make(tx, "lead", title="Ada", emails="ada@contoso.com").notices == (notice,)


def test_a_number_brought_along_is_kept_and_later_ones_follow(store: Store) -> None:
    with store.write() as tx:
        first = create_record(tx, "case", {"title": "A"}, number="CAS-01042", by=SYSTEM, now=NOW)
        assert (first.number, make(tx, "case", title="B").number) == ("CAS-01042", "CAS-01043")
        with pytest.raises(Invalid, match="CAS-01042 is taken"):
            create_record(tx, "case", {"title": "C"}, number="CAS-01042", by=SYSTEM, now=NOW)


def test_contact_names_follow_from_each_other(store: Store) -> None:
    with store.write() as tx:
        whole = state_of(tx, make(tx, "contact", title="Ada King Lovelace").record_id)
        parts = state_of(tx, make(tx, "contact", given_name="Ada", family_name="Lovelace").record_id)
        bare = state_of(tx, make(tx, "contact", emails="ada@contoso.com").record_id)
    assert (whole["given_name"], whole["family_name"]) == ("Ada King", "Lovelace")
    assert (parts["title"], bare["title"]) == ("Ada Lovelace", "ada@contoso.com")


def test_winning_losing_and_reopening_keep_an_opportunity_consistent(store: Store) -> None:
    with store.write() as tx:
        deal = make(tx, "opportunity", title="Skis", amount="€ 3k").record_id
        names = ("status", "stage", "probability", "close_date", "closed_at")

        def now_is(**values: object) -> tuple[object, ...]:
            if values:
                edit_record(tx, deal, values, by=SYSTEM, now=NOW)
            return tuple(state_of(tx, deal).get(name) for name in names)

        assert now_is() == ("open", "qualify", 20, None, None)
        assert state_of(tx, deal)["currency"] == "EUR"
        assert now_is(stage="propose") == ("open", "propose", 60, None, None)
        assert now_is(probability=75) == ("open", "propose", 75, None, None)
        assert now_is(status="won") == ("won", "won", 100, "2026-11-20", NOW.isoformat())
        assert now_is(status="open") == ("open", "qualify", 20, "2026-11-20", None)
        assert now_is(stage="lost", close_date="2026-11-02") == (
            "lost",
            "lost",
            0,
            "2026-11-02",
            "2026-11-02T12:00:00+00:00",
        )


def test_a_case_has_the_time_of_its_resolution(store: Store) -> None:
    with store.write() as tx:
        case = make(tx, "case", title="Broken binding").record_id
        assert (state_of(tx, case)["status"], state_of(tx, case)["priority"]) == ("new", "normal")
        edit_record(tx, case, {"status": "Resolved", "resolution": "Glued"}, by=SYSTEM, now=NOW)
        assert state_of(tx, case)["resolved_at"] == NOW.isoformat()
        edit_record(tx, case, {"status": "in progress"}, by=SYSTEM, now=NOW)
        assert "resolved_at" not in state_of(tx, case)


def test_moving_a_contact_closes_one_employment_and_opens_another(store: Store) -> None:
    with store.write() as tx:
        old, new = (make(tx, "account", title=title) for title in ("Old", "New"))
        ada = make(tx, "contact", title="Ada", account=old.number).record_id
        edit_record(tx, ada, {"account": new.number}, by=SYSTEM, now=NOW)
        assert state_of(tx, ada)["employments"] == [
            {"account": old.uid, "since": None, "until": "2026-11-20"},
            {"account": new.uid, "since": "2026-11-20", "until": None},
        ]
        edit_record(tx, ada, {"account": old.number}, by=SYSTEM, now=NOW)
        assert state_of(tx, ada)["employments"] == [{"account": old.uid, "since": None, "until": None}]
        edit_record(tx, ada, {"account": None}, by=SYSTEM, now=NOW)
        assert state_of(tx, ada)["employments"] == [{"account": old.uid, "since": None, "until": "2026-11-20"}]


def test_lines_give_an_opportunity_its_amount(store: Store) -> None:
    with store.write() as tx:
        skis = make(tx, "product", title="Skis", price="499.90")
        deal = make(tx, "opportunity", title="Fleet").record_id
        set_lines(tx, deal, [Line(skis.number, 10), Line(None, 1, "100", "Setup")], by=SYSTEM, now=NOW)
        state = state_of(tx, deal)
    assert state["amount"] == "5099"
    assert [(line.get("product"), line["quantity"], line["unit_price"]) for line in state["lines"]] == [
        (skis.uid, "10", "499.9"),
        (None, "1", "100"),
    ]


def test_edit_record_refuses_a_version_that_was_overtaken(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso").record_id
        edit_record(tx, account, {"city": "Zug"}, expected_version=1, by=SYSTEM, now=NOW)
        with pytest.raises(Stale, match="ACC-00001 Contoso"):
            edit_record(tx, account, {"city": "Bern"}, expected_version=1, by=SYSTEM, now=NOW)
        stored = read_state(tx, account)
    assert stored is not None
    assert (stored.version, stored.state["city"]) == (2, "Zug")


def test_an_account_cannot_be_above_itself(store: Store) -> None:
    with store.write() as tx:
        top = make(tx, "account", title="Top")
        below = make(tx, "account", title="Below", parent=top.number)
        with pytest.raises(Invalid, match="above itself"):
            edit_record(tx, top.record_id, {"parent": below.number}, by=SYSTEM, now=NOW)


def test_delete_record_says_what_stays(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso")
        make(tx, "contact", title="Ada", account=account.number)
        make(tx, "contact", title="Bob", account=account.number)
        make(tx, "case", title="Broken", account=account.number)
        said = "2 contacts and 1 case stay without it"
        assert affected_by_deletion(tx, account.record_id, by=SYSTEM) == said
        uid = delete_record(tx, account.record_id, by=SYSTEM, now=NOW)
        summary = tx.execute(select(Operation.summary).where(Operation.uid == uid)).scalar_one()
        assert summary == f"Deleted account ACC-00001 Contoso; {said}"
        with pytest.raises(NotFound):
            delete_record(tx, account.record_id, by=SYSTEM, now=NOW)


def test_search_documents_follow_the_record(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso", city="Zug").record_id
        edit_record(tx, account, {"title": "Fabrikam"}, by=SYSTEM, now=NOW)
        row = tx.execute(select(SearchDocument.title, SearchDocument.body)).one()
        assert tuple(row) == ("fabrikam", "acc 00001 zug")
        delete_record(tx, account, by=SYSTEM, now=NOW)
        assert tx.execute(select(SearchDocument.id)).all() == []


def test_a_restricted_user_edits_own_records_only(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        pat = add_user(tx, "Pat Coleman", role="restricted")
        theirs = make(tx, "account", by=kim, title="Theirs").record_id
        own = make(tx, "account", by=pat, title="Own").record_id
        edit_record(tx, own, {"city": "Zug"}, by=pat, now=NOW)
        with pytest.raises(NotFound):
            edit_record(tx, theirs, {"city": "Zug"}, by=pat, now=NOW)
        assert "city" not in state_of(tx, theirs)


def test_amounts_are_kept_to_four_places(store: Store) -> None:
    with store.write() as tx:
        product = make(tx, "product", title="Wax", price=Decimal("0.12345")).record_id
        assert state_of(tx, product)["price"] == "0.1234"


def test_actor_is_the_owner_unless_another_is_named(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        pat = add_user(tx, "Pat Coleman")
        uids = {row.name: row.uid for row in tx.execute(select(User.name, User.uid))}
        named = make(tx, "lead", by=kim, title="L", owner="pat@alpineskihouse.com").record_id
        unnamed = make(tx, "lead", by=pat, title="M").record_id
        assert [state_of(tx, one)["owner"] for one in (named, unnamed)] == [uids[pat.name], uids[pat.name]]
