from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mail_sync.mime.dates import parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 2 Nov 2026 10:00:00 +0100", datetime(2026, 11, 2, 9, tzinfo=UTC)),
        ("2 Nov 2026 10:00 +0100 (CET)", datetime(2026, 11, 2, 9, tzinfo=UTC)),
        ("Mon, 02-Nov-26 10:00:00 GMT", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("2 Nov 99 10:00:00 EST", datetime(1999, 11, 2, 15, tzinfo=UTC)),
        ("2 Nov 104 10:00:00 +0000", datetime(2004, 11, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Nov 2026 10:00:00", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Nov 2026 10:00:00 -0000", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("Mon Nov  2 10:00:00 2026", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Nov 2026 10:00:60 +0000", datetime(2026, 11, 2, 10, 0, 59, tzinfo=UTC)),
        ("Mon, 2 Nov 2026 10:00:00 +9900", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("Mon, 2 November 2026 10.00.00 +0000", datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ("2026-11-02T10:00:00.123Z", datetime(2026, 11, 2, 10, 0, 0, 123000, tzinfo=UTC)),
        ("2026-11-02 10:00:00 +01:00", datetime(2026, 11, 2, 9, tzinfo=UTC)),
        ("Mon, 2 Nov 9999 10:00:00 +0000", None),
        ("Wed, 31 Dec 1969 23:59:59 +0000", None),
        ("Mon, 99 Nov 2026 10:00:00 +0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_date_is_an_aware_utc_instant_or_nothing(text: str, expected: datetime | None) -> None:
    assert parse_date(text)[0] == expected
