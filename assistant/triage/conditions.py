"""What a rule can look at: the conditions by name, for mail and for new leads. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.triage.facts import LeadFacts, MailFacts
from assistant.triage.language import LANGUAGES
from assistant.triage.model import RuleKind
from assistant.triage.phrases import either, every, quoted, there_are
from assistant.triage.sorts import ANYTHING, Sort, Test, domains, flag, like, one_of, words
from mail_sync.message import Noise

_PERSON = "person"
_SIZE = re.compile(r"(\d{1,9})?(?:(-)(\d{1,9})?|(\+))?", re.ASCII)


def _sizes() -> Sort[LeadFacts]:
    """How many people work there: `50-249`, `250+`, `-9` or one number."""

    def ready(values: Sequence[str]) -> Test[LeadFacts]:
        ranges = [(*_bounds(value), value) for value in values]

        def test(facts: LeadFacts) -> str:
            size = facts.employees
            return "" if size is None else next((said for low, high, said in ranges if low <= size <= high), "")

        return test

    def fails(values: Sequence[str], facts: LeadFacts) -> str:
        if facts.employees is None:
            return "nobody knows how many people work there"
        return f"{facts.employees} people work there, not {' or '.join(values)}"

    return Sort(_wrong_size, ready, lambda value, facts: f"{facts.employees} people work there", fails)


def _wrong_size(value: str) -> str:
    if not (value and _SIZE.fullmatch(value) and any(c.isdigit() for c in value)):
        return "is no size; write it as 50-249, 250+, -9 or 12"
    low, high = _bounds(value)
    return "" if low <= high else "ends before it begins"


def _bounds(value: str) -> tuple[int, float]:
    found = _SIZE.fullmatch(value)
    if found is None:
        raise ValueError(value)
    low, dash, high, plus = found.groups()
    open_ended = plus or (dash and not high)
    return int(low or 0), float("inf") if open_ended else int(high or low)


def _attachments() -> Sort[MailFacts]:
    """A name or a media type, of which `*` is any part: `*.pdf`, `image/*`; `*` is any attachment at all."""
    named: Sort[MailFacts] = like(
        lambda facts: [text.casefold() for each in facts.attachments for text in (each.name, each.media_type)],
        "it has",
        "it has no attachment",
    )

    def fails(values: Sequence[str], facts: MailFacts) -> str:
        found = [each.name or each.media_type for each in facts.attachments]
        return f"it has {every(found)}, not {either(values)}" if found else "it has no attachment"

    return Sort(
        wrong=lambda value: "" if value.strip() else "names nothing",
        ready=named.ready,
        holds=lambda value, facts: "it has an attachment" + ("" if value == ANYTHING else f" like {quoted(value)}"),
        fails=fails,
    )


def _entitled() -> Sort[MailFacts]:
    """Whether a contract covers it, with the sentence that says why."""
    plain: Sort[MailFacts] = flag(
        lambda facts: facts.entitled,
        "a contract covers it",
        "no contract covers it",
        "nothing says whether a contract covers it",
    )

    def told(words: str, facts: MailFacts) -> str:
        return f"{words} ({facts.entitlement.rstrip('.')})" if facts.entitlement else words

    return replace(
        plain,
        holds=lambda value, facts: told(plain.holds(value, facts), facts),
        fails=lambda values, facts: told(plain.fails(values, facts), facts),
    )


def _record_names(facts: MailFacts) -> list[str]:
    return [name for record in facts.parties for name in (record.title, record.number)]


#: Conditions of rules for mail, by name.
MAIL: Mapping[str, Sort[MailFacts]] = {
    "sender": like(lambda facts: [facts.email] if facts.email else [], "it is from", "it has no sender"),
    "sender_domain": domains(lambda facts: facts.domain),
    "known": flag(lambda facts: facts.is_known, "the sender is known", "the sender is not known"),
    "party": one_of(_record_names, "the sender is", "the sender is not known"),
    "party_kind": one_of(
        lambda facts: [record.kind for record in facts.parties],
        "the sender is known as",
        "the sender is not known",
        names=("contact", "account", "lead"),
    ),
    "to_queue": one_of(
        lambda facts: [text for queue in facts.queues for text in (queue.name, queue.address)],
        "it went to",
        "it went to no queue",
        key=str.casefold,
    ),
    "subject": words(lambda facts: (facts.subject_written,), "the subject", cost=1),
    "text": words(lambda facts: (facts.text_written,), "the text", cost=2),
    "says": words(lambda facts: (facts.subject_written, facts.text_written), "the mail", cost=2),
    "language": one_of(lambda facts: [facts.language], "its language is", "its language is not clear", names=LANGUAGES),
    "attachment": _attachments(),
    "noise": one_of(
        lambda facts: [facts.noise or _PERSON],
        "its sort is",
        "it is of no sort",
        names=(*(each.value for each in Noise if each), _PERSON),
    ),
    "entitled": _entitled(),
    "hours": one_of(
        lambda facts: [facts.hours],
        "it came",
        "its queue has no business hours",
        names=("inside", "outside"),
        of=" business hours",
    ),
    "open_case": flag(lambda facts: facts.open_case, "its thread has an open case", "its thread has no open case"),
}

#: Conditions of rules for new leads, by name.
LEAD: Mapping[str, Sort[LeadFacts]] = {
    "sender": like(lambda facts: [facts.email] if facts.email else [], "the address is", "it has no address"),
    "sender_domain": domains(lambda facts: facts.domain),
    "free_mail": flag(lambda facts: facts.free_mail, "the address is one of free mail", "the address is no free mail"),
    "company": one_of(lambda facts: [facts.company], "the company is", "it names no company"),
    "region": one_of(lambda facts: [facts.region], "the region is", "the region is not known"),
    "country": one_of(lambda facts: [facts.country], "the country is", "the country is not known"),
    "size": _sizes(),
    "industry": one_of(lambda facts: [facts.industry], "the industry is", "the industry is not known"),
    "source": one_of(lambda facts: [facts.source], "the source is", "the source is not known"),
    "topic": words(lambda facts: (facts.topic_written,), "the topic", cost=1),
}

#: Names and sorts of conditions by kind of rule.
SORTS: Mapping[RuleKind, Mapping[str, Sort[MailFacts]] | Mapping[str, Sort[LeadFacts]]] = {
    RuleKind.MAIL: MAIL,
    RuleKind.LEAD: LEAD,
}


def unknown(kind: RuleKind, name: str) -> str:
    """The end of a sentence about a condition that does not exist: what was meant."""
    return there_are(name, SORTS[kind])
