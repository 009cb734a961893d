"""Contacts as they are written to Exchange, and what is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mail_sync.card import ContactCard, PostalAddress
from mail_sync.errors import Conflict, SendRefused
from mail_sync.provider import FolderRole, Written
from mail_sync.providers.exchange.contact_writing import contact_element, field_changes
from mail_sync.providers.exchange.reading import local_name, texts
from mail_sync.sandbox.faults import FaultKind
from tests.force.processes import until
from tests.mail_sync.providers.contract import CARD, mail, the
from tests.mail_sync.providers.exchange.elements import element
from tests.mail_sync.providers.exchange.world import ExchangeWorld
from tests.mail_sync.providers.writing_contract import FULL, card, contact

# types.xsd: ItemType, then ContactItemType.
SCHEMA = [
    "Sensitivity",
    "Body",
    "Categories",
    "ExtendedProperty",
    "FileAs",
    "FileAsMapping",
    "DisplayName",
    "GivenName",
    "MiddleName",
    "Nickname",
    "CompanyName",
    "EmailAddresses",
    "PhysicalAddresses",
    "PhoneNumbers",
    "Birthday",
    "BusinessHomePage",
    "Department",
    "JobTitle",
    "Surname",
]


@pytest.mark.parametrize("one", [FULL, CARD, replace(FULL, sensitivity="private"), ContactCard("", "Engines Ltd.")])
def test_contact_element_keeps_the_order_of_the_schema(one: ContactCard) -> None:
    names = [local_name(child) for child in contact_element(one, "s")]
    assert names == [name for name in SCHEMA if name in names]


def test_contact_element_drops_what_no_xml_can_hold() -> None:
    made = contact_element(ContactCard("", "Ada\x00 \x0bByron\ud800"), "s")
    assert texts(made, "DisplayName") == ("Ada Byron",)


def test_an_address_of_another_mail_system_keeps_its_place() -> None:
    now = element(
        "Contact",
        '<EmailAddresses><Entry Key="EmailAddress1" RoutingType="EX">/O=CORP/CN=ADA</Entry>'
        '<Entry Key="EmailAddress2">old@engines.example</Entry></EmailAddresses>',
    )
    changes = list(field_changes("emails", replace(CARD, emails=(("", "a@x.example"), ("", "b@x.example"))), now))
    written = [(local_name(one), one[0].get("FieldIndex"), texts(one[1][0], "Entry")) for one in changes]
    assert written == [
        ("SetItemField", "EmailAddress2", ("a@x.example",)),
        ("SetItemField", "EmailAddress3", ("b@x.example",)),
    ]


def test_a_birthday_that_outlook_wrote_at_local_midnight_is_not_written_again() -> None:
    now = element("Contact", "<Birthday>1980-12-09T23:00:00Z</Birthday>")
    assert list(field_changes("birthday", replace(CARD, birthday=date(1980, 12, 10)), now)) == []


def test_a_part_of_an_address_is_written_alone(world: ExchangeWorld) -> None:
    provider = world.connect()
    before = contact(provider, replace(FULL, postal=(PostalAddress("work", "Ring 1", "Vienna"),)))
    wanted = replace(FULL, postal=(PostalAddress("work", "Ring 2", "Vienna"),))
    provider.update_contact(before.item_id, before.change_key, wanted, ["postal"])
    assert card(provider, before.item_id).card.postal == wanted.postal


def test_what_is_the_same_already_is_not_written(world: ExchangeWorld) -> None:
    provider = world.connect()
    before = contact(provider)
    fields = ["full_name", "emails", "phones", "postal", "birthday", "sensitivity", "uid"]
    assert provider.update_contact(before.item_id, before.change_key, FULL, fields) == before
    assert world.sandbox.counts["UpdateItem"] == 0


def test_a_server_that_takes_old_change_keys_is_not_given_one(world: ExchangeWorld) -> None:
    provider = world.connect()
    before = contact(provider)
    world.categorise(before.item_id, "Theirs")
    world.faults.set(FaultKind.STALE_KEY_ACCEPTED)
    with pytest.raises(Conflict):
        provider.update_contact(before.item_id, before.change_key, replace(FULL, company="Ours"), ["company"])
    assert world.sandbox.counts["UpdateItem"] == 0


def test_a_mail_is_not_written_as_a_contact(world: ExchangeWorld) -> None:
    provider = world.connect()
    item = world.deliver(the(FolderRole.INBOX, provider), mail(1))
    with pytest.raises(SendRefused):
        provider.update_contact(item, "", FULL, ["company"])


def test_a_folder_that_holds_no_contacts_refuses_one(world: ExchangeWorld) -> None:
    provider = world.connect()
    with pytest.raises(SendRefused) as caught:
        provider.create_contact(the(FolderRole.INBOX, provider), FULL, "s")
    assert caught.value.detail.startswith("that folder holds no contacts")


def test_a_write_after_a_connection_that_the_server_closed_goes_through(world: ExchangeWorld) -> None:
    provider = world.connect()
    contacts = the(FolderRole.CONTACTS, provider)
    world.faults.set(FaultKind.DROP_KEEP_ALIVE, times=1)
    provider.folders()
    until(lambda: world.faults.hung_up == 1, "the server hangs up, which it does after its answer was read")
    assert isinstance(provider.create_contact(contacts, FULL, "s"), Written)
