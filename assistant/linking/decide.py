"""From findings to links: pure, and the same for every order of arrival."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assistant.linking.evidence import EVIDENCE, Finding, answered_mail
from store.linking.decided import DecidedLink
from store.linking.facts import ActivityFacts

#: Raised when a decision could come out differently for the same facts.
ENGINE_VERSION = 1

_TRACKED = "its category asks for a link, and this fits best"
_REPORTS = ("bounce", "auto_reply")


def decide(facts: ActivityFacts) -> tuple[DecidedLink, ...]:
    """What the activity is regarding, primary first. Private mail is never linked by evidence, and noise only where a
    person tracks it."""
    if facts.private or facts.refused_all:
        return ()
    if facts.noise in _REPORTS:
        return _links(answered_mail(facts), facts)
    if facts.noise and not facts.tracked:
        return ()
    return _links((finding for kind in EVIDENCE for finding in kind(facts)), facts)


def _links(findings: Iterable[Finding], facts: ActivityFacts) -> tuple[DecidedLink, ...]:
    by_record: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.record.record_id not in facts.refused:
            by_record.setdefault(finding.record.record_id, []).append(finding)
    ordered = sorted((_strongest_first(found) for found in by_record.values()), key=_order)
    if facts.tracked and ordered and not ordered[0][0].certain and not facts.decided:
        # Somebody wants it linked, so the best guess is good enough.
        ordered[0] = [replace(ordered[0][0], certain=True, quote="Regarding", source=_TRACKED), *ordered[0]]
    primary = next((found[0].record.record_id for found in ordered if found[0].certain), None)
    return tuple(_link(found, is_primary=found[0].record.record_id == primary) for found in ordered)


def _strongest_first(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (not finding.certain, finding.rank, -finding.strength, finding.quote))


def _order(findings: list[Finding]) -> tuple[bool, int, float, int]:
    best = findings[0]
    return (not best.certain, best.rank, -best.strength, best.record.record_id)


def _link(findings: list[Finding], *, is_primary: bool) -> DecidedLink:
    best = findings[0]
    seen = {(finding.rule, finding.quote, finding.source): finding for finding in findings}
    return DecidedLink(
        record_id=best.record.record_id,
        state="linked" if best.certain else "suggested",
        is_primary=is_primary,
        score=best.strength,
        rule=best.rule,
        evidence=tuple({"rule": f.rule, "quote": f.quote, "source": f.source} for f in seen.values()),
    )
