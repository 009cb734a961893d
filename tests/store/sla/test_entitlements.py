from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from store.sla.entitlements import Covered, Entitlement, NotCovered, check

ON = date(2026, 6, 1)
GOLD = Entitlement(1, "Gold", 7, frozenset({3, 4}), date(2026, 1, 1), date(2026, 12, 31), cases_total=10, used=7)
OPEN = Entitlement(2, "Care", 7)


@pytest.mark.parametrize(
    ("entitlement", "reason"),
    [
        (GOLD, "Covered by Gold until 2026-12-31: 3 of 10 cases are left."),
        (replace(GOLD, used=9), "Covered by Gold until 2026-12-31: 1 of 10 cases is left."),
        (replace(GOLD, ends_on=ON), "Covered by Gold until 2026-06-01: 3 of 10 cases are left."),
        (replace(GOLD, starts_on=ON, cases_total=None), "Covered by Gold until 2026-12-31."),
        (OPEN, "Covered by Care."),
    ],
)
def test_a_contract_covers_its_people_on_its_days(entitlement: Entitlement, reason: str) -> None:
    found = check([entitlement], 7, 3, ON)
    assert found == Covered(entitlement)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("entitlements", "account", "contact", "on", "reason"),
    [
        ([], 7, 3, ON, "The account has no entitlement."),
        ([replace(OPEN, account_id=8)], 7, 3, ON, "The account has no entitlement."),
        ([OPEN], None, 3, ON, "It is not known which account this is for."),
        ([GOLD], 7, 5, ON, "Who asks is not among those who may call on Gold."),
        ([GOLD], 7, None, ON, "Only certain people may call on Gold, and who asks is not known."),
        ([GOLD], 7, 3, date(2025, 12, 31), "Gold begins only on 2026-01-01."),
        ([GOLD], 7, 3, date(2027, 1, 1), "Gold ended on 2026-12-31."),
        ([replace(GOLD, used=10)], 7, 3, ON, "All 10 cases of Gold are used."),
        ([replace(GOLD, used=12)], 7, 3, ON, "All 10 cases of Gold are used."),
        (
            [replace(OPEN, ends_on=date(2026, 5, 31)), replace(GOLD, used=10)],
            7,
            3,
            ON,
            "All 10 cases of Gold are used.",
        ),
        (
            [replace(GOLD, ends_on=date(2024, 12, 31)), replace(OPEN, ends_on=date(2026, 5, 31))],
            7,
            3,
            ON,
            "Care ended on 2026-05-31.",
        ),
        (
            [replace(GOLD, starts_on=date(2026, 9, 1)), replace(OPEN, starts_on=date(2026, 7, 1))],
            7,
            3,
            ON,
            "Care begins only on 2026-07-01.",
        ),
    ],
)
def test_what_covers_nothing_says_why_of_the_nearest(
    entitlements: list[Entitlement], account: int | None, contact: int | None, on: date, reason: str
) -> None:
    assert check(entitlements, account, contact, on) == NotCovered(reason)


def test_what_costs_no_case_is_taken_first_then_what_ends_first() -> None:
    later = replace(GOLD, id=5, name="Silver", ends_on=date(2027, 12, 31))
    assert check([later, GOLD, OPEN], 7, 3, ON) == Covered(OPEN)
    assert check([later, GOLD], 7, 3, ON) == Covered(GOLD)
    assert check([later, replace(GOLD, used=10)], 7, 3, ON) == Covered(later)
