"""Why something comes back, in a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assistant.following.why import why_now
from store.following.values import Kind

TODAY = date(2026, 3, 10)
MAIL = {"who": "Jane Roe", "subject": "Snow guns", "on": "2026-03-02"}
DEAL = {"title": "Ten snow guns", "last": "2026-02-10"}


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        ("awaiting_reply", {}, "Jane Roe did not answer your question of Mon 2 Mar, 8 days ago."),
        (
            "awaiting_reply",
            {"questions": 2, "others": 1, "usual_days": 1.5},
            "Jane Roe and 1 other did not answer your 2 questions of Mon 2 Mar; usually it takes them up to 1.5 "
            "working days.",
        ),
        (
            "awaiting_reply",
            {"by": "2026-03-06", "colleague": "Tom Fry"},
            "Jane Roe did not answer your question of Mon 2 Mar, wanted by Fri 6 Mar; only Tom Fry wrote.",
        ),
        (
            "awaiting_reply",
            {"away": "2026-03-08"},
            "Jane Roe did not answer your question of Mon 2 Mar, being away until Sun 8 Mar.",
        ),
        (
            "awaiting_reply",
            {"bounced": "jane@fabrikam.example", "status": "5.1.1"},
            "Your mail “Snow guns” did not reach jane@fabrikam.example (5.1.1).",
        ),
        ("offer", {"on": "2025-12-30"}, "Jane Roe did not answer your offer of Tue 30 Dec 2025, 70 days ago."),
        ("promise", {"by": "2026-03-10"}, "You promised it to Jane Roe on Mon 2 Mar by Tue 10 Mar."),
        (
            "promise",
            {"since": "2026-03-09"},
            "You promised it to Jane Roe on Mon 2 Mar, without naming a day; your mail of Mon 9 Mar does not say that "
            "it is done.",
        ),
        ("their_promise", {"by": "2026-03-09"}, "Jane Roe promised it by Mon 9 Mar, and nothing came."),
        (
            "their_promise",
            {"on": "2026-03-09", "since": "2026-03-10"},
            "Jane Roe promised it yesterday; their mail of Tue 10 Mar does not say that it is done.",
        ),
        (
            "cold_opportunity",
            DEAL | {"usual_days": 6},
            "No contact about Ten snow guns for 28 days; usually it is every 6 days.",
        ),
        ("cold_account", DEAL, "No contact about Ten snow guns for 28 days."),
        ("close_date", DEAL | {"close": "2026-03-01"}, "Ten snow guns was to close on Sun 1 Mar and is still open."),
        (
            "sla",
            {"title": "CAS-01042 Gun 4 leaks", "clock": "first_response", "late": True},
            "The first response of CAS-01042 Gun 4 leaks is late.",
        ),
        (
            "sla",
            {"title": "CAS-01042 Gun 4 leaks", "clock": "resolution"},
            "The resolution of CAS-01042 Gun 4 leaks is due soon.",
        ),
        ("reminder", {}, "You wanted to be reminded."),
    ],
)
def test_why_now_says_it_in_a_sentence(kind: str, facts: dict[str, Any], said: str) -> None:
    assert why_now(Kind(kind), MAIL | facts, TODAY) == said


def test_why_now_knows_every_kind() -> None:
    facts = MAIL | DEAL | {"close": "2026-03-01", "clock": "resolution"}
    assert [kind for kind in Kind if not why_now(kind, facts, TODAY).endswith((".", "?"))] == []
