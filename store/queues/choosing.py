"""Who of a queue is given the next case or lead. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of a queue: when they were given something last (aware), how much open work they have, and where they
    stand among the members."""

    user_id: int
    position: int = 0
    given_at: datetime | None = None
    open_count: int = 0
    away: bool = False


def choose(assignment: str, members: Iterable[Candidate]) -> int | None:
    """Whose turn it is; None where nobody is there, or people take what they like.

    In round_robin it is who was given nothing for longest. In least_loaded it is who has the least open work, and among
    equals who was given nothing for longest.
    """
    if assignment not in ("round_robin", "least_loaded"):
        return None
    there = [each for each in members if not each.away]
    if assignment == "round_robin":
        return min(there, key=_turn).user_id if there else None
    return min(there, key=lambda each: (each.open_count, _turn(each))).user_id if there else None


def _turn(one: Candidate) -> tuple[datetime, int, int]:
    return one.given_at or _NEVER, one.position, one.user_id
