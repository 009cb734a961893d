"""What is said before a lead is deleted, and that undo brings everything back."""

from __future__ import annotations

import pytest

from store.activities.writing import add_note
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.leads.becoming import proposed
from store.leads.qualifying import qualify_lead
from store.queries.timeline import timeline
from store.records.writing import affected_by_deletion, delete_record
from tests.store.builders import World
from tests.store.scenes import NOW, make, state_of


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def test_deleting_a_lead_says_what_is_lost_and_undo_brings_it_back(store: Store) -> None:
    with store.write() as tx:
        assert affected_by_deletion(tx, make(tx, "lead", title="Adele").record_id, by=SYSTEM) == ""
        lead = make(tx, "lead", title="Kurt", company="Logic AG", emails=["kurt@logic.example"])
        add_note(tx, lead.record_id, "Met at the fair", by=SYSTEM, now=NOW)
        world = World(tx)
        world.link(world.email("Engines?"), lead.record_id)
        said = "2 activities stay without it; 2 of them are regarding nothing else"
        assert affected_by_deletion(tx, lead.record_id, by=SYSTEM) == said
        before = state_of(tx, lead.record_id), timeline(tx, lead.record_id, by=SYSTEM).rows
        delete_record(tx, lead.record_id, by=SYSTEM, now=NOW)
        undo(tx, by=SYSTEM, now=NOW)
        assert (state_of(tx, lead.record_id), timeline(tx, lead.record_id, by=SYSTEM).rows) == before


def test_a_qualified_lead_and_what_it_became_name_each_other(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt", company="Logic AG", topic="Engines")
        made = qualify_lead(tx, lead.record_id, proposed(state_of(tx, lead.record_id)), by=SYSTEM, now=NOW)
        assert made.account and made.opportunity
        said = "what it became stays: OPP-00001 Engines"
        assert affected_by_deletion(tx, lead.record_id, by=SYSTEM) == said
        assert affected_by_deletion(tx, made.opportunity.record_id, by=SYSTEM) == "1 lead stays without it"
        delete_record(tx, made.opportunity.record_id, by=SYSTEM, now=NOW)
        said = "what it became stays: CON-00001 Kurt"
        assert affected_by_deletion(tx, lead.record_id, by=SYSTEM) == said
