"""A rule goes through its form unharmed, and what is wrong with one is told in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from assistant.triage.forms import begun_text, form_fields, form_text, form_values
from assistant.triage.model import Action, Rule, RuleKind
from assistant.triage.reading import read_rules
from store.errors import Invalid
from tests.assistant.triage.some import MANY_RULES, some_rules

FULL = """[[mail]]
name = "Printers"
when.known = true
when.says = ["toner", "paper, white", "print*"]
unless.subject = "invoice"
then.create = "case"
then.assign = "queue:Printers"
"""


def test_a_rule_goes_through_its_form_and_keeps_what_has_no_field() -> None:
    [rule] = read_rules(FULL, "r").mail
    values = form_values(rule)
    assert values == {
        "name": "Printers",
        "when_known": "yes",
        "when_says": 'toner, "paper, white", print*',
        "then_create": "case",
        "then_assign": "Printers",
    }
    assert set(values) <= {field.name for field in form_fields("mail")}
    assert read_rules(form_text("mail", values, rule), "r").mail == (rule,)


@MANY_RULES
@given(some_rules(RuleKind.MAIL))
def test_every_rule_goes_through_its_form(rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        [found] = read_rules(form_text("mail", form_values(rule), rule), "r").mail
        assert _said(found) == _said(rule)


def _said(rule: Rule) -> tuple[set[tuple[str, bool, tuple[str, ...]]], set[Action]]:
    conditions = {(each.name, each.unless, tuple(value.strip() for value in each.values)) for each in rule.conditions}
    return conditions, set(rule.actions)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("assign", "round_robin", "in turn"),
        ("assign", "least_loaded", "least loaded"),
        ("assign", "user:anna@contoso.com", "anna@contoso.com"),
        ("assign", "queue:In turn", "queue:In turn"),
        ("assign", "queue:us@contoso.com", "queue:us@contoso.com"),
        ("link", "open_case", "open case"),
        ("link", "CAS-01042", "CAS-01042"),
    ],
)
def test_what_a_rule_does_stands_in_its_form_in_words(name: str, value: str, words: str) -> None:
    given = {"name": "A", f"then_{name}": words}
    [rule] = read_rules(form_text("mail", given), "r").mail
    assert rule.actions == (Action(name, value),)
    assert form_values(rule) == given


def test_scores_have_points() -> None:
    text = form_text("score", {"name": "Near", "when_region": "Europe", "points": 20})
    [score] = read_rules(text, "r").scores
    assert form_values(score) == {"name": "Near", "when_region": "Europe", "points": 20}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "A"}, "The rule does nothing; fill in what it does, such as “Assign to”."),
        ({"then_create": "case"}, "The rule needs a name."),
        (
            {"name": "A", "then_create": "case", "then_ignore": "yes"},
            "The rule says both “Make a” and “Ignore”; a mail can have only one of them.",
        ),
        (
            {"name": "A", "when_language": "xx", "then_create": "case"},
            '“Language”: "xx" is none of',
        ),
        ({"name": "A", "then_assign": "anna@"}, "'anna@' is not an e-mail address."),
    ],
)
def test_what_is_wrong_is_told(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        form_text("mail", values)
    assert refused.value.sentence.startswith(sentence)


def test_a_rule_can_be_begun_as_text() -> None:
    assert [begun_text(kind).splitlines()[0] for kind in ("mail", "lead", "score")] == [
        "[[mail]]",
        "[[lead]]",
        "[[score]]",
    ]
