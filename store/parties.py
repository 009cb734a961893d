"""Who takes part in an activity, as it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NewParty:
    role: str
    email: str
    domain: str = ""
    name: str = ""
    response: str = ""


def party_rows(key: int, parties: Sequence[NewParty]) -> Iterator[dict[str, Any]]:
    """The rows of an activity's participants, numbered within each role."""
    counts: dict[str, int] = {}
    for party in parties:
        position = counts[party.role] = counts.get(party.role, -1) + 1
        yield {
            "activity_id": key,
            "role": party.role,
            "position": position,
            "email": party.email,
            "domain": party.domain,
            "name": party.name,
            "response": party.response,
        }
