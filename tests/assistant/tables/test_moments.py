"""Instants as other programs write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.tables.moments import parse_moment
from store.dates import Order
from store.errors import Invalid


@pytest.mark.parametrize(
    ("text", "first", "day", "hour", "minute"),
    [
        ("2026-03-04T10:05:07Z", "", 4, 10, 5),
        ("2026-03-04 10:05", "", 4, 10, 5),
        ("2026-03-04T23:30:00+02:00", "", 4, 21, 30),
        ("2026-03-04", "", 4, 12, 0),
        ("20260304", "", 4, 12, 0),
        ("4.3.2026 9:15", "", 4, 9, 15),
        ("3/4/2026 2:05 PM", "month", 4, 14, 5),
        ("04/03/2026, 12:10 a.m.", "day", 4, 0, 10),
        ("4 Mar 2026", "", 4, 12, 0),
    ],
)
def test_instant_is_read_as_it_is_written(text: str, first: Order, day: int, hour: int, minute: int) -> None:
    found = parse_moment(text, first=first)
    assert (found.replace(second=0), found.tzinfo) == (datetime(2026, 3, day, hour, minute, tzinfo=UTC), UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "4.3.2026 25:00", "2026-13-04", "3/4/26 10:00"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_moment(text)
