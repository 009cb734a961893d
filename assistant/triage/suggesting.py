"""What a mail that waits is best made of, and how sure that is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from store.linking.facts import LIKELY


class Act(StrEnum):
    """Find another time for the booking; link it to the piece of work, or to the person or company, that fits best;
    make a case or a lead of it; or there is nothing to suggest."""

    MOVE = "move"

    WORK = "work"
    PARTY = "party"
    CASE = "case"
    LEAD = "lead"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`sure` is a probability, None where nothing speaks for or against it."""

    act: Act
    sure: float | None = None


class Fitting(Protocol):
    """A record that a mail may be regarding, with this probability."""

    @property
    def score(self) -> float: ...


def is_likely(fit: Fitting) -> bool:
    """Whether it is as likely as not: only for such a customer something is made."""
    return fit.score >= LIKELY


class Waiting(Protocol):
    """A mail that waits, with what `suggest` asks of it."""

    @property
    def work(self) -> Fitting | None: ...
    @property
    def party(self) -> Fitting | None: ...
    @property
    def queue_kind(self) -> str: ...
    @property
    def booking(self) -> Fitting | None: ...


def suggested(row: Waiting) -> Suggestion:
    """The next step for a mail."""
    return suggest(row.work, row.party, row.queue_kind, row.booking)


def suggest(work: Fitting | None, party: Fitting | None, queue_kind: str, booking: Fitting | None = None) -> Suggestion:
    """The next step for a mail of which these are the likeliest case, opportunity or lead, and the likeliest contact or
    account, and that waits in a queue of this kind (case, lead, '' for none). For `booking` another time may be wanted.

    Who writes to a queue wants something: what fits no open work as likely as not is new. That it is new, and from
    whom where that is likely, has to be true both.
    """
    if booking is not None:
        return Suggestion(Act.MOVE, booking.score)
    if work is not None and (is_likely(work) or not queue_kind):
        return Suggestion(Act.WORK, work.score)
    is_new = 1 - (work.score if work is not None else 0.0)
    if queue_kind == "case":
        if party is not None and is_likely(party):
            return Suggestion(Act.CASE, party.score * is_new)
        return Suggestion(Act.CASE, None if work is None else is_new)
    if party is not None:
        return Suggestion(Act.PARTY, party.score)
    if queue_kind == "lead":
        return Suggestion(Act.LEAD, None if work is None else is_new)
    return Suggestion(Act.NOTHING)
