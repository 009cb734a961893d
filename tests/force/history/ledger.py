"""Every edit that was made, and whether somebody who saw it wrote over it: what is left may not get lost.

Each edit writes a text or a time that no other edit ever writes, its token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_DAY = datetime(2026, 4, 6, 6, tzinfo=UTC)


@dataclass
class Ledger:
    """Tokens with what they were written into; `settled` were knowingly replaced or deleted, or are excused."""

    edits: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    count: int = 0

    def word(self, about: str) -> str:
        """A new token that is a word."""
        self.count += 1
        return self._made(f"t{self.count}x", about)

    def moment(self, about: str) -> datetime:
        """A new token that is a time, as the instant it stands for: a day and a minute of its own."""
        self.count += 1
        found = _DAY + timedelta(days=self.count % 7, minutes=self.count)
        self._made(found.isoformat(), about)
        return found

    def within(self, text: str) -> set[str]:
        """The tokens that a text shows."""
        return {token for token in re.findall(_TOKEN, text) if token in self.edits}

    def saw(self, text: str) -> None:
        """Somebody who saw this replaced it."""
        self.settled |= self.within(text)

    def lost(self, shown: str) -> list[str]:
        """The edits that nobody replaced and that are shown nowhere."""
        found = self.within(shown)
        return [f"{token}: {about}" for token, about in self.edits.items() if token not in found | self.settled]

    def _made(self, token: str, about: str) -> str:
        self.edits[token] = about
        return token


_TOKEN = r"t\d+x|20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
