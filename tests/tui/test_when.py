"""Times as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tui.when import active_when


def test_what_lies_ahead_is_not_called_past() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert active_when(now + timedelta(days=20), now) == "next 24 Mar"
    assert active_when(now + timedelta(days=1), now) == "tomorrow"
    assert active_when(now - timedelta(days=1), now) == "yesterday"
    assert active_when(None, now) == ""
