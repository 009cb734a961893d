"""An address that was taken away from a record is remembered as a former one, and undo knows the difference."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select

from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.queries.linking.gather import gather
from store.records.writing import edit_record
from store.schema.knowledge import FormerAddress
from tests.store.builders import World
from tests.store.scenes import NOW, make, state_of

LATER = NOW + timedelta(hours=1)


def test_address_that_was_taken_away_is_former_until_it_comes_back(store: Store) -> None:
    with store.write() as tx:
        ada = make(tx, "contact", title="Ada", emails=["ada@contoso.com", "a@contoso.com"]).record_id
        assert _former(tx) == []
        edit_record(tx, ada, {"emails": ["ada@fabrikam.com"]}, by=SYSTEM, now=LATER)
        assert _former(tx) == ["a@contoso.com", "ada@contoso.com"]
        assert state_of(tx, ada)["former_emails"][0] == {"email": "a@contoso.com", "until": LATER.isoformat()}
        edit_record(tx, ada, {"emails": ["ada@fabrikam.com", "ada@contoso.com"]}, by=SYSTEM, now=LATER)
        assert _former(tx) == ["a@contoso.com"]


def test_undo_of_a_new_address_leaves_no_former_one_and_undo_of_a_change_brings_none(store: Store) -> None:
    with store.write() as tx:
        ada = make(tx, "contact", title="Ada", emails=["ada@contoso.com"]).record_id
        added = edit_record(tx, ada, {"emails": ["ada@contoso.com", "typo@contoso.com"]}, by=SYSTEM, now=LATER)
        undo(tx, added, by=SYSTEM, now=LATER)
        assert _former(tx) == []
        changed = edit_record(tx, ada, {"emails": ["ada@fabrikam.com"]}, by=SYSTEM, now=LATER)
        undone = undo(tx, changed, by=SYSTEM, now=LATER)
        assert (_former(tx), state_of(tx, ada)["emails"]) == ([], ["ada@contoso.com"])
        undo(tx, undone, by=SYSTEM, now=LATER)
        assert _former(tx) == ["ada@contoso.com"]


def test_who_had_an_address_is_known_to_linking_with_employer(store: Store) -> None:
    with store.write() as tx:
        contoso = make(tx, "account", title="Contoso").record_id
        ada = make(tx, "contact", title="Ada", emails=["ada@contoso.com"], account=contoso).record_id
        edit_record(tx, ada, {"emails": []}, by=SYSTEM, now=LATER)
        world = World(tx)
        mail = world.email("Hello")
        world.party(mail, "from", "ada@contoso.com")
        facts = gather(tx, [mail]).facts[0]
    assert facts.people == {}
    assert [record.title for record in facts.former["ada@contoso.com"]] == ["Ada"]
    assert [record.title for record in facts.employers.values()] == ["Contoso"]


def _former(tx: Connection) -> list[str]:
    return list(tx.execute(select(FormerAddress.email).order_by(FormerAddress.email)).scalars())
