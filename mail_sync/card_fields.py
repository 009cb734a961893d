"""Contacts as the flat map of fields that is merged (see mail_sync.merge): cards, records, and the ways between.

The map holds what a contact record can hold, in the shape in which the record would hold it, so that blanks doubled on
one side are no edit. A telephone number is told by its digits, with the spelling beside it. `company` is text on a
card and an account here; `account` in a base names the account that stood for that text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from mail_sync.card import ContactCard, PostalAddress
from mail_sync.merge import Direction, FieldKind, Fields, Rule
from store.domains import parse_email
from store.errors import Invalid
from store.records.values import fitting, read_values

#: Fields of the map, and what of a card each is.
CARD_FIELD: dict[str, str] = {
    "title": "full_name",
    "given_name": "given_name",
    "family_name": "family_name",
    "company": "company",
    "job_title": "job_title",
    "department": "department",
    "emails": "emails",
    "phone": "phones",
    "mobile": "phones",
    "street": "postal",
    "city": "postal",
    "country": "postal",
    "description": "note",
}
ACCOUNT = "account"  # in a base only
_TEXTS = ("title", "given_name", "family_name", "job_title", "department", "street", "city", "country", "description")
_PHONES = ("phone", "mobile")
_MOBILE = ("mobile", "cell")
_NO_VOICE = ("fax", "pager", "telex", "isdn", "textphone")


def rules_for(directions: Mapping[str, Direction], email_slots: int | None) -> dict[str, Rule]:
    """The rules of contacts in a mailbox; its server has room for so many e-mail addresses (None: for any number)."""
    rules: dict[str, Rule] = {}
    for name in CARD_FIELD:
        direction = directions.get(name, Direction.TWO_WAY)
        if name == "emails":
            rules[name] = Rule(FieldKind.SET, direction, email_slots)
        else:
            rules[name] = Rule(direction=direction, loose=("as",) if name in _PHONES else ())
    return rules


def from_card(card: ContactCard) -> dict[str, Any]:
    """A card's fields; empty ones are None."""
    place = _place(card.postal)
    mobile, phone = _number(card, mobile=True), _number(card, mobile=False)
    emails = valid_emails(card)
    written = {
        "title": card.full_name or card.company or (emails[0] if emails else ""),
        "given_name": card.given_name,
        "family_name": card.family_name,
        "job_title": card.job_title,
        "department": card.department,
        "phone": phone,
        "mobile": mobile,
        "street": place.street if place else "",
        "city": place.city if place else "",
        "country": place.country if place else "",
        "description": card.note,
    }
    named = {name: text for name, text in written.items() if text.strip()}
    return _mapped(read_values("contact", fitting("contact", named)), emails, " ".join(card.company.split()))


def from_record(state: Mapping[str, Any], company: str, base: Fields) -> dict[str, Any]:
    """A contact's fields, from its state (store.records.state) and its account's name.

    While the account is the one that stood for a company's name when both sides agreed, it still does.
    """
    agreed = base.get("company") if ACCOUNT in base and base[ACCOUNT] == state.get("account") else company
    return _mapped(state, state.get("emails", ()), agreed)


def to_record(changes: Fields, mine: Fields) -> dict[str, Any]:
    """Values for the record (store.records.writing); its company is not among them. The parts of a name stay as they
    are unless they change themselves: what a server holds is not guessed anew from the rest."""
    values: dict[str, Any] = {name: changes[name] for name in _TEXTS if name in changes}
    values |= {name: changes[name] and changes[name]["as"] for name in _PHONES if name in changes}
    if "emails" in changes:
        values["emails"] = changes["emails"] or []
    if not {"title", "given_name", "family_name"}.isdisjoint(changes):
        values |= {name: values.get(name, mine.get(name)) for name in ("title", "given_name", "family_name")}
    if not values.get("title", True):
        del values["title"]  # a contact has a name
    return values


