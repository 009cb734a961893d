"""Contacts written over EWS: every slot keeps its place."""

from __future__ import annotations

from datetime import date

import pytest
from exchangelib import Account, Contact, HTMLBody
from exchangelib.errors import ErrorCannotCreateContactInNonContactFolder, ErrorIrresolvableConflict
from exchangelib.indexed_properties import EmailAddress, PhoneNumber, PhysicalAddress
from exchangelib.properties import CompleteName

from mail_sync.sandbox.model import Mailbox
from tests.mail_sync.sandbox.builders import add_card

ADDRESS = PhysicalAddress(
    label="Business", street="Hauptplatz 1; Tür 2", city="Graz", state="Styria", country="Austria", zipcode="8010"
)


def created(account: Account, **fields: object) -> Contact:
    return Contact(account=account, folder=account.contacts, **{"display_name": "Eva Berger", **fields}).save()


def fetched(account: Account, contact: Contact) -> Contact:
    [found] = account.fetch([(contact.id, None)])
    return found


def test_every_field_of_a_new_contact_is_read_back(account: Account) -> None:
    texts = {
        "display_name": "Eva Berger", "given_name": "Eva", "middle_name": "Maria", "surname": "Berger",
        "nickname": "Evi", "initials": "E. B.", "company_name": "Northwind; Traders", "department": "Sales",
        "job_title": "Head, of Sales", "assistant_name": "Max", "manager": "Ida", "office": "3.14",
        "business_homepage": "https://northwind.example/?a,b;c", "generation": "Jr.", "spouse_name": "Jo",
        "profession": "Guide", "mileage": "12 km", "body": "Line one\nLine, two; three",
    }  # fmt: skip
    shown = fetched(
        account,
        created(
            account,
            **texts,
            birthday=date(1980, 2, 29),
            wedding_anniversary=date(2005, 6, 1),
            categories=["VIP"],
            sensitivity="Private",
            children=["Ida", "Jo"],
            companies=["Northwind"],
        ),
    )
    assert {name: getattr(shown, name) for name in texts} == texts
    assert (shown.birthday, shown.wedding_anniversary) == (date(1980, 2, 29), date(2005, 6, 1))
    assert (shown.categories, shown.sensitivity, shown.item_class) == (["VIP"], "Private", "IPM.Contact")
    assert (shown.children, shown.companies) == (["Ida", "Jo"], ["Northwind"])
    assert shown.complete_name == CompleteName(
        first_name="Eva", middle_name="Maria", last_name="Berger", suffix="Jr.", full_name="Eva Berger", nickname="Evi"
    )


def test_slots_are_kept_where_the_client_put_them(account: Account) -> None:
    emails = [
        EmailAddress(label="EmailAddress1", email="eva@northwind.example"),
        EmailAddress(label="EmailAddress3", email="eva@home.example"),
    ]
    phones = [
        PhoneNumber(label="BusinessPhone2", phone_number="+43 1 2"),
        PhoneNumber(label="TtyTddPhone", phone_number="+43 1 3"),
        PhoneNumber(label="HomeFax", phone_number="+43 1 4"),
    ]
    places = [ADDRESS, PhysicalAddress(label="Other", city="Linz")]
    shown = fetched(account, created(account, email_addresses=emails, phone_numbers=phones, physical_addresses=places))
    assert [(one.label, one.email) for one in shown.email_addresses] == [(one.label, one.email) for one in emails]
    assert {one.label: one.phone_number for one in shown.phone_numbers} == {
        one.label: one.phone_number for one in phones
    }
    assert shown.physical_addresses == places


def test_name_to_file_under_follows_the_mapping_until_it_is_written(account: Account) -> None:
    contact = created(account, given_name="Eva", surname="Berger", company_name="Northwind")
    assert (fetched(account, contact).file_as, fetched(account, contact).file_as_mapping) == (
        "Berger, Eva", "LastCommaFirst",
    )  # fmt: skip
    contact.file_as_mapping = "Company"
    contact.save(update_fields=["file_as_mapping"])
    assert (fetched(account, contact).file_as, fetched(account, contact).file_as_mapping) == ("Northwind", "Company")
    contact.file_as = "The ski woman"
    contact.save(update_fields=["file_as"])
    assert (fetched(account, contact).file_as, fetched(account, contact).file_as_mapping) == ("The ski woman", "None")


