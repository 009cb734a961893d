"""Every recurrence shape of EWS as an RFC 5545 rule."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from calendar_sync.providers.exchange_recurrence import UnknownRecurrence, rrule
from calendar_sync.recurrence import rule_defect
from mail_sync.providers.exchange.reading import TYPES

START = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Berlin"))
ENDLESS = "<NoEndRecurrence><StartDate>2026-03-02</StartDate></NoEndRecurrence>"


def rule(inner: str, start: datetime | date = START) -> str:
    """The rule of a Recurrence with these children."""
    return rrule(etree.fromstring(f'<Recurrence xmlns="{TYPES.strip("{}")}">{inner}</Recurrence>'), start)


def element(name: str, **children: object) -> str:
    return f"<{name}>{''.join(f'<{key}>{value}</{key}>' for key, value in children.items())}</{name}>"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (element("DailyRecurrence", Interval=1), "FREQ=DAILY"),
        (element("DailyRecurrence", Interval=3), "FREQ=DAILY;INTERVAL=3"),
        (element("DailyRegeneration", Interval=2), "FREQ=DAILY;INTERVAL=2"),
        (
            element("WeeklyRecurrence", Interval=2, DaysOfWeek="Monday Thursday", FirstDayOfWeek="Sunday"),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU",
        ),
        (element("WeeklyRecurrence", Interval=1, DaysOfWeek="Weekday"), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (element("WeeklyRegeneration", Interval=1), "FREQ=WEEKLY"),
        (element("AbsoluteMonthlyRecurrence", Interval=1, DayOfMonth=15), "FREQ=MONTHLY;BYMONTHDAY=15"),
        (
            element("AbsoluteMonthlyRecurrence", Interval=1, DayOfMonth=31),
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        ),
        (
            element("RelativeMonthlyRecurrence", Interval=1, DaysOfWeek="Tuesday", DayOfWeekIndex="Second"),
            "FREQ=MONTHLY;BYDAY=2TU",
        ),
        (
            element("RelativeMonthlyRecurrence", Interval=3, DaysOfWeek="Weekday", DayOfWeekIndex="Last"),
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        ),
        (element("MonthlyRegeneration", Interval=1), "FREQ=MONTHLY"),
        (element("AbsoluteYearlyRecurrence", DayOfMonth=31, Month="December"), "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"),
        (
            element("AbsoluteYearlyRecurrence", DayOfMonth=29, Month="February"),
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
        ),
        (
            element("RelativeYearlyRecurrence", DaysOfWeek="Sunday", DayOfWeekIndex="Last", Month="March"),
            "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        ),
        (element("YearlyRegeneration", Interval=1), "FREQ=YEARLY"),
    ],
)
def test_rrule_reads_every_pattern(pattern: str, expected: str) -> None:
    assert rule(pattern + ENDLESS) == expected
    assert rule_defect(expected) == ""


DAILY = element("DailyRecurrence", Interval=1)


def test_rrule_counts_occurrences() -> None:
    numbered = element("NumberedRecurrence", StartDate="2026-03-02", NumberOfOccurrences=10)
    assert rule(DAILY + numbered) == "FREQ=DAILY;COUNT=10"


@pytest.mark.parametrize("end", ["2026-04-30", "2026-04-30Z", "2026-04-30+02:00"])
def test_rrule_ends_with_the_last_day_in_the_events_zone(end: str) -> None:
    ended = element("EndDateRecurrence", StartDate="2026-03-02", EndDate=end)
    assert rule(DAILY + ended) == "FREQ=DAILY;UNTIL=20260430T070000Z"
    assert rule(DAILY + ended, date(2026, 3, 2)) == "FREQ=DAILY;UNTIL=20260430"


@pytest.mark.parametrize(
    "inner",
    [
        ENDLESS,
        element("LunarRecurrence", Interval=1) + ENDLESS,
        element("WeeklyRecurrence", Interval=1, DaysOfWeek="Someday") + ENDLESS,
        element("AbsoluteMonthlyRecurrence", Interval=1, DayOfMonth=32) + ENDLESS,
        element("RelativeMonthlyRecurrence", Interval=1, DaysOfWeek="Friday", DayOfWeekIndex="Fifth") + ENDLESS,
        element("AbsoluteYearlyRecurrence", DayOfMonth=1, Month="Brumaire") + ENDLESS,
        DAILY + element("EndDateRecurrence", StartDate="2026-03-02", EndDate="some day"),
    ],
)
def test_rrule_refuses_what_ews_does_not_know(inner: str) -> None:
    with pytest.raises(UnknownRecurrence):
        rule(inner)
