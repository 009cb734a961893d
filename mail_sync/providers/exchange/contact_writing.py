"""Writing contacts: plain fields one by one, and the numbered places so that what is not ours to change stays.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/contact
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields as fields_of

from lxml.etree import _Element

from mail_sync.card import ContactCard
from mail_sync.errors import SendRefused
from mail_sync.provider import Folder, Written
from mail_sync.providers.exchange.building import child, delete_field, field_uri, given, new, set_field, strings
from mail_sync.providers.exchange.contacts import (
    ADDRESS_LABELS,
    PHONE_LABELS,
    birthday,
    is_internet_address,
)
from mail_sync.providers.exchange.reading import TYPES, item_id, path, text
from mail_sync.providers.exchange.server import Place, Writer
from mail_sync.providers.exchange.shapes import ADDRESS_PARTS, CONTACT, EMAIL_SLOTS
from mail_sync.providers.exchange.slots import place_addresses, place_labelled, place_values
from mail_sync.providers.exchange.stamps import stamp_property
from mail_sync.providers.exchange.writing import category_change, expect

# Fields of the card that are one text, with their EWS names.
TEXTS = {
    "full_name": "DisplayName",
    "given_name": "GivenName",
    "middle_name": "MiddleName",
    "nickname": "Nickname",
    "company": "CompanyName",
    "website": "BusinessHomePage",
    "department": "Department",
    "job_title": "JobTitle",
    "family_name": "Surname",
}
PARTS = dict(zip(ADDRESS_PARTS, ("street", "city", "region", "country", "postal_code"), strict=True))

Change = Callable[[ContactCard, _Element], Iterator[_Element]]


def create_contact(server: Writer, folder: Folder, card: ContactCard, stamp: str) -> Written:
    """A new contact that carries our stamp. Raises SendRefused, ItemGone for the folder, OutcomeUnknown."""
    return server.create(Place(folder.folder_id), contact_element(card, stamp))


def update_contact(server: Writer, item: str, change_key: str, card: ContactCard, fields: Collection[str]) -> Written:
    """Write these fields of the card. Raises Conflict, ItemGone, SendRefused, OutcomeUnknown."""
    now = expect(server, item, change_key, CONTACT)
    if now.tag != f"{TYPES}Contact":
        raise SendRefused("this item is not a contact")
    known = {field.name for field in fields_of(ContactCard)}
    changes = [change for name in sorted(known & set(fields)) for change in field_changes(name, card, now)]
    key = change_key or item_id(now)[1]
    return server.update(Written(item, key), changes) if changes else Written(item, key)


def contact_element(card: ContactCard, stamp: str) -> _Element:
    """A t:Contact with everything that the card holds, in the order of the schema."""
    made = new("t:Contact")
    if card.sensitivity != "normal":
        child(made, "t:Sensitivity", card.sensitivity.title())
    if card.note:
        child(made, "t:Body", card.note, BodyType="Text")
    if card.categories:
        made.append(strings("t:Categories", card.categories))
    made.append(stamp_property(stamp))
    if card.given_name and card.family_name:
        child(made, "t:FileAsMapping", "LastCommaFirst")
    else:
        given(made, "t:FileAs", card.full_name)
    for name in ("full_name", "given_name", "middle_name", "nickname", "company"):
        given(made, f"t:{TEXTS[name]}", getattr(card, name))
    _entries(made, "t:EmailAddresses", place_values({}, [email for _, email in card.emails], EMAIL_SLOTS))
    _addresses(made, card)
    _entries(made, "t:PhoneNumbers", place_labelled({}, card.phones, PHONE_LABELS))
    given(made, "t:Birthday", birthday_text(card))
    for name in ("website", "department", "job_title", "family_name"):
        given(made, f"t:{TEXTS[name]}", getattr(card, name))
    return made


def field_changes(name: str, card: ContactCard, now: _Element) -> Iterator[_Element]:
    """The changes that give one field of a contact the card's value; none where it has it already."""
    if name in TEXTS:
        yield from _text_change(f"contacts:{TEXTS[name]}", TEXTS[name], getattr(card, name), now)
    elif name in _CHANGES:
        yield from _CHANGES[name](card, now)


def birthday_text(card: ContactCard) -> str:
    """A birthday as Outlook writes days: at noon but a minute in UTC, which is that day in most of the world."""
    return f"{card.birthday:%Y-%m-%d}T11:59:00Z" if card.birthday else ""


