"""The fields of a contact as a client writes them: plain texts, days, and the slots of its collections.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/contact
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from mail_sync.sandbox.ews.paths import Path
from mail_sync.sandbox.ews.soap import EwsError, SoapFault, T
from mail_sync.sandbox.facts.card import ADDRESS_FIELDS, FILINGS, Facts

TEXTS = {
    "contacts:AssistantName": "assistant",
    "contacts:BusinessHomePage": "website",
    "contacts:CompanyName": "company",
    "contacts:Department": "department",
    "contacts:DisplayName": "display_name",
    "contacts:Generation": "suffix",
    "contacts:GivenName": "given_name",
    "contacts:Initials": "initials",
    "contacts:JobTitle": "job_title",
    "contacts:Manager": "manager",
    "contacts:MiddleName": "middle_name",
    "contacts:Mileage": "mileage",
    "contacts:Nickname": "nickname",
    "contacts:OfficeLocation": "office",
    "contacts:Profession": "profession",
    "contacts:SpouseName": "spouse",
    "contacts:Surname": "surname",
}
LISTS = {"contacts:Children": "children", "contacts:Companies": "companies"}
DAYS = {"contacts:Birthday": "birthday", "contacts:WeddingAnniversary": "anniversary"}
THREE = ("1", "2", "3")
PHONES = (
    "AssistantPhone", "BusinessFax", "BusinessPhone", "BusinessPhone2", "Callback", "CarPhone", "CompanyMainPhone",
    "HomeFax", "HomePhone", "HomePhone2", "Isdn", "MobilePhone", "OtherFax", "OtherTelephone", "Pager",
    "PrimaryPhone", "RadioPhone", "Telex", "TtyTddPhone",
)  # fmt: skip
# Per FieldURI: the field of the facts, and the keys a t:Entry may have (types.xsd).
SLOTS = {
    "contacts:EmailAddress": ("emails", tuple(f"EmailAddress{one}" for one in THREE)),
    "contacts:ImAddress": ("ims", tuple(f"ImAddress{one}" for one in THREE)),
    "contacts:PhoneNumber": ("phones", PHONES),
}
PLACES = ("Business", "Home", "Other")
ELEMENTS = {
    f"{T}EmailAddresses": "contacts:EmailAddress",
    f"{T}ImAddresses": "contacts:ImAddress",
    f"{T}PhoneNumbers": "contacts:PhoneNumber",
    f"{T}PhysicalAddresses": "contacts:PhysicalAddress",
    f"{T}Body": "item:Body",
    **{f"{T}{uri.partition(':')[2]}": uri for uri in (*TEXTS, *LISTS, *DAYS)},
    **{f"{T}{name}": f"contacts:{name}" for name in ("FileAs", "FileAsMapping", "PostalAddressIndex")},
}
IGNORED = ("item:InReplyTo", "item:Subject")  # a contact answers nothing, and its subject is its display name
READ_ONLY = ("contacts:CompleteName", "contacts:ContactSource", "contacts:HasPicture")


def put(facts: Facts, path: Path, value: etree._Element | None) -> Facts | None:
    """The facts with one field set, or deleted with None; None for a field that is no contact's own.

    Raises EwsError, SoapFault.
    """
    uri = path.uri
    if uri in TEXTS:
        return _with(facts, TEXTS[uri], _text(value))
    if uri in LISTS:
        names = () if value is None else tuple(one.text or "" for one in value.iterfind(f"{T}String"))
        return _with(facts, LISTS[uri], tuple(name for name in names if name))
    if uri in DAYS:
        return _with(facts, DAYS[uri], _day(_text(value)))
    if uri in SLOTS:
        return _put_slots(facts, uri, path.index, value)
    if uri.startswith("contacts:PhysicalAddress"):
        return _put_places(facts, uri.rpartition(":")[2], path.index, value)
    if uri == "contacts:FileAs":
        return replace(facts, filed_as=_text(value), file_as_mapping="")
    if uri == "contacts:FileAsMapping":
        return _put_mapping(facts, _text(value))
    if uri == "contacts:PostalAddressIndex":
        return replace(facts, postal_address=_text(value).removeprefix("None"))
    if uri == "item:Body":
        is_html = value is not None and value.get("BodyType") == "HTML"
        return replace(facts, note="" if is_html else _raw(value), note_html=_raw(value) if is_html else "")
    if uri in IGNORED:
        return facts
    if uri in READ_ONLY:
        raise EwsError("ErrorInvalidPropertySet")
    return None


def _with(facts: Facts, field: str, value: object) -> Facts:
    change: dict[str, Any] = {field: value}
    return replace(facts, **change)


def _raw(value: etree._Element | None) -> str:
    return "" if value is None else value.text or ""


def _text(value: etree._Element | None) -> str:
    return _raw(value).strip()


def _day(text: str) -> str:
    """The day of an xs:dateTime in UTC, as Outlook writes days (11:59 UTC)."""
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise SoapFault("ErrorSchemaValidation") from error
    return f"{found.astimezone(UTC) if found.tzinfo else found:%Y-%m-%d}"


def _put_mapping(facts: Facts, name: str) -> Facts:
    if name and name != "None" and name not in FILINGS:
        raise SoapFault("ErrorSchemaValidation")
    # With a mapping the name to file under follows the other names from now on; without one it stays as it is.
    filed_as = facts.file_as if name in ("", "None") else ""
    return replace(facts, file_as_mapping=name.removeprefix("None"), filed_as=filed_as)


def _entries(value: etree._Element | None, index: str, keys: tuple[str, ...]) -> dict[str, etree._Element | None]:
    """What each slot is set to; a field named with its slot is about that slot alone."""
    if value is None:
        found: dict[str, etree._Element | None] = {index: None}
    else:
        found = {str(entry.get("Key", "")): entry for entry in value.iterfind(f"{T}Entry")}
    if index and set(found) != {index}:
        raise EwsError("ErrorIncorrectUpdatePropertyCount")
    if not set(found) <= set(keys):
        raise SoapFault("ErrorSchemaValidation")
    return found


def _put_slots(facts: Facts, uri: str, index: str, value: etree._Element | None) -> Facts:
    field, keys = SLOTS[uri]
    slots = dict(getattr(facts, field))
    for key, entry in _entries(value, index, keys).items():
        slots.pop(key, None)
        if _text(entry):
            slots[key] = _text(entry)
    return _with(facts, field, tuple((key, slots[key]) for key in keys if key in slots))


def _put_places(facts: Facts, part: str, index: str, value: etree._Element | None) -> Facts:
    """`part` is the one field of the address that is written, or "PhysicalAddress" for all that the entries hold."""
    places = {key: dict(fields) for key, fields in facts.addresses}
    for key, entry in _entries(value, index, PLACES).items():
        said = {name: entry.findtext(f"{T}{name}") for name in ADDRESS_FIELDS} if entry is not None else {}
        wanted = (part,) if part in ADDRESS_FIELDS else tuple(name for name in ADDRESS_FIELDS if said.get(name))
        place = places.setdefault(key, {})
        for name in wanted:
            place[name] = (said.get(name) or "").strip()
    kept = ((key, tuple((name, places[key][name]) for name in ADDRESS_FIELDS if places[key].get(name)))
            for key in PLACES if key in places)  # fmt: skip
    return replace(facts, addresses=tuple((key, fields) for key, fields in kept if fields))
