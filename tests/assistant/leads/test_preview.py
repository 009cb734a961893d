"""What is shown before a lead is qualified."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.leads.preview import preview_qualification
from store.activities.writing import add_note
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, NotFound
from store.leads.becoming import proposed
from tests.store.builders import World
from tests.store.scenes import NOW, add_user, make, state_of


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def test_a_lead_that_looks_like_nobody_is_made_anew_with_all_its_activities(store: Store) -> None:
    with store.write() as tx:
        make(tx, "account", title="Fabrikam", domains=["logic.example"])
        lead = make(tx, "lead", title="Kurt", company="Oyster Farm", emails=["kurt@logic.example"])
        world = World(tx)
        for subject in ("Engines?", "Engines!"):
            world.link(world.email(subject), lead.record_id)
        add_note(tx, lead.record_id, "Met at the fair", by=SYSTEM, now=NOW)
        found = preview_qualification(tx, lead.record_id, by=SYSTEM)
        anew = proposed(state_of(tx, lead.record_id))
        # The domain is another account's already.
        assert found.anew == replace(anew, account={"title": "Oyster Farm", "domains": []})
        assert (found.lead.number, dict(found.carried)) == ("LEA-00001", {"email": 2, "note": 1})
        assert found.contacts == ()


def test_a_lead_that_is_there_already_is_taken_for_it(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Fabrikam GmbH", domains=["fabrikam.example"])
        ada = make(tx, "contact", title="Ada Berg", emails=["ada@fabrikam.example"], account=account.number)
        lead = make(tx, "lead", title="Ada Berg", company="Fabrikam", emails=["ada@fabrikam.example"])
        found = preview_qualification(tx, lead.record_id, by=SYSTEM)
        assert [each.record.record_id for each in found.accounts] == [account.record_id]
        assert [each.record.record_id for each in found.contacts] == [ada.record_id]
        assert (found.likely.account, found.likely.contact) == (account.record_id, ada.record_id)
        assert found.likely.opportunity == found.anew.opportunity


def test_a_person_without_a_company_is_with_the_account_where_they_work(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Fabrikam")
        make(tx, "contact", title="Ada Berg", emails=["ada@home.example"], account=account.number)
        lead = make(tx, "lead", title="Ada Berg", emails=["ada@home.example"])
        found = preview_qualification(tx, lead.record_id, by=SYSTEM)
        assert [each.sentence for each in found.accounts] == ["Ada Berg works at ACC-00001 Fabrikam"]
        assert (found.likely.account, found.anew.account) == (account.record_id, None)


def test_only_visible_leads_have_a_preview(store: Store) -> None:
    with store.write() as tx:
        ben = add_user(tx, "Ben Smith", role="restricted")
        account = make(tx, "account", title="Fabrikam")
        lead = make(tx, "lead", title="Ada", company="Fabrikam")
        with pytest.raises(NotFound):
            preview_qualification(tx, lead.record_id, by=ben)
        with pytest.raises(Invalid, match=r"^ACC-00001 is an account, not a lead\.$"):
            preview_qualification(tx, account.record_id, by=SYSTEM)
        own = make(tx, "lead", title="Ada", company="Fabrikam", by=ben)
        assert preview_qualification(tx, own.record_id, by=ben).accounts == ()
