"""Team numbers of cases that were worked on as people work on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.numbers.figures import Numbers, Promise
from store.numbers.periods import period
from store.queries.numbers import team_numbers
from store.records.writing import create_record, delete_record, edit_record
from tests.store.builders import World, actor
from tests.store.cases.scene import HOUR, T0, add_queue, add_sla

NOW = T0 + timedelta(days=3, hours=4)  # Monday, 13:00


def new(tx: Connection, title: str, at: datetime, **values: Any) -> int:
    return create_record(tx, "case", {"title": title, **values}, by=SYSTEM, now=at).record_id


def edit(tx: Connection, record_id: int, at: datetime, **values: Any) -> None:
    edit_record(tx, record_id, values, by=SYSTEM, now=at)


def read(tx: Connection, **more: Any) -> Numbers:
    return team_numbers(tx, period(date(2026, 11, 20), NOW), now=NOW, **{"by": SYSTEM, **more})


def counts(found: Numbers) -> Mapping[str, tuple[int, int, int, int]]:
    return {one.name: (one.created, one.resolved, one.reopened, one.open) for one in found.by_group}


@pytest.fixture
def desk(sqlite_store: Store) -> Store:
    """Two queues with a promise, and one case in none."""
    with sqlite_store.write() as tx:
        sla_id = add_sla(tx)
        add_queue(tx, "Printers", sla_id=sla_id), add_queue(tx, "Phones", sla_id=sla_id)
        jam = new(tx, "Jam", T0, queue="Printers")
        edit(tx, jam, T0 + HOUR, status="resolved", resolution="Opened.")
        edit(tx, jam, T0 + 2 * HOUR, status="in_progress")
        edit(tx, jam, T0 + 75 * HOUR, status="resolved")
        new(tx, "Silence", T0 + HOUR, queue="Phones")
        new(tx, "Lost", T0 + 2 * HOUR)
    return sqlite_store


def test_numbers_follow_what_happened_to_cases(desk: Store) -> None:
    with desk.read() as tx:
        found = read(tx)
    assert counts(found) == {"Phones": (1, 0, 0, 1), "Printers": (1, 2, 1, 0), "": (1, 0, 0, 1)}
    printers = next(one for one in found.by_group if one.name == "Printers")
    assert (printers.first_response.median, printers.resolution.median) == (HOUR, 10 * HOUR)
    assert (printers.response_promise, printers.resolution_promise) == (Promise(1, 1), Promise(0, 1))
    assert found.total.promises == Promise(1, 4)
    assert [one.open for one in found.all.parts] == [3, 3, 3, 2]


def test_what_was_undone_deleted_or_lies_elsewhere_is_not_counted(desk: Store) -> None:
    with desk.write() as tx:
        undo(tx, by=SYSTEM, now=NOW)  # the case in no queue
        gone = new(tx, "Gone", T0, queue="Phones")
        delete_record(tx, gone, by=SYSTEM, now=NOW)
        again = new(tx, "Again", NOW - HOUR, queue="Phones")
        edit(tx, again, NOW, status="resolved", resolution="Done.")
        undo(tx, by=SYSTEM, now=NOW)
        assert counts(read(tx)) == {"Phones": (2, 0, 0, 2), "Printers": (1, 2, 1, 0)}
        assert [one.name for one in read(tx, queue_id=1).by_group] == ["Printers"]


def test_people_are_told_apart_and_a_restricted_one_sees_their_own(desk: Store) -> None:
    with desk.write() as tx:
        ada = World(tx).user("Ada")
        mine = new(tx, "Mine", NOW - HOUR, queue="Phones")
        edit(tx, mine, NOW, owner=ada)
        assert counts(read(tx, group="person")) == {"Ada": (1, 0, 0, 1), "": (3, 2, 1, 2)}
        assert counts(read(tx, owner_id=ada)) == {"Phones": (1, 0, 0, 1)}
        assert read(tx, by=actor(ada, "restricted")).total.created == 1
