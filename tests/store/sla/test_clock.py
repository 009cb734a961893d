from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import Invalid
from store.sla.clock import CaseEvent, Clocks, EventKind, clocks
from store.sla.hours import BusinessCalendar, Hours
from store.sla.terms import Sla, SlaTerms
from store.sla.watch import Clock, State
from tests.store.sla.scenarios import scenario

H, MIN = timedelta(hours=1), timedelta(minutes=1)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
OFFICE = BusinessCalendar("UTC", ((Hours(time(9), time(17)),),) * 5 + ((), ()))
ALWAYS = BusinessCalendar("UTC", ((Hours(time(0), time(0)),),) * 7)
TERMS = SlaTerms({"normal": 2 * H, "high": H}, {"normal": 10 * H, "high": 5 * H})


def at(text: str) -> datetime:
    """Day of March 2026, hour and minute: "2 09:00" is Monday at nine."""
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-03-{int(day):02}T{clock}+00:00")


def events(*told: tuple[str, EventKind, str]) -> list[CaseEvent]:
    """These, after the case came on Monday at ten."""
    return [CaseEvent(at("2 10:00"), "created"), *(CaseEvent(at(when), kind, value) for when, kind, value in told)]


def said(now: str, *told: tuple[str, EventKind, str], terms: SlaTerms = TERMS) -> Clocks:
    return clocks(events(*told), terms, OFFICE, at(now))


@pytest.mark.parametrize(
    ("now", "clock"),
    [
        ("2 10:00", Clock("running", at("2 12:00"), 2 * H, at("2 11:36"))),
        ("2 11:35", Clock("running", at("2 12:00"), 25 * MIN, at("2 11:36"))),
        ("2 11:36", Clock("warned", at("2 12:00"), 24 * MIN, at("2 12:00"))),
        ("2 12:00", Clock("breached", at("2 12:00"), 0 * H)),
        ("2 20:00", Clock("breached", at("2 12:00"), -5 * H)),
    ],
)
def test_first_response_warns_and_is_late_by_itself(now: str, clock: Clock) -> None:
    assert said(now).first_response == clock


@pytest.mark.parametrize(
    ("answered", "clock"),
    [
        ("2 11:50", Clock("met", at("2 12:00"), 10 * MIN, None, at("2 11:50"))),
        ("2 12:00", Clock("breached", at("2 12:00"), 0 * H, None, at("2 12:00"))),
        ("3 10:00", Clock("breached", at("2 12:00"), -6 * H, None, at("3 10:00"))),
    ],
)
def test_the_first_mail_of_ours_is_the_first_response(answered: str, clock: Clock) -> None:
    mails: list[tuple[str, EventKind, str]] = [(answered, "our_mail", ""), ("4 09:00", "our_mail", "")]
    assert said("5 09:00", *mails).first_response == clock


def test_what_is_of_no_known_kind_moves_no_clock() -> None:
    closed = [*events(("2 11:00", "status", "resolved")), CaseEvent(at("2 12:00"), "escalated", "7")]
    assert clocks(closed, TERMS, OFFICE, at("3 09:00")) == said("3 09:00", ("2 11:00", "status", "resolved"))


def test_a_mail_of_the_customer_and_one_before_the_case_are_no_response() -> None:
    mails: list[tuple[str, EventKind, str]] = [("2 09:30", "our_mail", ""), ("2 10:30", "customer_mail", "")]
    assert said("2 11:00", *mails).first_response == said("2 11:00").first_response


def test_waiting_pauses_the_resolution_but_not_the_first_response() -> None:
    found = said("2 16:00", ("2 11:00", "status", "waiting"))
    assert found.resolution == Clock("paused", None, 9 * H, None, None, "waiting")
    assert found.first_response == Clock("breached", at("2 12:00"), -4 * H)


@pytest.mark.parametrize(("pauses", "state"), [({"waiting"}, "running"), ({"waiting", "on_hold"}, "paused")])
def test_the_terms_say_whether_a_case_on_hold_pauses(pauses: set[str], state: State) -> None:
    terms = SlaTerms({}, TERMS.resolution, pauses=frozenset(pauses))
    resolution = said("2 16:00", ("2 11:00", "status", "on_hold"), terms=terms).resolution
    assert resolution is not None
    assert (resolution.state, resolution.paused_by) == (state, "on_hold" if state == "paused" else "")


