"""What is counted of cases, when, and how long it took."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from store.numbers.figures import Numbers, Promise, Spread, numbers, spread
from store.numbers.happenings import CaseFacts, Step, What, happenings
from store.numbers.periods import period
from store.sla.clock import CaseEvent
from store.sla.stored import calendar_from
from store.sla.terms import Sla, SlaTerms
from tests.store.sla.scenarios import scenario

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 6, 17, tzinfo=UTC)  # the Friday
OFFICE = calendar_from("UTC", {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}, {})
SLA = Sla(SlaTerms(), OFFICE)


def at(hours: float) -> datetime:
    """So many hours after Monday at nine."""
    return MONDAY + hours * HOUR


def steps(*known: tuple[float, str]) -> tuple[Step, ...]:
    """created, reopened, or a status, each with its hour."""
    return tuple(
        Step(at(hours), said) if said == "created" else
        Step(at(hours), said, "in_progress") if said == "reopened" else Step(at(hours), "status", said)
        for hours, said in known
    )  # fmt: skip


def told(case: CaseFacts) -> list[tuple[What, float, float | None]]:
    """What happened, by time: (what, hours since Monday at nine, hours it took)."""
    found = sorted(happenings(case, NOW), key=lambda one: (one.at, one.what))
    return [(one.what, (one.at - MONDAY) / HOUR, None if one.took is None else one.took / HOUR) for one in found]


def test_resolution_counts_working_time_without_the_time_it_waited_for_the_customer() -> None:
    turns = ((0, "created"), (1, "in_progress"), (3, "waiting"), (25, "in_progress"), (26, "resolved"))
    case = CaseFacts(MONDAY, "resolved", at(26), answered_at=at(24), sla=SLA, steps=steps(*turns))
    assert told(case) == [
        (What.CREATED, 0, None),
        (What.ANSWERED, 24, 8),
        (What.RESOLVED, 26, None),
        (What.SOLVED, 26, 4),
    ]
    promised = CaseFacts(MONDAY, "resolved", at(26), answered_at=at(24), steps=steps(*turns))
    assert [took for what, _, took in told(promised) if took is not None] == [24, 26]


def test_only_the_resolution_that_stands_tells_how_long_it_took() -> None:
    turns = ((0, "created"), (2, "resolved"), (24, "reopened"), (27, "resolved"))
    case = CaseFacts(MONDAY, "resolved", at(27), sla=SLA, steps=steps(*turns))
    solved = [(What.RESOLVED, 2, None), (What.REOPENED, 24, None), (What.RESOLVED, 27, None), (What.SOLVED, 27, 5)]
    assert told(case)[1:] == solved
    anew = CaseFacts(MONDAY, "resolved", at(27), sla=Sla(SlaTerms(starts_anew=True), OFFICE), steps=steps(*turns))
    assert told(anew)[-1] == (What.SOLVED, 27, 3)
    opened = CaseFacts(MONDAY, "in_progress", None, sla=SLA, steps=steps(*turns[:3]))
    assert [what for what, _, _ in told(opened)] == [What.CREATED, What.RESOLVED, What.REOPENED]


def test_case_of_which_nothing_was_written_down_is_told_by_its_record() -> None:
    assert told(CaseFacts(MONDAY, "resolved", at(30)))[1:] == [(What.RESOLVED, 30, None), (What.SOLVED, 30, 30)]
    assert told(CaseFacts(MONDAY, "cancelled", at(1)))[1:] == [(What.CANCELLED, 1, None)]


def test_opened_again_without_being_closed_changes_nothing() -> None:
    turns = ((0, "created"), (1, "reopened"), (2, "waiting"), (3, "reopened"), (4, "resolved"))
    case = CaseFacts(MONDAY, "resolved", at(4), sla=SLA, steps=steps(*turns))
    assert told(case)[1:] == [(What.RESOLVED, 4, None), (What.SOLVED, 4, 2)]


def test_closed_twice_without_being_opened_between_is_closed_once() -> None:
    case = CaseFacts(MONDAY, "cancelled", at(3), steps=steps((0, "created"), (2, "resolved"), (3, "cancelled")))
    assert [what for what, _, _ in told(case)] == [What.CREATED, What.RESOLVED]


@pytest.mark.parametrize(
    ("due", "answered", "expected"),
    [
        (2, 1, [(What.RESPONSE_KEPT, 1)]),
        (2, 2, [(What.RESPONSE_BROKEN, 2)]),
        (2, 50, [(What.RESPONSE_BROKEN, 2)]),
        (2, None, [(What.RESPONSE_BROKEN, 2)]),
        (1000, None, []),
        (None, 1, []),
    ],
)
def test_promise_is_decided_once_when_it_is_kept_or_its_time_runs_out(
    due: float | None, answered: float | None, expected: list[tuple[What, float]]
) -> None:
    case = CaseFacts(
        MONDAY,
        answered_at=None if answered is None else at(answered),
        response_due_at=None if due is None else at(due),
    )
    decided = (What.RESPONSE_KEPT, What.RESPONSE_BROKEN)
    assert [(what, hours) for what, hours, _ in told(case) if what in decided] == expected


def desk(first: date = date(2026, 11, 4), last: date | None = None) -> Numbers:
    """Since Wednesday, of a desk with two queues."""
    cases = [
        CaseFacts(at(-24 * 40), group="Old"),  # open for six weeks
        CaseFacts(at(0), "resolved", at(50), group="New", steps=steps((0, "created"), (50, "resolved"))),
        CaseFacts(at(1), "resolved", at(2), group="Gone", steps=steps((1, "created"), (2, "resolved"))),
        CaseFacts(at(60), "cancelled", at(61), group="New"),
        CaseFacts(
            at(3),
            "in_progress",
            group="New",
            response_due_at=at(4),
            resolution_due_at=at(70),
            steps=steps((3, "created"), (5, "resolved"), (75, "reopened")),
        ),
        CaseFacts(at(72)),
    ]
    return numbers(cases, period(first, NOW, last=last), NOW)


def test_counts_are_those_of_the_period_by_group_and_by_day() -> None:
    found = desk()
    total = found.total
    counted = (total.created, total.resolved, total.cancelled, total.reopened, total.open)
    assert counted == (2, 1, 1, 1, 3)
    assert total.ages == (0, 1, 1, 0, 1)
    assert total.resolution_promise == Promise(0, 1)
    assert total.response_promise == Promise(0, 0)  # broken before the period
    assert [(one.name, one.created, one.open) for one in found.by_group] == [("New", 1, 1), ("Old", 0, 1), ("", 1, 1)]
    assert [(one.name, one.created, one.resolved, one.reopened, one.open) for one in found.all.parts] == [
        ("2026-11-04", 1, 1, 0, 1),
        ("2026-11-05", 1, 0, 1, 3),
        ("2026-11-06", 0, 0, 0, 3),
    ]


def test_period_in_the_past_shows_what_was_open_at_its_end() -> None:
    total = desk(date(2026, 11, 2), date(2026, 11, 2)).total
    assert (total.created, total.resolved, total.open, sum(total.ages)) == (3, 2, 2, 2)
    assert total.response_promise == Promise(0, 1)


def test_no_case_gives_empty_numbers() -> None:
    found = numbers([], period(date(2026, 11, 6), NOW), NOW)
    assert (found.groups, found.total.open, found.total.first_response, found.total.promises.share) == (
        *((), 0),
        Spread(0, None, None),
        None,
    )


@pytest.mark.parametrize(
    ("hours", "median", "p90"), [([3], 3, 3), ([1, 4], 2.5, 4), ([5, 1, 3], 3, 5), (list(range(1, 11)), 5.5, 9)]
)
def test_spread_is_the_middle_and_what_nine_of_ten_did_not_exceed(hours: list[int], median: float, p90: float) -> None:
    assert spread([hour * HOUR for hour in hours]) == Spread(len(hours), median * HOUR, p90 * HOUR)


def test_time_of_a_resolution_is_what_its_clock_used() -> None:
    compared = 0
    for one in map(scenario, map(random.Random, range(600))):
        first, last = one.events[0], one.events[-1]
        kinds = {event.kind for event in one.events}
        if one.queues or kinds & {"priority", "merged"} or (last.kind, last.value) != ("status", "resolved"):
            continue
        resolution = one.clocks().resolution
        if resolution is None or resolution.ended_at != last.at:
            continue
        sla = one.desk.sla()
        known = tuple(Step(*fields(event)) for event in one.events if event.kind in ("created", "status", "reopened"))
        case = CaseFacts(first.at, "resolved", last.at, sla=sla, steps=known)
        used = sla.terms.resolution_limits[first.value or "normal"].late - resolution.remaining
        assert [done.took for done in happenings(case, one.now) if done.what is What.SOLVED] == [used]
        compared += 1
    assert compared > 5


def fields(event: CaseEvent) -> tuple[datetime, str, str]:
    return event.at, event.kind, event.value
