"""Merging records: what stays, what follows, where the merged one leads, and that undo brings everything back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, NotFound, Stale
from store.history.operations import undo
from store.queries.linking.records import known_records
from store.queries.record_names import find_record
from store.records.merging import merge_records
from store.records.references import find_uid
from store.records.writing import delete_record, edit_record
from store.schema.links import Link, Timeline
from store.schema.mail import MailboxItem
from tests.store.duplicates.picture import outbox_of, pair, picture, surround
from tests.store.scenes import NOW, add_user, make, state_of


def _two_contacts(tx: Any) -> tuple[int, int]:
    contoso, fabrikam = (make(tx, "account", title=title) for title in ("Contoso", "Fabrikam"))
    ada = make(tx, "contact", title="Ada Berg", account=contoso.number, emails="ada@contoso.com", city="Bern")
    values: dict[str, Any] = {
        "emails": "a.berg@fabrikam.com; ada@contoso.com",
        "phone": "+41 31 1",
        "city": "Zug",
        "street": "Gasse 1",
    }
    other = make(tx, "contact", title="A. Berg", account=fabrikam.number, **values)
    return ada.record_id, other.record_id


def test_merged_contact_keeps_the_winners_values_and_is_completed_by_the_losers(store: Store) -> None:
    with store.write() as tx:
        ada, other = _two_contacts(tx)
        contoso, fabrikam = state_of(tx, ada)["account"], state_of(tx, other)["account"]
        merge_records(tx, ada, other, {}, by=SYSTEM, now=NOW)
        assert state_of(tx, ada) == {
            "title": "Ada Berg",
            "given_name": "Ada",
            "family_name": "Berg",
            "account": contoso,
            "emails": ["ada@contoso.com", "a.berg@fabrikam.com"],
            "phone": "+41 31 1",
            "city": "Bern",
            "employments": [
                {"account": fabrikam, "since": None, "until": NOW.date().isoformat()},
                {"account": contoso, "since": None, "until": None},
            ],
        }


def test_merged_contact_has_the_losers_value_where_a_person_chose_it(store: Store) -> None:
    with store.write() as tx:
        ada, other = _two_contacts(tx)
        merge_records(tx, ada, other, {"city": "loser", "title": "loser", "phone": "winner"}, by=SYSTEM, now=NOW)
        state = state_of(tx, ada)
        named = {name: state.get(name) for name in ("title", "given_name", "family_name", "city", "street", "phone")}
        assert named == {
            "title": "A. Berg",
            "given_name": "A.",
            "family_name": "Berg",
            "city": "Zug",
            "street": "Gasse 1",
            "phone": None,
        }


@pytest.mark.parametrize("kind", ["account", "contact", "lead"])
def test_undoing_a_merge_brings_back_everything_and_redoing_merges_again(store: Store, kind: str) -> None:
    with store.write() as tx:
        domains: Any = (
            ({"domains": "a.example"}, {"domains": "b.example; a.example"}) if kind == "account" else ({}, {})
        )
        one = make(tx, kind, title="Berg", emails="a@a.example", **domains[0])
        other = make(tx, kind, title="Berg & Co", emails="b@b.example", description="old", **domains[1])
        surround(tx, one.record_id, other.record_id)
        pair(tx, one.record_id, other.record_id)
        before = picture(tx)
        merged = merge_records(tx, one.record_id, other.record_id, {}, by=SYSTEM, now=NOW)
        after = picture(tx)
        assert not [row for row in after["links"] if row[2] == str(other.record_id)]
        undone = undo(tx, merged, by=SYSTEM, now=NOW)
        assert picture(tx) == before
        undo(tx, undone, by=SYSTEM, now=NOW)
        assert picture(tx) == after


def test_what_refers_to_a_merged_account_refers_to_the_winner_and_keeps_its_history(store: Store) -> None:
    with store.write() as tx:
        one, other = make(tx, "account", title="Fabrikam"), make(tx, "account", title="Fabrikam GmbH")
        daughter = make(tx, "account", title="Fabrikam Pumpen", parent=other.number)
        ada = make(tx, "contact", title="Ada", account=other.number)
        deal = make(tx, "opportunity", title="Pumps", account=other.number)
        case = make(tx, "case", title="Leak", account=other.number, contact=ada.number)
        before = picture(tx)
        merged = merge_records(tx, one.record_id, other.record_id, {}, by=SYSTEM, now=NOW)
        found = [state_of(tx, each.record_id) for each in (daughter, ada, deal, case)]
        assert [each.get("parent") or each.get("account") for each in found] == [one.uid] * 4
        assert found[1]["employments"] == [{"account": one.uid, "since": None, "until": None}]
        undo(tx, merged, by=SYSTEM, now=NOW)
        assert picture(tx) == before


def test_account_merged_with_one_above_or_below_it_is_not_above_itself(store: Store) -> None:
    with store.write() as tx:
        top = make(tx, "account", title="Top")
        upper = make(tx, "account", title="Upper", parent=top.number)
        middle = make(tx, "account", title="Middle", parent=upper.number)
        lower = make(tx, "account", title="Lower", parent=middle.number)
        before = picture(tx)
        merged = merge_records(tx, lower.record_id, upper.record_id, {}, by=SYSTEM, now=NOW)
        parents = [state_of(tx, each.record_id).get("parent") for each in (middle, lower)]
        assert parents == [lower.uid, top.uid]
        undo(tx, merged, by=SYSTEM, now=NOW)
        assert picture(tx) == before
        merge_records(tx, upper.record_id, lower.record_id, {}, by=SYSTEM, now=NOW)
        assert [state_of(tx, each.record_id).get("parent") for each in (middle, upper)] == [upper.uid, top.uid]


def test_number_and_uid_of_a_merged_record_lead_to_the_winner_also_after_it_was_merged_itself(store: Store) -> None:
    with store.write() as tx:
        one, two, three = (make(tx, "account", title=title) for title in ("One", "Two", "Three"))
        merge_records(tx, two.record_id, one.record_id, {}, by=SYSTEM, now=NOW)
        second = merge_records(tx, three.record_id, two.record_id, {}, by=SYSTEM, now=NOW)
        for name in (one.number, one.uid, two.number, two.uid):
            assert find_record(tx, name, by=SYSTEM).record_id == three.record_id
            assert find_uid(tx, "account", name, by=SYSTEM) == three.uid
        undo(tx, second, by=SYSTEM, now=NOW)
        assert find_record(tx, one.number, by=SYSTEM).record_id == two.record_id
        assert find_record(tx, two.number, by=SYSTEM).record_id == two.record_id


def test_mail_that_writes_a_merged_number_means_the_winner(store: Store) -> None:
    with store.write() as tx:
        one, two = (make(tx, "account", title=title) for title in ("One", "Two"))
        merge_records(tx, one.record_id, two.record_id, {}, by=SYSTEM, now=NOW)

        class Row:
            mentions = (two.number, one.number)

        known: Any = known_records(tx, [Row()], {})  # type: ignore[list-item]
        assert {number: record.record_id for number, record in known.numbered.items()} == {
            one.number: one.record_id,
            two.number: one.record_id,
        }


def test_undoing_a_merge_asks_when_a_field_changed_since_or_its_winner_was_merged(store: Store) -> None:
    with store.write() as tx:
        ada, other = _two_contacts(tx)
        third = make(tx, "contact", title="Ada Berg").record_id
        merged = merge_records(tx, ada, other, {}, by=SYSTEM, now=NOW)
        edit_record(tx, ada, {"phone": "+41 31 2"}, by=SYSTEM, now=NOW)
        with pytest.raises(Stale) as stale:
            undo(tx, merged, by=SYSTEM, now=NOW)
        assert stale.value.fields == ("Phone",)
        merge_records(tx, third, ada, {}, by=SYSTEM, now=NOW)
        with pytest.raises(Stale):
            undo(tx, merged, by=SYSTEM, now=NOW)


def test_copies_of_the_loser_show_the_winner_and_none_is_deleted(store: Store) -> None:
    with store.write() as tx:
        one = make(tx, "contact", title="Ada Berg", emails="ada@a.example")
        other = make(tx, "contact", title="A. Berg")
        surround(tx, one.record_id, other.record_id)
        items = list(
            tx.execute(select(MailboxItem.id).where(MailboxItem.holds == "contact").order_by(MailboxItem.id)).scalars()
        )
        merged = merge_records(tx, one.record_id, other.record_id, {}, by=SYSTEM, now=NOW)
        held = select(MailboxItem.record_id).where(MailboxItem.id.in_(items))
        assert tx.execute(held).scalars().all() == [one.record_id] * 2
        assert outbox_of(tx) == [("put_contact", items[1])]
        redo = undo(tx, merged, by=SYSTEM, now=NOW)
        undo(tx, redo, by=SYSTEM, now=NOW)
        assert {verb for verb, _ in outbox_of(tx)} == {"put_contact"}


def test_merge_joins_the_two_links_of_one_mail_by_the_better_decision(store: Store) -> None:
    with store.write() as tx:
        one, other = (make(tx, "contact", title=title).record_id for title in ("Ada", "Ada B"))
        surround(tx, one, other)
        merge_records(tx, one, other, {}, by=SYSTEM, now=NOW)
        links = tx.execute(
            select(Link.state, Link.is_primary, Link.decided_by, Link.record_id).order_by(Link.activity_id)
        )
        assert [tuple(row) for row in links] == [
            ("linked", True, "rule", one),
            ("linked", True, "rule", one),
            ("linked", True, "rule", one),
            ("rejected", False, "user", one),
            ("linked", True, "user", one),
        ]
        assert len(tx.execute(select(Timeline.activity_id).where(Timeline.subject_id == one)).all()) == 4


def test_only_two_seen_records_of_one_kind_are_merged(store: Store) -> None:
    with store.write() as tx:
        ben = add_user(tx, "Ben Smith", role="restricted")
        own, strange = make(tx, "contact", by=ben, title="Ada"), make(tx, "contact", title="Ada B")
        deals = [make(tx, "opportunity", title=title).record_id for title in "AB"]
        account = make(tx, "account", title="Contoso")
        with pytest.raises(NotFound):
            merge_records(tx, own.record_id, strange.record_id, {}, by=ben, now=NOW)
        for pair_of, choices in (
            ((own.record_id, own.record_id), {}),
            ((own.record_id, account.record_id), {}),
            ((deals[0], deals[1]), {}),
            ((own.record_id, strange.record_id), {"shoe": "loser"}),
            ((own.record_id, strange.record_id), {"city": "both"}),
        ):
            with pytest.raises(Invalid):
                merge_records(tx, *pair_of, choices, by=SYSTEM, now=NOW)
        delete_record(tx, strange.record_id, by=SYSTEM, now=NOW)
        with pytest.raises(NotFound):
            merge_records(tx, own.record_id, strange.record_id, {}, by=SYSTEM, now=NOW)


_values = st.fixed_dictionaries(
    {"title": st.sampled_from(["Ada Berg", "A. Berg", "Berg"])},
    optional={
        "emails": st.lists(st.sampled_from([f"{name}@b.example" for name in "abc"]), min_size=1, unique=True),
        "city": st.sampled_from(["Bern", "Zug"]),
        "street": st.sampled_from(["Gasse 1", "Weg 2"]),
        "phone": st.sampled_from(["1", "2"]),
        "in_outlook": st.just("yes"),
        "extra": st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["1", "2"]), min_size=1),
    },
)
_choices = st.dictionaries(
    st.sampled_from(["title", "city", "phone", "emails", "account"]), st.sampled_from(["winner", "loser"])
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_values, _values, _values, st.tuples(*[st.booleans()] * 3), _choices, _choices)
def test_any_merges_are_taken_back_one_by_one(
    store: Store, one: Any, two: Any, three: Any, employed: Any, first: Any, second: Any
) -> None:
    with store.write() as tx:
        example = tx.begin_nested()
        accounts = [make(tx, "account", title=title).number for title in ("Contoso", "Fabrikam", "Contoso Ltd")]
        ids = [
            make(tx, "contact", **(values | ({"account": account} if has else {}))).record_id
            for values, account, has in zip((one, two, three), accounts, employed, strict=True)
        ]
        surround(tx, ids[0], ids[1])
        surround(tx, ids[1], ids[2])
        pictures = [picture(tx)]
        done = []
        for winner, loser, choices in ((1, 0, first), (2, 1, second)):
            done.append(merge_records(tx, ids[winner], ids[loser], choices, by=SYSTEM, now=NOW))
            pictures.append(picture(tx))
        for operation in reversed(done):
            pictures.pop()
            undo(tx, operation, by=SYSTEM, now=NOW)
            assert picture(tx) == pictures[-1]
        example.rollback()
