"""From findings to links: pure, and the same for every order of arrival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.linking.barred import is_circular, why_barred
from assistant.linking.evidence.finding import is_known
from assistant.linking.filing import company_comes_first
from assistant.linking.findings import Findings, find
from assistant.linking.score import COMPETING, Candidate, Weights, group_of, standard_weights, weigh
from store.linking.decided import BESIDE, DecidedLink
from store.linking.facts import ActivityFacts

#: Raised when a decision could come out differently for the same facts.
ENGINE_VERSION = 3

_TRACKED = "its category asks for a link, and this fits best"
_CIRCUMSTANCES = (
    "own_contact",
    "customer",
    "closed",
    "long_closed",
    "fresh",
    "last_word",
    "latest",
    "owner",
    "place",
    "other_words",
)
_NAMED = ("company_in_subject", "company_in_text")
_MOST = 10  # links and suggestions of one activity


def decide(facts: ActivityFacts, weights: Weights | None = None) -> tuple[DecidedLink, ...]:
    """What the activity is regarding: links and suggestions, the likeliest first. At most one link is primary."""
    return decide_on(find(facts), weights or standard_weights())


def decide_on(findings: Findings, weights: Weights) -> tuple[DecidedLink, ...]:
    """The same, of what was found already."""
    facts = findings.facts
    weighed = weigh(findings, weights)
    candidates = weighed.ranked(company_first=company_comes_first(facts, weighed))
    linked = [] if why_barred(facts, internal=facts.link_internal) else _linked(candidates, facts, weights)
    linked = [*linked, *(one for one in candidates if _was_chosen(one) and one not in linked)]
    if facts.tracked and candidates and not linked and not facts.decided:
        # Somebody wants it linked, so the best guess is good enough.
        candidates = (_asked_for(candidates[0]), *candidates[1:])
        linked = [candidates[0]]
    meant = (one for one in linked if not one.findings[0].rule.endswith(BESIDE))
    primary = max(meant, key=lambda one: (one.first, -one.record.record_id), default=None)
    kept = [one for one in candidates if one in linked or one.probability >= weights.thresholds["suggest"]]
    return tuple(_link(one, linked=one in linked, is_primary=one is primary) for one in kept[:_MOST])


def _linked(candidates: Sequence[Candidate], facts: ActivityFacts, weights: Weights) -> list[Candidate]:
    """Those that are certain. What a stranger writes, a number, a name or words, never makes a matter certain, and
    neither do circumstances alone: the mail itself has to say something of it. What was over for long is not certain
    either: an answer to it often begins something new."""
    stranger = facts.sender is None or not is_known(facts.sender, facts)

    def is_certain(one: Candidate) -> bool:
        if _is_taught(one):
            return True
        if group_of(one.record) not in COMPETING:
            return not stranger or not _is_only_named(one)
        return not _was_long_over(one) and (one.exact or (not stranger and _is_said(one)))

    certain = [
        one for one in candidates if one.probability >= weights.thresholds[group_of(one.record)] and is_certain(one)
    ]
    is_about = any(group_of(one.record) in COMPETING or _is_taught(one) for one in certain)
    return certain if is_about or not is_circular(facts) else []


def _is_only_named(candidate: Candidate) -> bool:
    """Whether a mail says no more than its name, as an advertisement does."""
    return all(finding.rule in _NAMED for finding in candidate.findings)


def _was_long_over(candidate: Candidate) -> bool:
    return any(finding.rule == "long_closed" for finding in candidate.findings)


def _is_taught(candidate: Candidate) -> bool:
    return any(finding.rule.startswith("learned_") for finding in candidate.findings)


def _is_said(candidate: Candidate) -> bool:
    return any(finding.rule not in _CIRCUMSTANCES for finding in candidate.findings)


def _was_chosen(candidate: Candidate) -> bool:
    """The writer of a mail chose it here: that is no guess."""
    return any(finding.rule == "sent" for finding in candidate.findings)


def _asked_for(candidate: Candidate) -> Candidate:
    best = candidate.findings[0]
    asked = replace(best, rule="category", quote="Regarding", source=_TRACKED)
    return replace(candidate, findings=(asked, *candidate.findings))


def _link(candidate: Candidate, *, linked: bool, is_primary: bool) -> DecidedLink:
    seen = {(finding.rule, finding.quote, finding.source): finding for finding in candidate.findings}
    return DecidedLink(
        record_id=candidate.record.record_id,
        state="linked" if linked else "suggested",
        is_primary=is_primary,
        score=round(candidate.probability, 4),
        rule=candidate.findings[0].rule,
        evidence=tuple({"rule": one.rule, "quote": one.quote, "source": one.source} for one in seen.values()),
    )
