"""Whether, and by which words, the whole store is looked through for a mail that its people do not explain. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.linking.barred import is_left_alone
from assistant.linking.wording import telling_words
from mail_sync.mime.subjects import bare_subject
from store.linking.decided import DecidedLink
from store.linking.facts import ActivityFacts, KnownRecord
from store.queries.linking.wider import Question

_REPORTS = ("bounce", "auto_reply", "list", "bulk")
_MATTERS = ("case", "opportunity", "booking", "lead")
_BEGINNING = 1_000  # characters of the text whose words are looked up
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞΑ-ΩА-Я][\w&.'’-]+(?:[ ][A-ZÀ-ÖØ-ÞΑ-ΩА-Я&][\w&.'’-]*){0,3}")
_LONGEST_NAME = 60


def is_matter(record: KnownRecord) -> bool:
    """Whether it is something that a mail can be about, and not only who takes part."""
    return record.kind in _MATTERS


def may_look_further(facts: ActivityFacts) -> bool:
    """Not for mail that nobody wrote to us."""
    return not (is_left_alone(facts) or facts.noise in _REPORTS or facts.sent)


def looks_further(facts: ActivityFacts, links: Sequence[DecidedLink]) -> bool:
    """Not where it is settled what the mail is about."""
    if not may_look_further(facts):
        return False
    settled = {link.record_id for link in links if link.state == "linked"}
    return not any(is_matter(record) and record.record_id in settled for record in facts.records.values())


def question(facts: ActivityFacts) -> Question:
    """What the store is asked for a mail."""
    subject = telling_words(bare_subject(facts.subject))
    return Question(facts, words_to_look_up(facts), subject, names_to_look_up(facts))


def words_to_look_up(facts: ActivityFacts) -> tuple[str, ...]:
    """Telling words: those of the subject first, then what has digits, then the rest of the beginning."""
    said = facts.said
    body = telling_words(f"{said.new_text[:_BEGINNING]} {said.passed_on[:_BEGINNING]} {facts.location}")
    numbers = tuple(word for word in body if any(c.isdigit() for c in word) and len(word) > 2)
    rest = tuple(word for word in body if len(word) > 3)
    return tuple(dict.fromkeys((*telling_words(bare_subject(facts.subject)), *numbers, *rest)))


def names_to_look_up(facts: ActivityFacts) -> dict[str, str]:
    """Texts that may be the names of people or companies, with where each stands. Only where a stranger writes, or
    nobody from outside takes part, is it worth the look-up."""
    found: dict[str, str] = {}
    strangers = [party for party in facts.outside if party.email not in facts.people]
    if facts.outside and not strangers:
        return {}
    for name in _NAME.findall(bare_subject(facts.subject)):
        found.setdefault(name[:_LONGEST_NAME], "subject")
    for party in strangers[:3]:
        if party.name:
            found[party.name[:_LONGEST_NAME]] = "display name"
    if any(party == facts.sender for party in strangers):
        for value in (*facts.said.values("company"), *facts.said.values("name")):
            found[value[:_LONGEST_NAME]] = "signature"
    return found
