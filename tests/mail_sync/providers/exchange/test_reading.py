"""Values of reply elements."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mail_sync.providers.exchange.reading import flag, instant, item_id, number, text, texts
from tests.mail_sync.providers.exchange.elements import element


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-02T09:30:00Z", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-03-02T09:30:00.1234567Z", datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)),
        ("2026-03-02T10:30:00+01:00", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-03-02T09:30:00", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("1601-01-01T00:00:00Z", None),
        ("4501-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_instant_reads_what_servers_write(value: str, expected: datetime | None) -> None:
    assert instant(value) == expected


def test_what_is_missing_stays_unknown() -> None:
    empty = element("Message", item_id="")
    assert (text(empty, "Subject"), flag(empty, "IsRead"), number(empty, "Size")) == ("", None, None)
    assert (texts(empty, "Categories", "String"), item_id(empty)) == ((), ("", ""))


def test_text_is_composed() -> None:
    assert text(element("Message", "<Subject>Mu\u0308nchen</Subject>"), "Subject") == "München"


def test_flag_and_number_ignore_nonsense() -> None:
    item = element("Message", "<IsRead>perhaps</IsRead><Size>many</Size>")
    assert (flag(item, "IsRead"), number(item, "Size")) == (None, None)
