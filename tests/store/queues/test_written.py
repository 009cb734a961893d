from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from store.errors import Invalid
from store.queues.written import (
    holidays_from,
    holidays_text,
    length_from,
    promises_from,
    promises_text,
    week_from,
    week_text,
)
from store.sla.hours import Hours

_DAY, _CLOSED = (Hours(time(9), time(17)),), ()
_SPLIT = (Hours(time(8, 30), time(12)), Hours(time(13), time(17, 30)))


@pytest.mark.parametrize(
    ("written", "week", "again"),
    [
        ("Mon-Fri 09:00-17:00", (*(_DAY,) * 5, _CLOSED, _CLOSED), "Mon-Fri 09:00-17:00"),
        (
            "mon – friday 9-17; SAT: 10-14",
            (*(_DAY,) * 5, (Hours(time(10), time(14)),), _CLOSED),
            "Mon-Fri 09:00-17:00; Sat 10:00-14:00",
        ),
        (
            "Mon, We 8:30-12, 13-17.30",
            (_SPLIT, _CLOSED, _SPLIT, *(_CLOSED,) * 4),
            "Mon 08:30-12:00, 13:00-17:30; Wed 08:30-12:00, 13:00-17:30",
        ),
        ("daily 0-24", ((Hours(time(0), time(0)),),) * 7, "Mon-Sun 00:00-24:00"),
        (
            "Sat-Mon 22:00-06:00",
            ((Hours(time(22), time(6)),), *(_CLOSED,) * 4, *((Hours(time(22), time(6)),),) * 2),
            "Mon 22:00-06:00; Sat-Sun 22:00-06:00",
        ),
        ("", (_CLOSED,) * 7, ""),
    ],
)
def test_hours_of_a_week_are_read_and_written(written: str, week: tuple[tuple[Hours, ...], ...], again: str) -> None:
    assert week_from(written) == week
    assert week_text(week) == again
    assert week_from(again) == week


def test_holidays_are_read_and_written() -> None:
    written = "2026-12-24 09:00-12:00, 2026-12-25; 2026-12-28 to 2026-12-31\n2027-01-01"
    found = holidays_from(written)
    assert found[date(2026, 12, 24)] == (Hours(time(9), time(12)),)
    assert [str(day) for day, hours in found.items() if not hours] == [
        *("2026-12-25", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"),
    ]
    assert holidays_text(found) == "2026-12-24 09:00-12:00; 2026-12-25; 2026-12-28 to 2027-01-01"
    assert holidays_from(holidays_text(found)) == found


def test_promises_are_read_and_written() -> None:
    promised = promises_from("normal 4h; URGENT: 30 min, high 1 h 30 min")
    assert promised == {
        "normal": timedelta(hours=4),
        "urgent": timedelta(minutes=30),
        "high": timedelta(hours=1, minutes=30),
    }
    assert promises_text(promised) == "urgent 30 min; high 1 h 30 min; normal 4 h"
    assert promises_text(promises_from("1.5 h")) == "1 h 30 min"
    assert promises_text({}) == promises_text(promises_from("")) == ""
    assert length_from("90 minutes") == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("read", "written", "sentence"),
    [
        (week_from, "Mon-Fri", "'Mon-Fri' are no hours of a week; write them as Mon-Fri 09:00-17:00."),
        (week_from, "09:00-17:00", "'09:00-17:00' are no hours of a week; write them as Mon-Fri 09:00-17:00."),
        (week_from, "Mxn 9-17", "'Mxn' is not a day of the week; write Mon, Tue, Wed, Thu, Fri, Sat, Sun."),
        (week_from, "T 9-17", "'T' is not a day of the week; write Mon, Tue, Wed, Thu, Fri, Sat, Sun."),
        (week_from, "Mon 9-25", "'9-25' are no hours; write them as 09:00-17:00."),
        (week_from, "Mon 9-25:30", "'9-25:30' are no hours; write them as 09:00-17:00."),
        (week_from, "Mon 9 to 5", "'9 to 5' are no hours; write them as 09:00-17:00."),
        (holidays_from, "Christmas", "'Christmas' is no holiday; write it as 2026-12-25, or 2026-12-24 09:00-12:00."),
        (holidays_from, "2026-02-30", "'2026-02-30' is not a day; write it as 2026-12-25."),
        (holidays_from, "2026-12-31 to 2026-12-01", "From 2026-12-31 to 2026-12-01 are no holidays."),
        (promises_from, "mayor 3 h", "There is no priority mayor; there are low, normal, high, urgent."),
        (promises_from, "3 days", "'3 days' is no working time; write it in hours and minutes, as 1 h 30 min."),
        (promises_from, "high", "'' is no working time; write it in hours and minutes, as 1 h 30 min."),
        (length_from, "9" * 30 + " h", f"'{'9' * 30} h' is more working time than there is."),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(read: object, written: str, sentence: str) -> None:
    assert callable(read)
    with pytest.raises(Invalid) as refused:
        read(written)
    assert refused.value.sentence == sentence
