"""How mailboxes are doing, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from store.queries.status import MailboxRow
from tui.cells import line
from tui.glyphs import words
from tui.when import ago

_STATES = {
    "new": ("not read yet", "quiet"),
    "syncing": ("reading", "accent"),
    "ready": ("up to date", "success"),
    "idle": ("up to date", "success"),
    "waiting": ("waiting to try again", "warning"),
}


def is_failing(row: MailboxRow) -> bool:
    """The last thing that happened was an error."""
    return row.last_error_at is not None and (row.last_success_at is None or row.last_error_at > row.last_success_at)


def state(row: MailboxRow) -> tuple[str, str]:
    """A mailbox's state in words, and the theme colour in which they stand."""
    said, tone = _STATES.get(row.state, (words(row.state).lower(), "warning"))
    return said, "error" if is_failing(row) and row.state != "syncing" else tone


def share(row: MailboxRow) -> float | None:
    """How much of the sync under way is done, between 0 and 1; None when nothing is under way."""
    done, total = row.progress
    return min(done / total, 1.0) if row.state == "syncing" and total else None


def bar(part: float, width: int) -> tuple[str, str]:
    """A progress bar as its full and its empty piece."""
    full = round(part * width)
    return "━" * full, "━" * (width - full)


def overall(rows: Sequence[MailboxRow], now: datetime) -> tuple[str, str]:
    """All mailboxes in a few words for the top line: (words, theme colour); '' when there is none."""
    rows = [row for row in rows if row.provider != "files"]
    if not rows:
        return "", "quiet"
    failing = [row for row in rows if is_failing(row) and row.state != "syncing"]
    if failing:
        return (f"{line(failing[0].address)} failed" if len(rows) == 1 else f"{len(failing)} failed"), "error"
    if any(row.state == "syncing" for row in rows):
        done, total = (sum(row.progress[place] for row in rows if row.state == "syncing") for place in (0, 1))
        return (f"reading {min(done * 100 // total, 100)} %" if total else "reading"), "accent"
    successes = [row.last_success_at for row in rows if row.last_success_at]
    return (f"synced {ago(min(successes), now)}", "success") if successes else ("not read yet", "quiet")
