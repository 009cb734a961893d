"""Contacts over EWS: the slots of an Outlook contact."""

from __future__ import annotations

from datetime import date

from exchangelib import Account, Contact

from mail_sync.sandbox.model import Item, Mailbox
from tests.mail_sync.sandbox.builders import add_card

CARD = """N:Berger;Eva;Maria;Dr.;Jr.
FN:Dr. Eva Maria Berger
NICKNAME:Evi
ORG:Northwind Traders;Sales
TITLE:Head of Sales
EMAIL;TYPE=INTERNET,PREF:eva@northwind.example
EMAIL:eva.berger@northwind.example
EMAIL:e.berger@home.example
EMAIL:fourth@home.example
TEL;TYPE=WORK,VOICE:+43 1 111
TEL;TYPE=WORK,VOICE:+43 1 112
TEL;TYPE=CELL:+43 660 1
TEL;TYPE=HOME:+43 1 222
TEL;TYPE=WORK,FAX:+43 1 119
TEL:+43 1 333
ADR;TYPE=WORK:;;Hauptplatz 1;Graz;Styria;8010;Austria
ADR;TYPE=HOME:;;Feldweg 2;Linz;;4020;Austria
URL:https://northwind.example
BDAY:1980-02-29
NOTE:Likes early calls\\, never on Fridays
CATEGORIES:VIP,Track
CLASS:PRIVATE"""


def fetched(account: Account, item: Item, *fields: str) -> Contact:
    [found] = account.fetch([(item.item_id, None)], only_fields=fields or None)
    return found


def test_names_and_work_are_read(account: Account, anna: Mailbox) -> None:
    shown = fetched(account, add_card(anna, CARD))
    assert isinstance(shown, Contact)
    assert (shown.display_name, shown.given_name, shown.middle_name, shown.surname, shown.nickname) == (
        "Dr. Eva Maria Berger", "Eva", "Maria", "Berger", "Evi",
    )  # fmt: skip
    assert (shown.complete_name.title, shown.complete_name.suffix, shown.generation) == ("Dr.", "Jr.", "Jr.")
    assert (shown.company_name, shown.department, shown.job_title) == ("Northwind Traders", "Sales", "Head of Sales")
    assert (shown.file_as, shown.business_homepage) == ("Berger, Eva", "https://northwind.example")
    assert (shown.birthday, shown.body, shown.sensitivity) == (
        date(1980, 2, 29), "Likes early calls, never on Fridays", "Private",
    )  # fmt: skip
    assert (shown.categories, shown.item_class) == (["VIP", "Track"], "IPM.Contact")


def test_slots_are_filled_in_order_and_three_hold_addresses(account: Account, anna: Mailbox) -> None:
    shown = fetched(account, add_card(anna, CARD))
    assert [(one.label, one.email) for one in shown.email_addresses] == [
        ("EmailAddress1", "eva@northwind.example"),
        ("EmailAddress2", "eva.berger@northwind.example"),
        ("EmailAddress3", "e.berger@home.example"),
    ]
    assert {one.label: one.phone_number for one in shown.phone_numbers} == {
        "BusinessPhone": "+43 1 111",
        "BusinessPhone2": "+43 1 112",
        "MobilePhone": "+43 660 1",
        "HomePhone": "+43 1 222",
        "BusinessFax": "+43 1 119",
        "OtherTelephone": "+43 1 333",
    }
    shown_addresses = [
        (one.label, one.street, one.city, one.state, one.country, one.zipcode) for one in shown.physical_addresses
    ]
    assert shown_addresses == [
        ("Business", "Hauptplatz 1", "Graz", "Styria", "Austria", "8010"),
        ("Home", "Feldweg 2", "Linz", None, "Austria", "4020"),
    ]  # fmt: skip


def test_only_the_slots_asked_for_come(account: Account, anna: Mailbox) -> None:
    add_card(anna, CARD)
    [shown] = account.contacts.all().only("email_addresses__EmailAddress2")
    assert [(one.label, one.email) for one in shown.email_addresses] == [
        ("EmailAddress2", "eva.berger@northwind.example")
    ]


def test_card_with_little_in_it_is_still_a_contact(account: Account, anna: Mailbox) -> None:
    bare = fetched(account, add_card(anna, "N:;;;;\nFN:Reception"))
    firm = fetched(account, add_card(anna, "N:;;;;\nFN:\nORG:Northwind Traders"))
    assert (bare.display_name, bare.file_as, bare.email_addresses) == ("Reception", "Reception", None)
    assert (firm.display_name, firm.company_name) == ("Northwind Traders", "Northwind Traders")


def test_contacts_are_synced(account: Account, anna: Mailbox) -> None:
    item = add_card(anna, CARD)
    assert [(did, type(shown), shown.id) for did, shown in account.contacts.sync_items()] == [
        ("create", Contact, item.item_id)
    ]
