"""Contacts in every slot that Exchange has."""

from __future__ import annotations

from datetime import date

import pytest

from mail_sync.card import ContactCard, PostalAddress
from mail_sync.errors import Unreadable
from mail_sync.provider import Poisoned
from mail_sync.providers.exchange.contacts import birthday, read_card, remote_card
from tests.mail_sync.providers.exchange.elements import element


def test_read_card_reads_every_slot() -> None:
    card = read_card(
        element(
            "Contact",
            "<Sensitivity>Private</Sensitivity><Body BodyType='Text'>Met in Graz</Body>"
            "<Categories><String>VIP</String></Categories><DisplayName>Ada Byron</DisplayName>"
            "<GivenName>Ada</GivenName><MiddleName>K.</MiddleName><Nickname>Countess</Nickname>"
            "<CompanyName>Engines</CompanyName><Department>Design</Department><JobTitle>Director</JobTitle>"
            "<Surname>Byron</Surname><BusinessHomePage>https://engines.example</BusinessHomePage>"
            "<Birthday>1980-12-09T23:00:00Z</Birthday>"
            "<EmailAddresses><Entry Key='EmailAddress2'>Second@Engines.example</Entry>"
            "<Entry Key='EmailAddress1' RoutingType='SMTP'>ada@engines.example</Entry>"
            "<Entry Key='EmailAddress3' RoutingType='EX'>/O=ORG/CN=ADA</Entry></EmailAddresses>"
            "<PhysicalAddresses><Entry Key='Home'><Street>Weg 2</Street><City>Graz</City><State>Styria</State>"
            "<CountryOrRegion>Austria</CountryOrRegion><PostalCode>8010</PostalCode></Entry>"
            "<Entry Key='Other'/></PhysicalAddresses>"
            "<PhoneNumbers><Entry Key='BusinessFax'>3</Entry><Entry Key='MobilePhone'>2</Entry>"
            "<Entry Key='BusinessPhone'>1</Entry><Entry Key='Pager'></Entry></PhoneNumbers>",
        )
    )
    assert card == ContactCard(
        uid="",
        full_name="Ada Byron",
        given_name="Ada",
        family_name="Byron",
        middle_name="K.",
        nickname="Countess",
        company="Engines",
        department="Design",
        job_title="Director",
        emails=(("", "ada@engines.example"), ("", "second@engines.example")),
        phones=(("work", "1"), ("cell", "2"), ("work fax", "3")),
        postal=(PostalAddress("home", "Weg 2", "Graz", "Styria", "8010", "Austria"),),
        website="https://engines.example",
        birthday=date(1980, 12, 10),
        note="Met in Graz",
        categories=("VIP",),
        sensitivity="private",
        defects=("EmailAddress3 is no internet address",),
    )


def test_read_card_of_an_empty_contact_invents_nothing() -> None:
    assert read_card(element("Contact")) == ContactCard(uid="", full_name="")


def test_a_distribution_list_is_no_contact() -> None:
    got = remote_card("1", element("DistributionList", "<ItemClass>IPM.DistList</ItemClass>"))
    assert isinstance(got, Poisoned)
    assert (type(got.error), got.error.detail) == (Unreadable, "IPM.DistList is not a contact")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1980-12-10T00:00:00Z", date(1980, 12, 10)),
        ("1980-12-09T23:00:00Z", date(1980, 12, 10)),
        ("1980-12-10T08:00:00Z", date(1980, 12, 10)),
        ("1980-12-10T11:59:00Z", date(1980, 12, 10)),
        ("4501-01-01T00:00:00Z", None),
    ],
)
def test_birthday_is_the_day_where_it_was_entered(value: str, expected: date | None) -> None:
    assert birthday(value) == expected
