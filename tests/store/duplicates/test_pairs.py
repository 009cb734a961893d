"""Pairs of likely duplicates: kept, replaced by a later comparison, refused for ever, and shown to who may see both."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from store.actor import SYSTEM
from store.duplicates.pairs import Likely, refuse_duplicate, store_pairs
from store.engine import Store
from store.errors import NotFound
from store.history.operations import undo
from store.queries.duplicates import count_duplicates, duplicate_detail, open_duplicates
from store.records.merging import merge_records
from store.schema.proposals import Duplicate
from tests.store.builders import counted_statements
from tests.store.duplicates.picture import pair
from tests.store.scenes import NOW, add_user, make

_WHY = ({"rule": "same_name", "quote": "Ada", "source": "name", "weight": 4.0},)


def _states(store: Store) -> list[tuple[int, int, str]]:
    with store.read() as tx:
        columns = (Duplicate.left_id, Duplicate.right_id, Duplicate.state)
        return [(row[0], row[1], row[2]) for row in tx.execute(select(*columns).order_by(*columns))]


def test_a_comparison_replaces_what_was_open_and_leaves_what_people_decided(store: Store) -> None:
    with store.write() as tx:
        a, b, c, d = (make(tx, "contact", title=title).record_id for title in "ABCD")
        assert store_pairs(tx, {b: [Likely(a, 0.7, _WHY), Likely(c, 0.8, _WHY), Likely(d, 0.9, _WHY)]}, now=NOW) == 3
        refuse_duplicate(tx, open_duplicates(tx, by=SYSTEM).rows[0].uid, by=SYSTEM, now=NOW)
        assert store_pairs(tx, {b: [Likely(a, 0.6, _WHY), Likely(d, 0.9, _WHY)]}, now=NOW) == 0
    assert _states(store) == [(a, b, "open"), (b, d, "refused")]


def test_a_refused_pair_stays_apart_also_after_one_of_them_was_merged(store: Store) -> None:
    with store.write() as tx:
        a, b, c = (make(tx, "contact", title=title).record_id for title in "ABC")
        refused = refuse_duplicate(tx, pair(tx, a, b), by=SYSTEM, now=NOW)
        merge_records(tx, c, b, {}, by=SYSTEM, now=NOW)
        assert store_pairs(tx, {c: [Likely(a, 0.9, _WHY)]}, now=NOW) == 0
        undo(tx, refused, by=SYSTEM, now=NOW)
        assert store_pairs(tx, {c: [Likely(a, 0.9, _WHY)]}, now=NOW) == 1


def test_pairs_are_shown_by_likelihood_in_pages_to_those_who_see_both(store: Store) -> None:
    with store.write() as tx:
        ben = add_user(tx, "Ben Smith", role="restricted")
        own = [make(tx, "contact", by=ben, title=f"Own {place}").record_id for place in range(2)]
        others = [make(tx, "contact", title=f"Other {place}").record_id for place in range(4)]
        mine = pair(tx, *own, score=0.6)
        for place, other in enumerate(others):
            pair(tx, own[0], other, score=0.7 + place / 20)
    with store.read() as tx:
        rows = open_duplicates(tx, by=SYSTEM).rows
        assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)
        first = open_duplicates(tx, by=SYSTEM, limit=2)
        second = open_duplicates(tx, by=SYSTEM, limit=3, after=first.rows[-1])
        assert (first.rows + second.rows, first.more, second.more) == (rows, True, False)
        assert open_duplicates(tx, by=SYSTEM, limit=2, before=second.rows[0]).rows == first.rows
        assert [row.uid for row in open_duplicates(tx, by=ben).rows] == [mine]
        assert str(count_duplicates(tx, by=ben)) == "1"
        assert open_duplicates(tx, by=SYSTEM, kind="account").rows == ()
        with pytest.raises(NotFound):
            duplicate_detail(tx, rows[0].uid, by=ben)
        with counted_statements(store.engine) as seen:
            open_duplicates(tx, by=SYSTEM)
        assert len(seen) == 1


def test_a_pair_is_shown_field_by_field(store: Store) -> None:
    with store.write() as tx:
        contoso = make(tx, "account", title="Contoso")
        one = make(tx, "contact", title="Ada Berg", account=contoso.number, emails="a@a.example; b@a.example")
        other = make(tx, "contact", title="Ada Berg", city="Bern", in_outlook="yes")
        uid = pair(tx, one.record_id, other.record_id)
        detail = duplicate_detail(tx, uid, by=SYSTEM)
    shown = {each.name: (each.left, each.right, each.united) for each in detail.fields if each.differs}
    assert shown == {
        "account": (f"{contoso.number} Contoso", "", False),
        "emails": ("a@a.example, b@a.example", "", True),
        "city": ("", "Bern", False),
        "in_outlook": ("", "yes", False),
    }
