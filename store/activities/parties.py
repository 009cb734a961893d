"""Who takes part in an activity, as it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from store.domains import registrable_domain

_LONGEST_ADDRESS = 320  # characters, RFC 5321 section 4.5.3.1; what is longer is nobody's address


@dataclass(frozen=True, slots=True)
class NewParty:
    role: str
    email: str
    domain: str = ""
    name: str = ""
    response: str = ""


def new_party(role: str, email: str, name: str, response: str = "") -> NewParty:
    """A participant as written in a header; an address that cannot be one is kept as the name."""
    if len(email) > _LONGEST_ADDRESS:
        return NewParty(role, "", "", name or email[:_LONGEST_ADDRESS], response)
    return NewParty(role, email, registrable_domain(email), name, response)


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
