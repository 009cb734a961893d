"""The absence of a mailbox's owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class OutOfOffice:
    """What is answered while the owner is away: once to each sender, '' to nobody. Without times it is on or off."""

    enabled: bool = False
    internal: str = ""  # to senders of this server
    external: str = ""  # to everyone else
    audience: str = "All"  # who "everyone else" is (ExternalAudience): nobody for "None"
    start: datetime | None = None  # aware
    end: datetime | None = None
    answered: set[str] = field(default_factory=set)  # lower-case addresses

    def is_on(self, now: datetime) -> bool:
        """Whether a mail that arrives now is answered."""
        return self.enabled and (self.start is None or self.start <= now) and (self.end is None or now < self.end)
