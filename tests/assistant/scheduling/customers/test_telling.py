"""A customer is told what they do not know yet, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assistant.scheduling.customers.telling import Facts, facts_from, notice_wanted

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
START = NOW + timedelta(days=1)
CONFIRMED = Facts(START, START + timedelta(hours=1), "Hauptstrasse 5", "confirmed")
HELD = replace(CONFIRMED, status="hold")
OFF = replace(CONFIRMED, status="cancelled")
LATER = replace(CONFIRMED, starts_at=START + timedelta(hours=1), ends_at=START + timedelta(hours=2))
OVER = replace(CONFIRMED, starts_at=NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    ("told", "holds", "wanted"),
    [
        (None, CONFIRMED, "invitation"),
        (None, HELD, "hold"),
        (None, OFF, ""),
        (None, OVER, ""),
        (CONFIRMED, CONFIRMED, ""),
        (HELD, CONFIRMED, "invitation"),
        (CONFIRMED, HELD, "change"),
        (HELD, replace(LATER, status="hold"), "change"),
        (CONFIRMED, LATER, "change"),
        (CONFIRMED, replace(CONFIRMED, place="Bahnhof"), "change"),
        (CONFIRMED, OFF, "cancellation"),
        (OFF, OFF, ""),
        (OFF, CONFIRMED, "invitation"),
        (OVER, replace(OVER, status="cancelled"), ""),
        (OVER, OFF, ""),
        (CONFIRMED, replace(CONFIRMED, status="done"), ""),
        (CONFIRMED, replace(CONFIRMED, status="no_show"), ""),
    ],
)
def test_customer_is_told_what_they_do_not_know(told: Facts | None, holds: Facts, wanted: str) -> None:
    assert notice_wanted(told, holds, now=NOW) == wanted


def test_hold_for_the_wait_list_is_an_offer_once() -> None:
    assert notice_wanted(None, HELD, offered=True, now=NOW) == "offer"
    assert notice_wanted(HELD, HELD, offered=True, now=NOW) == ""


def test_what_was_told_is_read_as_it_was_kept() -> None:
    assert facts_from(CONFIRMED.as_json()) == CONFIRMED
