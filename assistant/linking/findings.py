"""Everything that is found in the facts of one mail. A mail is decided up to three times, whenever more is known of it:
a kind of evidence is asked again only where facts that it rests on changed meanwhile. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.linking.barred import is_left_alone, keeps_choice
from assistant.linking.evidence.finding import Finding
from assistant.linking.evidence.kinds import EVIDENCE, Evidence, rests_on
from assistant.linking.evidence.threads import answered_mail
from assistant.linking.evidence.written import written_here
from store.linking.facts import ActivityFacts

_REPORTS = ("bounce", "auto_reply")


@dataclass(frozen=True, slots=True)
class Findings:
    """What each kind of evidence says of a mail on these facts, in order, refused records included."""

    facts: ActivityFacts
    by_kind: Mapping[Evidence, Sequence[Finding]]

    def __iter__(self) -> Iterator[Finding]:
        """Everything that speaks for or against a record, except those that a person refused for this activity."""
        for kind, found in self.by_kind.items():
            refused = self.facts.refused_itself if kind is written_here else self.facts.refused
            yield from (one for one in found if one.record.record_id not in refused) if refused else found


def find(facts: ActivityFacts, before: Findings | None = None) -> Findings:
    """What is found now. `before` was found of the same mail when less was known of it."""
    return Findings(facts, {kind: _found(kind, facts, before) for kind in _kinds(facts)})


def _found(kind: Evidence, facts: ActivityFacts, before: Findings | None) -> Sequence[Finding]:
    if before is not None and kind in before.by_kind:
        known = before.facts
        if all(getattr(facts, name) is getattr(known, name) for name in rests_on(kind)):
            return before.by_kind[kind]
    return tuple(kind(facts))


def _kinds(facts: ActivityFacts) -> Sequence[Evidence]:
    if is_left_alone(facts):
        return (written_here,) if keeps_choice(facts) else ()
    return (answered_mail,) if facts.noise in _REPORTS else EVIDENCE
