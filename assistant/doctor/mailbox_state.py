"""What the store knows about a mailbox: its state, what waits, what was put aside. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from assistant.commands.words import ago, until
from assistant.doctor.finding import Finding, ok, problem, warning
from store.queries.status import MailboxRow

STALE, DEAD = timedelta(hours=1), timedelta(days=1)
STUCK = timedelta(hours=1)
#: States in which a person has to act.
_REFUSED = ("auth_expired", "ews_blocked", "rights_revoked", "access_denied", "not_found", "untrusted", "refused")


def state(row: MailboxRow, now: datetime) -> Iterator[Finding]:
    """Every finding about a mailbox that needs no server."""
    yield _success(row, now)
    yield _throttling(row, now)
    yield _outbox(row, now)
    yield _quarantine(row)
    if row.question:
        yield warning("question", row.question, "Answer it on the Sync screen of `regarding`.")


def _success(row: MailboxRow, now: datetime) -> Finding:
    done = row.last_success_at
    if row.state in _REFUSED:
        return problem("last sync", row.detail or row.last_error, f"regarding connect {row.address}")
    if done is None:
        return warning("last sync", "This mailbox was never read to its end.", f"regarding sync {row.address}")
    if now - done > DEAD:
        return problem("last sync", f"It was last read {ago(done, now)}.", f"regarding sync {row.address}")
    if now - done > STALE:
        return warning("last sync", f"It was last read {ago(done, now)}.", "regarding sync --watch")
    return ok("last sync", f"It was last read {ago(done, now)}.")


def _throttling(row: MailboxRow, now: datetime) -> Finding:
    if row.state == "throttled" and row.retry_at is not None:
        return warning("throttling", f"The server asked to be left alone; next try {until(row.retry_at, now)}.")
    if "busy" in row.last_error and row.last_error_at and now - row.last_error_at < DEAD:
        return warning("throttling", f"The server asked for a pause {ago(row.last_error_at, now)}.")
    return ok("throttling", "The server has asked for no pause lately.")


def _outbox(row: MailboxRow, now: datetime) -> Finding:
    box = row.outbox
    if box.failed or box.unsure:
        said = f"{box.failed} refused and {box.unsure} of unknown outcome wait in the outbox."
        return problem("outbox", said, "regarding outbox")
    if box.oldest_at is not None and now - box.oldest_at > STUCK:
        return warning(
            "outbox", f"{box.waiting} wait in the outbox, since {ago(box.oldest_at, now)}.", "regarding outbox"
        )
    return ok("outbox", f"{box.waiting} wait in the outbox." if box.waiting else "The outbox is empty.")


def _quarantine(row: MailboxRow) -> Finding:
    if row.quarantined:
        return warning("quarantine", f"{row.quarantined} items could not be read.", "regarding quarantine")
    return ok("quarantine", "Every item could be read.")