def test_after_a_pause_the_time_used_is_kept() -> None:
    story: list[tuple[str, EventKind, str]] = [("2 11:00", "status", "waiting"), ("4 09:00", "status", "in_progress")]
    assert said("4 10:00", *story).resolution == Clock("running", at("5 10:00"), 8 * H, at("4 16:00"))


def test_a_late_clock_stays_late_while_it_is_paused() -> None:
    story: list[tuple[str, EventKind, str]] = [("3 14:00", "status", "waiting")]
    assert said("4 12:00", *story).resolution == Clock("breached", at("3 12:00"), -2 * H, None, None, "waiting")


def test_a_case_can_have_used_more_than_a_new_priority_promises() -> None:
    """It is late since the moment at which the new time would have been used."""
    story: list[tuple[str, EventKind, str]] = [
        ("2 12:00", "status", "waiting"),
        ("2 13:00", "status", "in_progress"),
        ("3 09:00", "priority", "high"),
    ]
    assert said("3 10:00", *story).resolution == Clock("breached", at("2 16:00"), -2 * H)


def test_a_clock_is_late_since_its_time_was_used_up_and_not_since_it_ran_on() -> None:
    story: list[tuple[str, EventKind, str]] = [
        ("2 15:00", "status", "waiting"),
        ("3 10:00", "status", "in_progress"),
        ("3 11:00", "status", "waiting"),
        ("3 12:00", "priority", "high"),
    ]
    assert said("3 12:00", *story).resolution == Clock("breached", at("2 15:00"), -H, None, None, "waiting")


def test_a_lower_priority_gives_a_late_case_time_again() -> None:
    story: list[tuple[str, EventKind, str]] = [("2 10:00", "priority", "high"), ("2 16:00", "priority", "normal")]
    assert said("2 15:30", story[0]).resolution == Clock("breached", at("2 15:00"), -30 * MIN)
    assert said("2 16:00", *story).resolution == Clock("running", at("3 12:00"), 4 * H, at("3 10:00"))


def test_an_ended_clock_is_judged_by_the_priority_it_ended_with() -> None:
    story: list[tuple[str, EventKind, str]] = [("2 11:30", "our_mail", ""), ("2 11:40", "priority", "high")]
    assert said("2 12:00", *story).first_response == Clock("met", at("2 12:00"), 30 * MIN, None, at("2 11:30"))


def test_a_priority_that_is_promised_nothing_has_no_clock() -> None:
    found = said("2 12:00", ("2 11:00", "priority", "low"))
    assert found == Clocks(None, None)
    assert (found.state, found.next_at) == (None, None)


def test_a_queue_counts_by_its_own_calendar_and_terms_and_keeps_the_time_used() -> None:
    always = Sla(SlaTerms({}, {"normal": 20 * H}), ALWAYS)
    story = events(("2 16:00", "queue", "night"), ("3 10:00", "queue", ""))
    moved = clocks(story[:2], TERMS, OFFICE, at("2 22:00"), queues={"night": always})
    back = clocks(story, TERMS, OFFICE, at("3 11:00"), queues={"night": always})
    assert moved == Clocks(None, Clock("running", at("3 06:00"), 8 * H, at("3 02:00")))
    assert back.resolution == Clock("breached", at("2 20:00"), -15 * H)


def test_resolving_ends_both_clocks() -> None:
    assert said("3 12:00", ("2 11:00", "status", "resolved")) == Clocks(
        Clock("met", at("2 12:00"), H, None, at("2 11:00")), Clock("met", at("3 12:00"), 9 * H, None, at("2 11:00"))
    )


@pytest.mark.parametrize(
    ("anew", "clock"),
    [
        (False, Clock("running", at("4 11:00"), 8 * H, at("3 17:00"))),
        (True, Clock("running", at("4 12:00"), 9 * H, at("4 10:00"))),
    ],
)
def test_a_reopened_case_goes_on_or_starts_anew_as_the_terms_say(anew: bool, clock: Clock) -> None:
    terms = SlaTerms(TERMS.first_response, TERMS.resolution, starts_anew=anew)
    story: list[tuple[str, EventKind, str]] = [
        ("2 11:00", "status", "resolved"),
        ("3 10:00", "reopened", ""),
        ("3 10:00", "status", "in_progress"),
    ]
    found = said("3 11:00", *story, terms=terms)
    assert found.resolution == clock
    assert found.first_response == Clock("met", at("2 12:00"), H, None, at("2 11:00"))


