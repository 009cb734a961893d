"""Deciding what was gathered, oldest first: a later mail sees what was decided a moment ago for earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice, takewhile
from typing import TypeVar

from assistant.linking.decide import decide_on
from assistant.linking.findings import Findings, find
from assistant.linking.further import looks_further, may_look_further, question
from assistant.linking.score import standard_weights
from store.linking.decided import DecidedLink
from store.linking.facts import ActivityFacts, Ancestor, KnownRecord, LastWord, Quoted
from store.queries.linking.gather import Gathered
from store.queries.linking.wider import Wider

T = TypeVar("T")

_TOGETHER = 100  # mails for which the store is looked through at once
_NEAR = timedelta(days=31)  # between them, because of a customer's work only so much is read as lies around that time


Links = tuple[DecidedLink, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found of a mail on what was known, and what it is regarding by that."""

    findings: Findings
    links: Links

    @property
    def facts(self) -> ActivityFacts:
        return self.findings.facts

    @classmethod
    def at(cls, facts: ActivityFacts, before: _Look | None = None) -> _Look:
        """Nothing is looked for that was found before on the same facts."""
        if before is not None and before.facts is facts:
            return before
        findings = find(facts, None if before is None else before.findings)
        return cls(findings, decide_on(findings, standard_weights()))


def decide_in_order(gathered: Gathered, wider: Wider) -> Iterator[tuple[ActivityFacts, Links]]:
    """What each activity is regarding by rule, with the facts it was decided on. `wider` looks through the store where
    the people of a mail do not explain it."""
    regarding: dict[int, tuple[KnownRecord, ...]] = {}
    ahead: dict[int, _Look] = {}
    for position, facts in enumerate(gathered.facts):
        key = facts.activity_id
        current = _Look.at(_as_known(facts, regarding, gathered.histories.of(key)), ahead.pop(key, None))
        if looks_further(current.facts, current.links):
            if not wider.knows(key):
                wider.ask([question(each) for each in _asked_together(gathered.facts[position:], wider, ahead)])
            current = _Look.at(wider.look(current.facts), current)
        regarding[key] = _regarding(current.facts, current.links)
        gathered.histories.decided(key, regarding[key])
        yield current.facts, current.links


def _asked_together(facts: Sequence[ActivityFacts], wider: Wider, ahead: dict[int, _Look]) -> Iterator[ActivityFacts]:
    """The first of these mails, and of those that follow some that will need it, too, as far as one can tell before
    what comes between is decided. How they look by themselves is kept in `ahead`."""

    def needs(each: ActivityFacts) -> bool:
        if wider.knows(each.activity_id) or not may_look_further(each):
            return False
        if each.activity_id not in ahead:
            ahead[each.activity_id] = _Look.at(each)
        return looks_further(each, ahead[each.activity_id].links)

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
        ancestors=_kept(facts.ancestors, tuple(_as_decided(each, regarding) for each in facts.ancestors)),
        quoted=_kept(facts.quoted, tuple(_quoted_as_decided(each, regarding) for each in facts.quoted)),
        history=history,
    )


def _as_decided(earlier: Ancestor, regarding: Mapping[int, tuple[KnownRecord, ...]]) -> Ancestor:
    decided = regarding.get(earlier.activity_id)
    return earlier if decided is None else replace(earlier, regarding=decided)


def _quoted_as_decided(quoted: Quoted, regarding: Mapping[int, tuple[KnownRecord, ...]]) -> Quoted:
    return replace(quoted, mail=_as_decided(quoted.mail, regarding))


def _kept(before: T, now: T) -> T:
    """What was known before, where it is the same now: nothing that rests on it is looked for again."""
    return before if before == now else now


def _regarding(facts: ActivityFacts, links: Links) -> tuple[KnownRecord, ...]:
    by_rule = sorted((link for link in links if link.state == "linked"), key=lambda link: not link.is_primary)
    records = facts.records if by_rule else {}
    regarding: dict[int, KnownRecord] = {}
    for record in (*facts.decided, *(records[link.record_id] for link in by_rule)):
        regarding.setdefault(record.record_id, record)
    return tuple(regarding.values())
