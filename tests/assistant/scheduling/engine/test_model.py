from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest

from assistant.scheduling.engine.model import Pattern, Resource, Site, TimeOff, WorkHours
from assistant.scheduling.engine.rules import Grid, Pick, Request, Service
from assistant.scheduling.engine.travel import Travel
from store.errors import Invalid
from store.sla.hours import Hours
from tests.assistant.scheduling.workshop import DAY, at, service

NIGHT = (Hours(time(22), time(6)),)
EARLY = (Hours(time(5), time(9)),)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: WorkHours("Europe/Wien", ()), "'Europe/Wien' is not a time zone; write it as Europe/Berlin."),
        (lambda: Pattern(date.min, (DAY,) * 6), "A week of work hours has seven days."),
        (
            lambda: Pattern(date.min, (DAY, (*DAY, Hours(time(11), time(14))), *(DAY,) * 5)),
            "Work hours on Tue overlap: 08:00-12:00 and 11:00-14:00.",
        ),
        (
            lambda: Pattern(date.min, (EARLY, (), (), (), (), (), NIGHT)),
            "Work hours on Sun overlap: 22:00-06:00 and 05:00-09:00.",
        ),
        (
            lambda: WorkHours("UTC", (Pattern(date(2026, 1, 1), (DAY,) * 7), Pattern(date(2026, 1, 1), (DAY,) * 7))),
            "Two weeks of work hours begin on 2026-01-01; one day has one week.",
        ),
        (
            lambda: Site(1, "Depot", "UTC", {date(2026, 12, 24): NIGHT}),
            "The hours of Depot on 2026-12-24 must end by midnight.",
        ),
        (lambda: TimeOff(at(9), at(9)), "Time off must end after it begins."),
        (lambda: Resource(1, "Van", capacity=0), "Van needs a capacity of at least 1."),
        (lambda: Service(1, "repair", 0, Pick()), "repair must take at least one minute."),
        (lambda: Service(1, "repair", 9, Pick(), after=-1), "The buffers and the notice of repair cannot be negative."),
        (lambda: Grid(0), "A service begins every so many minutes: from 1 to 1440."),
        (lambda: Grid(15, 1440), "The first start of a day lies within the day."),
        (lambda: Request(service(), at(9), at(9)), "The time looked at must end after it begins."),
        (lambda: Request(service(), at(9), at(10), units=0), "At least one unit is booked."),
        (lambda: Travel({("a", "b"): -1}), "The way between two areas takes no less than 0 minutes."),
    ],
)
def test_wrong_value_is_refused_with_one_sentence(make: Callable[[], object], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        make()
    assert refused.value.sentence == said
