"""Zone ids of Exchange."""

from __future__ import annotations

import pytest

from calendar_sync.providers.exchange_zones import iana_zone


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Europe/Vienna", "Europe/Vienna"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("UTC", "UTC"),
        ("tzone://Microsoft/Custom", ""),
        ("Customized Time Zone", ""),
        ("Europe", ""),
        ("../../etc/passwd", ""),
        ("", ""),
        ("a\0b", ""),
    ],
)
def test_iana_zone_knows_windows_and_iana_ids(found: str, expected: str) -> None:
    assert iana_zone(found) == expected
