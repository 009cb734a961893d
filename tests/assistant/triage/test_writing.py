"""What is written is read as the same rules."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from assistant.triage import conditions
from assistant.triage.language import LANGUAGES
from assistant.triage.model import Action, Condition, Rule, RuleFile, RuleKind, ScoreRule
from assistant.triage.reading import read_rule, read_rules
from assistant.triage.writing import action_values, condition_values, write_rules
from mail_sync.mime.plain import visible_line

TEXTS = st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip()) and visible_line(text) == text)
FLAGS = st.sampled_from(["yes", "no"])
WORDS = st.one_of(TEXTS.map(lambda text: f"{text} a"), st.sampled_from([r"/a\d+\"/", "/[\"'\\]]b/", "print*", "Größe"]))
SPECIAL: Mapping[str, st.SearchStrategy[str]] = {
    "sender": st.sampled_from(["*@contoso.com", "eve@fabrikam.com"]),
    "sender_domain": st.sampled_from(["contoso.com", "@fabrikam.co.uk"]),
    "party_kind": st.sampled_from(["contact", "account", "lead"]),
    "language": st.sampled_from(LANGUAGES),
    "noise": st.sampled_from(["person", "list"]),
    "hours": st.sampled_from(["inside", "outside"]),
    "size": st.sampled_from(["1-9", "250+", "-9", "12"]),
}
MAIL_ACTIONS = st.sampled_from(
    [
        (Action("create", "case"), Action("priority", "high"), Action("acknowledge", 'We "have" it\\')),
        (Action("create", "lead"), Action("assign", "user:anna@contoso.com")),
        (Action("link", "open_case"), Action("assign", "queue:Ä, b")),
        (Action("ignore", "yes"),),
        (Action("assign", "least_loaded"),),
    ]
)
LEAD_ACTIONS = st.just((Action("assign", "round_robin"),))


@st.composite
def some_conditions(draw: st.DrawFn, kind: RuleKind) -> tuple[Condition, ...]:
    sorts = conditions.SORTS[kind]
    found: list[Condition] = []
    for unless in (False, True):
        for name in draw(st.lists(st.sampled_from(sorted(sorts)), unique=True, max_size=4)):
            values = FLAGS if sorts[name].is_flag else SPECIAL.get(name, WORDS)
            most = 1 if sorts[name].is_flag else 3
            drawn = draw(st.lists(values, min_size=1, max_size=most))
            found.append(Condition(name, tuple(drawn), unless=unless))
    return tuple(found)


def some_rules(kind: RuleKind) -> st.SearchStrategy[tuple[Rule, ...]]:
    actions = MAIL_ACTIONS if kind is RuleKind.MAIL else LEAD_ACTIONS
    one = st.builds(Rule, st.just(kind), TEXTS, some_conditions(kind), actions, st.booleans())
    return st.lists(one, max_size=3, unique_by=lambda rule: rule.name).map(tuple)


SCORES = st.lists(
    st.builds(ScoreRule, TEXTS, some_conditions(RuleKind.LEAD), st.integers(1, 100) | st.integers(-100, -1)),
    max_size=3,
    unique_by=lambda rule: rule.name,
).map(tuple)


@given(st.builds(RuleFile, some_rules(RuleKind.MAIL), some_rules(RuleKind.LEAD), SCORES))
def test_rules_survive_a_file_and_the_store(rules: RuleFile) -> None:
    assert read_rules(write_rules(rules), "r.toml") == rules
    for rule in (*rules.mail, *rules.lead):
        looked_at = json.loads(json.dumps(condition_values(rule.kind, rule.conditions)))
        done = json.loads(json.dumps(action_values(rule.kind, rule.actions)))
        stored = {"name": rule.name, "enabled": rule.enabled, **looked_at, "then": done}
        assert read_rule(rule.kind, stored, "the store") == rule


def test_file_reads_as_a_person_would_write_it() -> None:
    rule = Rule(
        RuleKind.MAIL,
        "Printers",
        (Condition("known", ("no",)), Condition("subject", ("toner", r"/a\d/")), Condition("hours", ("inside",), True)),
        (Action("create", "case"),),
        enabled=False,
    )
    assert write_rules(RuleFile(mail=(rule,), scores=(ScoreRule("S", (), 5),))) == (
        """\
[[mail]]
name = "Printers"
enabled = false
when.known = false
when.subject = ["toner", "/a\\\\d/"]
unless.hours = "inside"
then.create = "case"

[[score]]
name = "S"
points = 5
"""
    )
