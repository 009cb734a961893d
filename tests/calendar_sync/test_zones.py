from __future__ import annotations

import pytest
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from calendar_sync.zones import iana_name, offsets_of, sample_instants, windows_id, zone_with


@pytest.mark.parametrize("windows", sorted(WINDOWS_TO_OLSON))
def test_windows_id_survives_the_way_to_iana_and_back(windows: str) -> None:
    found = iana_name(windows)
    assert found is not None
    assert windows_id(found) == windows


@pytest.mark.parametrize(
    ("name", "windows"),
    [
        ("Europe/Vienna", "W. Europe Standard Time"),
        ("America/Toronto", "Eastern Standard Time"),
        ("Australia/Melbourne", "AUS Eastern Standard Time"),
        ("Antarctica/Troll", None),
        ("Middle/Earth", None),
    ],
)
def test_windows_id_of_a_zone_cldr_does_not_list_is_one_with_the_same_clocks(name: str, windows: str | None) -> None:
    assert windows_id(name) == windows


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("EUROPE/BERLIN", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        ("(UTC+03:00)", "Etc/GMT-3"),
        ("GMT", "UTC"),
        ("Customized Time Zone", None),
        ("Europe", None),
        ("../../etc/passwd", None),
        ("x" * 10_000, None),
        ("", None),
    ],
)
def test_iana_name_is_found_in_what_calendars_write(name: str, found: str | None) -> None:
    assert iana_name(name) == found


@pytest.mark.parametrize(
    ("zone", "hint", "found"),
    [
        ("America/Toronto", "", "America/New_York"),
        ("America/Toronto", "Toronto, Ottawa", "America/Toronto"),
        ("Europe/Vienna", "Amsterdam, Bern", "Europe/Amsterdam"),
    ],
)
def test_zone_with_the_same_clocks_is_the_one_the_hint_names(zone: str, hint: str, found: str) -> None:
    instants = sample_instants(2026)
    assert zone_with(offsets_of(zone, instants), instants, hint) == found