@pytest.mark.parametrize("ending", [("status", "cancelled"), ("merged", "C-7")])
def test_a_case_that_is_cancelled_or_merged_in_time_owes_nothing(ending: tuple[EventKind, str]) -> None:
    assert said("9 12:00", ("2 11:00", *ending)) == Clocks(None, None)


def test_cancelling_hides_no_breach() -> None:
    assert said("9 12:00", ("2 13:00", "status", "cancelled")) == Clocks(
        Clock("breached", at("2 12:00"), -H, None, at("2 13:00")), None
    )


def test_a_cancelled_case_that_comes_back_owes_what_was_left() -> None:
    story: list[tuple[str, EventKind, str]] = [("2 11:00", "status", "cancelled"), ("3 10:00", "reopened", "")]
    assert said("3 10:30", *story).first_response == Clock("running", at("3 11:00"), 30 * MIN, at("3 10:36"))


def test_a_case_that_was_never_created_has_no_clock() -> None:
    assert clocks([CaseEvent(at("2 10:00"), "status", "in_progress")], TERMS, OFFICE, at("2 12:00")) == Clocks(
        None, None
    )
    assert clocks([], TERMS, OFFICE, at("2 12:00")) == Clocks(None, None)


def test_an_event_after_now_moves_now_to_it() -> None:
    assert said("2 10:05", ("2 10:10", "our_mail", "")) == said("2 10:10", ("2 10:10", "our_mail", ""))


@pytest.mark.parametrize(
    ("now", "told", "state", "next_at"),
    [
        ("2 10:30", [], "running", "2 11:36"),
        ("2 11:40", [], "warned", "2 12:00"),
        ("2 13:00", [], "breached", "3 10:00"),
        ("2 13:00", [("2 11:00", "our_mail", "")], "running", "3 10:00"),
        ("2 13:00", [("2 11:00", "our_mail", ""), ("2 11:00", "status", "waiting")], "paused", None),
        ("2 13:00", [("2 11:00", "status", "resolved")], "met", None),
        ("2 15:00", [("2 13:00", "our_mail", ""), ("2 14:00", "status", "resolved")], "breached", None),
    ],
)
def test_the_state_of_a_case_is_the_worst_of_its_open_clocks(
    now: str, told: list[tuple[str, EventKind, str]], state: State, next_at: str | None
) -> None:
    found = said(now, *told)
    assert (found.state, found.next_at) == (state, next_at and at(next_at))


def test_moments_of_other_zones_give_the_same_clocks() -> None:
    there = ZoneInfo("Asia/Kathmandu")
    story = events(("2 11:00", "status", "waiting"), ("4 09:00", "status", "in_progress"))
    moved = [CaseEvent(event.at.astimezone(there), event.kind, event.value) for event in story]
    assert clocks(moved, TERMS, OFFICE, at("4 10:00").astimezone(there)) == clocks(story, TERMS, OFFICE, at("4 10:00"))


@settings(deadline=None, max_examples=60)
@given(st.integers(10_000, 10_000_000))
def test_between_now_and_next_at_no_state_changes_and_at_it_one_does(seed: int) -> None:
    case = scenario(random.Random(seed))
    own, queues = case.desk.sla(), {name: desk.sla() for name, desk in case.queues.items()}

    def states(now: datetime) -> list[State | None]:
        found = clocks(case.events, own.terms, own.calendar, now, queues=queues)
        return [clock.state if clock else None for clock in (found.first_response, found.resolution)]

    next_at, before = case.clocks().next_at, states(case.now)
    last = (next_at or case.now + 1000 * H) - timedelta.resolution
    assert states(last) == before
    assert next_at is None or states(next_at) != before


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ({"warn_share": 0}, "The share of the time after which a clock warns lies above 0 and is at most 1."),
        (
            {"pauses": frozenset({"new"})},
            "A clock can stand while a case is waiting or on_hold, not while it is new.",
        ),
        ({"resolution": {"huge": H}}, "There is no priority huge; there are low, normal, high, urgent."),
        (
            {"first_response": {"low": 0 * H}},
            "A promised time must be longer than nothing; that of low is not.",
        ),
    ],
)
def test_terms_that_promise_nothing_sensible_are_refused(made: dict[str, object], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        SlaTerms(**made)  # type: ignore[arg-type]
    assert refused.value.sentence == sentence
