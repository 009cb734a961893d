"""Deciding what was gathered, oldest first: a later mail sees what was decided a moment ago for earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from assistant.linking.decide import decide
from assistant.linking.further import is_matter, looks_further, may_look_further, question
from store.linking.decided import DecidedLink
from store.linking.facts import ActivityFacts, Ancestor, KnownRecord
from store.queries.linking.gather import Gathered
from store.queries.linking.wider import Wider

_TOGETHER = 100  # mails for which the store is looked through at once


def decide_in_order(gathered: Gathered, wider: Wider) -> Iterator[tuple[ActivityFacts, tuple[DecidedLink, ...]]]:
    """What each activity is regarding by rule, with the facts it was decided on. `wider` looks through the store where
    the people of a mail do not explain it."""
    regarding: dict[int, tuple[KnownRecord, ...]] = {}
    for position, facts in enumerate(gathered.facts):
        key = facts.activity_id
        current = replace(
            facts,
            ancestors=tuple(_as_decided(each, regarding) for each in facts.ancestors),
            quoted=tuple(replace(each, mail=_as_decided(each.mail, regarding)) for each in facts.quoted),
            history=gathered.histories.of(key),
        )
        links = decide(current)
        if looks_further(current, links):
            if not wider.knows(key):
                wider.ask([question(each) for each in _asked_together(gathered.facts[position:], wider, regarding)])
            current = wider.look(current)
            links = decide(current)
        regarding[key] = _regarding(current, links)
        gathered.histories.decided(key, regarding[key])
        yield current, links


def _asked_together(
    facts: Sequence[ActivityFacts], wider: Wider, regarding: Mapping[int, tuple[KnownRecord, ...]]
) -> list[ActivityFacts]:
    """The first of these mails, and of those that follow some that will need it, too: not what answers a mail of which
    it is settled what it is about."""
    rest = (
        each
        for each in facts[1:]
        if may_look_further(each)
        and not wider.knows(each.activity_id)
        and not any(is_matter(one) for mail in each.ancestors for one in _as_decided(mail, regarding).passed_on)
    )
    return [facts[0], *islice(rest, _TOGETHER - 1)]


def _as_decided(earlier: Ancestor, regarding: Mapping[int, tuple[KnownRecord, ...]]) -> Ancestor:
    decided = regarding.get(earlier.activity_id)
    return earlier if decided is None else replace(earlier, regarding=decided)


def _regarding(facts: ActivityFacts, links: Sequence[DecidedLink]) -> tuple[KnownRecord, ...]:
    by_rule = sorted((link for link in links if link.state == "linked"), key=lambda link: not link.is_primary)
    records = facts.records if by_rule else {}
    return tuple(dict.fromkeys((*facts.decided, *(records[link.record_id] for link in by_rule))))
