"""What Exchange says about a contact, read from a vCard: the fixed slots of an Outlook contact, filled in order."""

from __future__ import annotations

from collections.abc import Iterable
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

    @property
    def file_as(self) -> str:
        """Last, First as Outlook files people; the company or the shown name for others."""
        if self.surname and self.given_name:
            return f"{self.surname}, {self.given_name}"
        return self.surname or self.given_name or self.display_name or self.company


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
        emails=tuple(_slots("EmailAddress", (_plain(line) for line in lines.get("email", ())))),
        phones=tuple(_phones(lines.get("tel", ()))),
        ims=tuple(_slots("ImAddress", (_plain(line) for line in lines.get("impp", ())))),
        addresses=tuple(_addresses(lines.get("adr", ()))),
        website=_text(lines, "url"),
        birthday=_day(_text(lines, "bday")),
        note=_text(lines, "note"),
        categories=tuple(str(one) for line in lines.get("categories", ()) for one in _many(line)),
        sensitivity={"PRIVATE": "Private", "CONFIDENTIAL": "Confidential"}.get(_text(lines, "class").upper(), "Normal"),
        office=_text(lines, "x-ms-office"),
        manager=_text(lines, "x-ms-manager"),
        assistant=_text(lines, "x-ms-assistant"),
        spouse=_text(lines, "x-ms-spouse"),
        anniversary=_day(_text(lines, "anniversary") or _text(lines, "x-anniversary")),
    )


def _plain(line: ContentLine | Component) -> str:
    return str(line.value).strip()


def _text(lines: dict[str, list[ContentLine | Component]], name: str) -> str:
    found = lines.get(name)
    return _plain(found[0]) if found else ""


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


def _slots(prefix: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """The first three: an Outlook contact has no room for more."""
    return [(f"{prefix}{number}", value) for number, value in enumerate(list(values)[:3], start=1)]


def _phones(lines: Iterable[ContentLine | Component]) -> list[tuple[str, str]]:
    taken: dict[str, str] = {}
    for line in lines:
        types = _types(line)
        wanted = next(slots for kinds, slots in PHONE_SLOTS if kinds <= types)
        slot = next((one for one in (*wanted, *SPARE_PHONES) if one not in taken), None)
        if slot is not None:
            taken[slot] = _plain(line)
    return list(taken.items())


def _addresses(lines: Iterable[ContentLine | Component]) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    taken: dict[str, tuple[tuple[str, str], ...]] = {}
    for line in lines:
        types = _types(line)
        wanted = "Home" if "home" in types else "Business" if "work" in types else "Other"
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
