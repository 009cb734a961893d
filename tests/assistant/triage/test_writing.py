"""What is written is read as the same rules."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from assistant.triage.model import Action, Condition, Rule, RuleFile, RuleKind, ScoreRule
from assistant.triage.reading import read_rules, read_values
from assistant.triage.writing import action_values, condition_values, write_rules
from tests.assistant.triage.some import MANY_RULES, SCORES, some_rules


@MANY_RULES
@given(st.builds(RuleFile, some_rules(RuleKind.MAIL), some_rules(RuleKind.LEAD), SCORES))
def test_rules_survive_a_file_and_the_store(rules: RuleFile) -> None:
    assert read_rules(write_rules(rules), "r.toml") == rules
    for rule in (*rules.mail, *rules.lead):
        looked_at = json.loads(json.dumps(condition_values(rule.kind, rule.conditions)))
        done = json.loads(json.dumps(action_values(rule.kind, rule.actions)))
        stored = {"name": rule.name, "enabled": rule.enabled, **looked_at, "then": done}
        read = read_values({rule.kind.value: [stored]}, "the store")
        assert (*read.mail, *read.lead) == (rule,)


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
