"""Figures of judged mails, against values worked out by hand."""

from __future__ import annotations

import pytest

from assistant.linking.world.figures import bins, calibration_error, figures
from assistant.linking.world.intervals import bootstrap, wilson
from assistant.linking.world.judged import Candidate, Judged
from assistant.linking.world.mails import Name, Truth

ADA, BIRCH, CASE = ("contact", "ada"), ("account", "birch"), ("case", "c1")


def judged(truth: Truth, *candidates: tuple[Name, float, bool]) -> Judged:
    """Candidates are name, probability, linked; the first linked one is primary."""
    first = next((name for name, _, linked in candidates if linked), None)
    return Judged("m", "", truth, tuple(Candidate(n, "", p, linked, n == first) for n, p, linked in candidates))


CASE_OF_ADA = Truth(frozenset({CASE, ADA}), CASE)


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    low, high = wilson(81, 263) or (0, 0)  # Newcombe 1998, table I: 0.2553 to 0.3662
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_nothing_counted_has_no_interval() -> None:
    assert (wilson(0, 0), bootstrap([], len)) == (None, None)


def test_the_bootstraps_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    def mean(values: object) -> float:
        assert isinstance(values, list)
        return sum(values) / len(values)

    values = [0.0] * 50 + [1.0] * 50
    low, high = bootstrap(values, mean) or (0, 0)
    assert (low, high) == bootstrap(values, mean)
    assert 0.38 < low < 0.44 < 0.56 < high < 0.62


def test_calibration_weighs_how_far_each_bin_is_off() -> None:
    """Two claims of 0.95, one right: 0.45 off; two of 0.25, none right: 0.25 off; together 0.35."""
    claims = [(0.95, True), (0.95, False), (0.25, False), (0.25, False)]
    assert calibration_error(claims) == pytest.approx(0.35)


def test_a_probability_on_an_edge_belongs_to_the_bin_above_and_one_to_the_last() -> None:
    assert [each.count for each in bins([(0.0, True), (0.1, True), (1.0, True), (0.9, True)])] == [
        *(1, 1, 0, 0, 0, 0, 0, 0, 0, 2),
    ]


def test_calibration_is_over_the_first_candidate_of_every_mail_and_any_row_is_right() -> None:
    told = figures(
        [
            judged(CASE_OF_ADA, (ADA, 0.9, True), (CASE, 0.8, False)),
            judged(Truth(), (BIRCH, 0.5, False)),
            judged(CASE_OF_ADA),
        ]
    )
    assert [(each.low, each.count, each.right) for each in told.bins if each.count] == [(0.5, 1, 0.0), (0.9, 1, 1.0)]
    assert told.ece == pytest.approx((0.5 + 0.1) / 2)


def test_a_link_of_a_mail_without_record_is_wrong_and_a_suggestion_is_not() -> None:
    told = figures([judged(Truth(), (BIRCH, 0.99, True)), judged(Truth(), (BIRCH, 0.6, False))])
    assert (told.auto.precision.right, told.auto.precision.of, told.auto.coverage.of) == (0, 1, 0)


def test_a_linked_record_that_is_not_primary_is_no_automatic_primary() -> None:
    mail = Judged("m", "", CASE_OF_ADA, (Candidate(ADA, "", 0.99, is_linked=True, is_primary=False),))
    assert (mail.auto, figures([mail]).auto.precision.of) == (None, 0)


def test_nothing_judged_has_no_figures() -> None:
    told = figures([])
    assert (told.auto.precision.value, told.auto.coverage.value, told.ece, told.top3.value) == (None, None, None, None)
