"""What is asked for when a step of a plan is done otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.scheduling.asking import Wish
from assistant.scheduling.plans.optimising import first_plan, proposal_of
from assistant.scheduling.plans.otherwise import units_of, wish_for
from assistant.scheduling.plans.posing import Ask, pose_plan
from assistant.scheduling.plans.whatif import what_if
from store.engine import Store
from store.scheduling.booking import Need, book
from store.scheduling.saving import write_thing
from store.scheduling.sorts import SERVICE
from tests.assistant.scheduling.plans.test_whatif import off
from tests.store.scheduling.scene import BY, NINE, NOW, workshop
from tests.store.scheduling.test_waiting import added


def test_who_waits_is_looked_for_in_their_time_and_by_their_wishes(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        workshop(tx)
        added(tx, earliest="2026-03-03", latest="2026-03-05", preferred="Bob", excluded="Van", area="9000", units=2)
        posing = pose_plan(tx, Ask(NOW, NOW + timedelta(days=5)), **BY)
        found = proposal_of(posing, first_plan(posing))
        [step] = found.left
        first, last = (datetime.fromisoformat(f"2026-03-0{day}T23:00:00+00:00") for day in (2, 5))
        assert wish_for(tx, found, step, **BY) == Wish("Repair", first, last, "9000", 2, ("Bob",), ("Van",))


def test_units_of_the_rule_are_asked_for_once(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        rule = {"pick": 1, "resources": ["Room"], "units": 2, "name": "Place"}
        course = write_thing(tx, SERVICE, {"name": "Course", "duration": "1 h", "rule": rule}, **BY).id
        made = book(tx, course, NINE, [Need(shop.room, units=4, part="Place")], **BY)
        assert units_of(tx, made.record_id, by=BY["by"]) == 2
        found = what_if(tx, off(tx, "Room"), **BY)
        wish = wish_for(tx, found, found.steps[0], **BY)
        assert (wish.units, wish.preferred, wish.excluded) == (2, (), ("Room",))
