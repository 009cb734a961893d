"""What is in a place stays there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_sync.card import PostalAddress
from mail_sync.providers.exchange.slots import place_addresses, place_labelled, place_values

PLACES = ("1", "2", "3")
LABELS = {"Business": "work", "Business2": "work", "Mobile": "cell", "Other": "other"}


@pytest.mark.parametrize(
    ("held", "wanted", "writes"),
    [
        ({}, ["a", "b"], {"1": "a", "2": "b"}),
        ({"1": "a", "2": "b"}, ["b", "a"], {}),
        ({"1": "a", "2": "b"}, ["b"], {"1": ""}),
        ({"1": "a", "3": "c"}, ["a", "c", "b"], {"2": "b"}),
        ({"1": "a", "2": "b"}, ["b", "x"], {"1": "x"}),
        ({"1": "a", "3": "c"}, ["x", "y"], {"1": "x", "3": "y"}),
        ({"1": "a", "2": "b", "3": "c"}, ["a", "x", "c"], {"2": "x"}),
        ({"1": "a"}, ["a", "b", "c", "d"], {"2": "b", "3": "c"}),
        ({"1": "Ada@x.example"}, ["ada@x.example"], {"1": "ada@x.example"}),
        ({"1": "a"}, ["a", "a", ""], {}),
        ({"1": "a"}, [], {"1": ""}),
    ],
)
def test_place_values_moves_nothing_that_can_stay(
    held: dict[str, str], wanted: Sequence[str], writes: dict[str, str]
) -> None:
    assert place_values(held, wanted, PLACES) == writes


@pytest.mark.parametrize(
    ("held", "wanted", "writes"),
    [
        ({}, [("work", "1"), ("work", "2")], {"Business": "1", "Business2": "2"}),
        ({"Business2": "1"}, [("work", "1")], {}),
        ({}, [("work", "1"), ("work", "2"), ("work", "3")], {"Business": "1", "Business2": "2", "Other": "3"}),
        ({}, [("mobile", "1")], {"Mobile": "1"}),
        ({}, [("yacht", "1")], {"Other": "1"}),
        ({"Mobile": "1"}, [("work", "1")], {"Business": "1", "Mobile": ""}),
    ],
)
def test_place_labelled_fills_the_places_of_a_label(
    held: dict[str, str], wanted: Sequence[tuple[str, str]], writes: dict[str, str]
) -> None:
    assert place_labelled(held, wanted, LABELS) == writes


def test_place_addresses_takes_one_of_each_label_and_one_more() -> None:
    work, second, third = (PostalAddress("work", street) for street in ("A", "B", "C"))
    labels = {"Business": "work", "Home": "home", "Other": "other"}
    assert place_addresses([work, second, third], labels) == {"Business": work, "Other": second}


VALUES = st.sampled_from("abcdef")


@given(st.dictionaries(st.sampled_from(PLACES), VALUES), st.lists(VALUES, unique=True))
def test_place_values_holds_what_is_wanted_and_moves_nothing(held: dict[str, str], wanted: list[str]) -> None:
    writes = place_values(held, wanted, PLACES)
    after = {place: value for place, value in (held | writes).items() if value}
    assert len(set(after.values())) == min(len(wanted), len(PLACES))
    assert set(after.values()) <= set(wanted)
    stays = {value: place for place, value in reversed(list(held.items())) if value in after.values()}
    assert all(after[place] == value for value, place in stays.items() if list(held.values()).count(value) == 1)
    assert place_values(after, wanted, PLACES) == {}