def test_one_slot_is_changed_and_the_left_out_ones_deleted(account: Account) -> None:
    contact = created(
        account,
        email_addresses=[
            EmailAddress(label=f"EmailAddress{number}", email=f"e{number}@home.example") for number in (1, 2, 3)
        ],
        phone_numbers=[PhoneNumber(label="MobilePhone", phone_number="+43 1")],
        physical_addresses=[ADDRESS],
    )
    contact.email_addresses = [EmailAddress(label="EmailAddress2", email="new@home.example")]
    contact.physical_addresses = [PhysicalAddress(label="Business", street="Feldweg 2", city="Graz")]
    contact.save(update_fields=["email_addresses", "physical_addresses"])
    shown = fetched(account, contact)
    assert [(one.label, one.email) for one in shown.email_addresses] == [("EmailAddress2", "new@home.example")]
    assert shown.physical_addresses == [PhysicalAddress(label="Business", street="Feldweg 2", city="Graz")]
    assert [one.phone_number for one in shown.phone_numbers] == ["+43 1"]


def test_deleted_field_is_gone_and_others_stay(account: Account) -> None:
    contact = created(account, company_name="Northwind", job_title="Guide", birthday=date(1980, 2, 29))
    contact.company_name = contact.birthday = None
    contact.save(update_fields=["company_name", "birthday"])
    shown = fetched(account, contact)
    assert (shown.company_name, shown.birthday, shown.job_title) == (None, None, "Guide")


def test_change_of_a_loaded_card_keeps_its_other_fields(account: Account, anna: Mailbox) -> None:
    item = add_card(anna, "N:Berger;Eva;;Dr.;\nFN:Eva\nTEL;TYPE=CELL:+43 660 1\nEMAIL:a@home.example\nNOTE:Old")
    [contact] = account.fetch([(item.item_id, None)])
    contact.job_title = "Guide"
    contact.save(update_fields=["job_title"])
    shown = fetched(account, contact)
    assert (shown.complete_name.title, shown.surname, shown.job_title, shown.body) == ("Dr.", "Berger", "Guide", "Old")
    assert [(one.label, one.phone_number) for one in shown.phone_numbers] == [("MobilePhone", "+43 660 1")]
    assert [(did, one.id) for did, one in account.contacts.sync_items()] == [("create", item.item_id)]


def test_html_notes_stay_html(account: Account) -> None:
    shown = fetched(account, created(account, body=HTMLBody("<p>Likes <b>snow</b></p>")))
    assert (type(shown.body), shown.body, shown.text_body) == (
        HTMLBody, HTMLBody("<p>Likes <b>snow</b></p>"), "Likes snow",
    )  # fmt: skip


def test_stale_change_key_is_refused(account: Account) -> None:
    contact = created(account)
    stale = fetched(account, contact)
    contact.job_title = "Guide"
    contact.save(update_fields=["job_title"])
    stale.job_title = "Cook"
    with pytest.raises(ErrorIrresolvableConflict):
        stale.save(update_fields=["job_title"], conflict_resolution="NeverOverwrite")
    assert fetched(account, contact).job_title == "Guide"


def test_contact_needs_a_contacts_folder(account: Account) -> None:
    with pytest.raises(ErrorCannotCreateContactInNonContactFolder):
        Contact(account=account, folder=account.calendar, display_name="Eva").save()


def test_whole_contact_is_saved_back_unchanged(account: Account) -> None:
    before = fetched(
        account,
        created(
            account, given_name="Eva", surname="Berger", body="Notes", categories=["VIP"], physical_addresses=[ADDRESS]
        ),
    )
    before.save()
    after = fetched(account, before)
    changed = [
        field.name for field in Contact.FIELDS if getattr(before, field.name, None) != getattr(after, field.name, None)
    ]
    assert set(changed) - {"mime_content", "size", "last_modified_time"} == {"is_unmodified"}
