"""What holds for any text and any day."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from types import FrameType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.chat.times.lexicon import lexicon
from assistant.chat.times.reading import readings, whole
from assistant.chat.times.values import Interval, Moment

ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
MOMENTS = st.builds(
    lambda at, zone: at.replace(tzinfo=ZoneInfo(zone)),
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - the zone is added
    ZONES,
)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
FORMATS = st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y", "%A, %d %b %Y", "%Y%m%d"])
WORDS = st.sampled_from(
    sorted({" ".join(phrase) for table in lexicon().tables.values() for found in table.values() for phrase, _ in found})
)
PIECES = st.one_of(WORDS, st.integers(0, 99_999).map(str), st.sampled_from(list("/.:,-()'@$")), st.text(max_size=3))
TEXTS = st.lists(PIECES, max_size=12).map(" ".join) | st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)


@settings(max_examples=40, deadline=None)
@given(DAYS, FORMATS, MOMENTS)
def test_a_formatted_date_reads_back(day: date, form: str, now: datetime) -> None:
    found = whole(day.strftime(form), now)
    assert found is not None
    assert isinstance(found.value, Moment)
    assert (found.kind, found.value.date, found.alternatives) == ("date", day, ())


@settings(max_examples=30, deadline=None)
@given(DAYS, st.integers(0, 23), st.integers(0, 59), MOMENTS)
def test_a_formatted_moment_reads_back(day: date, hour: int, minute: int, now: datetime) -> None:
    found = whole(f"{day:%d.%m.%Y} {hour:02}:{minute:02}", now)
    assert found is not None
    assert isinstance(found.value, Moment)
    wanted = datetime(day.year, day.month, day.day, hour, minute, tzinfo=now.tzinfo)
    assert found.value.at.timestamp() == wanted.timestamp()


@settings(max_examples=120, deadline=None)
@given(TEXTS, MOMENTS)
def test_any_text_is_read_without_error_in_order_and_ranges_have_a_length(text: str, now: datetime) -> None:
    found = readings(text, now)
    whole(text, now)
    ends = [0, *(edge for one in found for edge in (one.start, one.end)), len(text)]
    assert ends == sorted(ends)
    for one in found:
        if isinstance(one.value, Interval) and one.value.start and one.value.end:
            assert one.value.start <= one.value.end


def calls(text: str) -> int:
    """How many functions of the grammar reading the text takes."""
    count = 0

    def counted(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and "times" in frame.f_code.co_filename

    sys.setprofile(counted)
    try:
        readings(text, datetime(2026, 11, 25, 10, tzinfo=UTC))
    finally:
        sys.setprofile(None)
    return count


HOSTILE = ("early ", "half ", "the last ", "12-", "from 3 to ", "the day after ", "1.", "every ", "1 hour and ", "5/(")


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_text_and_not_faster(piece: str) -> None:
    assert calls(piece * 60) < 3 * calls(piece * 30)


def test_a_long_text_is_cut() -> None:
    now = datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert readings(" " * 20_000 + "tomorrow", now) == []
    assert len(readings(" " * 19_000 + "tomorrow", now)) == 1
