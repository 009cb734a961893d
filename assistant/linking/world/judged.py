"""What linking made of one mail, beside what it is truly regarding: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.linking.world.mails import Name, Truth


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a mail may be regarding. `name` is its kind and key in the world; `key` is '' for one that the
    world does not name. `probability` is the engine's own, 0 to 1."""

    name: Name
    title: str
    probability: float
    is_linked: bool
    is_primary: bool
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A mail, its truth, and the candidates in the order in which they are proposed: the linked primary first."""

    message_id: str
    subject: str
    truth: Truth
    candidates: tuple[Candidate, ...] = ()

    @property
    def auto(self) -> Candidate | None:
        """The record it was linked to first of all without asking anybody."""
        return next((each for each in self.candidates if each.is_linked and each.is_primary), None)

    @property
    def is_wrong(self) -> bool:
        """Linked to what no row of its truth names."""
        return self.auto is not None and self.auto.name not in self.truth.right

    @property
    def is_covered(self) -> bool:
        return self.auto is not None and self.auto.name == self.truth.primary

    @property
    def has_record(self) -> bool:
        return self.truth.primary is not None

    def in_top(self, count: int) -> bool:
        return any(each.name == self.truth.primary for each in self.candidates[:count])
