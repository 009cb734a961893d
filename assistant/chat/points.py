"""What was asked and promised in mails, each point in the words that were written. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.following.saying.due import end_of
from assistant.following.saying.reading import said_in


@dataclass(frozen=True, slots=True)
class Spoken:
    """A mail: `key` names it, `text` is what its writer wrote anew, `at` when, in the reader's zone."""

    key: int
    thread: int
    at: datetime
    is_ours: bool
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence of a mail. `by`: by when, where it says so. `is_open`: the other side has not written in that thread
    since it was asked; of a promise, who made it has not."""

    kind: Literal["asked", "promised"]
    mail: Spoken
    sentence: str
    by: datetime | None
    is_open: bool


def points(mails: Sequence[Spoken]) -> tuple[Point, ...]:
    """The points of these mails, open ones first, and of these the newest."""
    found = []
    for mail in mails:
        for said in said_in(mail.text, sent=True, now=mail.at):
            kind: Literal["asked", "promised"] = "asked" if said.kind == "question" else "promised"
            awaited = mail.is_ours if kind == "promised" else not mail.is_ours
            answered = any(
                other.thread == mail.thread and other.is_ours == awaited and other.at > mail.at for other in mails
            )
            by = end_of(said.due) if said.due is not None else None
            found.append(Point(kind, mail, said.sentence, by, not answered))
    return tuple(sorted(found, key=lambda point: (not point.is_open, -point.mail.at.timestamp())))
