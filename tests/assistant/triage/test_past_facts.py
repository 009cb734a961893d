"""A mail of the past is tried as it stood when it came, and earlier decisions bear on later ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.triage.matching import mail_rulebook
from assistant.triage.model import RuleKind
from assistant.triage.past_facts import SoFar, facts_of
from store.queries.triage_mail import IncomingMail, LinkedTo, ThreadCase
from tests.assistant.triage.examples import CASE, EVE, rules_of

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MAIL = IncomingMail(
    activity_id=1,
    uid="u",
    occurred_at=AT,
    who="Eve",
    subject="Re: Printer",
    noise="",
    thread_id=7,
    email="eve@mail.fabrikam.com",
    name="Eve",
    own_sender=False,
    own_places=(),
    new_text="",
    files=(),
    parties=(EVE,),
    linked=(),
    thread_cases=(),
    within_hour=60,
)


@pytest.mark.parametrize(
    ("evidence", "exact"),
    [
        ({"rule": "number"}, True),
        ({"rule": "thread", "quote": "Printer"}, True),
        ({"rule": "thread", "quote": "Invoice"}, False),
        ({"rule": "title_words"}, False),
        ({"rule": "person"}, False),  # decided later, by hand
    ],
)
def test_a_link_is_exact_by_what_was_compared_letter_by_letter(evidence: dict[str, Any], exact: bool) -> None:
    facts = facts_of(replace(MAIL, linked=(LinkedTo(CASE, (evidence,)),)), "")
    assert [tied.exact for tied in facts.linked] == [exact]


@pytest.mark.parametrize(
    ("first_at", "closed_at", "is_open"),
    [
        (AT - HOUR, None, True),
        (AT - HOUR, AT + HOUR, True),
        (AT - HOUR, AT - HOUR, False),
        (AT, None, False),
        (AT + HOUR, None, False),
    ],
)
def test_a_case_of_the_thread_counts_as_open_where_it_was_open_then(
    first_at: datetime, closed_at: datetime | None, is_open: bool
) -> None:
    mail = replace(MAIL, thread_cases=(ThreadCase(CASE.record_id, first_at, closed_at),))
    assert facts_of(mail, "").open_case is is_open


def test_what_was_made_of_earlier_mail_withholds_for_later_mail() -> None:
    rules = rules_of(RuleKind.MAIL, "name = 'P'\nthen.create = 'case'\nthen.acknowledge = 'We have it'")
    rulebook, so_far = mail_rulebook(rules), SoFar()
    done: list[list[str]] = []
    for after, subject, thread, count in (
        (0, "Job 17 failed", 1, 2),
        (1, "Job 18 failed", 2, 2),
        (2, "No paper", 1, 2),
        (3, "No toner", 3, 2),
        (4, "Fire", 4, 60),
        (200, "Job 19 failed", 5, 60),
    ):
        mail = replace(
            MAIL,
            subject=subject,
            thread_id=thread,
            occurred_at=AT + timedelta(minutes=after),
            within_hour=count,
        )
        decision = rulebook.decide(so_far.added(facts_of(mail, ""), mail))
        so_far.note(mail, decision)
        done.append([action.name for action in decision.actions])
    assert done == [["create", "acknowledge"], [], ["create"], ["create"], [], ["create", "acknowledge"]]


def test_nobody_is_sent_more_than_a_few_acknowledgements_a_week() -> None:
    so_far = SoFar()
    for hour in (0, 30, 60):
        assert not so_far.added(facts_of(MAIL, ""), replace(MAIL, occurred_at=AT + hour * HOUR)).acknowledged_often
        so_far.note_told(MAIL.email, hour, AT + hour * HOUR)
    later = [replace(MAIL, occurred_at=AT + hour * HOUR) for hour in (168, 169)]
    assert [so_far.added(facts_of(mail, ""), mail).acknowledged_often for mail in later] == [True, False]


def test_the_nearest_rule_misses_least_of_those_that_make_something_and_are_switched_on() -> None:
    lines = ("when.known = false", "when.known = true\nwhen.says = 'toner'", "when.subject = 'x'\nwhen.says = 'toner'")
    tables = [f"name = '{number}'\n{line}\nthen.create = 'case'" for number, line in enumerate(lines)]
    facts = facts_of(MAIL, "")
    ignored = "name = 'I'\nwhen.known = true\nwhen.open_case = false\nunless.noise = 'person'\nthen.ignore = true"
    nearest = mail_rulebook(rules_of(RuleKind.MAIL, ignored, *tables)).nearest(facts)
    assert nearest is not None
    assert (nearest.rule.name, nearest.sentence) == ("1", 'The mail says nothing of "toner".')
    off = rules_of(RuleKind.MAIL, f"enabled = false\n{tables[0]}")
    assert mail_rulebook(off).nearest(facts) is None
