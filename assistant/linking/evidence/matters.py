"""Which case, opportunity or lead of the people who take part a mail means: its words against theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz.fuzz import token_set_ratio

from assistant.linking.evidence.finding import Finding
from assistant.linking.evidence.threads import goes_on
from assistant.linking.wording import Fit, fit, rarity, telling_words, together
from mail_sync.mime.subjects import bare_subject
from store.linking.facts import ActivityFacts, Work
from store.search_text import fold

_SOME = 0.15  # of the words; less is chance
_ALIKE = 0.6
_SEVERAL = 3  # words that do not stand together by chance


def subject(facts: ActivityFacts) -> Iterator[Finding]:
    """The subject reads like the title."""
    bare = fold(bare_subject(facts.subject))
    for work in facts.work if telling_words(bare) else ():
        alike = token_set_ratio(bare, fold(work.title)) / 100
        if alike >= _ALIKE:
            strength = (alike - _ALIKE) / (1 - _ALIKE)
            yield Finding(work.record, "subject", strength, facts.subject, f"the subject reads like {work.title}")


def other_words(facts: ActivityFacts) -> Iterator[Finding]:
    """The subject has telling words of its own, and none of them is the record's: it speaks of something else."""
    wanted = () if goes_on(facts) else telling_words(bare_subject(facts.subject))
    said = _said(facts)
    for work in facts.work if wanted else ():
        theirs = _all_words(work.title, work.description, work.products, work.serial)
        if work.record.number.upper() not in facts.mentions and not fit(wanted, theirs, {}).found:
            found = fit(telling_words(work.title), said, {})
            quote = " ".join(wanted[:6])
            yield Finding(work.record, "other_words", 1.0 - found.share, quote, "has none of the subject's words")


def title_words(facts: ActivityFacts) -> Iterator[Finding]:
    """The telling words of the title stand in the subject or the new text; what several titles share tells less."""
    said = _said(facts)
    weights = _weights(facts)
    for work in facts.work:
        found = fit(telling_words(work.title), said, weights)
        if found.share > _SOME:
            yield Finding(work.record, "title_words", found.share, " ".join(found.found), _counted(found, work))


def whole_title(facts: ActivityFacts) -> Iterator[Finding]:
    """Every telling word of a title of several stands in the subject or the new text, and of no other title."""
    said = set(_said(facts))
    titles = {work.record.record_id: telling_words(work.title) for work in facts.work}
    whole = [
        work
        for work in facts.work
        if len(set(titles[work.record.record_id])) >= _SEVERAL and said.issuperset(titles[work.record.record_id])
    ]
    if len(whole) == 1:
        yield Finding(whole[0].record, "whole_title", 1.0, whole[0].title, "its whole title is written")


def subject_words(facts: ActivityFacts) -> Iterator[Finding]:
    """The telling words of the subject stand in the title or the description."""
    wanted = telling_words(bare_subject(facts.subject))
    weights = _weights(facts)
    for work in facts.work if wanted else ():
        found = fit(wanted, _own_words(work.title, work.description), weights)
        if found.share > _SOME:
            source = f"{len(found.found)} of {found.wanted} subject words are in {work.record.number}"
            yield Finding(work.record, "subject_words", found.share, " ".join(found.found), source)


def description_words(facts: ActivityFacts) -> Iterator[Finding]:
    """The new text talks about what the description describes."""
    said = _said(facts)
    weights = _weights(facts)
    for work in facts.work:
        found = fit(telling_words(work.description)[:60], said, weights)
        if found.share > _SOME:
            source = f"words of the description of {work.record.number}"
            yield Finding(work.record, "description_words", found.share, " ".join(found.found[:8]), source)


def product(facts: ActivityFacts) -> Iterator[Finding]:
    """A product that the record is about is named."""
    if not any(work.products for work in facts.work):
        return
    said = set(_said(facts))
    rivals = rarity(tuple(telling_words(name) for work in facts.work for name in sorted(set(work.products))))
    for work in facts.work:
        for name in work.products:
            words = telling_words(name)
            if words and said.issuperset(words):
                strength = max(rivals.get(word, 1.0) for word in words)
                yield Finding(work.record, "product", min(1.0, strength), name, f"names {name}")


def serial(facts: ActivityFacts) -> Iterator[Finding]:
    """The serial number of the record's machine is written."""
    text = _read(facts)
    for work in facts.work:
        wanted = fold(work.serial) if work.serial else ""
        if len(wanted) >= 4 and f" {wanted} " in text:
            rivals = sum(fold(other.serial) == wanted for other in facts.work)
            yield Finding(work.record, "serial", 1 / rivals, work.serial, "the serial number is written")


def bare_number(facts: ActivityFacts) -> Iterator[Finding]:
    """The digits of the record's number are written without its letters, as in "ticket 01042"."""
    text = _read(facts)
    for work in facts.work:
        digits = "".join(c for c in work.record.number if c.isdigit())
        if len(digits) >= 4 and f" {digits} " in text and work.record.number.upper() not in facts.mentions:
            yield Finding(work.record, "bare_number", 1.0, digits, f"the digits of {work.record.number} are written")


def place(facts: ActivityFacts) -> Iterator[Finding]:
    """A place of the record's customer is named."""
    text = _read(facts)
    for work in facts.work:
        for name in work.places:
            folded = _folded(name)
            if len(folded) > 2 and f" {folded} " in text:
                yield Finding(work.record, "place", 1.0, name, "names the place")
                break


def _read(facts: ActivityFacts) -> str:
    """Every word of the mail, folded, between blanks."""
    return _read_texts(facts.subject, facts.said.new_text, facts.said.passed_on, facts.location)


# What several kinds of evidence read of the same mail, and what comes up of the same records for many, is kept for a
# while; it is found by texts as they stand, because putting texts together takes longer than finding.


@lru_cache(maxsize=512)
def _read_texts(*texts: str) -> str:
    return f" {fold(' '.join(texts))} "


@lru_cache(maxsize=512)
def _folded(text: str) -> str:
    return fold(text)


def _said(facts: ActivityFacts) -> tuple[str, ...]:
    return _said_texts(facts.subject, facts.said.new_text, facts.said.passed_on, facts.location)


@lru_cache(maxsize=512)
def _said_texts(subject: str, *texts: str) -> tuple[str, ...]:
    return telling_words(" ".join((bare_subject(subject), *texts)))


def _weights(facts: ActivityFacts) -> Mapping[str, float]:
    return _rarity_of(tuple((work.title, work.description) for work in facts.work))


@lru_cache(maxsize=256)
def _rarity_of(texts: tuple[tuple[str, str], ...]) -> Mapping[str, float]:
    return rarity(tuple(_own_words(title, description) for title, description in texts))


@lru_cache(maxsize=2_048)
def _own_words(title: str, description: str) -> tuple[str, ...]:
    return together(telling_words(title), telling_words(description))


@lru_cache(maxsize=2_048)
def _all_words(title: str, description: str, products: tuple[str, ...], serial: str) -> tuple[str, ...]:
    return together(_own_words(title, description), telling_words(" ".join(products)), telling_words(serial))


def _counted(found: Fit, work: Work) -> str:
    return f"{len(found.found)} of {found.wanted} title words of {work.record.number}"
