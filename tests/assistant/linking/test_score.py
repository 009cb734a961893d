"""The model: log odds add up, matters compete, contacts and accounts stand for themselves."""

from __future__ import annotations

from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from assistant.linking.evidence.finding import Finding
from assistant.linking.score import Weights, rank, standard_weights
from store.linking.facts import KnownRecord

WEIGHTS = Weights(
    groups={
        "matter": {"bias": -1.0, "title_words": 3.0, "number": 6.0, "closed": -2.0},
        "lead": {"bias": -1.0, "address": 4.0},
        "contact": {"bias": -2.0, "address": 6.0},
        "account": {"bias": -2.0, "domain": 5.0},
    },
    thresholds={"matter": 0.85, "lead": 0.85, "contact": 0.9, "account": 0.9, "suggest": 0.03},
)


def known(record_id: int, kind: str) -> KnownRecord:
    return KnownRecord(record_id, kind, f"X-{record_id:05}", f"Record {record_id}")


def found(record_id: int, kind: str, rule: str, strength: float, *, exact: bool = False) -> Finding:
    return Finding(known(record_id, kind), rule, strength, "quote", "source", exact)


def test_rank_of_a_matter_beside_none_is_the_logistic_of_its_log_odds() -> None:
    (candidate,) = rank([found(1, "case", "title_words", 1.0)], WEIGHTS)
    assert isclose(candidate.probability, 0.8808, abs_tol=1e-4)


def test_two_equal_matters_share_what_is_left_beside_none() -> None:
    first, second = rank([found(n, "case", "title_words", 1.0) for n in (1, 2)], WEIGHTS)
    assert first.probability == second.probability
    assert isclose(first.probability, 0.4683, abs_tol=1e-4)


def test_two_matters_named_by_their_numbers_do_not_take_from_each_other() -> None:
    both = rank([found(n, "case", "number", 1.0, exact=True) for n in (1, 2)], WEIGHTS)
    assert all(candidate.probability > 0.99 for candidate in both)


def test_strongest_finding_of_a_rule_counts_once() -> None:
    once = rank([found(1, "case", "title_words", 0.8)], WEIGHTS)
    twice = rank([found(1, "case", "title_words", 0.8), found(1, "case", "title_words", 0.3)], WEIGHTS)
    assert once[0].probability == twice[0].probability


def test_contact_comes_first_where_no_matter_is_likely_and_second_where_one_is() -> None:
    person = found(2, "contact", "address", 1.0)
    weak, strong = found(1, "case", "title_words", 0.2), found(1, "case", "number", 1.0, exact=True)
    assert [one.record.kind for one in rank([person, weak], WEIGHTS)] == ["contact", "case"]
    assert [one.record.kind for one in rank([person, strong], WEIGHTS)] == ["case", "contact"]


def test_account_comes_before_a_contact_that_is_only_guessed() -> None:
    ranked = rank([found(1, "contact", "address", 0.1), found(2, "account", "domain", 1.0)], WEIGHTS)
    assert [one.record.kind for one in ranked] == ["account", "contact"]


def test_account_comes_before_a_known_contact_where_people_file_under_the_company() -> None:
    both = [found(1, "contact", "address", 1.0), found(2, "account", "domain", 1.0)]
    assert [one.record.kind for one in rank(both, WEIGHTS)] == ["contact", "account"]
    assert [one.record.kind for one in rank(both, WEIGHTS, company_first=True)] == ["account", "contact"]


def test_what_speaks_against_a_record_makes_it_less_likely_and_stands_last() -> None:
    (open_one,) = rank([found(1, "case", "title_words", 1.0)], WEIGHTS)
    (closed,) = rank([found(1, "case", "closed", 1.0), found(1, "case", "title_words", 1.0)], WEIGHTS)
    assert closed.probability < open_one.probability
    assert [finding.rule for finding in closed.findings] == ["title_words", "closed"]


def test_records_of_kinds_that_nothing_is_regarding_are_left_out() -> None:
    assert rank([found(1, "product", "number", 1.0)], WEIGHTS) == ()


RULES = {group: sorted(set(table) - {"bias"}) for group, table in standard_weights().groups.items()}
KINDS = {"matter": "case", "lead": "lead", "contact": "contact", "account": "account"}


@st.composite
def any_finding(draw: st.DrawFn) -> Finding:
    group = draw(st.sampled_from(sorted(RULES)))
    rule, strength = draw(st.sampled_from(RULES[group])), draw(st.floats(0, 1))
    number = draw(st.integers(0, 5)) * len(KINDS) + sorted(KINDS).index(group)
    return found(number, KINDS[group], rule, strength, exact=draw(st.booleans()))


@given(st.lists(any_finding(), max_size=25))
def test_probabilities_are_probabilities_and_do_not_depend_on_the_order_of_findings(findings: list[Finding]) -> None:
    ranked = rank(findings, standard_weights())
    assert all(0.0 <= one.first <= one.probability <= 1.0 for one in ranked)
    again = rank(list(reversed(findings)), standard_weights())
    assert [(one.record, round(one.probability, 9)) for one in again] == [
        (one.record, round(one.probability, 9)) for one in ranked
    ]
