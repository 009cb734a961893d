from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from assistant.scheduling.engine.checking import never_met
from assistant.scheduling.engine.loaded import World
from assistant.scheduling.engine.model import Group, Pattern, Resource, ResourceKind, WorkHours
from assistant.scheduling.engine.rules import All, Part, Pick, Rule, Some
from store.errors import Invalid
from store.sla.hours import Hours
from tests.assistant.scheduling.workshop import DAY, MORNING, ZONE, hours, service, world

WELDERS = Pick(2, skills={"weld": 2}, name="welders")
WORKSHOP = world(
    Resource(1, "Ann", site_id=1, skills={"weld": 3}, hours=hours()),
    Resource(2, "Bob", site_id=2, skills={"weld": 2}, hours=hours()),
    Resource(3, "Van", ResourceKind.EQUIPMENT, site_id=1, hours=hours()),
    Resource(4, "Zed", skills={"weld": 9}),
)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (WELDERS, ""),
        (Some(1, (Pick(skills={"fly": 1}), Pick())), ""),
        (All((Pick(resources=(3,)), WELDERS), same_site=False), ""),
        (All((Pick(resources=(1,), part=Part(0, 30)), Pick(resources=(1,), part=Part(30, 30)))), ""),
        (Pick(3, skills={"weld": 2}), "The rule can never be met: it needs 3, and only 2 fit."),
        (
            All((Pick(), Pick(skills={"fly": 1}))),
            "Part 2 of the rule can never be met: it needs 1, and nobody and nothing fits.",
        ),
        (
            Pick(kinds=frozenset({ResourceKind.EQUIPMENT}), n=2),
            "The rule can never be met: it needs 2, and only 1 fits.",
        ),
        (Pick(2, skills={"weld": 2}, same_site=True), "The rule can never be met: no site has 2 that fit."),
        (
            All((Pick(resources=(3,)), Pick(resources=(2,), name="Bob himself")), same_site=True),
            "The rule can never be met: no one site has all that it needs.",
        ),
        (
            All((Pick(resources=(1,)), WELDERS)),
            "The part 'welders' can never be met beside the parts before it: there are not enough for all of them.",
        ),
        (
            Some(2, (Pick(resources=(1,)), Pick(resources=(1,)))),
            "The rule can never be met: its parts need the same resources at one time.",
        ),
        (Some(3, (Pick(), Pick())), "The rule can never be met: it needs 3 of 2 parts."),
        (All(()), "The rule has no parts."),
        (Pick(part=Part(30, 45)), "The rule must lie within the 60 min of the service."),
        (Pick(0), "The rule must need at least one."),
    ],
)
def test_rule_that_can_never_be_met_says_which_part(rule: Rule, said: str) -> None:
    assert never_met(WORKSHOP, service(rule)) == said


def test_rule_can_never_be_met_for_longer_than_anybody_works_on_end() -> None:
    said = "The rule can never be met: it takes 241 min, and none that fit work so long."
    assert never_met(WORKSHOP, service(Pick(), 240)) == ""
    assert never_met(WORKSHOP, service(Pick(), 241)) == said
    always = Resource(5, "Rig", hours=hours((Hours(time(0), time(0)),)))
    assert never_met(world(always, Resource(6, "Eve", hours=hours(MORNING))), service(Pick(), 30 * 60)) == ""


def test_rule_of_days_can_never_be_met_beyond_a_week_of_work() -> None:
    said = "The rule can never be met: it takes 6 days on end, and none that fit work so long."
    assert never_met(WORKSHOP, service(Pick(), 5 * 1440)) == ""
    assert never_met(WORKSHOP, service(Pick(), 6 * 1440)) == said
    always = Resource(5, "Rig", hours=WorkHours(ZONE, (Pattern(date.min, (DAY,) * 7),)))
    assert never_met(world(always), service(Pick(), 30 * 1440)) == ""


def test_groups_that_hold_themselves_are_refused_with_their_names() -> None:
    groups = {1: Group(1, "Vans", (3,), (2,)), 2: Group(2, "Cars", (), (3,)), 3: Group(3, "Small cars", (), (2,))}
    with pytest.raises(Invalid, match="A group cannot hold itself: Cars > Small cars > Cars"):
        never_met(World(WORKSHOP.resources, groups), service(Pick(groups=(1,))))
    whole = World(WORKSHOP.resources, groups | {3: replace(groups[3], groups=())})
    assert never_met(whole, service(Pick(groups=(1,)))) == ""
