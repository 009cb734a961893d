from __future__ import annotations

from datetime import date

import pytest

from store.dates import date_order, parse_date
from store.errors import Invalid


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30",
        "20261130",
        "30.11.2026",
        "11/30/2026",
        "30/11/2026",
        "30 Nov 2026",
        "Nov 30, 2026",
        "November 30th, 2026",
        "30. November 2026",
        "30-Nov-2026",
        "2026-11-30T00:00:00Z",
        "11/30/2026 12:00 AM",
    ],
)
def test_parse_date_reads_every_unambiguous_form(text: str) -> None:
    assert parse_date(text) == date(2026, 11, 30)


def test_parse_date_refuses_what_can_be_read_twice_and_names_both() -> None:
    with pytest.raises(Invalid) as refused:
        parse_date("3/4/2026")
    assert refused.value.sentence == "'3/4/2026' can be read as two dates; write it as 2026-04-03 or 2026-03-04."


@pytest.mark.parametrize("text", ["3/4/26", "2026-02-30", "soon", "", "13/13/2026"])
def test_parse_date_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(Invalid):
        parse_date(text)


def test_date_order_is_told_by_the_first_row_that_proves_it() -> None:
    assert date_order(["3/4/2026", "10/20/2016"]) == "month"
    assert date_order(["3/4/2026", "20/10/2016"]) == "day"
    assert date_order(["3/4/2026"]) == ""
    assert parse_date("3/4/2026", first="month") == date(2026, 3, 4)
