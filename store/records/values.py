"""From what a person, a command or a file gives for a record's fields to checked plain values.

`store.records.state` says what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from store import dates, domains
from store.errors import Invalid
from store.records import amounts
from store.records.fields import Field, FieldType, fields_of
from store.records.lists import encode
from store.records.state import State
from store.types import new_uid

_LONGEST = {FieldType.TEXT: 1_000, FieldType.PHONE: 100}  # characters
_LONGEST_TEXT = 1_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Notation:
    """How a file writes numbers and dates where one alone could be read in two ways."""

    decimal: str = ""
    first: dates.Order = ""


PLAIN = Notation()


@dataclass(frozen=True, slots=True)
class Line:
    """A product in a deal. `product` names it by key, uid or number; amounts may be text."""

    product: int | str | None = None
    quantity: Decimal | int | str = 1
    unit_price: Decimal | int | str | None = None  # None: the product's own price
    description: str = ""
    uid: str = ""  # of the line that is kept; '' for a new one


def typed_line(typed: str) -> Line:
    """The line that a person types as "2 x Snow gun SG-40 @ 18400"; one piece, and the product's own price, unless
    said."""
    quantity, by, rest = typed.partition(" x ")
    name, _, price = (rest if by else typed).partition("@")
    return Line(product=name.strip(), quantity=quantity.strip() if by else 1, unit_price=price.strip() or None)


def read_values(kind: str, values: Mapping[str, Any], notation: Notation = PLAIN) -> State:
    """Checked plain values by field name; None and blank text clear a field. References stay as given.

    Besides the fields, `extra` (custom values by name) and for an opportunity `lines` are taken. An amount's currency
    goes to `currency`. Raises Invalid with one sentence that names the field.
    """
    fields = fields_of(kind)
    state: State = {}
    for name, value in values.items():
        if name == "extra":
            state[name] = _extra(value)
        elif name == "lines" and kind == "opportunity":
            state[name] = [_line(line, notation) for line in value or ()]
        elif name not in fields:
            raise Invalid(f"A record of kind {kind} has no field {name!r}; it has {', '.join(fields)}.")
        else:
            state[name] = _checked(fields[name], value, notation)
    return _with_currency(fields, state)


def _checked(field: Field, value: Any, notation: Notation) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        if field.required:
            raise Invalid(f"{field.label} cannot be empty.")
        return [] if field.is_list else None
    try:
        return _read(field, value, notation)
    except Invalid as error:
        raise Invalid(f"{field.label}: {error.sentence}") from None


def _read(field: Field, value: Any, notation: Notation) -> Any:
    match field.type:
        case FieldType.TEXT | FieldType.PHONE | FieldType.LONG_TEXT:
            return _text(field, str(value))
        case FieldType.EMAIL_LIST:
            return _unique(domains.parse_email(one) for one in _listed(value))
        case FieldType.DOMAIN_LIST:
            return sorted(_unique(_own_domain(one) for one in _listed(value)))
        case FieldType.DATE:
            return _date(value, notation)
        case FieldType.AMOUNT:
            return _amount(value, notation)
        case FieldType.CURRENCY:
            return amounts.parse_currency(str(value))
        case FieldType.INTEGER:
            return _integer(value)
        case FieldType.PERCENT:
            return amounts.parse_percent(str(value))
        case FieldType.CHOICE:
            return _choice(field, str(value))
        case FieldType.FLAG:
            return yes_or_no(value)
        case FieldType.RECORD | FieldType.USER | FieldType.QUEUE:
            return value


def fitting(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with long texts cut to what their fields hold: what a machine brings is not refused for its length."""
    fields = fields_of(kind)
    return {name: _cut(fields[name], value) if isinstance(value, str) else value for name, value in values.items()}


def _cut(field: Field, text: str) -> str:
    return text[: _LONGEST.get(field.type, _LONGEST_TEXT)]


def _text(field: Field, text: str) -> str:
    if len(text) > _LONGEST.get(field.type, _LONGEST_TEXT):
        raise Invalid(f"{len(text):,} characters are too many.")
    if field.type is not FieldType.LONG_TEXT:
        text = " ".join(text.split())
    return _CONTROL.sub("", text)


def _listed(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return [part for part in re.split(r"[;,\n]+|\s+(?=\S+@)", value) if part.strip()]
    return [str(part) for part in value if str(part).strip()]


def _unique(values: Any) -> list[str]:
    return list(dict.fromkeys(values))


def _own_domain(text: str) -> str:
    domain = domains.parse_domain(text)
    if domains.is_free_mail(domain):
        raise Invalid(f"anybody can have a mailbox at {domain}, so it cannot stand for one account.")
    return domain


def _date(value: Any, notation: Notation) -> str:
    if isinstance(value, datetime):
        value = value.date()
    return (
        value.isoformat() if isinstance(value, date) else dates.parse_date(str(value), first=notation.first).isoformat()
    )


def _amount(value: Any, notation: Notation) -> Any:
    """A decimal string; Money while the currency is not yet taken off."""
    if isinstance(value, bool):
        raise Invalid(f"{value!r} is not an amount.")
    if isinstance(value, int | Decimal | float):
        money = amounts.Money(amounts.checked_amount(Decimal(str(value))))
    else:
        money = amounts.parse_money(str(value), decimal=notation.decimal)
    if money.amount < 0:
        raise Invalid("it cannot be below zero.")
    return money


def _integer(value: Any) -> int:
    number = value if isinstance(value, int) and not isinstance(value, bool) else amounts.parse_integer(str(value))
    if not 0 <= number < 2**53:
        raise Invalid(f"{number} is out of range.")
    return int(number)


def yes_or_no(value: Any) -> bool | None:
    """True, or None for no, which is as good as empty."""
    word = str(value).strip().lower()
    if word in ("yes", "true", "1", "y", "x"):
        return True
    if word in ("no", "false", "0", "n"):
        return None
    raise Invalid(f"{value!r} is neither yes nor no.")


def _choice(field: Field, text: str) -> str:
    wanted = re.sub(r"[\s-]+", "_", text.lower())
    if wanted not in field.choices:
        raise Invalid(f"{text!r} is none of {', '.join(field.choices)}.")
    return wanted


def _with_currency(fields: Mapping[str, Field], state: State) -> State:
    for name, value in list(state.items()):
        if not isinstance(value, amounts.Money):
            continue
        state[name] = encode(value.amount)
        if value.currency and "currency" in fields:
            if state.get("currency", value.currency) not in (value.currency, None):
                raise Invalid(f"{fields[name].label} is in {value.currency} but the currency is {state['currency']}.")
            state["currency"] = value.currency
    return state


def _line(line: Line | Mapping[str, Any], notation: Notation) -> State:
    line = line if isinstance(line, Line) else Line(**line)
    quantity = _positive("Quantity", line.quantity, notation)
    price = None if line.unit_price in (None, "") else _positive("Unit price", line.unit_price, notation)
    text = " ".join(line.description.split())
    if line.product is None and not text:
        raise Invalid("A line needs a product or a description.")
    return {
        "uid": line.uid or new_uid(),
        "product": line.product,
        "description": text,
        "quantity": quantity,
        "unit_price": price,
    }


def _positive(label: str, value: Any, notation: Notation) -> str:
    try:
        return str(encode(_amount(value, notation).amount))
    except Invalid as error:
        raise Invalid(f"{label}: {error.sentence}") from None


def _extra(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Invalid("Custom values come as names with their values.")
    return {key: encode(one) for key, one in value.items() if one not in (None, "")}
