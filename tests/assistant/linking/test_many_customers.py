"""A small version of the benchmark's world: what it names is found, and nothing else is linked."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.linking.worker import link_pending
from store.engine import Store, open_store
from tests.benchmarks.linking import NOW, linked_titles, outcomes, store_mails
from tests.benchmarks.linking_world import Sizes, make_customers, store_customers, write_mails
from tests.benchmarks.words import Writer


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Store:
    store = open_store(str(tmp_path_factory.mktemp("customers") / "store.db"))
    request.addfinalizer(store.close)
    return store


def test_mail_of_many_customers_is_linked_to_what_it_names_and_to_nothing_else(empty: Store) -> None:
    writer = Writer(seed=7, stretch=50_000)
    made = make_customers(Sizes(contacts=90, accounts=30, open_work=60), writer)
    mails = list(write_mails(made, writer, 120))
    store_customers(empty, made, writer)
    store_mails(empty, mails)
    link_pending(empty, now=NOW)
    expected = {kind: Counter({"right": count}) for kind, count in Counter(mail.kind for mail in mails).items()}
    assert outcomes(mails, linked_titles(empty)) == expected
