from __future__ import annotations

import pytest

from store.actor import Actor
from store.engine import Store
from store.queries.addresses import Suggestion, complete_address
from tests.store.builders import World, actor


@pytest.fixture
def anna(store: Store) -> Actor:
    """Anna, who wrote to Zoe lately, in a company that knows Jane, Janet and Bob."""
    with store.write() as tx:
        world = World(tx)
        user = world.user("Anna")
        mailbox = world.mailbox("anna@alpine.example", user)
        world.record("contact", "Jane Roe", emails=["jane@fabrikam.example"], record_number="CON-1")
        world.record("contact", "Janet Doe", emails=["j.doe@contoso.example"], record_number="CON-2")
        world.record("account", "Bob's Boots", emails=["info@boots.example"], record_number="ACC-1")
        mail = world.email("Hi", mailbox_ids=[mailbox], folder_id=world.folder(mailbox, "sent"))
        world.party(mail, "to", "zoe@else.example")
        return actor(user, mailbox_ids=[mailbox])


def _found(store: Store, by: Actor, typed: str) -> list[str]:
    with store.read() as tx:
        return [each.email for each in complete_address(tx, typed, by=by)]


@pytest.mark.parametrize(
    ("typed", "emails"),
    [
        ("jan", ["j.doe@contoso.example", "jane@fabrikam.example"]),
        ("jane r", ["jane@fabrikam.example"]),
        ("roe", ["jane@fabrikam.example"]),
        ("JANE@FAB", ["jane@fabrikam.example"]),
        ("janne", ["jane@fabrikam.example", "j.doe@contoso.example"]),
        ("info@", ["info@boots.example"]),
        ("zoe", ["zoe@else.example"]),
        ("ann", ["anna@alpine.example"]),
        ("nobody at all", []),
        ("", ["zoe@else.example"]),
        ("%_'\"", ["zoe@else.example"]),
    ],
)
def test_address_is_found_by_name_or_address_also_with_a_slip(
    store: Store, anna: Actor, typed: str, emails: list[str]
) -> None:
    assert _found(store, anna, typed) == emails


def test_whom_one_wrote_to_lately_comes_first(store: Store, anna: Actor) -> None:
    with store.write() as tx:
        world = World(tx)
        world.record("contact", "Zoe Adams", emails=["a.zoe@first.example"], record_number="CON-9")
        world.record("contact", "Zoe Zimmer", emails=["zoe@else.example"], record_number="CON-8")
    with store.read() as tx:
        assert complete_address(tx, "zoe", by=anna) == (
            Suggestion("zoe@else.example", "Zoe Zimmer", "contact", "CON-8"),
            Suggestion("a.zoe@first.example", "Zoe Adams", "contact", "CON-9"),
        )


def test_records_of_others_are_not_offered_to_a_restricted_user(store: Store, anna: Actor) -> None:
    restricted = Actor(anna.user_id, "Anna", "restricted", anna.mailbox_ids)
    assert _found(store, restricted, "jane") == []
