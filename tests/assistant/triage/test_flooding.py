"""A machine that writes without end makes one case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.triage.facts import MailFacts, Tied
from assistant.triage.flooding import FLOOD
from assistant.triage.matching import mail_rulebook
from assistant.triage.model import RuleKind
from tests.assistant.triage.examples import CASE, MAIL, rules_of

TABLE = "name = 'P'\nthen.create = 'case'\nthen.assign = 'round_robin'\nthen.acknowledge = 'We have it'"
BOOK = mail_rulebook(rules_of(RuleKind.MAIL, TABLE))


def done(facts: MailFacts) -> list[str]:
    return [action.name for action in BOOK.decide(facts).actions]


def test_flood_makes_one_case_and_says_why_no_other() -> None:
    first, later = replace(MAIL, within_hour=10_000), replace(MAIL, within_hour=10_000, made_within_hour=True)
    assert done(first) == ["create", "assign", "acknowledge"]
    assert done(later) == []
    assert [(each.action.name, each.why) for each in BOOK.decide(later).withheld] == [
        (name, "No case: its sender wrote 10,000 mails within an hour, and one was made of them already.")
        for name in ("create", "assign", "acknowledge")
    ]


def test_busy_person_is_no_flood() -> None:
    assert done(replace(MAIL, within_hour=FLOOD - 1, made_within_hour=True)) == ["create", "assign", "acknowledge"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (replace(MAIL, open_case=True), "its thread has an open case"),
        (replace(MAIL, linked=(Tied(CASE, exact=True),)), "it belongs to CAS-00003"),
        (
            replace(MAIL, made_alike=True),
            "one was made already, within an hour, of a mail of its sender with this subject",
        ),
    ],
)
def test_what_goes_on_with_a_case_makes_no_other_one(facts: MailFacts, why: str) -> None:
    decision = BOOK.decide(facts)
    assert (decision.actions, {each.why for each in decision.withheld}) == ((), {f"No case: {why}."})


def test_what_is_only_like_a_case_makes_one() -> None:
    assert done(replace(MAIL, linked=(Tied(CASE, exact=False),))) == ["create", "assign", "acknowledge"]


def test_flood_is_still_linked() -> None:
    book = mail_rulebook(rules_of(RuleKind.MAIL, "name = 'P'\nthen.link = 'open_case'"))
    decision = book.decide(replace(MAIL, within_hour=10_000, made_within_hour=True))
    assert (len(decision.actions), decision.withheld) == (1, ())
