"""What a failure of a mailbox means: the state people read, and when it is tried again. Pure.

Refusals are never tried again by themselves: repeating a wrong password locks a person out, and only a person can
change what was refused. What is away is asked for less and less often, so that one dead mailbox costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mail_sync.errors import FolderRefused, MailboxRefused, MailboxUnavailable, Throttled

#: A mailbox that stays away is asked for at least that often.
LONGEST_REST = timedelta(minutes=15)
#: What a server asks for is honoured up to here; a pause of days is a slip of its clock.
LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Rest:
    """`after` is how long the mailbox is left alone; None: until a person acts."""

    state: str
    sentence: str
    after: timedelta | None


def rest_after(error: Exception, failures: int) -> Rest:
    """The rest that a failure asks for; `failures` counts those in a row, this one included."""
    sentence = str(getattr(error, "sentence", "")) or (
        f"Syncing this mailbox failed unforeseen; it will be tried again ({type(error).__name__}: {error})."
    )
    state = str(getattr(error, "state", "error"))
    match error:
        case MailboxRefused():
            return Rest(state, sentence, None)
        case Throttled():
            return Rest(state, sentence, min(error.retry_after, LONGEST_PAUSE))
        case FolderRefused():
            return Rest(state, sentence, error.retry_after)
        case MailboxUnavailable():
            first = error.retry_after
        case _:
            first = MailboxUnavailable.retry_after
    doubled = first * 2.0 ** min(failures - 1, 10)
    return Rest(state, sentence, max(first, min(doubled, LONGEST_REST)))
