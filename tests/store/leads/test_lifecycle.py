"""The life of a lead as a table: which status may follow which, and what goes along with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from store.errors import Invalid
from store.leads.lifecycle import complete_lead

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT = NOW.isoformat()

NOT_BY_STATUS = "A lead is qualified into an account, a contact and an opportunity, not by its status alone."
GOES_ON = "This lead was qualified; what it became goes on. Undo takes it back."
NEEDS_REASON = "Say why the lead is given up: disqualifying needs a reason."
NO_REASON = "Only a lead that is given up has a reason for it; set its status to disqualified."

BECAME = {"status": "qualified", "qualified_at": AT, "became_contact": "c"}
GIVEN_UP = {"status": "disqualified", "disqualify_reason": "no budget"}
REASON = {"disqualify_reason": "no budget"}


@pytest.mark.parametrize(
    ("before", "changes", "completed"),
    [
        (None, {"title": "Kurt"}, {"title": "Kurt", "status": "new"}),
        (None, {"company": "Logic"}, {"title": "Logic", "company": "Logic", "status": "new"}),
        (None, {"emails": ["k@x.example"]}, {"title": "k@x.example", "emails": ["k@x.example"], "status": "new"}),
        (None, {"title": "K", "status": "disqualified"}, {"title": "K", "status": "disqualified"}),
        (
            None,
            {"title": "K", "status": "qualified"},
            {"title": "K", "status": "qualified", "qualified_at": AT},
        ),
        ({"status": "new"}, {"status": "contacted"}, {"status": "contacted"}),
        ({"status": "contacted"}, {"status": "new"}, {"status": "new"}),
        ({"status": "contacted"}, {"status": ""}, {"status": "contacted"}),
        ({"status": "new"}, {"topic": "Engines"}, {"topic": "Engines"}),
        ({"status": "new"}, GIVEN_UP, GIVEN_UP),
        (GIVEN_UP, {"topic": "Engines"}, {"topic": "Engines"}),
        (GIVEN_UP, {"disqualify_reason": "bought elsewhere"}, {"disqualify_reason": "bought elsewhere"}),
        ({"status": "disqualified"}, {"topic": "Engines"}, {"topic": "Engines"}),
        (GIVEN_UP, {"status": "new"}, {"status": "new", "disqualify_reason": None}),
        (GIVEN_UP, {"status": "contacted"}, {"status": "contacted", "disqualify_reason": None}),
        ({"status": "new"}, {"status": "qualified", "became_contact": "c"}, BECAME),
        (GIVEN_UP, {"status": "qualified", "became_contact": "c"}, {**BECAME, "disqualify_reason": None}),
        (BECAME, {"topic": "Engines"}, {"topic": "Engines"}),
        (
            {"status": "qualified", "qualified_at": AT},
            {"status": "contacted"},
            {"status": "contacted", "qualified_at": None},
        ),
    ],
)
def test_a_change_of_a_lead_completes_itself(
    before: dict[str, Any] | None, changes: dict[str, Any], completed: dict[str, Any]
) -> None:
    changed = dict(changes)
    complete_lead(before, changed, NOW)
    assert changed == completed


@pytest.mark.parametrize(
    ("before", "changes", "sentence"),
    [
        ({"status": "new"}, {"status": "qualified"}, NOT_BY_STATUS),
        ({"status": "contacted"}, {"status": "qualified"}, NOT_BY_STATUS),
        (GIVEN_UP, {"status": "qualified"}, NOT_BY_STATUS),
        (BECAME, {"status": "new"}, GOES_ON),
        (BECAME, {"status": "disqualified", **REASON}, GOES_ON),
        ({"status": "new"}, {"status": "disqualified"}, NEEDS_REASON),
        (GIVEN_UP, {"disqualify_reason": None}, NEEDS_REASON),
        ({"status": "new"}, REASON, NO_REASON),
        ({"status": "contacted"}, {"status": "new", **REASON}, NO_REASON),
    ],
)
def test_a_lead_does_not_go_where_it_may_not(before: dict[str, Any], changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        complete_lead(before, dict(changes), NOW)
    assert refused.value.sentence == sentence
