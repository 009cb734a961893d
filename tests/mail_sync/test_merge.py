"""The three-way merge: both sides agree afterwards, and no edit of either is lost without being asked about."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail_sync.merge import (
    Conflict,
    Deletion,
    Direction,
    FieldKind,
    Fields,
    Merge,
    Rule,
    agree_by_mine,
    agree_by_theirs,
    is_edited,
    merge,
    plan_deletion,
)

SCALAR, SET = Rule(), Rule(FieldKind.SET)
PEOPLE = Rule(FieldKind.SET, key="email")

SCALARS = ("title", "phone", "city")
SETS = ("categories", "emails")
KEYED = ("attendees",)

words = st.sampled_from(["", "a", "b", "c"])
word_sets = st.lists(st.sampled_from(["red", "Green", "blue", "x@a.example", "y@a.example"]), unique=True, max_size=4)
attendees = st.dictionaries(st.sampled_from(["ada", "bob"]), st.sampled_from(["required", "optional"])).map(
    lambda roles: [{"email": email, "role": role} for email, role in roles.items()]
)
sides = st.fixed_dictionaries(
    dict.fromkeys(SCALARS, words) | dict.fromkeys(SETS, word_sets) | dict.fromkeys(KEYED, attendees)
)
directions = st.sampled_from(Direction)
capacities = st.sampled_from([None, 2, 3])


@st.composite
def rules_of_any_kind(draw: st.DrawFn) -> dict[str, Rule]:
    """Rules for all fields, each with a direction of its own."""
    found = {name: Rule(direction=draw(directions)) for name in SCALARS}
    found |= {name: Rule(FieldKind.SET, draw(directions), draw(capacities)) for name in SETS}
    return found | {name: Rule(FieldKind.SET, draw(directions), key="email") for name in KEYED}


TWO_WAY = (
    dict.fromkeys(SCALARS, SCALAR) | dict.fromkeys(SETS, SET) | dict.fromkeys(KEYED, PEOPLE)
)  # fmt: skip


def applied(side: Fields, changes: Fields) -> dict[str, Any]:
    return {**side, **changes}


def alike(one: Any, other: Any) -> bool:
    """Equal as values of a field, where sets have no order."""
    if isinstance(one, list) or isinstance(other, list):
        return sorted(map(str, one or [])) == sorted(map(str, other or []))
    return (one or None) == (other or None)


def nothing_to_do(plan: Merge) -> bool:
    return not plan.here and not plan.there


# Examples that show the rules


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "here", "there"),
    [
        ("a", "a", "a", {}, {}),
        ("a", "b", "a", {"city": "b"}, {}),
        ("a", "a", "b", {}, {"city": "b"}),
        ("a", "b", "b", {}, {}),
        ("a", "", "a", {"city": None}, {}),
        ("a", "a", "", {}, {"city": None}),
        ("", "", "b", {}, {"city": "b"}),
    ],
)
def test_the_side_that_was_not_edited_follows(base: str, theirs: str, mine: str, here: Fields, there: Fields) -> None:
    plan = merge({"city": base}, {"city": theirs}, {"city": mine}, {"city": SCALAR})
    assert (plan.here, plan.there, plan.conflicts) == (here, there, ())


def test_two_different_edits_are_a_conflict_that_leaves_both_sides_alone() -> None:
    plan = merge({"city": "a"}, {"city": "b"}, {"city": "c"}, {"city": SCALAR})
    conflict = Conflict("city", "a", "b", "c")
    assert plan == Merge(conflicts=(conflict,), base={"city": "a"}, meanwhile={"city": "a"})


def test_emptying_a_field_against_an_edit_is_a_conflict() -> None:
    plan = merge({"city": "a"}, {"city": ""}, {"city": "c"}, {"city": SCALAR})
    assert plan.conflicts == (Conflict("city", "a", None, "c"),)


def test_only_the_field_in_conflict_waits() -> None:
    rules = {"city": SCALAR, "phone": SCALAR}
    plan = merge({"city": "a", "phone": "1"}, {"city": "b", "phone": "2"}, {"city": "c", "phone": "1"}, rules)
    assert (plan.here, plan.base) == ({"phone": "2"}, {"city": "a", "phone": "2"})


def test_case_37_a_field_that_was_not_asked_for_is_never_emptied() -> None:
    plan = merge({"city": "a", "phone": "1"}, {"phone": "1"}, {"city": "a", "phone": "1"}, TWO_WAY)
    assert (plan.here, plan.there, plan.base) == ({}, {}, {"city": "a", "phone": "1"})


def test_case_37_a_field_that_was_empty_before_does_not_empty_ours() -> None:
    plan = merge({"city": None}, {"city": ""}, {"city": "a"}, {"city": SCALAR})
    assert (plan.here, plan.there) == ({}, {"city": "a"})


def test_sides_that_meet_first_complete_each_other() -> None:
    rules = {"city": SCALAR, "phone": SCALAR}
    plan = merge({}, {"city": "a", "phone": ""}, {"city": "", "phone": "1"}, rules)
    assert plan == Merge({"city": "a"}, {"phone": "1"}, (), {"city": "a", "phone": "1"}, {"city": "a"})


def test_sides_that_meet_first_ask_only_about_what_a_person_wrote_here() -> None:
    theirs, mine = {"city": "a", "phone": "1"}, {"city": "b", "phone": "2"}
    plan = merge({}, theirs, mine, {"city": SCALAR, "phone": SCALAR}, edited={"phone"})
    assert plan == Merge({"city": "a"}, {}, (Conflict("phone", None, "1", "2"),), {"city": "a"}, {"city": "a"})


def test_sets_merge_entry_by_entry() -> None:
    plan = merge({"c": ["red", "blue"]}, {"c": ["red", "green"]}, {"c": ["red", "blue", "pink"]}, {"c": SET})
    assert (plan.here, plan.there) == ({"c": ["red", "pink", "green"]}, {"c": ["red", "green", "pink"]})
    assert set(plan.base["c"]) == {"red", "green", "pink"}


def test_sets_have_neither_order_nor_case() -> None:
    plan = merge({"c": ["red", "blue"]}, {"c": ["Blue", "RED"]}, {"c": ["red", "blue"]}, {"c": SET})
    assert nothing_to_do(plan)


def test_entry_changed_on_one_side_and_removed_on_the_other_stays() -> None:
    base, changed = [{"email": "ada", "role": "required"}], [{"email": "Ada", "role": "optional"}]
    plan = merge({"people": base}, {"people": []}, {"people": changed}, {"people": PEOPLE})
    assert (plan.here, plan.there) == ({}, {"people": changed})


def test_entry_changed_differently_on_both_sides_is_a_conflict() -> None:
    base, theirs, mine = ([{"email": "ada", "role": role}] for role in ("required", "optional", "resource"))
    plan = merge({"people": base}, {"people": theirs}, {"people": mine}, {"people": PEOPLE})
    assert plan.conflicts == (Conflict("people", base, theirs, mine),)


def test_what_the_server_has_no_room_for_stays_here() -> None:
    rules = {"emails": Rule(FieldKind.SET, capacity=3)}
    plan = merge({"emails": ["a"]}, {"emails": ["a", "b"]}, {"emails": ["a", "c", "d"]}, rules)
    assert (plan.here, plan.there) == ({"emails": ["a", "c", "d", "b"]}, {"emails": ["a", "b", "c"]})
    after = merge(plan.base, plan.there, plan.here, rules)
    assert nothing_to_do(after)


def test_room_that_becomes_free_is_used() -> None:
    rules = {"emails": Rule(FieldKind.SET, capacity=2)}
    plan = merge({"emails": ["a", "b"]}, {"emails": ["a", "b"]}, {"emails": ["a", "c"]}, rules)
    assert plan.there == {"emails": ["a", "c"]}


@pytest.mark.parametrize(
    ("direction", "here", "there"),
    [
        (Direction.TWO_WAY, {"city": "b"}, {"phone": "2"}),
        (Direction.TO_CRM, {"city": "b"}, {}),
        (Direction.TO_OUTLOOK, {}, {"phone": "2"}),
        (Direction.NONE, {}, {}),
    ],
)
def test_direction_says_whose_edits_reach_the_other_side(direction: Direction, here: Fields, there: Fields) -> None:
    rules = dict.fromkeys(("city", "phone"), Rule(direction=direction))
    plan = merge({"city": "a", "phone": "1"}, {"city": "b", "phone": "1"}, {"city": "a", "phone": "2"}, rules)
    assert (plan.here, plan.there, plan.conflicts) == (here, there, ())


def test_a_choice_for_ours_sends_it_and_one_for_theirs_takes_it() -> None:
    conflict = Conflict("city", "a", "b", "c")
    ours = merge(agree_by_mine({"city": "a"}, conflict), {"city": "b"}, {"city": "c"}, {"city": SCALAR})
    assert ours == Merge({}, {"city": "c"}, (), {"city": "c"}, {"city": "b"})
    theirs = merge(agree_by_theirs({"city": "a"}, conflict), {"city": "b"}, {"city": "b"}, {"city": SCALAR})
    assert theirs == Merge({}, {}, (), {"city": "b"}, {"city": "b"})


@pytest.mark.parametrize(
    ("theirs", "mine", "ours_to_remove", "expected"),
    [
        (None, "a", False, Deletion.UNLINK),
        (None, "b", False, Deletion.RECREATE),
        ("a", None, True, Deletion.REMOVE),
        ("a", None, False, Deletion.LEAVE),
        ("b", None, True, Deletion.RESTORE),
        ("b", None, False, Deletion.RESTORE),
    ],
)
def test_an_edit_beats_a_deletion(
    theirs: str | None, mine: str | None, ours_to_remove: bool, expected: Deletion
) -> None:
    found = plan_deletion(
        {"city": "a"},
        {"city": SCALAR},
        theirs=None if theirs is None else {"city": theirs},
        mine=None if mine is None else {"city": mine},
        ours_to_remove=ours_to_remove,
    )
    assert found is expected


def test_an_edit_that_reaches_nobody_does_not_beat_a_deletion() -> None:
    rules = {"city": Rule(direction=Direction.TO_CRM)}
    assert plan_deletion({"city": "a"}, rules, mine={"city": "b"}) is Deletion.UNLINK


def test_loose_members_of_a_value_go_along_and_are_no_difference() -> None:
    rules = {"when": Rule(loose=("zone",))}
    same = merge({"when": {"at": 1, "zone": "A"}}, {"when": {"at": 1, "zone": "B"}}, {"when": {"at": 1}}, rules)
    assert nothing_to_do(same)
    moved = merge({"when": {"at": 1, "zone": "A"}}, {"when": {"at": 2, "zone": "B"}}, {"when": {"at": 1}}, rules)
    assert moved.here == {"when": {"at": 2, "zone": "B"}}


# What holds for all sides and rules


@settings(deadline=None)
@given(st.one_of(st.just({}), sides), sides, sides, rules_of_any_kind(), st.booleans())
def test_a_plan_carried_out_leaves_nothing_to_do(
    base: Fields, theirs: Fields, mine: Fields, rules: Mapping[str, Rule], edited: bool
) -> None:
    names = None if edited else ()
    plan = merge(base, theirs, mine, rules, edited=names)
    again = merge(plan.base, applied(theirs, plan.there), applied(mine, plan.here), rules, edited=names)
    assert nothing_to_do(again)
    assert [conflict.field for conflict in again.conflicts] == [conflict.field for conflict in plan.conflicts]


@settings(deadline=None)
@given(st.one_of(st.just({}), sides), sides, sides, rules_of_any_kind(), sides)
def test_what_is_not_written_yet_is_planned_again_and_loses_nothing_that_happens_meanwhile(
    base: Fields, theirs: Fields, mine: Fields, rules: Mapping[str, Rule], later: Fields
) -> None:
    plan = merge(base, theirs, mine, rules)
    here = applied(mine, plan.here)
    again = merge(plan.meanwhile, theirs, here, rules)
    assert (again.here, again.there.keys()) == ({}, plan.there.keys())
    assert all(alike(again.there[name], plan.there[name]) for name in plan.there)
    once = merge(plan.base, applied(theirs, plan.there), here, rules)
    if not plan.there and not plan.conflicts and base:
        assert merge(plan.meanwhile, later, here, rules) == merge(plan.base, later, here, rules)
    assert once.there == {}


@settings(deadline=None)
@given(sides, sides, sides)
def test_both_sides_agree_but_for_conflicts(base: Fields, theirs: Fields, mine: Fields) -> None:
    plan = merge(base, theirs, mine, TWO_WAY)
    asked = {conflict.field for conflict in plan.conflicts}
    after_theirs, after_mine = applied(theirs, plan.there), applied(mine, plan.here)
    for name in TWO_WAY:
        assert name in asked or (
            alike(after_theirs[name], after_mine[name]) and alike(plan.base[name], after_mine[name])
        )


@settings(deadline=None)
@given(sides, sides, sides, rules_of_any_kind())
def test_no_edit_is_lost_without_a_conflict(
    base: Fields, theirs: Fields, mine: Fields, rules: Mapping[str, Rule]
) -> None:
    plan = merge(base, theirs, mine, rules)
    asked = {conflict.field for conflict in plan.conflicts}
    after_theirs, after_mine = applied(theirs, plan.there), applied(mine, plan.here)
    for name in SCALARS:
        for before, after in ((theirs[name], after_theirs[name]), (mine[name], after_mine[name])):
            edited = not alike(before, base[name])
            assert not edited or name in asked or alike(before, after)
    for name in SETS:
        for before, after in ((theirs[name], after_theirs[name]), (mine[name], after_mine[name])):
            assert set(before) - set(base[name]) <= set(after or ())
            assert not (set(base[name]) - set(before)) & set(after or ())


@settings(deadline=None)
@given(sides, sides, sides)
def test_the_sides_are_treated_alike(base: Fields, theirs: Fields, mine: Fields) -> None:
    plan, mirrored = merge(base, theirs, mine, TWO_WAY), merge(base, mine, theirs, TWO_WAY)
    for name in TWO_WAY:
        assert alike(plan.here.get(name), mirrored.there.get(name))
        assert alike(plan.there.get(name), mirrored.here.get(name))
    assert [(each.field, each.theirs, each.mine) for each in plan.conflicts] == [
        (each.field, each.mine, each.theirs) for each in mirrored.conflicts
    ]


@settings(deadline=None)
@given(sides, sides)
def test_an_untouched_side_is_overwritten_by_nothing_but_the_edits(base: Fields, theirs: Fields) -> None:
    plan = merge(base, theirs, base, TWO_WAY)
    assert (plan.there, plan.conflicts) == ({}, ())
    assert all(alike(applied(base, plan.here)[name], theirs[name]) for name in TWO_WAY)
    assert is_edited(base, theirs, TWO_WAY, here=False) is bool(plan.here)


@settings(deadline=None)
@given(
    sides, st.lists(st.tuples(st.sampled_from(SCALARS), words), max_size=3, unique_by=lambda edit: edit[0]), word_sets
)
def test_the_order_in_which_mailboxes_sync_does_not_matter(
    start: dict[str, Any], edits: list[tuple[str, str]], tags: list[str]
) -> None:
    """Each of three mailboxes edits a field of its own, and one adds categories."""
    copies = [{**start} for _ in range(3)]
    for copy, (name, value) in zip(copies, edits, strict=False):
        copy[name] = value
    copies[0]["categories"] = [*dict.fromkeys([*start["categories"], *tags])]
    results = [_synced(start, copies, order) for order in permutations(range(3))]
    for result in results:
        assert all(alike(result[name], results[0][name]) for name in TWO_WAY)


def _synced(start: dict[str, Any], copies: list[dict[str, Any]], order: tuple[int, ...]) -> dict[str, Any]:
    """The store after syncing the mailboxes in this order until nothing is left to do."""
    mine = {**start}
    theirs, bases = [{**copy} for copy in copies], [{**start} for _ in copies]
    for _ in range(2):
        for index in order:
            plan = merge(bases[index], theirs[index], mine, TWO_WAY)
            assert plan.conflicts == ()
            mine, theirs[index] = applied(mine, plan.here), applied(theirs[index], plan.there)
            bases[index] = dict(plan.base)
    assert all(nothing_to_do(merge(base, side, mine, TWO_WAY)) for base, side in zip(bases, theirs, strict=True))
    return mine
