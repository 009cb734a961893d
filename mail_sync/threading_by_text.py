"""Which earlier mails belong to the thread of one that names none. Pure.

Quoted text is the strongest witness; subject, people and time stand in where nothing is quoted. Decided pair by pair,
so that threads hardly depend on the order in which mail arrives: what else is known only tells which marks are worn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mail_sync.mime.subjects import former_topic, is_answer, topic

MOST_SAYERS = 3  # a mark that more mails say is a footer or a phrase, and tells nothing
LONGEST_SILENCE = timedelta(days=14)  # between two mails that only subject and people bring together
_FEWEST_MARKS = 6  # quoted of a mail with another subject
_LEAST_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as its text shows it. `people` are the addresses of those who took part, without our own company's where
    others took part too; `own` the marks of what it says itself, `quoted` of what it quotes (see mail_sync.marks).
    `listed`: it came by a mailing list, or names nobody whom it went to; such mails share readers that none names."""

    activity_id: int
    subject: str
    occurred_at: datetime
    people: frozenset[str]
    own: frozenset[int]
    quoted: frozenset[int]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An earlier mail of the same thread. `marks` of the quoted ones are its own (0: subject, people and time speak);
    `share` is how much of the telling quoted marks that is, 0 to 1."""

    mail: Written
    marks: int
    share: float


def answers_by_text(mail: Written, earlier: Sequence[Written]) -> tuple[Answered, ...]:
    """The mails among `earlier` that belong to the thread of `mail`, the likeliest to be answered first.

    `earlier` are candidates: those that say some of the quoted marks, and those with the same people shortly before.
    """
    before = [other for other in earlier if other.occurred_at <= mail.occurred_at and other is not mail]
    telling = mail.quoted - _worn(mail.quoted, before)
    found = [
        Answered(other, marks, marks / len(telling) if telling else 0.0)
        for other in before
        if _belongs(mail, other, marks := len(telling & other.own), len(telling))
    ]
    found.sort(key=lambda one: (one.marks, one.mail.occurred_at, one.mail.activity_id), reverse=True)
    return tuple(_of_one_conversation(mail, found))


def _of_one_conversation(mail: Written, found: Sequence[Answered]) -> Iterable[Answered]:
    """Without the mails of other subjects, but for the likeliest one's where none has the subject of `mail`: a mail
    that quotes two conversations does not make one of them."""
    if same := [one for one in found if goes_on(mail.subject, one.mail.subject)]:
        return same
    return [one for one in found if topic(one.mail.subject) == topic(found[0].mail.subject)]


def _worn(quoted: frozenset[int], earlier: Iterable[Written]) -> frozenset[int]:
    said = Counter(mark for other in earlier for mark in quoted & other.own)
    return frozenset(mark for mark, sayers in said.items() if sayers > MOST_SAYERS)


def _belongs(mail: Written, other: Written, marks: int, telling: int) -> bool:
    if not (mail.people & other.people or (mail.listed and other.listed)):
        # A text that was sent to two customers apart does not bring their threads together.
        return False
    if marks and topic(other.subject) == topic(mail.subject):
        return True
    if goes_on(mail.subject, other.subject):
        return (_is_on_a_known_topic(mail) and _is_soon_after(mail, other)) or _is_quoted(marks, telling)
    # An answer belongs to the conversation that its subject names, whether or not that one was met yet.
    return not _is_on_a_known_topic(mail) and _is_quoted(marks, telling)


def goes_on(later: str, earlier: str) -> bool:
    """Whether a mail with the subject `later` may go on from one with the subject `earlier`, new subjects included."""
    before = topic(earlier)
    return bool(before) and bool(topic(later)) and before in (topic(later), former_topic(later))


def _is_on_a_known_topic(mail: Written) -> bool:
    """Whether its subject says that it goes on with a conversation, of which it may quote nothing."""
    return bool(former_topic(mail.subject) or (is_answer(mail.subject) and topic(mail.subject)))


def _is_soon_after(mail: Written, other: Written) -> bool:
    return mail.occurred_at - other.occurred_at <= LONGEST_SILENCE


def _is_quoted(marks: int, telling: int) -> bool:
    return marks >= _FEWEST_MARKS and marks >= _LEAST_SHARE * telling
