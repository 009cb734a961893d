"""A plan is applied as one act that one undo takes back, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from assistant.scheduling.applying import apply_staged, stage
from assistant.scheduling.whatif import what_if
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.queries.scheduling.bookings import booking_facts
from store.scheduling.reading import read_setup, thing_called
from store.scheduling.sorts import RESOURCE
from store.scheduling.staging import plans
from store.schema.records import Record
from tests.assistant.scheduling.test_whatif import crew, off
from tests.store.scheduling.scene import BY, NINE, workshop

HOUR = timedelta(hours=1)


def standing(tx: Connection) -> dict[str, tuple[str, list[str]]]:
    """When each booking is and who does it."""
    rows = tx.execute(select(Record.id, Record.number).where(Record.kind == "booking", Record.deleted_at.is_(None)))
    numbers = {row.id: row.number for row in rows}
    return {
        numbers[key]: (f"{facts.starts_at:%H:%M}", [each.name for each in facts.resources])
        for key, facts in booking_facts(tx, list(numbers)).items()
    }


def test_change_and_its_repairs_are_one_act(store: Store) -> None:
    with store.write() as tx:
        shop = workshop(tx)
        crew(tx, shop, NINE, shop.ann)
        before = standing(tx), read_setup(tx)
        key = stage(tx, what_if(tx, off(tx), **BY), **BY).plan_id
        applied = apply_staged(tx, key, **BY)
        assert standing(tx) == {"BKG-00001": ("08:00", ["Bob", "Van"])}
        assert thing_called(tx, RESOURCE, "Ann").state["time_off"][0]["reason"] == "ill"
        assert plans(tx, by=BY["by"]) == []
        with pytest.raises(Invalid) as twice:
            apply_staged(tx, key, **BY)
        assert twice.value.sentence == "The plan Ann is off 2026-03-03 ill is applied already."
        undo(tx, applied.operation_uid, **BY)
        assert (standing(tx), read_setup(tx)) == before
        apply_staged(tx, key, **BY)
        assert standing(tx) == {"BKG-00001": ("08:00", ["Bob", "Van"])}
