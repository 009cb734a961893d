"""Lists of records: views, sorts, pages, filters, and the way to a single one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from store.actor import SYSTEM
from store.engine import Store
from store.errors import Ambiguous, NotFound
from store.queries.cells import COLUMNS
from store.queries.paging import Count, Page
from store.queries.records import (
    SORTS,
    VIEWS,
    RecordRow,
    count_records,
    find_record,
    list_records,
    open_cases_of,
    open_opportunities_of,
    people_of,
    record_detail,
)
from store.schema.records import AccountDomain, Employment, OpportunityLine
from tests.store.builders import NOW, World, actor, counted_statements

TODAY = NOW.date()


def _titles(page: Page[RecordRow]) -> list[str]:
    return [row.title for row in page.rows]


@pytest.mark.parametrize("sort", SORTS["opportunity"])
def test_list_pages_meet_without_gap_in_every_order(store: Store, sort: str) -> None:
    with store.write() as tx:
        world = World(tx)
        for i in range(7):
            world.record(
                "opportunity",
                f"Deal {i % 3}",
                amount=Decimal(i % 2) if i % 3 else None,
                close_date=TODAY + timedelta(days=i % 2) if i % 3 else None,
                record_modified_at=NOW + timedelta(days=i % 2),
                record_last_activity_at=NOW + timedelta(days=i % 2) if i % 3 else None,
            )
    with store.read() as tx:
        whole = list_records(tx, "opportunity", by=SYSTEM, today=TODAY, sort=sort)
        first = list_records(tx, "opportunity", by=SYSTEM, today=TODAY, sort=sort, limit=3)
        second = list_records(tx, "opportunity", by=SYSTEM, today=TODAY, sort=sort, limit=3, after=first.rows[-1])
        third = list_records(tx, "opportunity", by=SYSTEM, today=TODAY, sort=sort, limit=3, after=second.rows[-1])
        back = list_records(tx, "opportunity", by=SYSTEM, today=TODAY, sort=sort, limit=3, before=third.rows[0])
        last = list_records(tx, "opportunity", by=SYSTEM, today=TODAY, sort=sort, limit=2, from_end=True)
    assert first.rows + second.rows + third.rows == whole.rows
    assert (first.more, second.more, third.more, whole.more) == (True, True, False, False)
    assert (back.rows, last.rows) == (second.rows, whole.rows[-2:])


def test_list_by_title_ignores_case_and_diacritics(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        for title in ("zebra", "Äpfel", "apple", "Bär"):
            world.record("account", title)
    with store.read() as tx:
        assert _titles(list_records(tx, "account", by=SYSTEM, today=TODAY)) == ["Äpfel", "apple", "Bär", "zebra"]


def test_list_views_choose_what_they_say(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann = world.user("Ann")
        world.record("opportunity", "mine", owner_id=ann, next_step="call", record_created_at=NOW)
        month_end = date(2026, 3, 31)
        world.record("opportunity", "closing", close_date=month_end, next_step="sign", next_step_date=month_end)
        world.record("opportunity", "won this month", close_date=month_end, status="won")
        world.record("opportunity", "next month", close_date=date(2026, 4, 1), next_step="x", next_step_date=TODAY)
        overdue: dict[str, Any] = {"next_step": "late", "next_step_date": TODAY - timedelta(days=1)}
        world.record("opportunity", "overdue", **overdue)
        old = NOW - timedelta(days=40)
        world.record("opportunity", "silent", next_step="x", record_created_at=old)
        world.record("opportunity", "revived", next_step="x", record_created_at=old, record_last_activity_at=NOW)
        deleted = world.record("opportunity", "deleted", close_date=month_end)
        world.delete_record(deleted)
    by = actor(ann)
    with store.read() as tx:
        views = {
            view.name: _titles(list_records(tx, "opportunity", by=by, view=view.name, today=TODAY))
            for view in VIEWS["opportunity"]
        }
        counts = {v: count_records(tx, "opportunity", by=by, view=v, today=TODAY) for v in views}
    everything = ["closing", "mine", "next month", "overdue", "revived", "silent", "won this month"]
    assert views == {
        "all": everything,
        "mine": ["mine"],
        "open": everything[:-1],
        "closing_this_month": ["closing"],
        "no_next_step": ["overdue"],
        "silent": ["silent"],
    }
    assert counts == {view: Count(len(titles)) for view, titles in views.items()}


def test_list_filter_finds_words_numbers_and_one_letter_the_beginning_of_names(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        world.record("account", "Contoso Bikes", record_number="ACC-00042", emails=["office@contoso.example"])
        world.record("account", "Bike Shop Öl")
        world.record("contact", "Contoso Contact")
    with store.read() as tx:
        found = {
            text: _titles(list_records(tx, "account", by=SYSTEM, text=text, today=TODAY))
            for text in ("", "bik", "cont bike", "contoso bike", "ACC-00042", "office@con", "ol", "b", "ö")
        }
    assert found == {
        "": ["Bike Shop Öl", "Contoso Bikes"],
        "bik": ["Bike Shop Öl", "Contoso Bikes"],
        "cont bike": [],
        "contoso bike": ["Contoso Bikes"],
        "ACC-00042": ["Contoso Bikes"],
        "office@con": ["Contoso Bikes"],
        "ol": ["Bike Shop Öl"],
        "b": ["Bike Shop Öl"],
        "ö": [],
    }


def test_list_for_a_restricted_user_holds_only_their_own_records_and_counts(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, carl = world.user("Ann"), world.user("Carl", "restricted")
        account = world.record("account", "Shared name", owner_id=carl)
        world.record("account", "Shared name", owner_id=ann)
        world.record("case", "of Ann", owner_id=ann, account_id=account)
        world.record("case", "of Carl", owner_id=carl, account_id=account)
        hidden = world.record("account", "Hidden parent", owner_id=ann)
        contact = world.record("contact", "Person", owner_id=carl, account_id=hidden)
    by = actor(carl, "restricted")
    with store.read() as tx:
        (row,) = list_records(tx, "account", by=by, today=TODAY).rows
        assert (row.record_id, row.cells["open_cases"]) == (account, 1)
        assert count_records(tx, "account", by=by, today=TODAY) == Count(1)
        assert list_records(tx, "contact", by=by, today=TODAY).rows[0].cells["account"] == ""
        assert record_detail(tx, contact, by=by).account is None
        assert [case.title for case in open_cases_of(tx, account, by=by)] == ["of Carl"]
        assert find_record(tx, "shared name", by=by).record_id == account
        for secret in (hidden,):
            with pytest.raises(NotFound):
                record_detail(tx, secret, by=by)
        with pytest.raises(NotFound):
            find_record(tx, "Hidden", by=by)


_QUERIES = {"account": 2, "contact": 4, "lead": 3, "opportunity": 3, "case": 3, "product": 2}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("kind", list(_QUERIES))
def test_list_takes_the_same_queries_however_long(store: Store, kind: str, count: int) -> None:
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Employer")
        own: dict[str, Any] = {"account_id": account} if kind in ("contact", "opportunity", "case") else {}
        for i in range(count - (kind == "account")):
            world.record(kind, f"Row {i}", **own)
    with store.read() as tx, counted_statements(store.engine) as seen:
        page = list_records(tx, kind, by=SYSTEM, today=TODAY)
    assert (len(page.rows), len(seen)) == (count, _QUERIES[kind])
    assert set(page.rows[0].cells) == set(COLUMNS[kind])


def test_record_detail_holds_every_field_and_what_belongs_to_it(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann = world.user("Ann")
        parent = world.record("account", "Parent")
        account = world.record(
            "account", "Contoso", owner_id=ann, parent_id=parent, city="Bern", emails=["a@b.example"]
        )
        tx.execute(insert(AccountDomain).values(account_id=account, domain="contoso.example"))
        contact = world.record("contact", "Zoë", account_id=account, emails=["z@b.example", "old@b.example"])
        tx.execute(insert(Employment).values(contact_id=contact, account_id=account, since=TODAY))
        product = world.record("product", "Lift")
        deal = world.record("opportunity", "Deal", account_id=account, contact_id=contact, amount=Decimal("12.5"))
        line = {"opportunity_id": deal, "product_id": product, "quantity": Decimal(2), "unit_price": Decimal("6.25")}
        tx.execute(insert(OpportunityLine).values(**line))
    with store.read() as tx:
        company, person, sale = (record_detail(tx, each, by=SYSTEM) for each in (account, contact, deal))
        people = people_of(tx, account, by=SYSTEM)
        deals = open_opportunities_of(tx, contact, by=SYSTEM)
    assert company.fields["city"] == "Bern"
    assert (company.fields["emails"], company.domains, company.owner) == (("a@b.example",), ("contoso.example",), "Ann")
    assert company.parent is not None
    assert (company.fields["parent"], company.parent.title) == (company.parent, "Parent")
    assert [(each.account.title, each.since, each.until) for each in person.employments] == [("Contoso", TODAY, None)]
    assert [(each.product.title if each.product else "", each.quantity, each.unit_price) for each in sale.lines] == [
        ("Lift", Decimal(2), Decimal("6.25"))
    ]
    assert (sale.account, sale.fields["amount"]) == (company.ref, Decimal("12.5"))
    assert [(each.title, each.email, each.former) for each in people] == [("Zoë", "z@b.example", False)]
    assert [each.title for each in deals] == ["Deal"]


def test_find_record_goes_from_the_surest_to_the_vaguest(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        first = world.record("account", "Contoso", record_number="ACC-00001", emails=["info@contoso.example"])
        labs = world.record("account", "Contoso Labs", record_number="ACC-00002")
        person = world.record("contact", "Müller", record_number="CON-00001")
        world.delete_record(world.record("account", "Fabrikam"))
    with store.read() as tx:
        found = {
            text: find_record(tx, text, by=SYSTEM).record_id
            for text in ("acc-00002", "INFO@contoso.example", "contoso", "contoso l", "muller", "Mül")
        }
        uid = record_detail(tx, labs, by=SYSTEM).uid
        assert find_record(tx, uid, by=SYSTEM).record_id == labs
        with pytest.raises(Ambiguous, match=r"'Cont' may be Contoso \(ACC-00001\), Contoso Labs \(ACC-00002\): give"):
            find_record(tx, "Cont", by=SYSTEM)
        for text in ("Fabrikam", "", "***", "acc-00009"):
            with pytest.raises(NotFound):
                find_record(tx, text, by=SYSTEM)
        with pytest.raises(NotFound):
            find_record(tx, "contoso", by=SYSTEM, kind="lead")
    assert list(found.values()) == [labs, first, first, labs, person, person]


def test_count_stops_at_ten_thousand() -> None:
    assert (str(Count(9_999)), str(Count(10_000, capped=True))) == ("9,999", "10,000+")
