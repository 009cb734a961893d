"""From findings to probabilities: a small model whose every number can be read in `weights.toml`.

What speaks for a record adds up to log odds. Cases, opportunities, bookings and leads compete: a mail is about one of
them or about none, so their probabilities are a softmax in which "none" has the log odds 0. Contacts and accounts stand
each for themselves, and so does what the mail names outright: two numbers in one mail are two matters.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

from assistant.linking.evidence.finding import Finding
from store.linking.facts import KnownRecord

_GROUPS = {
    "case": "matter",
    "opportunity": "matter",
    "booking": "matter",
    "lead": "lead",
    "contact": "contact",
    "account": "account",
}
#: The groups that compete for what a mail is about.
COMPETING = ("matter", "lead")
_NAMED_OUTRIGHT = ("sent", "token", "number")
_NOTHING = 0.05  # a finding that weighs less speaks for no record by itself
_NEXT_IN_LINE = 0.3  # of the share of whom mail is filed under by habit, for the other one: before unlikely matters
_MOST = 35.0  # log odds beyond this say nothing more


@dataclass(frozen=True, slots=True)
class Weights:
    """`groups` are the weights by group and rule, `bias` among them; `thresholds` by group, and `suggest`."""

    groups: Mapping[str, Mapping[str, float]]
    thresholds: Mapping[str, float]

    @classmethod
    def read(cls, text: str) -> Weights:
        """From the text of `weights.toml`. Raises tomllib.TOMLDecodeError, KeyError."""
        tables = tomllib.loads(text)
        thresholds = tables.pop("thresholds")
        return cls(groups=tables, thresholds=thresholds)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that the activity may be regarding. `findings` stand strongest first.

    `probability` is that it is regarding this record at all, `first` that it is so first of all.
    """

    record: KnownRecord
    findings: tuple[Finding, ...]
    probability: float
    first: float

    @property
    def exact(self) -> bool:
        return any(finding.exact for finding in self.findings)


@cache
def standard_weights() -> Weights:
    return Weights.read(files("assistant.linking").joinpath("weights.toml").read_text(encoding="utf-8"))


def group_of(record: KnownRecord) -> str:
    """The group whose weights count for a record; '' for kinds that nothing is regarding by evidence."""
    return _GROUPS.get(record.kind, "")


def features(findings: Iterable[Finding]) -> dict[str, float]:
    """The strongest finding of each rule."""
    strongest: dict[str, float] = {}
    for finding in findings:
        strongest[finding.rule] = max(strongest.get(finding.rule, 0.0), finding.strength)
    return strongest


def log_odds(record: KnownRecord, found: Mapping[str, float], weights: Weights) -> float:
    """What all rules together say of a record."""
    table = weights.groups[group_of(record)]
    total = table["bias"] + sum(table.get(rule, 0.0) * strength for rule, strength in found.items())
    return max(-_MOST, min(_MOST, total))


def rank(findings: Iterable[Finding], weights: Weights, *, company_first: bool = False) -> tuple[Candidate, ...]:
    """Every record that something speaks for, the likeliest to be meant first of all in front.

    `company_first`: what is about no matter is first of all regarding the account, not the contact.
    """
    return weigh(findings, weights).ranked(company_first=company_first)


def weigh(findings: Iterable[Finding], weights: Weights) -> Weighed:
    """How likely each record is that something is found of."""
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        if group_of(finding.record):
            found.setdefault(finding.record.record_id, []).append(finding)
    odds = {record_id: exp(log_odds(some[0].record, features(some), weights)) for record_id, some in found.items()}
    return Weighed(found, odds, _probabilities(odds, found), weights)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is found of each record, by its key: the odds that the activity is regarding it, and how likely that is."""

    found: Mapping[int, Sequence[Finding]]
    odds: Mapping[int, float]
    likely: Mapping[int, float]
    weights: Weights

    def ranked(self, *, company_first: bool) -> tuple[Candidate, ...]:
        """The records that something speaks for; see `rank`."""
        firsts = _firsts(self.odds, self.likely, self.found, "account" if company_first else "contact")
        candidates = [
            Candidate(found[0].record, findings, self.likely[record_id], firsts[record_id])
            for record_id, found in self.found.items()
            if (findings := self._for(found))
        ]
        return tuple(sorted(candidates, key=lambda one: (-one.first, -one.probability, one.record.record_id)))

    def records(self, *, from_probability: float) -> Iterator[KnownRecord]:
        """The records that something speaks for and that are at least so likely, in no order."""
        for record_id, found in self.found.items():
            if self.likely[record_id] >= from_probability and self._for(found):
                yield found[0].record

    def _for(self, found: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings of a record, strongest first; none where nothing speaks for it."""
        table = self.weights.groups[group_of(found[0].record)]
        weighed = [table.get(one.rule, 0.0) * one.strength for one in found]
        if max(weighed) <= _NOTHING:
            return ()
        # What speaks against a record stands last.
        return tuple(found[place] for place in sorted(range(len(found)), key=lambda place: -weighed[place]))


def _probabilities(odds: Mapping[int, float], found: Mapping[int, Sequence[Finding]]) -> dict[int, float]:
    competing = {i for i in odds if _competes(found[i])}
    every = sum(odds[i] for i in odds if i in competing)
    return {
        i: one / (1.0 + (every if i in competing and not is_named_outright(found[i]) else one))
        for i, one in odds.items()
    }


def _firsts(
    odds: Mapping[int, float], likely: Mapping[int, float], found: Mapping[int, Sequence[Finding]], habit: str
) -> dict[int, float]:
    """How likely each is what the mail is regarding first of all: one matter, else a record of the kind that mail is
    filed under by habit, else the other of contact and account."""
    every = 1.0 + sum(odds[i] for i in odds if _competes(found[i]))
    neither = 1.0 - max((likely[i] for i in odds if found[i][0].record.kind == habit), default=0.0)
    other = max(neither, _NEXT_IN_LINE) / every
    return {
        i: one / every
        if _competes(found[i])
        else likely[i] * (1.0 / every if found[i][0].record.kind == habit else other)
        for i, one in odds.items()
    }


def _competes(found: Sequence[Finding]) -> bool:
    return group_of(found[0].record) in COMPETING


def is_named_outright(found: Sequence[Finding]) -> bool:
    """Whether the mail names the record itself, so that it stands beside others and not against them."""
    return any(finding.exact and finding.rule in _NAMED_OUTRIGHT for finding in found)
