"""A mailbox as the Sync screen tells of it: what it does, what it waits for, and what a person has to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from assistant.ews_block import explanation
from store.queries.status import MailboxRow, OutboxCounts
from tui import sync_words
from tui.cells import line
from tui.when import ago, full_when
from tui.widgets.sheet import Fact

_BAR = 30  # cells of a progress bar
_LABEL = 15  # cells of the column of labels

_ADVICE = {
    "auth_expired": "Sign in again with:  regarding connect {address}",
    "moved": "Nothing has to be done: its new server is being looked for.",
    "quota_full": "Make room in the mailbox; what waits is written then, and nothing is lost.",
    "rights_revoked": "Ask its owner for access. What was read stays here, and nothing is written any more.",
    "access_denied": "Ask its owner for access, or choose other folders with regarding connect.",
    "not_found": "Check the address and the server:  regarding connect {address}",
    "untrusted": "Install your company's certificate in the system.",
}


def facts_of(row: MailboxRow, conflicts: int, now: datetime) -> list[Fact]:
    """Everything there is to say about a mailbox, line by line."""
    lines = [*_state(row, now), *_to_do(row), *_times(row, now), *_waiting(row, conflicts, now), *_error(row, now)]
    return [Fact(said, label, _LABEL) for label, said in lines]


def nothing_connected() -> list[Fact]:
    """What stands there before the first mailbox is connected."""
    return [
        Fact(Content.styled("No mailbox is connected.", "b")),
        Fact(Content.assemble(("regarding connect you@company.com", "$accent"), "  connects one.")),
    ]


Line = tuple[str, Content]


def _state(row: MailboxRow, now: datetime) -> Iterable[Line]:
    said, tone = sync_words.state(row, now)
    yield "State", Content.styled(f"● {said}", f"${tone}")
    part = sync_words.share(row)
    if part is not None:
        full, rest = sync_words.bar(part, _BAR)
        done, total = row.progress
        yield "", Content.assemble((full, "$accent"), (rest, "$faint"), f"  {done:,} of {total:,}")
    if row.detail and row.detail != row.last_error and not row.question:
        yield "", Content(line(row.detail))
    if row.question:
        said = " answers what is asked above. Everything else goes on meanwhile."
        yield "Question", Content.assemble(("a", "b $accent"), (said, "$quiet"))


def _to_do(row: MailboxRow) -> Iterable[Line]:
    if row.state == "ews_blocked":
        for place, said in enumerate(explanation(row.address, row.client_id)):
            yield "" if place else "To do", Content.styled(said, "$accent" if said.startswith("  ") else "")
    elif row.state in _ADVICE:
        yield "To do", Content(_ADVICE[row.state].format(address=line(row.address)))


def _times(row: MailboxRow, now: datetime) -> Iterable[Line]:
    if row.retry_at is not None and row.state not in ("ready", "idle", "syncing", "asks"):
        yield "Next try", Content(f"{ahead(row.retry_at, now)}, by itself")
    yield "Last success", _when(row.last_success_at, now)
    yield "Compared", _when(row.compared_at, now) if row.compared_at else Content.styled("not yet", "$quiet")


def _waiting(row: MailboxRow, conflicts: int, now: datetime) -> Iterable[Line]:
    yield "To send", _outbox(row.outbox, now, stuck=sync_words.is_stuck(row, now))
    said = f"{conflicts:,} field{'s' if conflicts > 1 else ''} wait{'' if conflicts > 1 else 's'} for a choice"
    yield (
        "Conflicts",
        Content.assemble((said, "$warning"), ("   c", "b $accent"), (" shows them", "$quiet"))
        if conflicts
        else _none(),
    )
    yield (
        "Not read",
        Content.styled(f"{row.quarantined:,} item{'s' if row.quarantined > 1 else ''} in quarantine", "$warning")
        if row.quarantined
        else _none(),
    )


def _outbox(counts: OutboxCounts, now: datetime, *, stuck: bool) -> Content:
    parts = []
    if counts.waiting:
        since = f", the oldest since {ago(counts.oldest_at, now)}" if counts.oldest_at else ""
        parts.append(Content.styled(f"{counts.waiting:,} on the way{since}", "$warning" if stuck else ""))
    if counts.failed:
        parts.append(Content.styled(f"{counts.failed:,} refused", "$error"))
    if counts.unsure:
        parts.append(Content.styled(f"{counts.unsure:,} that may or may not have been sent", "$warning"))
    return Content(", ").join(parts) if parts else _none()


def _error(row: MailboxRow, now: datetime) -> Iterable[Line]:
    if not row.last_error:
        return
    over = not sync_words.is_failing(row)
    said = Content.styled(line(row.last_error), "$quiet" if over else "$error")
    yield (
        "Last error",
        said + Content.styled(f"  {ago(row.last_error_at, now)}{', over since' if over else ''}", "$quiet"),
    )


def _when(instant: datetime | None, now: datetime) -> Content:
    return Content.assemble(ago(instant, now), (f"   {full_when(instant, now)}" if instant else "", "$quiet"))


def _none() -> Content:
    return Content.styled("nothing", "$quiet")


def ahead(instant: datetime, now: datetime) -> str:
    """How soon, in one unit: "in 40 s", "in 4 min", "in 3 h"; "now" for what is over."""
    seconds = int((instant - now).total_seconds())
    for unit, length in (("h", 3_600), ("min", 60), ("s", 1)):
        if seconds >= length:
            return f"in {seconds // length} {unit}"
    return "now"
