"""A triage rule as data: what must hold of a mail or a lead, and what is done then. Pure.

Which conditions and actions there are stands in `conditions.py` and `actions.py`; `reading.py` checks every value, so a
rule that was read can always be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

YES, NO = "yes", "no"  # the values of a condition or an action that is true or false in a file


class RuleKind(StrEnum):
    """What a rule looks at: a mail that came in, or a new lead."""

    MAIL = "mail"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing to look at. It holds where any of `values` fits. `unless`: the rule holds only where it does not."""

    name: str
    values: tuple[str, ...]
    unless: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `value` is what the file says: a kind, a priority, the name of a template ..."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who gets it. `how` is user, queue, round_robin or least_loaded; `name` an address or a queue's name, '' for the
    last two, which choose among the members of the queue."""

    how: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """All conditions must hold; a rule without any fits everything. Names are unique within a kind."""

    kind: RuleKind
    name: str
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """What a new lead gains or loses where all conditions hold: -100 to 100 points."""

    name: str
    conditions: tuple[Condition, ...]
    points: int


@dataclass(frozen=True, slots=True)
class RuleFile:
    """Everything that one file says, each sort in its order."""

    mail: tuple[Rule, ...] = ()
    lead: tuple[Rule, ...] = ()
    scores: tuple[ScoreRule, ...] = ()
