"""A mail of the past as rules would have seen it when it came. Pure.

What people decided about it afterwards does not count: nobody had done so yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from assistant.triage.facts import AtQueue, Attached, MailFacts, Tied
from assistant.triage.language import guess_language
from assistant.triage.matching import Decision
from assistant.triage.model import Rule
from assistant.triage.phrases import quoted
from mail_sync.mime.subjects import bare_subject
from store.queries.triage_mail import HOUR, IncomingMail, LinkedTo

#: Conditions that rest on what no store keeps yet, with what that is.
_NOT_KEPT = {"entitled": "entitlements", "hours": "business hours"}

_EXACT = ("number", "token", "sent")  # evidence that was compared letter by letter; an answer needs its subject too
_THREAD = "thread"


def not_kept(rule: Rule) -> tuple[str, ...]:
    """What the rule asks for and no store keeps."""
    return tuple(dict.fromkeys(_NOT_KEPT[each.name] for each in rule.conditions if each.name in _NOT_KEPT))


def usable(rules: Iterable[Rule]) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules that can be tried, and a sentence for each enabled one that cannot."""
    kept: list[Rule] = []
    left_out: list[str] = []
    for rule in rules:
        missing = not_kept(rule)
        if not missing:
            kept.append(rule)
        elif rule.enabled:
            asked = " and ".join(missing)
            left_out.append(f"Rule {quoted(rule.name)} asks for {asked}, which this store does not keep.")
    return tuple(kept), tuple(left_out)


def facts_of(mail: IncomingMail, new_text: str) -> MailFacts:
    """What rules may know of it by itself; what they did before is added by `SoFar`."""
    linked = tuple(Tied(each.record, _is_exact(each, mail.subject)) for each in mail.linked)
    return MailFacts(
        email=mail.email,
        domain=mail.email.partition("@")[2],
        name=mail.name,
        own_sender=mail.own_sender,
        queues=tuple(AtQueue(place.name, place.address) for place in mail.own_places),
        subject=mail.subject,
        text=new_text,
        language=guess_language(new_text),
        attachments=tuple(Attached(each.name, each.media_type) for each in mail.files),
        noise=mail.noise,
        parties=mail.parties,
        linked=linked,
        open_case=_had_open_case(mail, {tied.record.record_id for tied in linked if tied.exact}),
        within_hour=mail.within_hour,
    )


def _is_exact(link: LinkedTo, subject: str) -> bool:
    return any(_is_compared(each, subject) for each in link.evidence)


def _is_compared(evidence: Mapping[str, Any], subject: str) -> bool:
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


@dataclass
class SoFar:
    """What rules would have done with earlier mails, which bears on the next ones."""

    _made: dict[str, datetime] = field(default_factory=dict)  # by sender
    _acknowledged: set[tuple[int, date]] = field(default_factory=set)  # threads and days in UTC

    def added(self, facts: MailFacts, mail: IncomingMail) -> MailFacts:
        made = self._made.get(mail.email)
        return replace(
            facts,
            made_within_hour=made is not None and mail.occurred_at - made <= HOUR,
            acknowledged_today=(mail.thread_id, mail.occurred_at.date()) in self._acknowledged,
        )

    def note(self, mail: IncomingMail, decision: Decision) -> None:
        for name in _names(decision):
            if name == "create":
                self._made[mail.email] = mail.occurred_at
            elif name == "acknowledge":
                self._acknowledged.add((mail.thread_id, mail.occurred_at.date()))


def _names(decision: Decision) -> Iterator[str]:
    return (action.name for action in decision.actions)
