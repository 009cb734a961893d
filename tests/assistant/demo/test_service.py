"""The demo company serves its customers: its rules can be used, and its queues have people."""

from __future__ import annotations

from assistant.demo.cast import load_cast, read_texts
from assistant.triage.reading import read_rules
from assistant.triage.stored import new_rules

TEXTS = read_texts("service.toml")


def test_the_rules_of_the_demo_can_be_used() -> None:
    rules = read_rules(TEXTS["rules"]["text"], "service.toml")
    assert [rule.kind for rule in new_rules(rules)] == ["mail"] * 5 + ["lead"] + ["score"] * 4
    acknowledged = {action.value for rule in rules.mail for action in rule.actions if action.name == "acknowledge"}
    assert acknowledged == {TEXTS["template"]["name"]}


def test_the_queues_of_the_demo_have_people_who_work_there() -> None:
    staff = {person.email.partition("@")[0] for person in load_cast().staff.values()}
    members = {member for queue in TEXTS["queue"] for member in queue["members"]}
    assert members <= staff
