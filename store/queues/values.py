"""What queues, business hours, promises and contracts consist of, as forms and commands give them. Pure.

Others are named by key. Times and hours are checked when the value is made (`store.sla`), names when it is saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from store.errors import Invalid
from store.sla.hours import BusinessCalendar
from store.sla.terms import SlaTerms

QUEUE_KINDS = ("case", "lead")
ASSIGNMENTS = ("none", "round_robin", "least_loaded")

_MOST_REOPEN_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class QueueValues:
    """A queue. `member_ids` are users in the order of their turns; nothing is given to those of `away_ids`.

    Raises Invalid for another kind or assignment, and days that are none.
    """

    name: str
    kind: str = "case"
    address: str = ""
    assignment: str = "none"
    sla_id: int | None = None
    escalate_user_id: int | None = None
    escalate_queue_id: int | None = None
    reopen_days: int = 14
    member_ids: tuple[int, ...] = ()
    away_ids: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.kind not in QUEUE_KINDS:
            raise Invalid(f"Kind: {self.kind!r} is none of {', '.join(QUEUE_KINDS)}.")
        if self.assignment not in ASSIGNMENTS:
            raise Invalid(f"Assignment: {self.assignment!r} is none of {', '.join(ASSIGNMENTS)}.")
        if not 0 <= self.reopen_days <= _MOST_REOPEN_DAYS:
            raise Invalid(f"An answer can reopen a case for 0 to {_MOST_REOPEN_DAYS:,} days.")
        if self.escalate_user_id is not None and self.escalate_queue_id is not None:
            raise Invalid("What is late goes to a person or to a queue, not to both.")


@dataclass(frozen=True, slots=True)
class CalendarValues:
    """Business hours under a name."""

    name: str
    calendar: BusinessCalendar


@dataclass(frozen=True, slots=True)
class SlaValues:
    """Promises under a name, counted in the hours of a calendar."""

    name: str
    calendar_id: int
    terms: SlaTerms


@dataclass(frozen=True, slots=True)
class EntitlementValues:
    """A contract of an account; nobody in `contact_ids` means that everybody of it may call.

    Raises Invalid for an end before the start, and for fewer than one case.
    """

    name: str
    account_id: int
    starts_on: date
    ends_on: date | None = None
    cases_total: int | None = None
    sla_id: int | None = None
    contact_ids: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise Invalid(f"The contract would end on {self.ends_on}, before it begins on {self.starts_on}.")
        if self.cases_total is not None and self.cases_total < 1:
            raise Invalid("A contract covers at least one case; leave the number out for any number.")
