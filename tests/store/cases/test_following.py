from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.cases.following import Fresh, Kept, Plan, Standing, begun, first_response, follow, told
from store.sla.clock import CaseEvent

T0 = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return T0 + hours * HOUR


def kept(*events: tuple[float, str, str] | tuple[float, str, str, bool]) -> list[Kept]:
    return [Kept(place, at(each[0]), *each[1:]) for place, each in enumerate(events, 1)]


BEGUN = (0.0, "created", "normal")


def test_case_that_was_brought_along_begins_with_what_it_is() -> None:
    assert begun(Standing("high", "3", "resolved", "7"), T0, closed_at=at(5)) == (
        Fresh(T0, "created", "high"),
        Fresh(T0, "queue", "3"),
        Fresh(at(5), "status", "resolved"),
        Fresh(T0, "owner", "7"),
    )


@pytest.mark.parametrize(
    ("events", "standing", "plan"),
    [
        ([BEGUN], Standing(), Plan()),
        ([BEGUN], Standing("high"), Plan((Fresh(at(9), "priority", "high"),))),
        ([BEGUN], Standing(queue="3", owner="7"), Plan((Fresh(at(9), "queue", "3"), Fresh(at(9), "owner", "7")))),
        ([BEGUN, (1.0, "queue", "3")], Standing(), Plan((Fresh(at(9), "queue", ""),))),
        (
            [BEGUN, (1.0, "status", "resolved")],
            Standing(status="in_progress"),
            Plan((Fresh(at(9), "reopened", "in_progress"),)),
        ),
        (
            [BEGUN, (1.0, "status", "resolved")],
            Standing(status="waiting"),
            Plan((Fresh(at(9), "reopened", "in_progress"), Fresh(at(9), "status", "waiting"))),
        ),
        ([BEGUN, (12.0, "status", "waiting")], Standing(status="on_hold"), Plan((Fresh(at(12), "status", "on_hold"),))),
        ([BEGUN], Standing(merged="uid"), Plan((Fresh(at(9), "merged", "uid"),))),
    ],
)
def test_events_are_brought_to_how_the_case_stands(
    events: Sequence[tuple[float, str, str]], standing: Standing, plan: Plan
) -> None:
    assert follow(standing, kept(*events), at(9)) == plan


BACK: list[tuple[list[Any], Standing, Plan]] = [
    ([BEGUN, (1.0, "status", "waiting")], Standing(), Plan(uncounted=(2,))),
    ([BEGUN, (1.0, "priority", "high")], Standing(), Plan(uncounted=(2,))),
    ([BEGUN, (1.0, "queue", "3"), (2.0, "queue", "4")], Standing(queue="3"), Plan(uncounted=(3,))),
    ([BEGUN, (1.0, "priority", "high"), (1.0, "priority", "low")], Standing("high"), Plan(uncounted=(3,))),
    (
        [BEGUN, (1.0, "status", "resolved"), (2.0, "reopened", "in_progress"), (2.0, "status", "waiting")],
        Standing(status="resolved"),
        Plan(uncounted=(3, 4)),
    ),
    ([BEGUN, (1.0, "merged", "uid")], Standing(), Plan(uncounted=(2,))),
    # What was taken back before stays so.
    (
        [BEGUN, (1.0, "queue", "3"), (2.0, "queue", ""), (3.0, "queue", "3"), (4.0, "queue", "", False)],
        Standing(),
        Plan(uncounted=(4,)),
    ),
    # What nothing written down led to is a change like any other.
    ([BEGUN, (1.0, "status", "waiting")], Standing(status="on_hold"), Plan((Fresh(at(9), "status", "on_hold"),))),
]
AGAIN: list[tuple[list[Any], Standing, Plan]] = [
    ([BEGUN, (1.0, "status", "waiting", False)], Standing(status="waiting"), Plan(counted=(2,))),
    (
        [
            BEGUN,
            (1.0, "status", "resolved"),
            (2.0, "reopened", "in_progress", False),
            (2.0, "status", "waiting", False),
        ],
        Standing(status="waiting"),
        Plan(counted=(3, 4)),
    ),
    # The first of several comes back first.
    (
        [BEGUN, (1.0, "queue", "3", False), (2.0, "queue", "", False), (3.0, "queue", "3", False)],
        Standing(queue="3"),
        Plan(counted=(2,)),
    ),
    ([BEGUN], Standing(status="on_hold"), Plan((Fresh(at(9), "status", "on_hold"),))),
]


@pytest.mark.parametrize(("events", "standing", "plan"), BACK)
def test_undoing_takes_back_what_was_written(events: list[Any], standing: Standing, plan: Plan) -> None:
    assert follow(standing, kept(*events), at(9), "back") == plan


@pytest.mark.parametrize(("events", "standing", "plan"), AGAIN)
def test_doing_again_counts_what_was_taken_back(events: list[Any], standing: Standing, plan: Plan) -> None:
    assert follow(standing, kept(*events), at(9), "again") == plan


def test_events_tell_how_a_case_stands() -> None:
    events = kept(
        (0.0, "created", ""),
        (1.0, "priority", "high"),
        (2.0, "priority", "low", False),
        (3.0, "reopened", "in_progress"),
    )
    assert told(events) == Standing("high", "", "in_progress")


def test_first_response_is_a_mail_or_the_resolution_after_the_beginning() -> None:
    mail, resolved = CaseEvent(at(1), "our_mail"), CaseEvent(at(2), "status", "resolved")
    created = CaseEvent(at(0), "created")
    assert [
        first_response(events)
        for events in ([mail, CaseEvent(at(1.5), "created"), resolved], [created, mail, resolved], [created])
    ] == [at(2), at(1), None]
