"""Random histories of two-way sync end with both sides equal and nothing lost (see tests.force.histories)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.force.histories import History, outcome
from tests.force.history.world import Stores


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    made = Stores(tmp_path_factory.mktemp("histories"))
    yield made
    made.close()


@pytest.mark.parametrize("ten", range(27))
def test_histories_end_with_both_sides_equal_and_nothing_lost(stores: Stores, ten: int) -> None:
    assert wrong_ends(stores, range(ten * 10, ten * 10 + 10)) == {}


@pytest.mark.parametrize("three", range(10))
def test_histories_over_ews_end_with_both_sides_equal_and_nothing_lost(stores: Stores, three: int) -> None:
    assert wrong_ends(stores, range(three * 3, three * 3 + 3), over="ews", length=12) == {}


def wrong_ends(stores: Stores, seeds: Iterable[int], **more: Any) -> dict[int, list[str]]:
    """What is wrong, by seed."""
    length, over = more.get("length", 20), more.get("over", "memory")
    ends = {seed: outcome(History.of(seed, length), stores, over) for seed in seeds}
    return {seed: wrong for seed, wrong in ends.items() if wrong}
