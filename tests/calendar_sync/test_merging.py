"""Series merge whole where their pattern changed, occurrence by occurrence where it did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_sync.event import Event
from calendar_sync.fields import at_occurrence, occurrence_key, to_fields
from calendar_sync.merging import Copy, agreed_base, chosen_theirs, merge_events, rules_for
from mail_sync.merge import Conflict, Fields, Merge, plain, same
from tests.calendar_sync.providers.contract import SERIES

PLAIN = replace(SERIES.event, exceptions=(), exdates=())
STARTS = [SERIES.event.start + timedelta(weeks=week) for week in range(3)]
OTHER_RULE = "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5"


def merged(base: Event | None, theirs: Event, mine: Event, copy: Copy = Copy.OWN, **directions: str) -> Merge:
    maps = [to_fields(event) if event is not None else {} for event in (base, theirs, mine)]
    return merge_events(maps[0], maps[1], maps[2], rules_for(copy, directions, *maps))


def occurrence(week: int, **values: Any) -> Event:
    return replace(at_occurrence(PLAIN, STARTS[week]), **values)


def test_case_39_different_fields_edited_on_both_sides_are_both_kept() -> None:
    plan = merged(PLAIN, replace(PLAIN, title="Theirs"), replace(PLAIN, location="Mine"))
    assert (plan.here, plan.there, plan.conflicts) == ({"title": "Theirs"}, {"location": "Mine"}, ())


def test_two_occurrences_edited_on_two_sides_are_both_kept() -> None:
    plan = merged(
        PLAIN,
        replace(PLAIN, exceptions=(occurrence(1, title="Theirs"),)),
        replace(PLAIN, exceptions=(occurrence(2, title="Mine"),)),
    )
    assert [occurrence_key(name) for name in plan.here] == ["2026-03-23T08:00:00+00:00"]
    assert [occurrence_key(name) for name in plan.there] == ["2026-03-30T07:00:00+00:00"]


def test_one_occurrence_edited_on_both_sides_is_a_conflict_of_that_occurrence() -> None:
    plan = merged(
        PLAIN,
        replace(PLAIN, exceptions=(occurrence(1, title="Theirs"),)),
        replace(PLAIN, exceptions=(occurrence(1, title="Mine"),)),
    )
    (conflict,) = plan.conflicts
    assert (conflict.theirs, conflict.mine) == ({"value": "Theirs"}, {"value": "Mine"})


def test_an_occurrence_edited_there_and_skipped_here_stays() -> None:
    plan = merged(
        PLAIN,
        replace(PLAIN, exceptions=(occurrence(1, title="Theirs"),)),
        replace(PLAIN, exdates=(STARTS[1],)),
    )
    assert (plan.here["skipped"], plan.there, plan.conflicts) == (None, {}, ())
    assert {"value": "Theirs"} in plan.here.values()


def test_occurrences_skipped_on_both_sides_are_both_skipped() -> None:
    plan = merged(PLAIN, replace(PLAIN, exdates=(STARTS[0],)), replace(PLAIN, exdates=(STARTS[2],)))
    assert (len(plan.here["skipped"]), len(plan.there["skipped"])) == (2, 2)


def test_case_28_another_pattern_takes_its_exceptions_along() -> None:
    base = SERIES.event
    plan = merged(base, replace(base, rrule=OTHER_RULE, exceptions=(), exdates=()), base)
    assert plan.there == {}
    assert plan.here["skipped"] is None and plan.here["recurrence"]["rrule"] == OTHER_RULE
    assert [value for name, value in plan.here.items() if occurrence_key(name)] == [None, None]


def test_another_pattern_against_an_edited_occurrence_is_one_conflict_of_the_series() -> None:
    base, theirs = PLAIN, replace(PLAIN, rrule=OTHER_RULE, title="New title")
    mine = replace(base, exceptions=(occurrence(1, title="Mine"),))
    plan = merged(base, theirs, mine)
    assert (plan.here, plan.there, [each.field for each in plan.conflicts]) == (
        {"title": "New title"},
        {},
        ["series"],
    )


@pytest.mark.parametrize("keep_mine", [True, False])
def test_a_choice_for_one_series_settles_it(keep_mine: bool) -> None:
    base, theirs = PLAIN, replace(PLAIN, rrule=OTHER_RULE)
    mine = replace(base, exceptions=(occurrence(1, title="Mine"),))
    maps = [to_fields(event) for event in (base, theirs, mine)]
    rules = rules_for(Copy.OWN, {}, *maps)
    (conflict,) = merge_events(maps[0], maps[1], maps[2], rules).conflicts
    agreed = agreed_base(maps[0], conflict)
    here = maps[2] if keep_mine else {**maps[2], **chosen_theirs(conflict)}
    plan = merge_events(agreed, maps[1], here, rules)
    assert (plan.here, plan.conflicts) == ({}, ())
    assert ("recurrence" in plan.there) is keep_mine


def test_case_32_a_guests_copy_sends_only_what_is_its_own() -> None:
    mine = replace(PLAIN, title="Mine", reminder_minutes=5, categories=("Red",))
    assert merged(PLAIN, PLAIN, mine, Copy.GUEST).there == {"reminder": 5, "categories": ["Red"]}
    assert merged(PLAIN, mine, PLAIN, Copy.GUEST).here.keys() == {"title", "reminder", "categories"}


def test_case_35_a_copy_beside_the_organizers_says_nothing_about_the_meeting() -> None:
    theirs = replace(PLAIN, title="Theirs", rrule=OTHER_RULE, categories=("Red",))
    assert merged(PLAIN, theirs, PLAIN, Copy.BESIDE).here == {"categories": ["Red"]}


def test_directions_hold_for_occurrences_too() -> None:
    there = occurrence(1, title="Theirs", location="There")
    theirs = replace(PLAIN, exceptions=(there,), location="There")
    plan = merged(PLAIN, theirs, PLAIN, title="to_outlook")
    assert plan.here == {"location": "There"}


def test_status_and_answers_come_from_the_server_alone() -> None:
    plan = merged(PLAIN, PLAIN, replace(PLAIN, status="cancelled"))
    assert (plan.here, plan.there) == ({}, {})


def test_sides_that_meet_first_unite_their_exceptions() -> None:
    theirs = replace(PLAIN, exceptions=(occurrence(1, title="Theirs"),))
    mine = replace(PLAIN, exceptions=(occurrence(2, title="Mine"),))
    plan = merged(None, theirs, mine)
    assert (len(plan.here), len(plan.there), plan.conflicts) == (1, 1, ())


# What holds for all edits

titles = st.sampled_from(["Team", "One", "Two"])
edits = st.fixed_dictionaries(
    {
        "title": titles,
        "rrule": st.sampled_from([PLAIN.rrule, OTHER_RULE]),
        "hours": st.sampled_from([0, 1]),
        "skipped": st.sets(st.integers(0, 2), max_size=2),
        "renamed": st.dictionaries(st.integers(0, 2), st.sampled_from(["A", "B"]), max_size=2),
    }
)


def edited(edit: Mapping[str, Any]) -> Event:
    shift = timedelta(hours=edit["hours"])
    return replace(
        PLAIN,
        title=edit["title"],
        rrule=edit["rrule"],
        start=PLAIN.start + shift,
        end=PLAIN.end + shift,
        exdates=tuple(STARTS[week] for week in sorted(edit["skipped"])),
        exceptions=tuple(
            occurrence(week, title=title)
            for week, title in sorted(edit["renamed"].items())
            if week not in edit["skipped"]
        ),
    )


def applied(side: Fields, changes: Fields) -> dict[str, Any]:
    return {**side, **changes}


@settings(deadline=None)
@given(st.one_of(st.none(), edits), edits, edits, st.sampled_from(Copy))
def test_a_plan_carried_out_leaves_nothing_to_do(
    before: Mapping[str, Any] | None, there: Mapping[str, Any], here: Mapping[str, Any], copy: Copy
) -> None:
    base: Fields = to_fields(edited(before)) if before is not None else {}
    theirs, mine = to_fields(edited(there)), to_fields(edited(here))
    rules = rules_for(copy, {}, base, theirs, mine)
    plan = merge_events(base, theirs, mine, rules)
    again = merge_events(plan.base, applied(theirs, plan.there), applied(mine, plan.here), rules)
    assert (again.here, again.there) == ({}, {})
    assert [each.field for each in again.conflicts] == [each.field for each in plan.conflicts]


@settings(deadline=None)
@given(edits, edits, edits)
def test_what_is_not_written_yet_is_planned_again(
    before: Mapping[str, Any], there: Mapping[str, Any], here: Mapping[str, Any]
) -> None:
    base, theirs, mine = (to_fields(edited(edit)) for edit in (before, there, here))
    rules = rules_for(Copy.OWN, {}, base, theirs, mine)
    plan = merge_events(base, theirs, mine, rules)
    again = merge_events(plan.meanwhile, theirs, applied(mine, plan.here), rules)
    assert again.here == {}
    assert all(same(plain(again.there.get(name)), plain(value), rules[name]) for name, value in plan.there.items())
    assert again.there.keys() == plan.there.keys()


@settings(deadline=None)
@given(edits, edits, edits)
def test_both_sides_agree_but_for_conflicts(
    before: Mapping[str, Any], there: Mapping[str, Any], here: Mapping[str, Any]
) -> None:
    base, theirs, mine = (to_fields(edited(edit)) for edit in (before, there, here))
    rules = rules_for(Copy.OWN, {}, base, theirs, mine)
    plan = merge_events(base, theirs, mine, rules)
    asked = _asked(plan.conflicts)
    after_there, after_here = applied(theirs, plan.there), applied(mine, plan.here)
    for name, rule in rules.items():
        agreed = same(plain(after_there.get(name)), plain(after_here.get(name)), rule)
        assert agreed or name in asked or ("series" in asked and name not in ("title", "location"))


def _asked(conflicts: tuple[Conflict, ...]) -> set[str]:
    return {each.field for each in conflicts}


def test_what_another_guests_copy_told_of_a_meeting_is_no_edit_that_could_conflict() -> None:
    base, theirs, mine = {"busy": "tentative"}, {"busy": "free"}, {"busy": "busy"}
    rules = rules_for(Copy.GUEST, {}, base, theirs, mine)
    merged = merge_events(base, theirs, mine, rules)
    assert (dict(merged.here), dict(merged.there), merged.conflicts) == ({"busy": "free"}, {}, ())
