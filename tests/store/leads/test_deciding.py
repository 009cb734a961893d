"""Giving leads up and taking them up again."""

from __future__ import annotations

from typing import Any

import pytest

from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.leads.becoming import proposed
from store.leads.deciding import disqualify_lead, reactivate_lead
from store.leads.qualifying import qualify_lead
from tests.store.builders import World
from tests.store.scenes import NOW, make, state_of


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def test_a_lead_that_is_given_up_comes_back_as_it_was(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt", emails=["kurt@logic.example"])
        before = state_of(tx, lead.record_id)
        given_up = disqualify_lead(tx, lead.record_id, " no  budget ", by=SYSTEM, now=NOW)
        after = {**before, "status": "disqualified", "disqualify_reason": "no budget"}
        assert state_of(tx, lead.record_id) == after
        reactivate_lead(tx, lead.record_id, by=SYSTEM, now=NOW)
        assert state_of(tx, lead.record_id) == before
        undo(tx, by=SYSTEM, now=NOW)
        assert state_of(tx, lead.record_id) == after
        undo(tx, given_up, by=SYSTEM, now=NOW)
        assert state_of(tx, lead.record_id) == before


def test_a_lead_to_whom_we_wrote_comes_back_as_contacted(store: Store) -> None:
    with store.write() as tx:
        values: dict[str, Any] = {"title": "Kurt", "emails": ["kurt@logic.example"], "status": "disqualified"}
        lead = make(tx, "lead", **values)
        world = World(tx)
        sent = world.email("Our engines", direction="out")
        world.party(sent, "cc", "kurt@logic.example")
        world.link(sent, lead.record_id)
        reactivate_lead(tx, lead.record_id, by=SYSTEM, now=NOW)
        assert state_of(tx, lead.record_id) == {**values, "status": "contacted"}


def test_leads_are_not_given_up_twice_or_without_a_reason(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt")
        with pytest.raises(Invalid, match=r"^LEA-00001 Kurt is not given up\.$"):
            reactivate_lead(tx, lead.record_id, by=SYSTEM, now=NOW)
        with pytest.raises(Invalid, match=r"^Say why the lead is given up: disqualifying needs a reason\.$"):
            disqualify_lead(tx, lead.record_id, " ", by=SYSTEM, now=NOW)
        disqualify_lead(tx, lead.record_id, "no budget", by=SYSTEM, now=NOW)
        with pytest.raises(Invalid, match=r"^LEA-00001 Kurt is given up already\.$"):
            disqualify_lead(tx, lead.record_id, "no budget", by=SYSTEM, now=NOW)


def test_a_qualified_lead_goes_on_as_what_it_became(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt")
        qualify_lead(tx, lead.record_id, proposed(state_of(tx, lead.record_id)), by=SYSTEM, now=NOW)
        goes_on = r"^This lead was qualified; what it became goes on\. Undo takes it back\.$"
        with pytest.raises(Invalid, match=goes_on):
            reactivate_lead(tx, lead.record_id, by=SYSTEM, now=NOW)
        with pytest.raises(Invalid, match=goes_on):
            disqualify_lead(tx, lead.record_id, "no budget", by=SYSTEM, now=NOW)
