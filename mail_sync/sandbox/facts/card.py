"""What Exchange says about a contact, read from a vCard: the fixed slots of an Outlook contact, filled in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import vobject
from vobject.base import Component, ContentLine, ParseError

from mail_sync.sandbox.content import Content

ADDRESS_FIELDS = ("Street", "City", "State", "CountryOrRegion", "PostalCode")

# vCard TYPE sets to PhoneNumberKeyType, most telling first; a second number of a kind takes the second slot.
PHONE_SLOTS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset(("fax", "home")), ("HomeFax",)),
    (frozenset(("fax", "work")), ("BusinessFax",)),
    (frozenset(("fax",)), ("OtherFax", "BusinessFax")),
    (frozenset(("cell",)), ("MobilePhone",)),
    (frozenset(("pager",)), ("Pager",)),
    (frozenset(("car",)), ("CarPhone",)),
    (frozenset(("isdn",)), ("Isdn",)),
    (frozenset(("home",)), ("HomePhone", "HomePhone2")),
    (frozenset(("work",)), ("BusinessPhone", "BusinessPhone2")),
    (frozenset(("main",)), ("CompanyMainPhone",)),
    (frozenset(), ("OtherTelephone", "PrimaryPhone")),
)
SPARE_PHONES = ("OtherTelephone", "PrimaryPhone", "RadioPhone", "Callback")
SLOT = "X-SLOT"  # parameter that names the slot of a value, where a client has chosen it
# Properties without a place of their own in a vCard, by field of `Facts`.
OWN_NAMES = {
    "assistant": "x-ms-assistant",
    "file_as_mapping": "x-ms-file-as-mapping",
    "filed_as": "x-ms-file-as",
    "initials": "x-ms-initials",
    "manager": "x-ms-manager",
    "mileage": "x-ms-mileage",
    "note_html": "x-ms-note-html",
    "office": "x-ms-office",
    "postal_address": "x-ms-postal-address",
    "profession": "x-ms-profession",
    "spouse": "x-ms-spouse",
}
OWN_LISTS = {"children": "x-ms-child", "companies": "x-ms-company"}  # one line for each value


@dataclass(frozen=True, slots=True)
class Facts:
    """`emails`, `phones`, `ims` map a slot to its value, `addresses` a slot to (field, value) pairs."""

    display_name: str
    given_name: str = ""
    middle_name: str = ""
    surname: str = ""
    title: str = ""
    suffix: str = ""
    nickname: str = ""
    company: str = ""
    department: str = ""
    job_title: str = ""
    emails: tuple[tuple[str, str], ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    ims: tuple[tuple[str, str], ...] = ()
    addresses: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    website: str = ""
    birthday: str = ""  # YYYY-MM-DD
    note: str = ""
    categories: tuple[str, ...] = ()
    sensitivity: str = "Normal"
    office: str = ""
    manager: str = ""
    assistant: str = ""
    spouse: str = ""
    anniversary: str = ""
    children: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    initials: str = ""
    profession: str = ""
    mileage: str = ""
    note_html: str = ""
    postal_address: str = ""  # PostalAddressIndex, '' for None
    filed_as: str = ""  # as a client wrote it
    file_as_mapping: str = ""  # FileAsMapping as a client wrote it

    @property
    def file_as(self) -> str:
        """As written; else by the mapping; else Last, First as Outlook files people, and the company or the shown
        name for others."""
        if self.filed_as:
            return self.filed_as
        if self.file_as_mapping in FILINGS:
            return FILINGS[self.file_as_mapping](self)
        return _joined(", ", self.surname, self.given_name) or self.display_name or self.company


def _joined(between: str, *parts: str) -> str:
    return between.join(part for part in parts if part)


# https://learn.microsoft.com/exchange/client-developer/web-service-reference/fileasmapping
FILINGS: dict[str, Callable[[Facts], str]] = {
    "LastCommaFirst": lambda one: _joined(", ", one.surname, _joined(" ", one.given_name, one.middle_name)),
    "FirstSpaceLast": lambda one: _joined(" ", one.given_name, one.middle_name, one.surname, one.suffix),
    "Company": lambda one: one.company,
    "LastCommaFirstCompany": lambda one: _joined("\r\n", FILINGS["LastCommaFirst"](one), one.company),
    "CompanyLastFirst": lambda one: _joined("\r\n", one.company, one.surname + one.given_name),
    "LastFirst": lambda one: one.surname + one.given_name,
    "LastFirstCompany": lambda one: _joined("\r\n", one.surname + one.given_name, one.company),
    "CompanyLastCommaFirst": lambda one: _joined("\r\n", one.company, FILINGS["LastCommaFirst"](one)),
    "LastFirstSuffix": lambda one: _joined(" ", one.surname + one.given_name, one.suffix),
    "LastSpaceFirstCompany": lambda one: _joined("\r\n", FILINGS["LastSpaceFirst"](one), one.company),
    "CompanyLastSpaceFirst": lambda one: _joined("\r\n", one.company, FILINGS["LastSpaceFirst"](one)),
    "LastSpaceFirst": lambda one: _joined(" ", one.surname, one.given_name, one.middle_name),
    "DisplayName": lambda one: one.display_name,
    "FirstName": lambda one: one.given_name,
    "LastFirstMiddleSuffix": lambda one: _joined(" ", one.surname + one.given_name, one.middle_name, one.suffix),
    "LastName": lambda one: one.surname,
    "Empty": lambda one: "",
}


@lru_cache(maxsize=2048)
def facts(content: Content) -> Facts:
    """The contact in a vCard source; a source that is no vCard is a contact without a name."""
    try:
        card = vobject.readOne(content.read().decode("utf-8", "replace"), ignoreUnreadable=True)
    except (ParseError, StopIteration, ValueError):
        return Facts("")
    return _facts(card.contents)


def _facts(lines: dict[str, list[ContentLine | Component]]) -> Facts:
    name = lines["n"][0].value if "n" in lines else None
    organisation = _organisation(lines)
    shown = _text(lines, "fn")
    given, family = (_part(name, "given"), _part(name, "family")) if name else ("", "")
    return Facts(
        display_name=shown or " ".join(filter(None, (given, family))) or (organisation[0] if organisation else ""),
        given_name=given,
        middle_name=_part(name, "additional"),
        surname=family,
        title=_part(name, "prefix"),
        suffix=_part(name, "suffix"),
        nickname=_text(lines, "nickname"),
        company=organisation[0] if organisation else "",
        department=organisation[1] if len(organisation) > 1 else "",
        job_title=_text(lines, "title"),
        emails=tuple(_slots("EmailAddress", lines.get("email", ()))),
        phones=tuple(_phones(lines.get("tel", ()))),
        ims=tuple(_slots("ImAddress", lines.get("impp", ()))),
        addresses=tuple(_addresses(lines.get("adr", ()))),
        website=_text(lines, "url"),
        birthday=_day(_text(lines, "bday")),
        note=_text(lines, "note"),
        categories=tuple(str(one) for line in lines.get("categories", ()) for one in _many(line)),
        sensitivity={"PRIVATE": "Private", "CONFIDENTIAL": "Confidential"}.get(_text(lines, "class").upper(), "Normal"),
        anniversary=_day(_text(lines, "anniversary") or _text(lines, "x-anniversary")),
        children=_each(lines, OWN_LISTS["children"]),
        companies=_each(lines, OWN_LISTS["companies"]),
        **{field: _text(lines, name) for field, name in OWN_NAMES.items()},
    )


def _plain(line: ContentLine | Component) -> str:
    return str(line.value).strip()


def _text(lines: dict[str, list[ContentLine | Component]], name: str) -> str:
    found = lines.get(name)
    return _plain(found[0]) if found else ""


def _each(lines: dict[str, list[ContentLine | Component]], name: str) -> tuple[str, ...]:
    return tuple(_plain(line) for line in lines.get(name, ()))


def _many(line: ContentLine | Component) -> list[str]:
    return line.value if isinstance(line.value, list) else [line.value]


def _organisation(lines: dict[str, list[ContentLine | Component]]) -> list[str]:
    found = lines.get("org")
    return [str(part) for part in _many(found[0])] if found else []


def _part(name: object, part: str) -> str:
    value = getattr(name, part, "")
    return " ".join(value) if isinstance(value, list) else str(value or "")


def _types(line: ContentLine | Component) -> set[str]:
    return {str(one).lower() for one in getattr(line, "params", {}).get("TYPE", [])} - {"voice", "pref", "internet"}


def _chosen(line: ContentLine | Component) -> str:
    found = getattr(line, "params", {}).get(SLOT, [])
    return str(found[0]) if found else ""


def _slots(prefix: str, lines: Iterable[ContentLine | Component]) -> list[tuple[str, str]]:
    """The first three: an Outlook contact has no room for more."""
    taken: dict[str, str] = {}
    for line in lines:
        slot = _chosen(line) or next((f"{prefix}{at}" for at in (1, 2, 3) if f"{prefix}{at}" not in taken), "")
        if slot:
            taken[slot] = _plain(line)
    return sorted(taken.items())


def _phones(lines: Iterable[ContentLine | Component]) -> list[tuple[str, str]]:
    taken: dict[str, str] = {}
    for line in lines:
        types = _types(line)
        wanted = (_chosen(line),) if _chosen(line) else next(slots for kinds, slots in PHONE_SLOTS if kinds <= types)
        slot = next((one for one in (*wanted, *SPARE_PHONES) if one not in taken), None)
        if slot is not None:
            taken[slot] = _plain(line)
    return list(taken.items())


def _addresses(lines: Iterable[ContentLine | Component]) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    taken: dict[str, tuple[tuple[str, str], ...]] = {}
    for line in lines:
        types = _types(line)
        wanted = _chosen(line) or ("Home" if "home" in types else "Business" if "work" in types else "Other")
        slot = next((one for one in (wanted, "Other", "Business", "Home") if one not in taken), None)
        if slot is not None:
            parts = ("street", "city", "region", "country", "code")
            values = (_part(line.value, part) for part in parts)
            taken[slot] = tuple((field, value) for field, value in zip(ADDRESS_FIELDS, values, strict=True) if value)
    return list(taken.items())


def _day(value: str) -> str:
    for layout in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(value[: len("2026-01-01")], layout).strftime("%Y-%m-%d")  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    return ""
