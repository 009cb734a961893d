"""Plays triage rules over mail that came in before, and tells what they would have made of it. Nothing is changed.

Mails are played in the order in which they came, because a rule that made a case of one withholds some for the next.
Each portion is read on its own, so that nobody waits for a long play.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from assistant.compose import Services
from assistant.triage.facts import MailFacts
from assistant.triage.matching import Decision, Rulebook, WhyNot, mail_rulebook
from assistant.triage.model import Rule
from assistant.triage.past_facts import SoFar, facts_of
from mail_sync.clues import READER_VERSION, read_clues
from store.actor import Actor
from store.chunks import chunked
from store.linking.clues import Unread, missing_clues
from store.queries.triage import incoming_ids, incoming_mails
from store.queries.triage_mail import IncomingMail

_PORTION = 200  # mails


@dataclass(frozen=True, slots=True)
class Tried:
    """A mail, what would have been done with it, and, where no rule fits, why the nearest one does not."""

    uid: str
    occurred_at: datetime
    who: str
    subject: str
    decision: Decision
    nearest: WhyNot | None


@dataclass(frozen=True, slots=True)
class Play:
    """The mails that were played, newest first; `more` says that there are older ones in the span."""

    mails: tuple[Tried, ...]
    more: bool


def play(
    services: Services,
    rules: Iterable[Rule],
    since: datetime,
    *,
    limit: int,
    progress: Callable[[float], None] = lambda share: None,
) -> Play:
    """What the rules would have done with the newest mails that came in since then. Raises StoreError."""
    rulebook, so_far = mail_rulebook(rules), SoFar()
    newest_first, more = services.read(incoming_ids, since, limit=limit)
    tried: list[Tried] = []
    for done, portion in enumerate(chunked(newest_first[::-1], _PORTION)):
        progress(done * _PORTION / len(newest_first))
        mails, unread = services.read(_portion, portion)
        read = {each.activity_id: read_clues(each.subject, each.text, each.new_text_size).new_text for each in unread}
        for mail in mails:
            facts = so_far.added(facts_of(mail, read.get(mail.activity_id, mail.new_text)), mail)
            tried.append(_tried(rulebook, mail, facts))
            so_far.note(mail, tried[-1].decision)
    return Play(tuple(tried[::-1]), more)


def _portion(
    tx: Connection, activity_ids: Sequence[int], *, by: Actor
) -> tuple[tuple[IncomingMail, ...], list[Unread]]:
    """The mails, and the texts of those that linking has not read yet."""
    mails = incoming_mails(tx, activity_ids, by=by)
    return mails, missing_clues(tx, [mail.activity_id for mail in mails], READER_VERSION)


def _tried(rulebook: Rulebook[MailFacts], mail: IncomingMail, facts: MailFacts) -> Tried:
    decision = rulebook.decide(facts)
    nearest = None if decision.rule else rulebook.nearest(facts)
    return Tried(mail.uid, mail.occurred_at, mail.who, mail.subject, decision, nearest)
