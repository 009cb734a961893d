"""Two names compared: what a careful reader takes for one name scores high, what he does not scores low."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.names.compare import company_score, person_score, sounds


@pytest.mark.parametrize(
    ("left", "right", "score"),
    [
        ("Fabrikam GmbH", "FABRIKAM G.m.b.H.", 1.0),
        ("Fabrikam", "Fabrikam GmbH", 0.99),
        ("Fabrikam GmbH", "Fabrikam S.r.l.", 0.96),
        ("Data Works", "Dataworks Ltd", 0.98),
        ("IBM", "International Business Machines Corp.", 0.8),
        ("Contoso", "Contoso Pumps", 0.825),
        ("Alpine Pumps", "Alpine Software", 0.5),
        ("Alpine", "Nordwind", 0.0),
        ("", "Nordwind", 0.0),
    ],
)
def test_company_score_of_known_pairs(left: str, right: str, score: float) -> None:
    assert company_score(left, right) == pytest.approx(score, abs=0.005)


def test_company_score_forgives_a_typo_but_prefers_the_right_spelling() -> None:
    typo = company_score("Nordwnd Logistik", "Nordwind Logistik AG")
    assert 0.85 < typo < company_score("Nordwind Logistik", "Nordwind Logistik AG")


def test_company_score_counts_weak_words_less() -> None:
    assert company_score("Contoso", "Contoso Group") > company_score("Contoso", "Contoso Pumps")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Bob Miller", "Robert Miller"),
        ("Miller, Robert", "Robert Miller"),
        ("R. Miller", "Robert Miller"),
        ("Сергей Иванов", "Sergey Ivanov"),
        ("Sergej Ivanoff", "Sergei Ivanov"),
        ("Anna Berg", "Anna-Lena Berg"),
        ("Annalena Berg", "Anna-Lena Berg"),
        ("Kasia Nowak", "Katarzyna Nowak"),
        ("Joerg Mueller", "Jörg Muller"),
        ("Giorgos Papadopoulos", "Γιώργος Παπαδόπουλος"),
        ("Саша Иванова", "Aleksandra Ivanova"),
        ("Schmidt Jan", "Jan Schmitt"),
        ("Dr. Ludwig van Beethoven", "Ludwig Beethoven"),
    ],
)
def test_person_score_is_high_for_the_same_person(left: str, right: str) -> None:
    assert person_score(left, right) >= 0.9


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Anna Berg", "Bernd Berg"),
        ("Peter Berg", "Petra Berg"),
        ("A. B.", "Anna Berg"),
        ("Anna", "Anna Berg"),
        ("", "Anna"),
    ],
)
def test_person_score_is_low_where_half_a_name_agrees(left: str, right: str) -> None:
    assert person_score(left, right) <= 0.6


@given(st.text(max_size=40), st.text(max_size=40))
def test_scores_are_between_0_and_1_and_the_same_both_ways(left: str, right: str) -> None:
    for score in (company_score, person_score):
        assert 0 <= score(left, right) <= 1
        assert score(left, right) == pytest.approx(score(right, left))


def test_sounds_are_the_same_for_spellings_of_one_name() -> None:
    assert len({sounds(name) for name in ("sergei", "sergey", "sergej")}) == 1
    assert len({sounds(name) for name in ("schmidt", "schmitt")}) == 1
