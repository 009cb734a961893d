"""How mailboxes are doing, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from store.queries.paging import Count
from store.queries.status import MailboxRow
from tui.cells import line
from tui.glyphs import words
from tui.when import ago, short_when

NONE = Count(0)

_STATES = {
    "new": ("not read yet", "quiet"),
    "syncing": ("reading", "accent"),
    "ready": ("up to date", "success"),
    "idle": ("up to date", "success"),
    "asks": ("asks something", "warning"),
    "waiting": ("waiting to try again", "warning"),
    "throttled": ("slowed down by the server", "warning"),
    "unavailable": ("not reachable", "warning"),
    "moved": ("moved to another server", "warning"),
    "quota_full": ("full: read, but nothing is written", "warning"),
    "access_denied": ("a folder is closed to us", "warning"),
    "auth_expired": ("sign-in needed", "error"),
    "ews_blocked": ("blocked by the organisation", "error"),
    "rights_revoked": ("access was taken away", "error"),
    "not_found": ("not on this server", "error"),
    "untrusted": ("certificate not trusted", "error"),
    "refused": ("refused by the server", "error"),
}
#: States in which reading goes on as it should, whatever the last error was.
_WELL = frozenset({"syncing", "asks"})
#: States that end by themselves: nobody has to do anything.
PASSING = frozenset({"throttled", "unavailable", "moved", "waiting"})
#: After this long in the outbox something is stuck.
_STUCK = timedelta(minutes=15)


def is_failing(row: MailboxRow) -> bool:
    """The last thing that happened was an error."""
    return row.last_error_at is not None and (row.last_success_at is None or row.last_error_at > row.last_success_at)


def state(row: MailboxRow, now: datetime | None = None) -> tuple[str, str]:
    """A mailbox's state in words, and the theme colour in which they stand; with `now` also until when it rests."""
    said, tone = _STATES.get(row.state, (words(row.state).lower(), "error" if is_failing(row) else "warning"))
    if is_failing(row) and row.state in ("ready", "idle", "new"):
        tone = "error"
    if now is not None and row.state == "throttled" and row.retry_at is not None and row.retry_at > now:
        said = f"slowed down until {short_when(row.retry_at, now)}"
    return said, tone


def share(row: MailboxRow) -> float | None:
    """How much of the sync under way is done, between 0 and 1; None when nothing is under way."""
    done, total = row.progress
    return min(done / total, 1.0) if row.state == "syncing" and total else None


def bar(part: float, width: int) -> tuple[str, str]:
    """A progress bar as its full and its empty piece."""
    full = round(part * width)
    return "━" * full, "━" * (width - full)


def is_stuck(row: MailboxRow, now: datetime) -> bool:
    """Something waits in its outbox longer than it should."""
    return row.outbox.oldest_at is not None and now - row.outbox.oldest_at > _STUCK


def re_examining(again: Count) -> str:
    """What linking looks at again in the background; '' for nothing."""
    return f"re-examining {again} mail{'s' if again.value != 1 else ''}" if again.value else ""


def overall(rows: Sequence[MailboxRow], now: datetime, conflicts: int = 0, again: Count = NONE) -> tuple[str, str]:
    """All mailboxes in a few words for the top line: (words, theme colour); '' when there is none.

    What needs a person comes first; where several things do, the others are counted behind it. `again` counts the mail
    that is looked at again for what it is regarding.
    """
    rows = [row for row in rows if row.provider != "files"]
    needed = list(_needed(rows, now, conflicts))
    if needed:
        (said, tone), more = needed[0], len(needed) - 1
        return (f"{said} +{more}" if more else said), tone
    if again.value:
        return re_examining(again), "accent"
    if not rows:
        return "", "quiet"
    if any(row.state == "syncing" for row in rows):
        done, total = (sum(row.progress[place] for row in rows if row.state == "syncing") for place in (0, 1))
        return (f"reading {min(done * 100 // total, 100)} %" if total else "reading"), "accent"
    resting = [row for row in rows if row.state in PASSING]
    if resting:
        return state(resting[0], now)[0] if len(rows) == 1 else f"{len(resting)} waiting", "warning"
    successes = [row.last_success_at for row in rows if row.last_success_at]
    return (f"synced {ago(min(successes), now)}", "success") if successes else ("not read yet", "quiet")


def _needed(rows: Sequence[MailboxRow], now: datetime, conflicts: int) -> Iterable[tuple[str, str]]:
    """What needs a person, the gravest first; what the outbox needs is said beside it."""
    failing = [row for row in rows if is_failing(row) and row.state not in _WELL | PASSING]
    if failing:
        yield (f"{line(failing[0].address)} failed" if len(rows) == 1 else f"{len(failing)} failed"), "error"
    questions = sum(1 for row in rows if row.question)
    if questions:
        yield f"{questions} question{'s' if questions > 1 else ''}", "warning"
    if conflicts:
        yield f"{conflicts:,} conflict{'s' if conflicts > 1 else ''}", "warning"
    if any(is_stuck(row, now) for row in rows):
        yield "outbox stuck", "warning"
