"""A mail that came in, as triage rules may look at it: plain values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.linking.facts import KnownRecord

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """One of our own addresses; `name` is that of its mailbox, '' without one."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class CameWith:
    """A file that came with a mail and is not shown within its text."""

    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class LinkedTo:
    """A record that the mail is regarding, with the rules that said so and the words that each rests on."""

    record: KnownRecord
    evidence: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ThreadCase:
    """A case that mails of a thread are regarding, the first of which came at `first_at`; `closed_at` is None where it
    is open."""

    record_id: int
    first_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailQueue:
    """A queue that the mail went to. `kind` is case or lead; `assignment` none, round_robin or least_loaded."""

    queue_id: int
    name: str
    kind: str
    address: str
    assignment: str


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A mail that came in. `email` is the sender's; `new_text` is what they wrote anew, as far as it was read;
    `parties` are the records that have this address, accounts also by its domain. `within_hour` counts the sender's
    mails of the hour before and after it, itself included.

    `meeting`: it invites to a meeting or answers, which the calendar takes. `queues` begin with the one it waits in.
    `hours` is inside or outside the business hours of the first that has any, '' where none has; `entitled` says
    whether a contract covers it, and `entitlement` why (see MailFacts)."""

    activity_id: int
    uid: str
    occurred_at: datetime
    who: str
    subject: str
    noise: str
    thread_id: int
    email: str
    name: str
    own_sender: bool
    own_places: tuple[OwnPlace, ...]
    new_text: str
    files: tuple[CameWith, ...]
    parties: tuple[KnownRecord, ...]
    linked: tuple[LinkedTo, ...]
    thread_cases: tuple[ThreadCase, ...]
    within_hour: int
    meeting: bool = False
    queues: tuple[MailQueue, ...] = ()
    hours: str = ""
    entitled: bool | None = None
    entitlement: str = ""
