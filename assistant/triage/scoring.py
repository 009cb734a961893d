"""How promising a new lead is: points for what is known of it, 0 to 100, with the reasons. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.triage import conditions
from assistant.triage.facts import LeadFacts
from assistant.triage.matching import ReadyConditions
from assistant.triage.model import ScoreRule

LEAST, MOST = 0, 100


@dataclass(frozen=True, slots=True)
class ScoreReason:
    """What one rule adds or takes away. `because` are phrases, one per condition."""

    name: str
    points: int
    because: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.points:+d} {self.name}" + (f": {', '.join(self.because)}." if self.because else ".")


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is the sum of the points, kept within 0 to 100; reasons stand with those that count most in front."""

    value: int
    reasons: tuple[ScoreReason, ...]


class ScoreCard:
    """Score rules made ready once for many leads. Every one that fits counts."""

    def __init__(self, rules: Iterable[ScoreRule]) -> None:
        self._rules = tuple((rule, ReadyConditions(rule.conditions, conditions.LEAD)) for rule in rules)

    def score(self, facts: LeadFacts) -> Score:
        reasons = [
            ScoreReason(rule.name, rule.points, because)
            for rule, ready in self._rules
            if (because := ready.reasons(facts)) is not None
        ]
        total = sum(reason.points for reason in reasons)
        ordered = sorted(reasons, key=lambda reason: -abs(reason.points))
        return Score(max(LEAST, min(MOST, total)), tuple(ordered))
