"""Rules in words: what is written comes back as the same rule, and what is not understood is said with its line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import Invalid
from store.scheduling.rule_words import rule_from_lines, rule_lines
from store.scheduling.rules import RESOURCE_KINDS, STRATEGIES, Names, read_rule

WRITTEN = """\
at one site
1 of Technicians; with lift 3, rope 1; called Inspector
1 of Vans; in turn
1 of these; called Place:
  1 of Bench 1
  2 of "Hall, big", Yard; 3 units; for 1 h from 30 min; not Old yard"""
RULE = {
    "same_site": True,
    "all": [
        {"pick": 1, "groups": ["Technicians"], "skills": {"lift": 3, "rope": 1}, "name": "Inspector"},
        {"pick": 1, "groups": ["Vans"], "strategy": "round_robin"},
        {
            "some": 1,
            "name": "Place",
            "of": [
                {"pick": 1, "resources": ["Bench 1"]},
                {
                    "pick": 2,
                    "resources": ["Hall, big", "Yard"],
                    "units": 3,
                    "part": {"offset": 30, "duration": 60},
                    "excluded": ["Old yard"],
                },
            ],
        },
    ],
}

_NAMES = st.text(min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
_GROUPS = _NAMES.map(lambda name: f"group {name}")
_RESOURCES = _NAMES.filter(lambda name: not name.startswith("group "))
_PICKS = st.fixed_dictionaries(
    {"pick": st.integers(1, 9)},
    optional={
        "groups": st.lists(_GROUPS, min_size=1, max_size=2, unique=True),
        "resources": st.lists(_RESOURCES, min_size=1, max_size=3, unique=True),
        "kinds": st.lists(st.sampled_from(RESOURCE_KINDS), min_size=1, max_size=2, unique=True),
        "skills": st.dictionaries(_NAMES, st.integers(1, 10), min_size=1, max_size=2),
        "units": st.integers(2, 9),
        "part": st.fixed_dictionaries({"offset": st.integers(0, 60), "duration": st.integers(1, 60)}),
        "strategy": st.sampled_from(STRATEGIES),
        "preferred": st.lists(_RESOURCES, min_size=1, max_size=2, unique=True),
        "excluded": st.lists(_RESOURCES, min_size=1, max_size=2, unique=True),
        "same_site": st.just(True),
        "name": _NAMES,
    },
)


def _combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    more = {"same_site": st.just(True), "name": _NAMES}
    parts = st.lists(inner, min_size=1, max_size=3)
    return st.fixed_dictionaries({"all": parts}, optional=more) | st.fixed_dictionaries(
        {"some": st.just(1), "of": parts}, optional=more
    )


@given(st.recursive(_PICKS, _combined, max_leaves=5))
def test_rule_in_words_is_read_as_the_same_rule(rule: dict[str, Any]) -> None:
    names = Names(str, str)
    stored = read_rule(rule, names, duration=24 * 60)
    lines = rule_lines(stored)
    read = rule_from_lines("\n".join(lines), lambda name: name.startswith("group "))
    assert read_rule(read, names, duration=24 * 60) == stored


def test_rule_is_written_in_words_as_people_would() -> None:
    groups = ("Technicians", "Vans")
    assert rule_from_lines(WRITTEN, groups.__contains__) == RULE
    assert rule_lines(RULE) == WRITTEN.splitlines()
    assert rule_from_lines("1 of anybody", groups.__contains__) == {"pick": 1}
    assert rule_from_lines(f"{'9' * 5_000} of Vans", groups.__contains__)["pick"] > 1_000  # too many, for read_rule
    assert (rule_from_lines(" \n", groups.__contains__), rule_lines({})) == ({}, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Technicians", "Line 1 of the rule is not understood: write it as '1 of Technicians; with welding 3'."),
        ("all of Vans", "Line 1 of the rule is not understood: write it as '1 of Technicians; with welding 3'."),
        ("1 of Vans; soon", "Line 1 of the rule has 'soon', which is not understood."),
        ("1 of these:", "Line 1 of the rule wants the parts indented below it."),
        ("1 of Ann\n  1 of Vans", "Line 2 of the rule stands below one that picks; end that with 'of these:'."),
        ("2 of these:\n    1 of Ann\n  1 of Bob", "Line 3 of the rule is indented otherwise than its neighbours."),
        (" 1 of Ann\n1 of Bob", "Line 2 of the rule stands further left than the first."),
        ("at one site", "The rule says only at one site, not who."),
        (
            "1 of Ann; with ladder; with welding 3",
            "Line 1 of the rule has 'with welding 3' where it has said with which skills before.",
        ),
        (
            "\n".join(f"{' ' * level}1 of these:" for level in range(2_000)),
            "Line 13 of the rule stands too deep: a rule has at most 12 levels.",
        ),
        ("1 of ,", "A line of the rule names nobody but ','; write 1 of anybody for all."),
        ("1 of Ann; for soon", "For: 'soon' is no length of time; write it as 45 min, 1 h 30 min or 2 d."),
    ],
)
def test_rule_that_is_not_understood_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        rule_from_lines(text, lambda name: name == "Vans")
    assert caught.value.sentence == said
