"""What is open on a screen or under its cursor: what "this" means when somebody speaks to the chat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AtHand:
    """A record or an activity by its key; else only the mode."""

    mode: str = ""
    record_id: int | None = None
    activity_id: int | None = None
