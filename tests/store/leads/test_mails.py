"""A lead is contacted when somebody of ours writes to them, and only then."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from store.activities.writing import log_phone_call
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.leads.mails import follow_links, was_contacted
from store.linking.by_hand import set_link
from store.records.writing import edit_record
from store.schema.ledger import Operation
from tests.store.builders import World
from tests.store.scenes import NOW, make, state_of


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def mail(
    world: World, lead_id: int | None, *, to: str = "kurt@logic.example", direction: str = "out", noise: str = ""
) -> int:
    activity_id = world.email("Our engines", direction=direction, noise=noise)
    world.party(activity_id, "to", to)
    if lead_id is not None:
        world.link(activity_id, lead_id)
    return activity_id


def status(tx: Connection, record_id: int) -> str:
    return str(state_of(tx, record_id)["status"])


def test_a_call_of_ours_makes_a_new_lead_contacted(store: Store) -> None:
    with store.write() as tx:
        lead, other = (make(tx, "lead", title=title).record_id for title in ("Kurt", "Mia"))
        log_phone_call(tx, lead, "Asked about engines", by=SYSTEM, now=NOW)
        log_phone_call(tx, other, "Asked for a price", direction="in", by=SYSTEM, now=NOW)
        assert [(status(tx, key), was_contacted(tx, key)) for key in (lead, other)] == [
            ("contacted", True),
            ("new", False),
        ]


def test_a_mail_of_ours_makes_a_new_lead_contacted(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt", emails=["kurt@logic.example"])
        sent = mail(World(tx), None)
        assert not was_contacted(tx, lead.record_id)
        set_link(tx, sent, lead.record_id, by=SYSTEM, now=NOW)
        assert (status(tx, lead.record_id), was_contacted(tx, lead.record_id)) == ("contacted", True)
        told = tx.execute(select(Operation.uid, Operation.summary).where(Operation.name == "contact_lead")).one()
        assert told.summary == "Lead LEA-00001 Kurt was contacted with “Our engines”"
        undo(tx, told.uid, by=SYSTEM, now=NOW)
        assert status(tx, lead.record_id) == "new"


@pytest.mark.parametrize(
    "columns",
    [
        {"direction": "in"},
        {"direction": "internal"},
        {"noise": "auto_reply"},
        {"to": "somebody@else.example"},
    ],
)
def test_what_nobody_of_ours_wrote_to_them_makes_no_lead_contacted(store: Store, columns: dict[str, str]) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt", emails=["kurt@logic.example"])
        follow_links(tx, [mail(World(tx), lead.record_id, **columns)], now=NOW)
        assert status(tx, lead.record_id) == "new"


def test_a_lead_that_was_set_back_to_new_stays_so(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt", emails=["kurt@logic.example"])
        given_up = make(tx, "lead", title="Adele", emails=["adele@logic.example"], status="disqualified")
        world = World(tx)
        sent = [mail(world, lead.record_id), mail(world, given_up.record_id, to="adele@logic.example")]
        follow_links(tx, sent, now=NOW)
        edit_record(tx, lead.record_id, {"status": "new"}, by=SYSTEM, now=NOW)
        follow_links(tx, [*sent, mail(world, lead.record_id)], now=NOW)
        assert (status(tx, lead.record_id), status(tx, given_up.record_id)) == ("new", "disqualified")


def test_subject_of_a_private_mail_is_not_told(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", title="Kurt", emails=["kurt@logic.example"])
        world = World(tx)
        activity_id = world.email("Our secret", direction="out", private=True)
        world.party(activity_id, "to", "kurt@logic.example")
        world.link(activity_id, lead.record_id)
        follow_links(tx, [activity_id], now=NOW)
        said = tx.execute(select(Operation.summary).where(Operation.name == "contact_lead")).scalars().all()
        assert (said, status(tx, lead.record_id)) == (["Lead LEA-00001 Kurt was contacted"], "contacted")