def _text_change(uri: str, element: str, wanted: str, now: _Element) -> Iterator[_Element]:
    if wanted == text(now, element):
        return
    yield (
        set_field(field_uri(uri), "t:Contact", new(f"t:{element}", wanted)) if wanted else delete_field(field_uri(uri))
    )


def _birthday(card: ContactCard, now: _Element) -> Iterator[_Element]:
    if card.birthday != birthday(text(now, "Birthday")):
        yield from _text_change("contacts:Birthday", "Birthday", birthday_text(card), now)


def _sensitivity(card: ContactCard, now: _Element) -> Iterator[_Element]:
    wanted = card.sensitivity.title()
    if wanted != (text(now, "Sensitivity") or "Normal"):
        yield set_field(field_uri("item:Sensitivity"), "t:Contact", new("t:Sensitivity", wanted))


def _note(card: ContactCard, now: _Element) -> Iterator[_Element]:
    if card.note:
        yield set_field(field_uri("item:Body"), "t:Contact", new("t:Body", card.note, BodyType="Text"))
    elif text(now, "Body"):
        yield delete_field(field_uri("item:Body"))


def _categories(card: ContactCard, _now: _Element) -> Iterator[_Element]:
    yield category_change("t:Contact", card.categories)


def _emails(card: ContactCard, now: _Element) -> Iterator[_Element]:
    """Addresses of other mail systems are not on the card; they keep their places."""
    held = {entry.get("Key", ""): entry for entry in now.iterfind(path("EmailAddresses", "Entry")) if text(entry)}
    foreign = {key for key, entry in held.items() if not is_internet_address(entry)}
    open_slots = [slot for slot in EMAIL_SLOTS if slot not in foreign]
    texts = {key: text(entry).strip() for key, entry in held.items()}
    writes = place_values(texts, [email for _, email in card.emails], open_slots)
    return _slot_changes("contacts:EmailAddress", "t:EmailAddresses", writes)


def _phones(card: ContactCard, now: _Element) -> Iterator[_Element]:
    entries = now.iterfind(path("PhoneNumbers", "Entry"))
    held = {entry.get("Key", ""): text(entry).strip() for entry in entries}
    return _slot_changes("contacts:PhoneNumber", "t:PhoneNumbers", place_labelled(held, card.phones, PHONE_LABELS))


def _postal(card: ContactCard, now: _Element) -> Iterator[_Element]:
    wanted = place_addresses(card.postal, ADDRESS_LABELS)
    held = {entry.get("Key", ""): entry for entry in now.iterfind(path("PhysicalAddresses", "Entry"))}
    for slot in ADDRESS_LABELS:
        for part, name in PARTS.items():
            value = getattr(wanted[slot], name) if slot in wanted else ""
            if value == (text(held[slot], part) if slot in held else ""):
                continue
            uri = field_uri(f"contacts:PhysicalAddress:{part}", slot)
            if not value:
                yield delete_field(uri)
                continue
            addresses = new("t:PhysicalAddresses")
            child(child(addresses, "t:Entry", Key=slot), f"t:{part}", value)
            yield set_field(uri, "t:Contact", addresses)


_CHANGES: dict[str, Change] = {
    "birthday": _birthday,
    "categories": _categories,
    "emails": _emails,
    "note": _note,
    "phones": _phones,
    "postal": _postal,
    "sensitivity": _sensitivity,
}


def _slot_changes(uri: str, element: str, writes: Mapping[str, str]) -> Iterator[_Element]:
    """One change per place: a field that is named with its place leaves the other places alone."""
    for slot, value in writes.items():
        if value:
            holder = new(element)
            child(holder, "t:Entry", value, Key=slot)
            yield set_field(field_uri(uri, slot), "t:Contact", holder)
        else:
            yield delete_field(field_uri(uri, slot))


def _entries(made: _Element, element: str, values: Mapping[str, str]) -> None:
    if values:
        holder = child(made, element)
        for slot, value in values.items():
            child(holder, "t:Entry", value, Key=slot)


def _addresses(made: _Element, card: ContactCard) -> None:
    placed = place_addresses(card.postal, ADDRESS_LABELS)
    if placed:
        holder = child(made, "t:PhysicalAddresses")
        for slot, one in placed.items():
            entry = child(holder, "t:Entry", Key=slot)
            for part, name in PARTS.items():
                given(entry, f"t:{part}", getattr(one, name))
