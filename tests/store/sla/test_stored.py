from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from store.errors import Invalid
from store.sla.hours import BusinessCalendar, Hours
from store.sla.stored import calendar_from, holidays_as_json, hours_as_json, terms_as_json, terms_from
from store.sla.terms import SlaTerms

WEEK = {"mon": ["09:00-12:30", "13:30-24:00"], "sat": ["22:00-06:00"]}
HOLIDAYS: dict[str, list[str]] = {"2026-12-24": ["09:00-12:00"], "2026-12-25": []}
TERMS: dict[str, Any] = {
    "first_response": {"high": 60.0, "low": None},
    "resolution": {"high": 480.0},
    "pauses": ["on_hold", "waiting"],
    "starts_anew": True,
}


def test_a_calendar_comes_back_as_it_was_written() -> None:
    calendar = calendar_from("Europe/Berlin", WEEK, HOLIDAYS)
    monday = (Hours(time(9), time(12, 30)), Hours(time(13, 30), time(0)))
    assert calendar == BusinessCalendar(
        "Europe/Berlin",
        (monday, (), (), (), (), (Hours(time(22), time(6)),), ()),
        {date(2026, 12, 24): (Hours(time(9), time(12)),), date(2026, 12, 25): ()},
    )
    assert (hours_as_json(calendar), holidays_as_json(calendar)) == (WEEK, HOLIDAYS)


def test_the_same_calendar_is_made_once() -> None:
    assert calendar_from("UTC", dict(WEEK), {}) is calendar_from("UTC", dict(reversed(WEEK.items())), {})


def test_terms_come_back_as_they_were_written() -> None:
    terms = terms_from(TERMS, 0.75)
    minute = timedelta(minutes=1)
    assert terms == SlaTerms(
        {"high": 60 * minute, "low": None}, {"high": 480 * minute}, 0.75, frozenset({"on_hold", "waiting"}), True
    )
    assert terms_as_json(terms) == TERMS


def test_terms_need_only_what_they_promise() -> None:
    assert terms_from({}, 0.8) == SlaTerms()


@pytest.mark.parametrize(
    ("hours", "holidays", "sentence"),
    [
        (
            {"monday": ["09:00-17:00"]},
            {},
            "'monday' is not a day of the week; write mon, tue, wed, thu, fri, sat, sun.",
        ),
        ({"mon": ["9 to 5"]}, {}, "'9 to 5' are no hours; write them as 09:00-17:00."),
        ({"mon": ["24:00-06:00"]}, {}, "'24:00-06:00' are no hours; write them as 09:00-17:00."),
        (WEEK, {"Christmas": []}, "'Christmas' is not a day; write it as 2026-12-25."),
        ({"mon": []}, {}, "These business hours are never open; give at least one day its hours."),
    ],
)
def test_hours_that_cannot_be_read_are_refused(
    hours: dict[str, list[str]], holidays: dict[str, list[str]], sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        calendar_from("UTC", hours, holidays)
    assert refused.value.sentence == sentence
