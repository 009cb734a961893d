from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_sync.clock import Clock

ZONES = ["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"]
WALLS = st.datetimes(
    datetime(2, 1, 1, tzinfo=UTC).replace(tzinfo=None), datetime(9998, 1, 1, tzinfo=UTC).replace(tzinfo=None)
)


def _by_zoneinfo(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@settings(deadline=None)
@given(st.sampled_from(ZONES), st.lists(WALLS, max_size=5))
def test_clock_says_what_zoneinfo_says(zone: str, walls: list[datetime]) -> None:
    clock = Clock(ZoneInfo(zone))
    assert [clock.utc(wall) for wall in walls] == [_by_zoneinfo(wall, zone) for wall in walls]


@pytest.mark.parametrize("zone", ZONES)
def test_clock_says_what_zoneinfo_says_in_every_hour_of_a_year(zone: str) -> None:
    clock = Clock(ZoneInfo(zone))
    walls = [
        (datetime(2011, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * half)).replace(tzinfo=None) for half in range(17_520)
    ]
    assert [clock.utc(wall) for wall in walls] == [_by_zoneinfo(wall, zone) for wall in walls]
