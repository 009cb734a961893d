"""When things come back: in working hours, and when something can still be done about them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from assistant.chat.times.values import Moment
from assistant.following.finding.coming_back import to_be_kept, to_keep, usual_wait, without_answer
from store.following.facts import Wishes
from store.sla.hours import BusinessCalendar, Hours

VIENNA = "Europe/Vienna"
HOURS = BusinessCalendar(VIENNA, ((Hours(time(9), time(17)),),) * 5 + ((), ()))
WISHES = Wishes(VIENNA, HOURS, patience=3)
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)  # 10:00 in Vienna; on Sunday the clocks go forward
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def on(day: int, hour: int = 0) -> datetime:
    """That hour in UTC of a day of March."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


FRIDAY = Moment(on(27), "day")


def test_an_unanswered_mail_comes_back_by_the_day_it_names_else_the_habit_else_patience() -> None:
    def due(**how: object) -> datetime:
        return without_answer(MONDAY, WISHES, **({"by": None, "usual": None, "away": None} | how))  # type: ignore[arg-type]

    assert due() == on(26, 9)  # three working days
    assert due(usual=4 * HOUR) == on(23, 13)
    assert due(usual=4 * HOUR, by=FRIDAY) == on(30, 7)  # once Friday is over: Monday, 9:00 on summer time
    assert due(away=date(2026, 3, 27)) == on(31, 7)  # a working day after they are back
    assert due(by=FRIDAY, away=date(2026, 3, 24)) == on(30, 7)


@pytest.mark.parametrize(
    ("promised", "due"),
    [
        (None, on(24, 15)),  # an hour before the next working day ends
        (FRIDAY, on(27, 8)),  # early on the day
        (Moment(on(23), "day"), on(23, 15)),  # today: an hour before the end
        (Moment(on(25, 13), "hour"), on(25, 13)),  # the time that was said
        (Moment(on(28), "day"), on(27, 8)),  # Saturday: on the working day before it
    ],
)
def test_a_promise_comes_back_when_it_can_still_be_kept(promised: Moment | None, due: datetime) -> None:
    assert to_keep(promised, MONDAY, WISHES) == due


def test_a_promise_of_theirs_comes_back_when_it_is_late() -> None:
    assert to_be_kept(FRIDAY, MONDAY, WISHES) == on(30, 7)
    assert to_be_kept(None, MONDAY, WISHES) == on(26, 9)


def test_a_habit_is_seen_in_five_answers_and_is_never_too_short_or_too_long() -> None:
    def after(*hours: float) -> list[tuple[datetime, datetime]]:
        return [(MONDAY, MONDAY + each * HOUR) for each in hours]

    assert usual_wait(after(1, 2, 3, 4), HOURS) is None
    assert usual_wait(after(5, 1, 2, 3, 6), HOURS) == 5 * HOUR  # within which four of five came
    assert usual_wait(after(0.1, 0.1, 0.1, 0.1, 0.1), HOURS) == 4 * HOUR
    assert usual_wait([(MONDAY, MONDAY + 60 * DAY)] * 5, HOURS) == 80 * HOUR
