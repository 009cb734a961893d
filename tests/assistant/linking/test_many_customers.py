"""A small version of the benchmark's world: what it names is found, and no other work is linked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.linking.worker import link_pending
from store.engine import Store, open_store
from tests.benchmarks.linking import NOW, decided, outcomes, store_mails
from tests.benchmarks.linking_world import Customers, Sizes, Written, make_customers, store_customers, write_mails
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
    numbered = _with_serial_numbers(mails, made)
    assert {each for counts in outcomes(numbered, found).values() for each in counts} == {"right"}


def _with_serial_numbers(mails: Sequence[Written], made: Customers) -> list[Written]:
    """Mails of known people that name work by a serial number; to be linked, other mail may have to say more."""
    titles = {title for _, title, serial in made.work if serial}
    return [mail for mail in mails if mail.about in titles and b"@gmail.com" not in mail.raw]
