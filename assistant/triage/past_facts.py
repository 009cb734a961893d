"""A mail as rules see it when it comes, or as they would have seen one of the past. Pure.

What people decided about it afterwards does not count: nobody had done so yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from assistant.triage.facts import AtQueue, Attached, MailFacts, Tied
from assistant.triage.language import guess_language
from assistant.triage.matching import Decision
from mail_sync.mime.subjects import bare_subject
from store.queries.triage_mail import HOUR, WEEK, IncomingMail, LinkedTo
from store.search_text import fold

_EXACT = ("number", "token", "sent")  # evidence that was compared letter by letter; an answer needs its subject too
_THREAD = "thread"
_DIGITS = re.compile(r"\d+")
_MOST_A_WEEK = 3  # acknowledgements that one sender is sent, whatever they write


def facts_of(mail: IncomingMail, new_text: str) -> MailFacts:
    """What rules may know of it by itself; what they did before is added by `SoFar`."""
    linked = tuple(Tied(each.record, _is_exact(each, mail.subject)) for each in mail.linked)
    return MailFacts(
        email=mail.email,
        domain=mail.email.partition("@")[2],
        name=mail.name,
        own_sender=mail.own_sender,
        queues=_queues(mail),
        subject=mail.subject,
        text=new_text,
        language=guess_language(new_text),
        attachments=tuple(Attached(each.name, each.media_type) for each in mail.files),
        noise=mail.noise,
        meeting=mail.meeting,
        parties=mail.parties,
        linked=linked,
        open_case=_had_open_case(mail, {tied.record.record_id for tied in linked if tied.exact}),
        within_hour=mail.within_hour,
        entitled=mail.entitled,
        entitlement=mail.entitlement,
        hours=mail.hours,
    )


def _queues(mail: IncomingMail) -> tuple[AtQueue, ...]:
    """The queues it went to, and our other addresses, by the names of their mailboxes."""
    queues = [AtQueue(one.name, one.address) for one in mail.queues]
    return tuple(dict.fromkeys([*queues, *(AtQueue(one.name, one.address) for one in mail.own_places)]))


def _is_exact(link: LinkedTo, subject: str) -> bool:
    return any(is_compared(each, subject) for each in link.evidence)


def is_compared(evidence: Mapping[str, Any], subject: str) -> bool:
    """An answer hands on what it answers for certain only as long as nobody chose another subject."""
    if evidence.get("rule") != _THREAD:
        return evidence.get("rule") in _EXACT
    before, now = bare_subject(str(evidence.get("quote", ""))).casefold(), bare_subject(subject).casefold()
    return before == now or not before or not now


def _had_open_case(mail: IncomingMail, exact: set[int]) -> bool:
    """Whether a case that an earlier mail of the thread is regarding, or this one for certain, was open then."""
    return any(
        (case.first_at < mail.occurred_at or case.record_id in exact)
        and (case.closed_at is None or case.closed_at > mail.occurred_at)
        for case in mail.thread_cases
    )


def topic_of(subject: str) -> str:
    """What a subject says but for the numbers in it, by which machines tell their mails apart."""
    return " ".join(_DIGITS.sub(" ", fold(bare_subject(subject))).split())


@dataclass
class SoFar:
    """What rules did with earlier mails, which bears on the next ones: of whom, and about what, they made something,
    and whom they sent an acknowledgement."""

    _made: dict[str, datetime] = field(default_factory=dict)  # by sender
    _topics: dict[tuple[str, str], datetime] = field(default_factory=dict)  # by sender and topic
    _acknowledged: set[tuple[int, date]] = field(default_factory=set)  # threads and days in UTC
    _told: dict[str, list[datetime]] = field(default_factory=dict)  # by sender

    def added(self, facts: MailFacts, mail: IncomingMail) -> MailFacts:
        topic = self._topics.get((mail.email, topic_of(mail.subject)))
        return replace(
            facts,
            made_within_hour=_is_near(self._made.get(mail.email), mail.occurred_at),
            made_alike=_is_near(topic, mail.occurred_at),
            acknowledged_today=(mail.thread_id, mail.occurred_at.date()) in self._acknowledged,
            acknowledged_lately=any(_is_near(each, mail.occurred_at) for each in self._told.get(mail.email, ())),
            acknowledged_often=self._is_told_often(mail.email, mail.occurred_at),
        )

    def note(self, mail: IncomingMail, decision: Decision) -> None:
        for name in _names(decision):
            if name == "create":
                self.note_made(mail.email, mail.subject, mail.occurred_at)
            elif name == "acknowledge":
                self.note_told(mail.email, mail.thread_id, mail.occurred_at)

    def note_made(self, email: str, subject: str, at: datetime) -> None:
        """A rule made a case or a lead of a mail of this sender that came then."""
        self._made[email] = self._topics[email, topic_of(subject)] = at

    def note_told(self, email: str, thread_id: int, at: datetime) -> None:
        """The sender of a mail that came then was sent an acknowledgement."""
        self.note_day(thread_id, at.date())
        self._told.setdefault(email, []).append(at)

    def note_day(self, thread_id: int, day: date) -> None:
        """Somebody in this thread was sent one on this day."""
        self._acknowledged.add((thread_id, day))

    def _is_told_often(self, email: str, at: datetime) -> bool:
        return sum(abs(at - each) <= WEEK for each in self._told.get(email, ())) >= _MOST_A_WEEK


def _is_near(one: datetime | None, at: datetime) -> bool:
    return one is not None and abs(at - one) <= HOUR


def _names(decision: Decision) -> Iterator[str]:
    return (action.name for action in decision.actions)
