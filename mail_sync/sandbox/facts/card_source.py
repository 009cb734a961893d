"""A contact's facts as the vCard they are read from again: every slot of an Outlook contact keeps its place."""

from __future__ import annotations

import vobject
from vobject.base import Component
from vobject.vcard import Address, Name

from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.facts.card import OWN_LISTS, OWN_NAMES, SLOT, Facts

PHONE_TYPES = {"Fax": "FAX", "Mobile": "CELL", "Pager": "PAGER", "Home": "HOME", "Business": "WORK"}
PLAIN = {"nickname": "nickname", "job_title": "title", "website": "url", "birthday": "bday", "note": "note"}


def source(facts: Facts) -> BytesContent:
    """The vCard of a contact."""
    card = vobject.vCard()
    name = Name(facts.surname, facts.given_name, facts.middle_name, facts.title, facts.suffix)
    _add(card, "n", name)
    _add(card, "fn", facts.display_name)
    if facts.company or facts.department:
        _add(card, "org", [facts.company, facts.department])
    for field, line in {**PLAIN, "anniversary": "x-anniversary", **OWN_NAMES}.items():
        if getattr(facts, field):
            _add(card, line, getattr(facts, field))
    for field, line in OWN_LISTS.items():
        for value in getattr(facts, field):
            _add(card, line, value)
    if facts.categories:
        _add(card, "categories", list(facts.categories))
    if facts.sensitivity != "Normal":
        _add(card, "class", facts.sensitivity.upper())
    _add_slots(card, facts)
    return BytesContent(card.serialize(validate=False).encode())


def _add_slots(card: Component, facts: Facts) -> None:
    for slot, value in facts.emails:
        _add(card, "email", value, slot)
    for slot, value in facts.phones:
        _add(card, "tel", value, slot, next((kind for word, kind in PHONE_TYPES.items() if word in slot), "VOICE"))
    for slot, value in facts.ims:
        _add(card, "impp", value, slot)
    for slot, fields in facts.addresses:
        said = dict(fields)
        address = Address(
            said.get("Street", ""), said.get("City", ""), said.get("State", ""), said.get("PostalCode", ""),
            said.get("CountryOrRegion", ""),
        )  # fmt: skip
        _add(card, "adr", address, slot, {"Business": "WORK", "Home": "HOME"}.get(slot, "POSTAL"))


def _add(card: Component, name: str, value: object, slot: str = "", kind: str = "") -> None:
    line = card.add(name)
    line.value = value
    if slot:
        line.params[SLOT] = [slot]
    if kind:
        line.params["TYPE"] = [kind]
