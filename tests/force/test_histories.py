"""Random histories of two-way sync end with both sides equal and nothing lost (see tests.force.histories)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.force.histories import History, outcome
from tests.force.history.world import Stores


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    made = Stores(tmp_path_factory.mktemp("histories"))
    yield made
    made.close()


@pytest.mark.parametrize("tens", range(6))
def test_histories_of_contacts_and_appointments_end_equal_on_both_sides(stores: Stores, tens: int) -> None:
    wrong = {seed: outcome(History.of(seed), stores) for seed in range(tens * 10, tens * 10 + 10)}
    assert {seed: found for seed, found in wrong.items() if found} == {}
