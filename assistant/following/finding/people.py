"""Whether a mail comes from somebody who was asked. Pure."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum, auto

from assistant.following.finding.cues import cue
from store.domains import is_free_mail
from store.following.facts import Person
from store.search_text import fold

_TELLING = 2  # words of a name that tell people apart


class Answers(Enum):
    """What an answer's writer is to whom a mail asked."""

    ASKED = auto()  # the same person, under whatever address
    COLLEAGUE = auto()  # somebody else of the same account
    STRANGER = auto()


def who_answers(asked: Collection[Person], writer: Person) -> Answers:
    """The same person has the same address, is the same contact (under an alias, or an address that changed), or has
    the same name at the same company, or at another address that nobody is known by."""
    if any(_is_same(one, writer) for one in asked):
        return Answers.ASKED
    if any(_is_colleague(one, writer) for one in asked):
        return Answers.COLLEAGUE
    return Answers.STRANGER


def _is_same(one: Person, writer: Person) -> bool:
    if one.email == writer.email or one.contacts & writer.contacts:
        return True
    if _is_shared(one.email):
        return _is_colleague(one, writer)
    if one.contacts and writer.contacts:
        return False
    name = fold(one.name).split()
    return len(name) >= _TELLING and sorted(name) == sorted(fold(writer.name).split())


def _is_colleague(one: Person, writer: Person) -> bool:
    same_domain = bool(one.domain) and one.domain == writer.domain and not is_free_mail(one.domain)
    return same_domain or bool(one.accounts & writer.accounts)


def _is_shared(email: str) -> bool:
    """Whether different people answer there: whoever of the company does is who was asked."""
    return cue("shared_mailboxes").fullmatch(email.partition("@")[0]) is not None
