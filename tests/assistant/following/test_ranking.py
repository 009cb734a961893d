"""One follow-up for each customer, no more new ones a day than wanted, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assistant.following.ranking import in_front, to_bring, urgency
from store.following.values import Kind

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    follow_up_id: int
    kind: Kind = Kind.AWAITING_REPLY
    comes_at: datetime = NOW
    customer: int | None = None
    brought_on: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def rows(first: int) -> st.SearchStrategy[list[Row]]:
    one = st.builds(
        Row,
        st.just(0),
        st.sampled_from(Kind),
        st.integers(0, 5).map(lambda hours: NOW - timedelta(hours=hours)),
        st.one_of(st.none(), st.integers(1, 4)),
        facts=st.sampled_from([{}, {"amount": 5_000.0}, {"bounced": "jane@fabrikam.example"}]),
    )
    return st.lists(one, max_size=10).map(
        lambda found: [replace(each, follow_up_id=key) for key, each in enumerate(found, first)]
    )


@given(rows(1), rows(100), st.integers(0, 5), st.integers(0, 5))
def test_what_is_brought_is_the_most_urgent_and_never_too_much(
    due: list[Row], shown: list[Row], already: int, a_day: int
) -> None:
    brought = to_bring(due, shown, already=already, a_day=a_day)
    customers = [one.customer for one in brought if one.customer is not None]
    assert len(brought) <= max(a_day - already, 0)
    assert len(customers) == len(set(customers))
    held_back = [one for one in due if one not in brought and one.kind is not Kind.REMINDER]
    stood = [one for one in (*shown, *brought) if one.kind is not Kind.REMINDER and one.customer is not None]
    for one in held_back:  # behind another one of its customer, or the day is full of what is more urgent
        behind = any(other.customer == one.customer and urgency(other) < urgency(one) for other in stood)
        full = len(brought) == max(a_day - already, 0) and all(urgency(other) < urgency(one) for other in brought)
        assert behind or full


@given(rows(1))
def test_in_front_stands_one_for_each_customer_and_every_reminder(standing: list[Row]) -> None:
    front = in_front(standing)
    assert list(front) == sorted(front, key=urgency)
    for one in standing:
        rivals = [each for each in standing if each.customer == one.customer and each.kind is not Kind.REMINDER]
        is_first = one.kind is Kind.REMINDER or one.customer is None or one == min(rivals, key=urgency)
        assert (one in front) == is_first


def test_what_bounced_comes_before_what_is_late_and_the_greater_deal_before_the_smaller() -> None:
    bounced = Row(1, facts={"bounced": "jane@fabrikam.example"})
    late, small, great = (
        Row(2, Kind.SLA),
        Row(3, Kind.COLD_OPPORTUNITY),
        Row(4, Kind.COLD_OPPORTUNITY, facts={"amount": 9}),
    )
    assert in_front([small, great, late, bounced]) == (bounced, late, great, small)
