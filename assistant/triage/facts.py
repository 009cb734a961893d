"""What rules may know of a mail or a new lead: plain values, gathered before anything is decided. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property

from store.linking.facts import KnownRecord
from store.search_text import fold

#: Characters of a text that rules look at; what a sender may write beyond it costs nothing.
MOST_TEXT = 4_000


class Written:
    """A text as rules look at it, worked out once when the first rule asks."""

    def __init__(self, text: str) -> None:
        self.text = text[:MOST_TEXT]

    @cached_property
    def plain(self) -> str:
        """As it was written, composed, for patterns."""
        return unicodedata.normalize("NFC", self.text)

    @cached_property
    def caseless(self) -> str:
        """The same for comparing without regard to case; how long it is may differ."""
        return self.plain.casefold()

    @cached_property
    def words(self) -> str:
        """Folded words with a blank before and after each, so that ` word ` is found in it."""
        return f" {fold(self.text)} "


@dataclass(frozen=True, slots=True)
class AtQueue:
    """A queue that the mail was sent to, and the address it has."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attached:
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Tied:
    """A record that the mail is linked to. `exact`: by a number, a thread, a token or a person, not by likeness."""

    record: KnownRecord
    exact: bool


# Neither has slots: what a rule asks for first is worked out then and kept for the next.
@dataclass(frozen=True)
class MailFacts:
    """A mail that came in.

    `email` and `domain` are the sender's, in lower case; `parties` the contacts, leads and accounts that have this very
    address, an account also by its domain. `text` is what the sender wrote anew, `language` its code ('' where that is
    not clear), `noise` as the mail says it ('' for a mail by a person). `entitled` is None where no contract says
    anything; `hours` is 'inside' or 'outside' the business hours of the queue, '' where it has none.
    """

    email: str
    domain: str
    name: str = ""
    own_sender: bool = False  # one of our own people or mailboxes
    queues: tuple[AtQueue, ...] = ()
    subject: str = ""
    text: str = ""
    language: str = ""
    attachments: tuple[Attached, ...] = ()
    noise: str = ""
    meeting: bool = False  # it invites to a meeting or answers, which the calendar takes
    parties: tuple[KnownRecord, ...] = ()
    linked: tuple[Tied, ...] = ()
    entitled: bool | None = None
    entitlement: str = ""  # the sentence that says why
    hours: str = ""
    open_case: bool = False  # its thread belongs to a case that is not closed
    acknowledged_today: bool = False  # somebody in its thread was sent an acknowledgement on this day
    within_hour: int = 1  # mails of its sender that came within an hour of it, itself included
    made_within_hour: bool = False  # a rule made a case or a lead of another one of them
    made_alike: bool = False  # a rule made one, within an hour, of a mail of theirs with the same subject
    acknowledged_lately: bool = False  # the sender was sent an acknowledgement within an hour
    acknowledged_often: bool = False  # the sender was sent as many within a week as anybody is
    is_late: bool = False  # it came more than a day ago

    @property
    def is_known(self) -> bool:
        return bool(self.parties)

    @cached_property
    def subject_written(self) -> Written:
        return Written(self.subject)

    @cached_property
    def text_written(self) -> Written:
        return Written(self.text)


@dataclass(frozen=True)
class LeadFacts:
    """A new lead, wherever it came from. `country` is as the record says it, `region` what a country belongs to;
    `employees` is None where nobody knows."""

    email: str = ""
    domain: str = ""
    company: str = ""
    region: str = ""
    country: str = ""
    employees: int | None = None
    industry: str = ""
    source: str = ""
    topic: str = ""
    free_mail: bool = False  # the address says nothing about who they work for

    @cached_property
    def topic_written(self) -> Written:
        return Written(self.topic)
