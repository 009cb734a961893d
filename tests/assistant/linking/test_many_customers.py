"""A small version of the benchmark's world: what it names is found, and no other work is linked."""

from __future__ import annotations

import pytest

from assistant.linking.worker import link_pending
from store.engine import Store, open_store
from tests.benchmarks.linking import NOW, decided, outcomes, store_mails
from tests.benchmarks.linking_world import Sizes, make_customers, store_customers, write_mails
from tests.benchmarks.words import Writer


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Store:
    store = open_store(str(tmp_path_factory.mktemp("customers") / "store.db"))
    request.addfinalizer(store.close)
    return store


def test_mail_of_many_customers_is_linked_to_what_it_names_and_to_no_other_work(empty: Store) -> None:
    writer = Writer(seed=7, stretch=50_000)
    made = make_customers(Sizes(contacts=90, accounts=30, open_work=60), writer)
    mails = list(write_mails(made, writer, 120))
    store_customers(empty, made, writer)
    store_mails(empty, mails)
    link_pending(empty, now=NOW)
    found = decided(empty)
    assert {each for counts in outcomes(mails, found).values() for each in counts} == {"right", "offered"}
    titled = [mail for mail in mails if mail.kind in ("work", "quoting")]  # by known people, with the whole title
    assert {each for counts in outcomes(titled, found).values() for each in counts} == {"right"}
