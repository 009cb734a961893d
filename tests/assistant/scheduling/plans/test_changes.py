"""A change says what a resource or a site would say after it, and is kept as JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from assistant.scheduling.plans.changes import (
    Closed,
    Kept,
    Off,
    OtherHours,
    Without,
    as_json,
    from_json,
    lasts,
    sort_of,
    state_after,
    thing_of,
    told,
)
from store.engine import Store
from store.errors import Invalid, NotFound
from store.scheduling.reading import Setup, read_setup
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE
from store.scheduling.stored import dates_from, worked_from
from store.scheduling.written import weeks_text
from tests.store.scheduling.scene import BY, workshop

DAY = date(2026, 3, 3)
MIDNIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)


def setup_of(tx: Connection) -> tuple[Setup, str, str]:
    """All there is, with the uids of Ann, who has other hours later and on Christmas Eve, and of the site."""
    shop = workshop(tx)
    hours = "Mon-Fri 08:00-12:00, 13:00-17:00; from 2026-06-01 Mon 08:00-12:00"
    write_thing(tx, RESOURCE, {"hours": hours, "dates": "2026-12-24 08:00-10:00"}, key=shop.ann, **BY)
    setup = read_setup(tx)
    return setup, next(uid for uid, one in setup.resources.items() if one.name == "Ann"), next(iter(setup.sites))


def test_each_change_is_what_would_be_written_and_is_read_again(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        setup, ann, site = setup_of(tx)
    found: dict[str, Any] = {}
    changes: list[Kept] = [
        Off(ann, MIDNIGHT, datetime(2026, 3, 4, 23, tzinfo=UTC), "ill"),
        OtherHours(ann, "Mon-Thu 08:00-16:00", DAY),
        OtherHours(ann, "10:00-12:00", DAY, only=True),
        Without(ann, DAY),
        Closed(site, DAY, "08:00-10:00"),
    ]
    for change in changes:
        assert from_json(as_json(change)) == change
        state = state_after(change, thing_of(setup, change).state)
        match change:
            case Closed():
                after: Any = {str(day): len(hours) for day, hours in dates_from(state["closures"]).items()}
            case Off():
                after = [one["ends_at"] for one in state["time_off"]]
            case _:
                worked = worked_from(state["hours"])
                after = weeks_text(worked.weeks), sorted(map(str, worked.dates))
        first, last = lasts(setup, change)
        found[told(setup, change)] = after, first == MIDNIGHT, last and last.isoformat()
    usual = "Mon-Fri 08:00-12:00, 13:00-17:00"
    later = "from 2026-06-01 Mon 08:00-12:00"
    assert found == {
        "Ann is off 2026-03-03 to 2026-03-04 ill": (["2026-03-04T23:00:00+00:00"], True, "2026-03-04T23:00:00+00:00"),
        "Ann works Mon-Thu 08:00-16:00 from 2026-03-03 on": (
            (f"{usual}; from 2026-03-03 Mon-Thu 08:00-16:00; {later}", ["2026-12-24"]),
            True,
            None,
        ),
        "Ann works 10:00-12:00 on 2026-03-03": (
            (f"{usual}; {later}", ["2026-03-03", "2026-12-24"]),
            True,
            "2026-03-04T23:00:00+00:00",
        ),
        "without Ann from 2026-03-03 on": ((f"{usual}; from 2026-03-03", []), True, None),
        "Zurich is closed on 2026-03-03 but for 08:00-10:00": (
            {"2026-03-03": 1},
            True,
            "2026-03-03T23:00:00+00:00",
        ),
    }
    assert [sort_of(change).noun for change in changes] == ["resource"] * 4 + ["site"]


def test_change_that_cannot_be_is_refused(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        setup, ann, _ = setup_of(tx)
    state = setup.resources[ann].state
    with pytest.raises(Invalid) as back:
        state_after(Off(ann, MIDNIGHT, MIDNIGHT), state)
    assert back.value.sentence == "Time off must end after it begins."
    with pytest.raises(Invalid) as words:
        state_after(OtherHours(ann, "mornings", DAY), state)
    assert words.value.sentence == "'mornings' are no hours of a week; write them as Mon-Fri 09:00-17:00."
    with pytest.raises(Invalid) as more:
        state_after(OtherHours(ann, "08:00-12:00; 2026-05-05", DAY, only=True), state)
    assert more.value.sentence == (
        "'08:00-12:00; 2026-05-05' are more than the hours of a day; write them as 08:00-12:00, 13:00-17:00."
    )
    with pytest.raises(NotFound):
        thing_of(setup, Without("0", DAY))
