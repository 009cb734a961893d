"""Refitting weights: what helps grows, what misleads shrinks, nothing changes its sign, and noise changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from assistant.linking.evidence.finding import Finding
from assistant.linking.score import Weights, rank
from assistant.linking.world.examples import Example, Option, examples_of, options_of
from assistant.linking.world.fit import fit
from assistant.linking.world.format import read_world
from assistant.linking.world.likelihood import contests_of, gradient, is_right, loss
from assistant.linking.world.mails import Truth
from assistant.linking.world.weights_file import with_weights
from store.linking.facts import KnownRecord

TEXT = """\
# How much each kind of evidence tells.

[thresholds]
matter = 0.85
suggest = 0.03

[matter]  # they compete
bias = -2.0
thread = 2.0  # an answer
subject = 2.0
closed = -1.0

[contact]
bias = -4.0
address = 6.0
"""
WEIGHTS = Weights.read(TEXT)
PLACES = {("matter", "bias"): 0, ("matter", "thread"): 1, ("matter", "subject"): 2, ("contact", "bias"): 3}
FLAT = [-2.0, 2.0, 2.0, -4.0]


def matter(right: bool, *, named: bool = False, **found: float) -> Option:
    return Option("matter", found, right, competes=True, named=named)


def contact(right: bool | None, **found: float) -> Option:
    return Option("contact", found, right, competes=False)


def example(*options: Option, thread: str = "") -> Example:
    return Example(thread, options)


def test_the_gradient_is_the_slope_of_the_loss() -> None:
    contests = [
        *contests_of(example(matter(True, thread=1.0), matter(False, subject=0.7)), PLACES),
        *contests_of(example(matter(False, thread=0.5), contact(True, thread=1.0)), PLACES),
        *contests_of(example(matter(True, named=True, thread=1.0), matter(False, subject=0.4)), PLACES),
    ]
    slope = gradient(FLAT, contests)
    for place in range(len(FLAT)):
        more, less = list(FLAT), list(FLAT)
        more[place] += 1e-6
        less[place] -= 1e-6
        assert slope[place] == pytest.approx((loss(more, contests) - loss(less, contests)) / 2e-6, abs=1e-6)


def test_the_loss_is_that_of_the_scores_own_probabilities() -> None:
    """One case by thread, one by subject: what the engine's score says of them is what the fit reckons with."""
    one, other = KnownRecord(1, "case", "", "One"), KnownRecord(2, "case", "", "Other")
    findings = [Finding(one, "thread", 1.0, "", ""), Finding(other, "subject", 0.5, "", "")]
    ranked = {each.record.record_id: each.probability for each in rank(findings, WEIGHTS)}
    for right, probability in (("c1", ranked[1]), ("c2", ranked[2]), ("c3", 1 - ranked[1] - ranked[2])):
        truth = Truth(frozenset({("case", right)}), ("case", right))
        options = options_of(findings, truth, {1: ("case", "c1"), 2: ("case", "c2")})
        contests = contests_of(example(*options), PLACES)
        assert 2.718281828 ** -loss(FLAT, contests) == pytest.approx(probability)


def test_what_truth_does_not_say_of_is_not_learnt_from() -> None:
    assert contests_of(example(contact(None, thread=1.0)), PLACES) == []


def test_a_contact_beside_a_matter_is_right_or_wrong_only_where_truth_names_a_contact() -> None:
    ada = KnownRecord(1, "contact", "", "Ada")
    findings, names = [Finding(ada, "address", 1.0, "", "")], {1: ("contact", "ada")}
    case, bo = ("case", "c1"), ("contact", "bo")
    said = [Truth(), Truth(frozenset({case}), case), Truth(frozenset({case, bo}), case)]
    assert [options_of(findings, truth, names)[0].right for truth in said] == [False, None, False]


def test_likeliest_is_right_when_nothing_reaches_even_odds_and_nothing_is_right() -> None:
    weak, strong = (contests_of(example(matter(False, thread=strength)), PLACES)[0] for strength in (0.5, 1.5))
    assert (is_right(FLAT, weak), is_right(FLAT, strong)) == (True, False)


def threads(*, noise: bool) -> list[Example]:
    """Answers are always about the thread's case, subjects mislead; or nothing means anything."""
    rng = random.Random(1)
    made = []
    for number in range(60):
        right = rng.random() < 0.5 if noise else True
        made.append(
            example(matter(right, thread=1.0), matter(not right, subject=1.0, closed=1.0), thread=str(number // 2))
        )
    return made


def test_what_helps_grows_and_what_misleads_shrinks_to_nothing_at_most() -> None:
    fitted = fit(threads(noise=False), WEIGHTS)
    now = fitted.weights["matter"]
    assert now["thread"] > 2.5
    assert 0 <= now["subject"] < 1.5
    assert now["closed"] < -1.0
    assert fitted.after.log_loss < fitted.before.log_loss
    assert (fitted.examples, fitted.threads, fitted.seen["matter"]["thread"]) == (60, 30, 60)


def test_what_was_never_seen_stays() -> None:
    assert fit(threads(noise=False), WEIGHTS).weights["contact"] == {"bias": -4.0, "address": 6.0}


def test_weights_that_are_right_already_stay() -> None:
    rng = random.Random(2)
    made = [example(matter(rng.random() < 0.5, thread=1.0), thread=str(number)) for number in range(200)]
    fitted = fit(made, Weights({"matter": {"bias": -2.0, "thread": 2.0}}, {}))
    assert abs(fitted.weights["matter"]["thread"] - 2.0) < 0.2


def test_without_examples_the_weights_stay() -> None:
    fitted = fit([], WEIGHTS)
    assert (fitted.stiffness, fitted.weights) == (None, WEIGHTS.groups)


def test_the_file_keeps_its_comments_order_and_thresholds() -> None:
    written = with_weights(TEXT, {"matter": {"thread": 3.25, "closed": -0.5}, "thresholds": {}})
    assert written == TEXT.replace("thread = 2.0", "thread = 3.25").replace("closed = -1.0", "closed = -0.5")


def test_examples_of_a_world_are_what_linking_saw_of_each_mail(folder: Path) -> None:
    examples = examples_of([read_world(folder)])
    assert len({each.thread for each in examples}) == len(examples) == 8  # of strangers nothing is known
    first = {(option.group, option.right) for option in examples[0].options}
    assert first == {("contact", True), ("account", True)}
