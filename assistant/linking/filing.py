"""Mail that is about no case, deal or lead: is it filed under the company, or under the person? Pure.

Business is done with a company, so the company comes first. The person does where people here file it so, where the
mail is personal (words in `personal.toml`), and where they may be writing about somebody else's customer: then who
wrote is certain, and for whom is not.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from assistant.linking.score import COMPETING, Weighed, group_of
from store.linking.facts import ActivityFacts, KnownRecord
from store.search_text import fold

_OTHERS = 0.3  # from this probability on, a record of another company is a sign that the mail is about that one
_OF_COMPANIES = (*COMPETING, "account")
_READ = 600  # characters; further down, good wishes are a polite end


def company_comes_first(facts: ActivityFacts, weighed: Weighed) -> bool:
    """Whether the account is what this mail is regarding first of all, where it is regarding no matter."""
    return facts.company_first and not is_personal(facts) and not may_be_for_others(facts, weighed)


def may_be_for_others(facts: ActivityFacts, weighed: Weighed) -> bool:
    """Whether something of another company is mentioned, by a word that only it has, or one who takes part wrote about
    another company before."""
    own = _companies(facts)
    likely = (one for one in weighed.records(from_probability=_OTHERS) if group_of(one) in _OF_COMPANIES)
    spoken = (word.record for party in facts.outside for word in facts.history.get(party.email, ()))
    return not facts.spoken_of <= own or any(_is_of_another(record, own) for record in (*likely, *spoken))


def is_personal(facts: ActivityFacts) -> bool:
    """Whether it is between people: a farewell, a new post, good wishes."""
    return _has_personal_words(facts.subject, facts.said.new_text)


@lru_cache(maxsize=512)  # a batch; a mail is decided again once more is known of it
def _has_personal_words(subject: str, new_text: str) -> bool:
    text = f" {fold(subject)} {fold(new_text[:_READ])} "
    begun = _phrases().keys() & text.split()
    return any(phrase in text for word in begun for phrase in _phrases()[word])


def _companies(facts: ActivityFacts) -> frozenset[int]:
    people = (known.account_id for party in facts.outside for known in facts.people.get(party.email, ()))
    by_domain = (known.record_id for party in facts.outside for known in facts.accounts.get(party.domain, ()))
    employers = (known.record_id for known in facts.employers.values())
    return frozenset(each for each in (*people, *by_domain, *employers) if each is not None)


def _is_of_another(record: KnownRecord, own: frozenset[int]) -> bool:
    return record.account_id is not None and record.account_id not in own


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """The folded phrases between blanks, by their first word."""
    text = files("assistant.linking").joinpath("personal.toml").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for phrase in (fold(phrase) for phrases in tomllib.loads(text).values() for phrase in phrases):
        first = phrase.split()[0]
        found[first] = (*found.get(first, ()), f" {phrase} ")
    return found
