"""How likely two records are the same: on labelled pairs, and what follows for any pair."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.duplicates.likeness import is_same_number, likeness
from tests.assistant.duplicates.labelled import PAIRS, Pair


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.about.replace(" ", "_"))
def test_labelled_pair_is_proposed_only_if_it_is_the_same(pair: Pair) -> None:
    found = likeness(pair.one, pair.other)
    assert (found.is_proposed, found.reasons) == (pair.same, found.reasons)


def test_likeness_does_not_depend_on_the_order_of_the_two() -> None:
    for pair in PAIRS:
        one, other = likeness(pair.one, pair.other), likeness(pair.other, pair.one)
        assert one.probability == pytest.approx(other.probability)


def test_every_record_is_like_itself() -> None:
    for one in (each for pair in PAIRS for each in (pair.one, pair.other) if each.emails or each.domains):
        found = likeness(one, replace(one, record_id=99))
        assert found.is_proposed
        assert found.strongest is not None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("41315551234", "0315551234", True),
        ("0041315551234", "41315551234", True),
        ("41315551234", "41315551235", False),
        ("1234", "41315551234", False),
        ("", "", False),
    ],
)
def test_numbers_are_the_same_with_and_without_the_country(one: str, other: str, same: bool) -> None:
    assert is_same_number(one, other) is same
