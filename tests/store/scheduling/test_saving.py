"""Sites, resources, groups and services: what people write is kept, and what cannot be is refused in one sentence."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from store.engine import Store
from store.errors import CannotUndo, Invalid, StoreError
from store.history.operations import undo
from store.scheduling.reading import read_setup, thing_called, travel
from store.scheduling.saving import add_time_off, delete_thing, write_thing
from store.scheduling.sorts import GROUP, RESOURCE, SERVICE, SITE
from store.scheduling.travelling import change_ways
from store.scheduling.written import away, time_off_text, weeks_text
from store.schema.scheduling import ResourceGroup
from tests.store.scheduling.scene import BY, NINE, Workshop, booked, workshop

SORTS = {sort.noun: sort for sort in (SITE, RESOURCE, GROUP, SERVICE)}


def write(tx: Any, noun: str, given: dict[str, Any], key: int | None = None) -> Any:
    return write_thing(tx, SORTS[noun], given, key=key, **BY)


def test_what_is_saved_is_read_again_as_it_was_written(store: Store) -> None:
    hours = "Mon-Thu 08:00-12:00, 13:00-17:00; Fri 22:00-06:00; from 2026-12-01 Mon 09:00-10:00"
    given = {
        "name": "Cleo", "kind": "person", "site": "zurich", "capacity": "2", "address": "Cleo@Alpine.example",
        "skills": "first aid 2; ladder",
        "hours": hours, "dates": "2026-12-24 08:00-12:00; 2026-12-25",
        "time_off": "2026-06-01 to 2026-06-05 holiday; 2026-07-01 13:00 to 2026-07-01 15:00",
    }  # fmt: skip
    with store.write() as tx:
        workshop(tx)
        write(tx, "resource", given)
        setup = read_setup(tx)
    cleo = next(one for one in setup.resources.values() if one.name == "Cleo")
    worked = setup.hours_of(cleo)
    assert weeks_text(worked.weeks) == hours
    assert [str(day) for day in worked.dates] == ["2026-12-24", "2026-12-25"]
    assert cleo.state["skills"] == {"first aid": 2, "ladder": 1}
    assert time_off_text(cleo.state["time_off"], setup.zone_of(cleo)) == (
        "2026-06-01 to 2026-06-05 holiday; 2026-07-01 13:00 to 2026-07-01 15:00"
    )
    assert cleo.state["time_off"][0]["starts_at"] == "2026-05-31T22:00:00+00:00"
    assert (setup.area_of(cleo), cleo.state["address"]) == ("8000", "cleo@alpine.example")


def test_an_edit_changes_what_is_named_and_undo_puts_it_back(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        before = thing_called(tx, RESOURCE, "Ann").state
        off = away("2026-06-01", "2026-06-01", "ill", "Europe/Zurich")
        add_time_off(tx, shop.ann, off, **BY)
        write(tx, "resource", {"skills": {"welding": 5}, "area": "9000"}, shop.ann)
        after = thing_called(tx, RESOURCE, "ann").state
        assert after == {**before, "skills": {"welding": 5}, "area": "9000", "time_off": [off]}
        undo(tx, **BY)
        undo(tx, **BY)
        assert thing_called(tx, RESOURCE, "Ann").state == before


def _nested(tx: Any, shop: Workshop) -> None:
    write(tx, "group", {"name": "Field", "groups": "Technicians"})
    write(tx, "group", {"groups": ["Field"]}, shop.technicians)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("site", {"name": "Basel", "zone": "Europe/Basel"},
     "'Europe/Basel' is not a time zone; write it as Europe/Berlin."),
    ("site", {"name": "zurich", "zone": "UTC"}, "There is another site with the name zurich."),
    ("resource", {"name": "Cleo"}, "Site: a resource belongs to one."),
    ("resource", {"name": "Cleo", "site": "Zurich", "kind": "robot"},
     "Kind: 'robot' is none of person, equipment, facility."),
    ("resource", {"name": "Cleo", "site": "Zurich", "capacity": "0"},
     "Capacity: '0' is not a number from 1 to 100,000."),
    ("resource", {"name": "Cleo", "site": "Zurich", "hours": "Mon 08:00-12:00, 11:00-13:00"},
     "Work hours on Mon overlap: 08:00-12:00 and 11:00-13:00."),
    ("resource", {"name": "Cleo", "site": "Zurich", "hours": "Sun 22:00-06:00; Mon 05:00-09:00"},
     "Work hours on Sun overlap: 22:00-06:00 and 05:00-09:00."),
    ("resource", {"name": "Cleo", "site": "Zurich", "zone": "Mars/Base"},
     "'Mars/Base' is not a time zone; write it as Europe/Berlin."),
    ("resource", {"name": "Cleo", "site": "Zurich", "time_off": "2026-03-05 to 2026-03-01"},
     "Time off must end after it begins, not from 2026-03-05 to 2026-03-01."),
    ("resource", {"name": "Cleo", "site": "Zurich", "time_off": "2026-03-29 02:30 to 2026-03-29 04:00"},
     "There is no 02:30 on 2026-03-29 in Europe/Zurich: the clocks skip it."),
    ("resource", {"name": "Cleo", "site": "Zurich", "skills": "welding 11"},
     "Skills: the skill 'welding' has a level from 1 to 10, not 11."),
    ("service", {"name": "Wash", "duration": "0 min"}, "Duration: it takes 1 min to 31 d, not 0 min."),
    ("service", {"name": "Wash", "duration": "-30 min"}, "Duration: -30 min is less than nothing."),
    ("service", {"name": "Wash", "durations": 30},
     "A service has no 'durations'; it has name, duration, grid, anchor, before, after, notice, rule, initial_status."),
    ("service", {"name": "Wash", "duration": "soon"},
     "Duration: 'soon' is no length of time; write it as 45 min, 1 h 30 min or 2 d."),
    ("service", {"name": "Wash", "duration": 30, "anchor": "25:00"},
     "Counted from: '25:00' is no time of day; write it as 08:00."),
    ("service", {"name": "Wash", "duration": 30, "rule": {"some": 3, "of": [{"pick": 1}, {"pick": 1}]}},
     "The rule can never be met: it needs 3 of 2 parts."),
    ("service", {"name": "Wash", "duration": 30, "rule": {"pick": 1, "part": {"offset": 20, "duration": 20}}},
     "The rule would end 10 minutes after the service."),
    ("service", {"name": "Wash", "duration": 30, "rule": {"pick": 1, "resources": ["Zoe"]}},
     "The rule: there is no resource Zoe; there are Ann, Bob, Room, Van."),
    ("service", {"name": "Wash", "duration": 30, "rule": {"pack": 1}},
     'The rule says neither "all" nor "some" nor "pick".'),
    ("service", {"name": "Wash", "duration": 30, "rule": "{"},
     "Needs: this is no JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))."),
]  # fmt: skip


def test_bad_input_is_refused_in_one_sentence_and_nothing_is_written(sqlite_store: Store) -> None:
    said = []
    with sqlite_store.write() as tx:
        workshop(tx)
        before = read_setup(tx)
        for noun, given, _ in REFUSED:
            with pytest.raises(StoreError) as refused:
                write(tx, noun, given)
            said.append(refused.value.sentence)
        assert read_setup(tx) == before
    assert said == [sentence for _, _, sentence in REFUSED]


def test_a_group_that_would_hold_itself_is_refused_and_the_way_round_is_named(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        with pytest.raises(Invalid) as refused:
            _nested(tx, shop)
        assert refused.value.sentence == "A group cannot hold itself: Technicians > Field > Technicians."
        with pytest.raises(Invalid) as refused:
            write(tx, "group", {"groups": ["Technicians"]}, shop.technicians)
        assert refused.value.sentence == "A group cannot hold itself: Technicians > Technicians."
        assert tx.execute(select(func.count()).select_from(ResourceGroup)).scalar() == 2


def test_what_is_needed_cannot_go_and_a_capacity_below_what_is_booked_is_refused(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        booked(tx, shop, NINE)
        said = []
        for sort, key in ((SITE, shop.site), (RESOURCE, shop.ann), (RESOURCE, shop.bob), (RESOURCE, shop.van),
                          (GROUP, shop.technicians), (SERVICE, shop.repair)):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                delete_thing(tx, sort, key, **BY)
            said.append(refused.value.sentence)
    assert said == [
        "The site Zurich cannot go: the resource Ann belongs to it.",
        "The resource Ann cannot go: 1 open booking needs it.",
        "The resource Bob cannot go: the group Technicians holds it.",
        "The resource Van cannot go: the service Repair asks for it.",
        "The group Technicians cannot go: the service Repair asks for it.",
        "The service Repair cannot go: 1 open booking needs it.",
    ]


def test_undo_brings_nothing_back_that_names_what_is_gone(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        workshop(tx)
        zoe = write(tx, "resource", {"name": "Zoe", "site": "Zurich", "hours": "Mon 08:00-12:00"})
        made = write(tx, "group", {"name": "Night", "resources": "Zoe"})
        gone = delete_thing(tx, GROUP, made.id, **BY)
        delete_thing(tx, RESOURCE, zoe.id, **BY)
        with pytest.raises(CannotUndo) as refused:
            undo(tx, gone, **BY)
        assert refused.value.sentence == "The resource Zoe is not there any more."


def test_way_is_changed_beside_those_that_others_wrote_meanwhile(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        change_ways(tx, [], {("Bern", "Thun"): 25, ("", ""): 40}, **BY)
        change_ways(tx, [], {("Bern", "Basel"): 60}, **BY)
        change_ways(tx, [("Bern", "Thun")], {("Thun", "Bern"): 30}, **BY)
        assert travel(tx) == {("", ""): 40, ("Bern", "Basel"): 60, ("Thun", "Bern"): 30}
        change_ways(tx, [("", "")], {}, **BY)
        undo(tx, **BY)
        undo(tx, **BY)
        assert travel(tx) == {("", ""): 40, ("Bern", "Basel"): 60, ("Bern", "Thun"): 25}
