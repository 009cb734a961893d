"""The one clock of a sandbox, so that a test can let the server's time differ from the client's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class Clock:
    """The machine's time plus `offset`, which may be changed while requests are answered."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + self.offset
