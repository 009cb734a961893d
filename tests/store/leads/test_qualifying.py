"""A lead becomes an account, a contact and an opportunity, and what it was linked to goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from store.activities.writing import add_note
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, Stale
from store.history.operations import undo
from store.leads.becoming import Wanted, proposed
from store.leads.qualifying import Qualified, qualify_lead
from store.linking.by_hand import remove_link
from store.linking.timelines import rebuild
from store.queries.timeline import timeline
from store.records.merging import merge_records
from store.records.writing import edit_record
from store.schema.links import Link
from tests.store.builders import World, counted_statements
from tests.store.scenes import NOW, add_user, make, state_of

LEAD: dict[str, Any] = {
    "title": "Kurt Gödel",
    "company": "Logic AG",
    "topic": "Forty engines",
    "emails": ["kurt@logic.example"],
    "phone": "+43 1 234",
    "city": "Wien",
}


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def qualified(tx: Connection, lead_id: int, wanted: Wanted | None = None) -> Qualified:
    return qualify_lead(tx, lead_id, wanted or proposed(state_of(tx, lead_id)), by=SYSTEM, now=NOW)


def subjects(tx: Connection, record_id: int) -> list[str]:
    return sorted(row.subject for row in timeline(tx, record_id, by=SYSTEM).rows)


def with_mail(tx: Connection) -> tuple[int, int]:
    """A lead with a mail and a note on its timeline; returns both keys."""
    lead = make(tx, "lead", **LEAD)
    world = World(tx)
    mail = world.email("Engines?", direction="in", at=NOW - timedelta(days=3))
    world.link(mail, lead.record_id)
    add_note(tx, lead.record_id, "Met at the fair", by=SYSTEM, now=NOW)
    return lead.record_id, mail


def links(tx: Connection, activity_id: int) -> list[tuple[int, bool, str]]:
    rows = select(Link.record_id, Link.is_primary, Link.decided_by).where(Link.activity_id == activity_id)
    return [
        (row.record_id, row.is_primary, row.decided_by)
        for row in tx.execute(rows.where(Link.state == "linked").order_by(Link.record_id))
    ]


def test_a_qualified_lead_is_an_account_a_contact_and_an_opportunity(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        lead = make(tx, "lead", by=kim, **LEAD)
        made = qualified(tx, lead.record_id)
        assert made.account and made.contact and made.opportunity
        owner = state_of(tx, lead.record_id)["owner"]
        assert state_of(tx, made.account.record_id) == {
            "title": "Logic AG",
            "domains": ["logic.example"],
            "city": "Wien",
            "owner": owner,
        }
        assert state_of(tx, made.contact.record_id) == {
            "title": "Kurt Gödel",
            "given_name": "Kurt",
            "family_name": "Gödel",
            "emails": ["kurt@logic.example"],
            "phone": "+43 1 234",
            "city": "Wien",
            "account": made.account.uid,
            "employments": [{"account": made.account.uid, "since": None, "until": None}],
            "owner": owner,
        }
        assert state_of(tx, made.opportunity.record_id) == {
            "title": "Forty engines",
            "stage": "qualify",
            "status": "open",
            "probability": 20,
            "account": made.account.uid,
            "contact": made.contact.uid,
            "owner": owner,
        }
        assert state_of(tx, lead.record_id) == {
            **LEAD,
            "owner": owner,
            "status": "qualified",
            "qualified_at": NOW.isoformat(),
            "became_account": made.account.uid,
            "became_contact": made.contact.uid,
            "became_opportunity": made.opportunity.uid,
        }


def test_what_a_lead_was_linked_to_stands_with_all_that_it_became(store: Store) -> None:
    with store.write() as tx:
        lead_id, mail = with_mail(tx)
        made = qualified(tx, lead_id)
        assert made.account and made.contact and made.opportunity
        everywhere = [lead_id, made.account.record_id, made.contact.record_id, made.opportunity.record_id]
        assert [subjects(tx, key) for key in everywhere] == [["Engines?", "Met at the fair"]] * 4
        assert links(tx, mail) == [(lead_id, False, "user"), (made.opportunity.record_id, True, "user")]
        rebuild(tx)
        assert [subjects(tx, key) for key in everywhere] == [["Engines?", "Met at the fair"]] * 4


def test_qualifying_is_undone_and_done_again_as_a_whole(store: Store) -> None:
    with store.write() as tx:
        lead_id, mail = with_mail(tx)
        before = state_of(tx, lead_id), links(tx, mail)
        made = qualified(tx, lead_id)
        assert made.account and made.contact and made.opportunity
        after = state_of(tx, lead_id), links(tx, mail)
        undone = undo(tx, made.operation_uid, by=SYSTEM, now=NOW)
        assert (state_of(tx, lead_id), links(tx, mail)) == before
        assert subjects(tx, lead_id) == ["Engines?", "Met at the fair"]
        undo(tx, undone, by=SYSTEM, now=NOW)
        assert (state_of(tx, lead_id), links(tx, mail)) == after
        assert subjects(tx, made.account.record_id) == ["Engines?", "Met at the fair"]


def test_undoing_takes_as_many_queries_for_many_mails_as_for_one(store: Store) -> None:
    counts: list[int] = []
    for number, mails in enumerate((1, 4)):
        with store.write() as tx:
            world, lead = World(tx), make(tx, "lead", title=f"Kurt {number}", company=f"Logic {number}").record_id
            for _ in range(mails):
                world.link(world.email("Engines?", direction="in", at=NOW - timedelta(days=3)), lead)
            done = qualified(tx, lead).operation_uid
        with store.write() as tx, counted_statements(store.engine) as seen:
            undo(tx, done, by=SYSTEM, now=NOW)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_opportunity_that_was_changed_since_stands_in_the_way_of_undo(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", **LEAD)
        made = qualified(tx, lead.record_id)
        assert made.opportunity
        edit_record(tx, made.opportunity.record_id, {"next_step": "Call"}, by=SYSTEM, now=NOW)
        with pytest.raises(Stale) as refused:
            undo(tx, made.operation_uid, by=SYSTEM, now=NOW)
        assert refused.value.fields == ("Next step",)


def test_records_that_are_there_already_are_completed_and_keep_what_they_say(store: Store) -> None:
    with store.write() as tx:
        other = make(tx, "account", title="Logic Holding", domains=["logic.example"])
        account = make(tx, "account", title="Logic", city="Graz")
        contact = make(tx, "contact", title="K. Gödel", emails=["k@home.example"], job_title="Boss")
        lead = make(tx, "lead", **LEAD, industry="Logic", job_title="Clerk")
        made = qualified(tx, lead.record_id, Wanted(account.record_id, contact.record_id, None))
        assert (made.account and made.account.uid, made.contact and made.contact.uid, made.opportunity) == (
            account.uid,
            contact.uid,
            None,
        )
        assert state_of(tx, account.record_id) == {"title": "Logic", "city": "Graz", "industry": "Logic"}
        assert state_of(tx, contact.record_id) == {
            "title": "K. Gödel",
            "given_name": "K.",
            "family_name": "Gödel",
            "emails": ["k@home.example", "kurt@logic.example"],
            "job_title": "Boss",
            "phone": "+43 1 234",
            "city": "Wien",
            "account": account.uid,
            "employments": [{"account": account.uid, "since": None, "until": None}],
        }
        assert state_of(tx, other.record_id)["domains"] == ["logic.example"]
        undo(tx, made.operation_uid, by=SYSTEM, now=NOW)
        assert state_of(tx, contact.record_id)["emails"] == ["k@home.example"]
        assert state_of(tx, account.record_id) == {"title": "Logic", "city": "Graz"}


def test_what_a_person_took_off_the_contact_stays_off(store: Store) -> None:
    with store.write() as tx:
        lead_id, mail = with_mail(tx)
        contact = make(tx, "contact", title="Kurt")
        said = {"score": 1.0, "rule": "address", "engine_version": 1, "decided_by": "rule", "decided_at": NOW}
        theirs = {"activity_id": mail, "record_id": contact.record_id, "state": "linked", "is_primary": False}
        tx.execute(insert(Link).values(**said, **theirs))
        remove_link(tx, mail, contact.record_id, by=SYSTEM, now=NOW)
        qualified(tx, lead_id, Wanted(None, contact.record_id, None))
        assert links(tx, mail) == [(lead_id, True, "user")]


def test_a_lead_is_qualified_once_and_into_something(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", **LEAD)
        with pytest.raises(Invalid, match=r"^A lead becomes an account or a contact at least\.$"):
            qualified(tx, lead.record_id, Wanted(None, None, {"title": "Engines"}))
        product = make(tx, "product", title="Engine")
        with pytest.raises(Invalid, match=r"^PRD-00001 is a product, not an account\.$"):
            qualified(tx, lead.record_id, replace(proposed(LEAD), account=product.record_id))
        with pytest.raises(Invalid, match=r"^PRD-00001 is a product, not a lead\.$"):
            qualified(tx, product.record_id, proposed(LEAD))
        qualified(tx, lead.record_id)
        with pytest.raises(Invalid, match=r"^LEA-00001 Kurt Gödel was qualified before\.$"):
            qualified(tx, lead.record_id)


def test_a_lead_brought_along_as_qualified_becomes_something_later(store: Store) -> None:
    with store.write() as tx:
        lead = make(tx, "lead", **LEAD, status="qualified")
        made = qualified(tx, lead.record_id)
        assert state_of(tx, lead.record_id)["became_contact"] == (made.contact and made.contact.uid)


def test_what_a_lead_became_may_be_merged_into_another_record(store: Store) -> None:
    with store.write() as tx:
        lead_id, _ = with_mail(tx)
        made = qualified(tx, lead_id)
        assert made.contact
        other = make(tx, "contact", title="Kurt G.")
        merged = merge_records(tx, other.record_id, made.contact.record_id, {}, by=SYSTEM, now=NOW)
        assert state_of(tx, lead_id)["became_contact"] == other.uid
        assert subjects(tx, other.record_id) == ["Engines?", "Met at the fair"]
        undo(tx, merged, by=SYSTEM, now=NOW)
        assert state_of(tx, lead_id)["became_contact"] == made.contact.uid


def test_a_lead_merged_with_one_that_was_given_up_goes_on(store: Store) -> None:
    with store.write() as tx:
        given_up: dict[str, Any] = {
            "title": "Kurt",
            "status": "disqualified",
            "disqualify_reason": "no budget",
            "city": "Wien",
        }
        loser, winner = make(tx, "lead", **given_up), make(tx, "lead", title="Kurt G.")
        merge_records(tx, winner.record_id, loser.record_id, {}, by=SYSTEM, now=NOW)
        assert state_of(tx, winner.record_id) == {"title": "Kurt G.", "status": "new", "city": "Wien"}


def test_qualified_lead_stays_when_leads_are_merged(store: Store) -> None:
    with store.write() as tx:
        first, second, third = (make(tx, "lead", **LEAD).record_id for _ in range(3))
        qualified(tx, first)
        with pytest.raises(Invalid, match="LEA-00001 was qualified; merge LEA-00002 into it instead"):
            merge_records(tx, second, first, {}, by=SYSTEM, now=NOW)
        merge_records(tx, first, second, {}, by=SYSTEM, now=NOW)
        qualified(tx, third)
        with pytest.raises(Invalid, match="LEA-00003 was qualified; so was the other one"):
            merge_records(tx, first, third, {}, by=SYSTEM, now=NOW)
        assert state_of(tx, first)["status"] == "qualified"
