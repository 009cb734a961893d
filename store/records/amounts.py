"""Reading amounts, whole numbers, percentages and currencies as people and other programs write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from store.errors import Invalid

#: Amounts are stored as ten-thousandths in 64 bits.
LARGEST = Decimal(100_000_000_000_000)

_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "zł": "PLN", "kč": "CZK"}
_FACTORS = {
    "": 1,
    "k": 1_000,
    "t": 1_000,
    "m": 1_000_000,
    "mm": 1_000_000,
    "mio": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "bn": 1_000_000_000,
    "b": 1_000_000_000,
    "mrd": 1_000_000_000,
}
_SHAPE = re.compile(
    r"(?P<before>[^\d\s.,+\-()]{0,4})\s*(?P<sign>[-+−]?)\s*(?P<before2>[^\d\s.,+\-()]{0,4})\s*"
    r"(?P<number>\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)\s*(?P<rest>[^\d]*)"
)


@dataclass(frozen=True, slots=True)
class Money:
    """`currency` is an ISO 4217 code, '' where none was written."""

    amount: Decimal
    currency: str = ""


def parse_money(text: str, *, decimal: str = "") -> Money:
    """The sum meant by "12,500.50", "12.500,50 EUR", "€ 3k", "CHF 1'200" or "(500)" (negative).

    One separator before exactly three digits groups thousands unless `decimal` names the decimal mark. Raises Invalid.
    """
    written = text.strip()
    negative = written.startswith("(") and written.endswith(")")
    shape = _SHAPE.fullmatch(written[1:-1].strip() if negative else written)
    if shape is None:
        raise Invalid(f"{text!r} is not an amount; write it as 12500.50 or 12,500.50 EUR.")
    number = _number(shape["number"], text, decimal)
    factor, after = _factor(shape["rest"])
    currencies = {parse_currency(part) for part in (shape["before"], shape["before2"], after) if part.strip()}
    if len(currencies) > 1:
        raise Invalid(f"{text!r} names two currencies.")
    amount = number * factor
    if negative or shape["sign"] in ("-", "−"):
        amount = -amount
    return Money(checked_amount(amount), currencies.pop() if currencies else "")


def checked_amount(amount: Decimal) -> Decimal:
    """Raises Invalid for what the store cannot hold."""
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise Invalid(f"{amount} is too large an amount.")
    return amount.quantize(Decimal("0.0001")).normalize() + 0


def parse_currency(text: str) -> str:
    """The ISO 4217 code of a symbol or a code. Raises Invalid."""
    code = text.strip()
    code = _SYMBOLS.get(code.lower(), code).upper()
    if code in ("US$", "USD$"):
        code = "USD"
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise Invalid(f"{text.strip()!r} is not a currency; write its three letters, as EUR.")
    return code


def parse_integer(text: str) -> int:
    """A whole number, thousands grouped or not. Raises Invalid."""
    money = parse_money(text)
    if money.currency or money.amount != money.amount.to_integral_value():
        raise Invalid(f"{text!r} is not a whole number.")
    return int(money.amount)


def parse_percent(text: str) -> int:
    """0 to 100 with or without the sign. Raises Invalid."""
    try:
        amount = parse_money(text.replace("%", "").strip(), decimal="." if "." in text else ",").amount
    except Invalid:
        raise Invalid(f"{text!r} is not a percentage; write a number from 0 to 100.") from None
    if amount != amount.to_integral_value() or not 0 <= amount <= 100:
        raise Invalid(f"{text!r} is not a percentage; write a whole number from 0 to 100.")
    return int(amount)


def decimal_mark(texts: list[str]) -> str:
    """The decimal mark that a column of numbers proves ("." or ","), '' when nothing in it does."""
    for text in texts:
        digits = re.sub(r"[^\d.,]", "", text)
        dots, commas = digits.count("."), digits.count(",")
        if dots and commas:
            return "." if digits.rindex(".") > digits.rindex(",") else ","
        if dots > 1 or commas > 1:
            return "," if dots > 1 else "."
        for mark in ".,":
            whole, found, part = digits.partition(mark)
            if found and (len(part) != 3 or len(whole) > 3 or whole in ("", "0")):
                return mark
    return ""


def _factor(rest: str) -> tuple[int, str]:
    """The multiplier at the start of what follows the number, and what remains of it."""
    words = rest.strip().split(None, 1)
    if not words:
        return 1, ""
    for cut in (len(words[0]), len(words[0]) - 1):
        word = words[0][:cut].rstrip(".").lower()
        left = f"{words[0][cut:]} {' '.join(words[1:])}".strip()
        if word in _FACTORS and word:
            return _FACTORS[word], left
    return 1, rest.strip()


def _number(digits: str, text: str, decimal: str) -> Decimal:
    digits = re.sub(r"['’\s\u00a0\u202f]", "", digits)
    mark = decimal or _mark_of(digits)
    group = "," if mark == "." else "."
    whole, _, part = digits.partition(mark)
    plain = whole.replace(group, "")
    well_grouped = group not in whole or re.fullmatch(
        rf"\d{{1,3}}(?:{re.escape(group)}\d{{2,3}})*{re.escape(group)}\d{{3}}", whole
    )
    if not well_grouped or group in part or mark in part:
        raise Invalid(f"{text!r} is not an amount; write it as 12500.50 or 12,500.50 EUR.")
    return Decimal(f"{plain or 0}.{part or 0}")


def _mark_of(digits: str) -> str:
    dot, comma = digits.rfind("."), digits.rfind(",")
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    mark = "." if dot >= 0 else ","
    whole, _, part = digits.partition(mark)
    if digits.count(mark) > 1 or (len(part) == 3 and 1 <= len(whole) <= 3 and whole != "0"):
        return "," if mark == "." else "."  # it groups thousands, so the decimal mark is the other one
    return mark