def with_fields(card: ContactCard, changes: Fields) -> ContactCard:
    """The card with these fields; whatever else it holds stays."""
    texts: dict[str, Any] = {
        CARD_FIELD[name]: changes[name] or ""
        for name in ("title", "given_name", "family_name", "company", "job_title", "department", "description")
        if name in changes
    }
    if "emails" in changes:
        texts["emails"] = _emails(card, changes["emails"] or [])
    if not texts.get("full_name", True):
        del texts["full_name"]  # Exchange demands a display name
    changed = replace(card, **texts)
    for name in _PHONES:
        if name in changes:
            changed = _with_number(changed, name, changes[name]["as"] if changes[name] else "")
    place = {name: changes[name] or "" for name in ("street", "city", "country") if name in changes}
    return _with_place(changed, place) if place else changed


def card_fields_of(names: Collection[str]) -> frozenset[str]:
    """The fields of a card that these fields of the map stand in."""
    return frozenset(CARD_FIELD[name] for name in names if name in CARD_FIELD)


def valid_emails(card: ContactCard) -> tuple[str, ...]:
    """The card's addresses; what was typed into an address field and is none is left out."""
    return tuple(dict.fromkeys(email for _, written in card.emails if (email := _address(written))))


def shown(value: Any) -> str:
    """A field's value as people read it."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return str(value.get("as", ""))
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _mapped(values: Mapping[str, Any], emails: Collection[str], company: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {name: values.get(name) or None for name in _TEXTS}
    if found["description"]:
        found["description"] = "\n".join(map(str.rstrip, found["description"].splitlines())).strip() or None
    found |= {name: _phone(values.get(name) or "") for name in _PHONES}
    return found | {"emails": list(emails), "company": company or None}


def _phone(written: str) -> dict[str, str] | None:
    if not written:
        return None
    digits = "".join(char for char in written if char.isdigit() or char == "+")
    return {"digits": digits or written.casefold(), "as": written}


def _address(written: str) -> str:
    try:
        return parse_email(written)
    except Invalid:
        return ""


def _is_mobile(label: str) -> bool:
    return label.lower() in _MOBILE


def _number(card: ContactCard, *, mobile: bool) -> str:
    """The number that counts as the mobile, or as the telephone: the first that reaches the person by voice."""
    for label, number in card.phones:
        if _is_mobile(label) is mobile and not any(word in label.lower() for word in _NO_VOICE):
            return number
    return ""


def _with_number(card: ContactCard, name: str, number: str) -> ContactCard:
    before = _number(card, mobile=name == "mobile")
    phones = list(card.phones)
    is_it = [bool(before) and held == before and _is_mobile(label) is (name == "mobile") for label, held in phones]
    place = is_it.index(True) if True in is_it else None
    if place is None:
        phones += [("cell" if name == "mobile" else "work", number)] if number else []
    elif number:
        phones[place] = (phones[place][0], number)
    else:
        del phones[place]
    return replace(card, phones=tuple(phones))


def _place(postal: Collection[PostalAddress]) -> PostalAddress | None:
    """The address that counts: that of the work, else the first."""
    found = list(postal)
    return next((each for each in found if each.label == "work"), found[0] if found else None)


def _with_place(card: ContactCard, values: Mapping[str, str]) -> ContactCard:
    before = _place(card.postal)
    if before is None:
        return replace(card, postal=(*card.postal, PostalAddress("work", **values)))
    after = replace(before, **values)
    kept = after if after != PostalAddress(after.label) else None
    postal = (kept if each is before else each for each in card.postal)
    return replace(card, postal=tuple(each for each in postal if each is not None))


def _emails(card: ContactCard, wanted: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The wanted addresses with the labels they had; what is no address stays where it is."""
    labels = {_address(written): label for label, written in card.emails}
    kept = [(label, written) for label, written in card.emails if _address(written) in ("", *wanted)]
    known = {_address(written) for _, written in kept}
    return (*kept, *((labels.get(email, ""), email) for email in wanted if email not in known))
