from __future__ import annotations

from decimal import Decimal

import pytest

from store.errors import Invalid
from store.records.amounts import Money, decimal_mark, parse_integer, parse_money, parse_percent


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12,500.50", "12500.5", ""),
        ("12.500,50 EUR", "12500.5", "EUR"),
        ("€ 3k", "3000", "EUR"),
        ("12,500", "12500", ""),
        ("12.500", "12500", ""),
        ("0.125", "0.125", ""),
        ("1100.04", "1100.04", ""),
        ("12,5", "12.5", ""),
        ("CHF 1'200", "1200", "CHF"),
        ("1 234 567,89", "1234567.89", ""),
        ("1.234.567", "1234567", ""),
        ("12,34,567.5", "1234567.5", ""),
        ("$1.2M", "1200000", "USD"),
        ("US$ 20", "20", "USD"),
        ("3 mio EUR", "3000000", "EUR"),
        ("3k$", "3000", "USD"),
        ("(500)", "-500", ""),
        ("-5", "-5", ""),
    ],
)
def test_parse_money_reads_what_people_write(text: str, amount: str, currency: str) -> None:
    assert parse_money(text) == Money(Decimal(amount), currency)


@pytest.mark.parametrize("text", ["abc", "€", "1,2,3", "12.34.56", "1e5", "NaN", "1 EUR USD", "999999999999999", ""])
def test_parse_money_refuses_what_is_no_amount(text: str) -> None:
    with pytest.raises(Invalid):
        parse_money(text)


def test_parse_money_follows_the_mark_that_a_column_proves() -> None:
    assert parse_money("12.500", decimal=".").amount == Decimal("12.5")


@pytest.mark.parametrize(
    ("column", "mark"),
    [(["550", "4821"], ""), (["1.500", "12.5"], "."), (["1.500,00"], ","), (["1,500"], ""), (["1100.040"], ".")],
)
def test_decimal_mark_is_told_by_the_first_row_that_proves_it(column: list[str], mark: str) -> None:
    assert decimal_mark(column) == mark


def test_parse_percent_takes_whole_numbers_with_or_without_sign() -> None:
    assert [parse_percent(text) for text in ("80", "80 %", "80.0")] == [80, 80, 80]
    for text in ("101", "0.8", "-1", "x"):
        with pytest.raises(Invalid):
            parse_percent(text)


def test_parse_integer_refuses_fractions() -> None:
    assert parse_integer("10,083") == 10083
    with pytest.raises(Invalid):
        parse_integer("1.5")
