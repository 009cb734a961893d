"""Deciding what was gathered, oldest first: a later mail sees what was decided a moment ago for earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice, takewhile

from assistant.linking.decide import decide
from assistant.linking.further import looks_further, may_look_further, question
from store.linking.decided import DecidedLink
from store.linking.facts import ActivityFacts, Ancestor, KnownRecord, LastWord
from store.queries.linking.gather import Gathered
from store.queries.linking.wider import Wider

_TOGETHER = 100  # mails for which the store is looked through at once
_NEAR = timedelta(days=31)  # between them, because of a customer's work only so much is read as lies around that time


Links = tuple[DecidedLink, ...]


def decide_in_order(gathered: Gathered, wider: Wider) -> Iterator[tuple[ActivityFacts, Links]]:
    """What each activity is regarding by rule, with the facts it was decided on. `wider` looks through the store where
    the people of a mail do not explain it."""
    regarding: dict[int, tuple[KnownRecord, ...]] = {}
    ahead: dict[int, Links] = {}
    for position, facts in enumerate(gathered.facts):
        key = facts.activity_id
        current = _as_known(facts, regarding, gathered.histories.of(key))
        links = ahead[key] if current is facts and key in ahead else decide(current)
        if looks_further(current, links):
            if not wider.knows(key):
                wider.ask([question(each) for each in _asked_together(gathered.facts[position:], wider, ahead)])
            current = wider.look(current)
            links = decide(current)
        regarding[key] = _regarding(current, links)
        gathered.histories.decided(key, regarding[key])
        yield current, links


def _asked_together(facts: Sequence[ActivityFacts], wider: Wider, ahead: dict[int, Links]) -> Iterator[ActivityFacts]:
    """The first of these mails, and of those that follow some that will need it, too, as far as one can tell before
    what comes between is decided. How they look by themselves is kept in `ahead`."""

    def needs(each: ActivityFacts) -> bool:
        if wider.knows(each.activity_id) or not may_look_further(each):
            return False
        if each.activity_id not in ahead:
            ahead[each.activity_id] = decide(each)
        return looks_further(each, ahead[each.activity_id])

    first = facts[0]
    near = takewhile(lambda each: each.occurred_at - first.occurred_at <= _NEAR, facts[1:])
    yield first
    yield from islice(filter(needs, near), _TOGETHER - 1)


def _as_known(
    facts: ActivityFacts,
    regarding: Mapping[int, tuple[KnownRecord, ...]],
    history: Mapping[str, tuple[LastWord, ...]],
) -> ActivityFacts:
    """The facts with what was decided of the mails before; the same ones where that changes nothing."""
    earlier = (*facts.ancestors, *(each.mail for each in facts.quoted))
    if not history and not any(mail.activity_id in regarding for mail in earlier):
        return facts
    return replace(
        facts,
        ancestors=tuple(_as_decided(each, regarding) for each in facts.ancestors),
        quoted=tuple(replace(each, mail=_as_decided(each.mail, regarding)) for each in facts.quoted),
        history=history,
    )


def _as_decided(earlier: Ancestor, regarding: Mapping[int, tuple[KnownRecord, ...]]) -> Ancestor:
    decided = regarding.get(earlier.activity_id)
    return earlier if decided is None else replace(earlier, regarding=decided)


def _regarding(facts: ActivityFacts, links: Links) -> tuple[KnownRecord, ...]:
    by_rule = sorted((link for link in links if link.state == "linked"), key=lambda link: not link.is_primary)
    records = facts.records if by_rule else {}
    return tuple(dict.fromkeys((*facts.decided, *(records[link.record_id] for link in by_rule))))
