"""What is read exactly of two sets that nobody here wrote must not become less."""

from __future__ import annotations

import pytest

from tests.benchmarks import dates_sets
from tests.benchmarks.dates_sets import DUCKLING, RECOGNIZERS, ours
from tests.corpora import corpus

pytestmark = pytest.mark.corpus


def test_duckling_expressions_are_read_exactly() -> None:
    corpus("dates", "duckling_en.json")
    expected = dates_sets.duckling()
    exact = sum(ours(one, DUCKLING)[0] in one.values for one in expected)
    assert exact / len(expected) >= 0.89


def test_recognizers_expressions_are_read_exactly() -> None:
    corpus("dates", "recognizers_en.json")
    expected = dates_sets.recognizers()
    exact = sum(ours(one, RECOGNIZERS)[0] in one.values for one in expected)
    assert exact / len(expected) >= 0.84
