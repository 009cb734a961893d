"""What becomes of a mail that waits for a decision when its links change. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a mail stands in triage. Pending: rules have not looked at it yet. Undecided: a person has to. Snoozed:
    they want to be asked later. Handled and ignored: somebody, a rule, or what it is linked to decided."""

    PENDING = "pending"
    UNDECIDED = "undecided"
    SNOOZED = "snoozed"
    HANDLED = "handled"
    IGNORED = "ignored"


#: What a person, or a rule, can make of a mail.
DECIDED = (State.HANDLED, State.IGNORED)


@dataclass(frozen=True, slots=True)
class Tie:
    """A record that the mail is linked to. `is_work`: a case, or an opportunity or a lead that is not closed."""

    is_work: bool
    by_person: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a mail. `noise`: no person wrote it to us. `meeting`: it invites to one or answers, which the
    calendar takes. `queued`: it was sent or given to a queue. `refused`: somebody said that it is about nothing.
    `taken_off`: a person took off a link just now. `another_time`: a customer may want another time for a booking."""

    noise: bool = False
    meeting: bool = False
    queued: bool = False
    refused: bool = False
    taken_off: bool = False
    another_time: bool = False
    ties: tuple[Tie, ...] = ()


def by_itself(seen: Seen) -> State:
    """What a mail is without a person or a rule: what belongs to a piece of work is handled, as is what goes to a known
    person or company and was not sent to a queue, and what is about a meeting; what no person wrote is ignored; all
    else waits, as does what may ask for another time."""
    if seen.noise or seen.refused:
        return State.IGNORED
    if seen.another_time:
        return State.UNDECIDED
    if seen.meeting or _work(seen.ties) or (seen.ties and not seen.queued):
        return State.HANDLED
    return State.UNDECIDED


def after_people(state: State, seen: Seen, *, was_decided: bool) -> State:
    """What it is after people changed its links. `was_decided`: somebody, or a rule, had decided before."""
    if any(tie.by_person for tie in seen.ties):
        return State.HANDLED
    if seen.refused:
        return State.IGNORED
    if seen.taken_off and not _work(seen.ties):
        return State.UNDECIDED if state in DECIDED else state
    if was_decided or state in (State.PENDING, State.SNOOZED):
        return state
    return by_itself(seen)


def _work(ties: Iterable[Tie]) -> bool:
    return any(tie.is_work for tie in ties)
