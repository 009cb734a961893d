"""What the engine of follow-ups may know of mails and meetings: plain values, gathered by `store.queries.following`.
Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from store.following.values import Found
from store.linking.facts import KnownRecord
from store.sla.hours import BusinessCalendar

#: No more time may lie between a mail and its arrival here: the mail of years that a first sync brings asks nothing.
RECENT = timedelta(days=30)


def first_state(direction: str, noise: str, age: timedelta) -> str:
    """Whether a new mail waits to be read for follow-ups, pending or none: one that goes in or out, is no announcement,
    and is recent does. So does a report of our own server that a mail did not arrive."""
    crosses = direction != "internal" or noise == "bounce"
    return "pending" if crosses and noise != "bulk" and age <= RECENT else "none"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a user wants to be reminded, as far as it bears on what is found (store.following.settings.Settings)."""

    zone: str  # IANA
    hours: BusinessCalendar
    patience: int  # working days
    confirms: bool = False
    colleagues: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody outside who takes part in a mail. `contacts` are the contacts and leads that have this address or had it
    until it changed, `accounts` where these work, or whose domain it is."""

    email: str
    name: str = ""
    domain: str = ""  # registrable
    contacts: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()

    @property
    def shown(self) -> str:
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class ThreadMail:
    """One mail of a conversation.

    `text` is what its writer wrote anew, '' where it may not be read. `user_id` is whose mail it is: who of us wrote
    it, or to whom of us it came first; None where no person of ours is known. `others` are the people outside, who
    wrote it, or to whom it went (`copied`: in copy only). `is_fresh`: it was recent when it came, so what it says
    counts. `is_automatic`: no person wrote it, whatever `noise` says. `regarding` are its linked records, primary
    first; of the first `ended` says that it is closed, and when, and `offered` that it is an opportunity at the stage
    of an offer, or closed. `files` are the names of what is attached, `bounced_status` what a delivery
    report says, as 5.1.1.
    """

    activity_id: int
    uid: str
    at: datetime
    direction: str
    noise: str
    subject: str
    text: str
    user_id: int | None
    others: tuple[Person, ...] = ()
    copied: tuple[Person, ...] = ()
    files: tuple[str, ...] = ()
    is_fresh: bool = True
    is_private: bool = False
    is_automatic: bool = False
    regarding: tuple[KnownRecord, ...] = ()
    offered: bool = False
    bounced_status: str = ""
    ended: tuple[str, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting or a call with people outside; `about` are those of them, or of their companies, that it is linked to.
    `booked_at` is when it was put into the calendar, as far as known."""

    activity_id: int
    kind: str
    subject: str
    starts_at: datetime
    booked_at: datetime
    others: tuple[Person, ...] = ()
    about: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Conversation:
    """The mails of a thread, oldest first."""

    thread_id: int
    mails: tuple[ThreadMail, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """What the engine found, and what became of it: `closed_why` is '' while it stands, `closed_by_id` the mail or
    meeting that closed it."""

    found: Found
    closed_why: str = ""
    closed_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Resting:
    """An open opportunity or case, or a customer who bought or has a contract, that was quiet lately, or whose day to
    close has passed. `contacts` are the mails, calls and meetings of the last year, those to come left out."""

    record_id: int
    uid: str
    kind: str
    title: str
    user_id: int
    created_at: datetime
    contacts: tuple[datetime, ...] = ()
    close_date: date | None = None
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class RunningOut:
    """A clock of an open case that warned, or was late, at `since`; `clock` is first_response or resolution."""

    record_id: int
    uid: str
    number: str
    title: str
    user_id: int
    clock: str
    since: datetime
    late: bool
