"""Exchange contacts as cards: three e-mail slots, nineteen telephone slots, three postal addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from lxml.etree import _Element

from mail_sync.card import ContactCard, PostalAddress
from mail_sync.errors import Unreadable
from mail_sync.provider import Poisoned, RemoteCard
from mail_sync.providers.exchange.batches import chunks, read_items
from mail_sync.providers.exchange.properties import body_text
from mail_sync.providers.exchange.reading import TYPES, instant, item_id, path, text, texts
from mail_sync.providers.exchange.server import Server
from mail_sync.providers.exchange.shapes import CONTACT
from mail_sync.providers.exchange.stamps import read_stamp

CONTACTS_AT_ONCE = 50

ADDRESS_LABELS = {"Business": "work", "Home": "home", "Other": "other"}

# Slots in the order in which a person is best reached; labels as in vCard (RFC 6350 section 6.4.1) where it has one.
PHONE_LABELS = {
    "PrimaryPhone": "main",
    "BusinessPhone": "work",
    "MobilePhone": "cell",
    "BusinessPhone2": "work",
    "HomePhone": "home",
    "HomePhone2": "home",
    "OtherTelephone": "other",
    "CompanyMainPhone": "company",
    "AssistantPhone": "assistant",
    "Callback": "callback",
    "CarPhone": "car",
    "RadioPhone": "radio",
    "Isdn": "isdn",
    "TtyTddPhone": "textphone",
    "Telex": "telex",
    "Pager": "pager",
    "BusinessFax": "work fax",
    "HomeFax": "home fax",
    "OtherFax": "fax",
}


def read_contacts(server: Server, item_ids: Sequence[str]) -> Iterator[RemoteCard | Poisoned]:
    """The contacts with these ids, each answered once. Raises MailboxUnavailable, MailboxRefused."""
    for some in chunks(item_ids, CONTACTS_AT_ONCE):
        for asked, answer in read_items(server, some, CONTACT):
            yield answer if isinstance(answer, Poisoned) else remote_card(asked, answer)


def remote_card(asked: str, item: _Element) -> RemoteCard | Poisoned:
    """One contact. A distribution list has members and is no person."""
    if item.tag != f"{TYPES}Contact":
        item_class = text(item, "ItemClass") or item.tag.rpartition("}")[2]
        return Poisoned(asked, Unreadable(f"{item_class} is not a contact"))
    return RemoteCard(asked, item_id(item)[1], read_card(item), read_stamp(item), read_slots(item))


def read_card(item: _Element) -> ContactCard:
    """A t:Contact as a card. Empty slots are left out; an address of another mail system is named in the defects."""
    emails, defects = _emails(item)
    return ContactCard(
        uid="",
        full_name=text(item, "DisplayName") or text(item, "Subject"),
        given_name=text(item, "GivenName"),
        family_name=text(item, "Surname"),
        middle_name=text(item, "MiddleName"),
        nickname=text(item, "Nickname"),
        company=text(item, "CompanyName"),
        department=text(item, "Department"),
        job_title=text(item, "JobTitle"),
        emails=emails,
        phones=_phones(item),
        postal=tuple(_postal(entry) for entry in item.iterfind(path("PhysicalAddresses", "Entry")) if len(entry)),
        website=text(item, "BusinessHomePage"),
        birthday=birthday(text(item, "Birthday")),
        note=body_text(item),
        categories=texts(item, "Categories", "String"),
        sensitivity=text(item, "Sensitivity").lower() or "normal",
        defects=defects,
    )


def read_slots(item: _Element) -> dict[str, str]:
    """What the numbered places for e-mail addresses and telephone numbers hold, without the empty ones."""
    entries = (entry for name in ("EmailAddresses", "PhoneNumbers") for entry in item.iterfind(path(name, "Entry")))
    return {_key(entry): value for entry in entries if (value := text(entry).strip())}


def birthday(value: str) -> date | None:
    """The day of a birthday. Exchange keeps the instant of midnight where the contact was entered, which lies within
    half a day of midnight UTC on the right side of it (in all zones from UTC-12 to UTC+12)."""
    moment = instant(value)
    return None if moment is None else (moment + timedelta(hours=12)).date()


def _emails(item: _Element) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    emails: list[tuple[str, str]] = []
    defects: list[str] = []
    for entry in sorted(item.iterfind(path("EmailAddresses", "Entry")), key=_key):
        value = text(entry).strip()
        if not value:
            continue
        if not is_internet_address(entry):
            defects.append(f"{_key(entry)} is no internet address")
        else:
            emails.append(("", value.lower()))
    return tuple(emails), tuple(defects)


def is_internet_address(entry: _Element) -> bool:
    """Whether an entry of t:EmailAddresses is an address that mail from anywhere reaches."""
    return "@" in text(entry) and entry.get("RoutingType", "SMTP").upper() == "SMTP"


def _phones(item: _Element) -> tuple[tuple[str, str], ...]:
    slots = {_key(entry): text(entry).strip() for entry in item.iterfind(path("PhoneNumbers", "Entry"))}
    return tuple((label, slots[slot]) for slot, label in PHONE_LABELS.items() if slots.get(slot))


def _postal(entry: _Element) -> PostalAddress:
    return PostalAddress(
        label=ADDRESS_LABELS.get(_key(entry), "other"),
        street=text(entry, "Street"),
        city=text(entry, "City"),
        region=text(entry, "State"),
        postal_code=text(entry, "PostalCode"),
        country=text(entry, "CountryOrRegion"),
    )


def _key(entry: _Element) -> str:
    return entry.get("Key", "")
