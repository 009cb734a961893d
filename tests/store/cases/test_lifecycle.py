from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from store.cases.lifecycle import check, check_resolution, complete_case
from store.errors import Invalid
from store.records.fields import CASE_STATUSES

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
OPEN = ("in_progress", "on_hold", "waiting")


def may(was: str, status: str) -> bool:
    try:
        check(was, status)
    except Invalid:
        return False
    return True


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("new", {*OPEN, "resolved", "cancelled"}),
        ("in_progress", {*OPEN, "resolved", "cancelled"}),
        ("on_hold", {*OPEN, "resolved", "cancelled"}),
        ("waiting", {*OPEN, "resolved", "cancelled"}),
        ("resolved", set(OPEN)),
        ("cancelled", set(OPEN)),
    ],
)
def test_case_becomes_only_what_it_may(was: str, becomes: set[str]) -> None:
    assert {status for status in CASE_STATUSES if may(was, status)} == becomes | {was}


@pytest.mark.parametrize(
    ("was", "status", "sentence"),
    [
        ("resolved", "cancelled", "This case was resolved; open it again before it becomes cancelled."),
        ("on_hold", "new", "A case that is on hold is not new any more."),
    ],
)
def test_refusal_says_what_can_be_done(was: str, status: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(was, status)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("before", "changes", "completed"),
    [
        (None, {}, {"status": "new", "priority": "normal"}),
        (
            None,
            {"status": "resolved"},
            {"status": "resolved", "priority": "normal", "resolved_at": NOW.isoformat()},
        ),
        ({"status": "new"}, {"status": "waiting"}, {"status": "waiting"}),
        ({"status": "new"}, {"status": None, "priority": None}, {"status": "new", "priority": "normal"}),
        ({"status": "new"}, {"status": "cancelled"}, {"status": "cancelled", "resolved_at": NOW.isoformat()}),
        ({"status": "resolved", "resolved_at": "2026"}, {"serial": "7"}, {"serial": "7"}),
        (
            {"status": "resolved", "resolved_at": "2026"},
            {"status": "in_progress"},
            {"status": "in_progress", "resolved_at": None},
        ),
    ],
)
def test_time_of_resolution_follows_the_status(
    before: dict[str, Any] | None, changes: dict[str, Any], completed: dict[str, Any]
) -> None:
    complete_case(before, changes, NOW)
    assert changes == completed


def test_whoever_resolves_says_how() -> None:
    with pytest.raises(Invalid, match="a resolved case has a resolution"):
        check_resolution({"status": "new"}, {"status": "resolved"})
    check_resolution({"status": "new"}, {"status": "resolved", "resolution": "Restarted"})
    check_resolution({"status": "resolved"}, {"status": "resolved"})
