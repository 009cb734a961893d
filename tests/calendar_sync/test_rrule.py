"""Rules in naive wall time, against python-dateutil run from their first instant on."""

from __future__ import annotations

from datetime import datetime, timedelta

from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_sync.rrule import parse_rule, walls

ORIGIN = datetime.fromisoformat("2020-01-01T00:00:00")
BY_PARTS = (
    ["", "", ";BYDAY=MO,FR", ";BYDAY=SU", ";BYMONTHDAY=-1,15,31", ";BYHOUR=1,2,3", ";BYMONTH=3,10"],
    [";BYDAY=SU,TU;BYSETPOS=-1", ";BYHOUR=9;BYMINUTE=0,30", ";BYYEARDAY=1,-1", ";BYDAY=FR;BYMONTHDAY=13"],
)
RULES = st.builds(
    lambda freq, interval, wkst, end, by: f"FREQ={freq};INTERVAL={interval};WKST={wkst}{end}{by}",
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"]),
    st.integers(1, 9),
    st.sampled_from(["MO", "SU", "WE"]),
    st.sampled_from(["", "", ";COUNT=1", ";COUNT=20", ";UNTIL=20200601T000000"]),
    st.sampled_from(BY_PARTS[0] + BY_PARTS[1]),
)


@settings(deadline=None)
@given(RULES, st.integers(0, 20_000), st.integers(0, 50), st.integers(0, 20))
def test_walls_are_those_of_dateutil(text: str, start: int, wait: int, days: int) -> None:
    first = ORIGIN + timedelta(minutes=start * 7)
    lo = first + timedelta(days=wait)
    hi = lo + timedelta(days=days)
    rule = parse_rule(text)
    until = rule.until if isinstance(rule.until, datetime) else None
    ended = text if rule.count or until else f"{text};UNTIL={hi:%Y%m%dT%H%M%S}"
    try:
        by_dateutil = [each for each in rrulestr(ended, dtstart=first) if lo <= each <= hi]
    except ValueError:  # dateutil refuses some rules that never hit
        by_dateutil = []
    assert list(walls(rule, first, lo, hi, until)) == by_dateutil
