"""What stands behind all ports of one sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from mail_sync.sandbox.autodiscover import Discovery
from mail_sync.sandbox.control import Control
from mail_sync.sandbox.ews.frontend import Frontend
from mail_sync.sandbox.signin.gate import Gate
from mail_sync.sandbox.signin.oauth import Authority


@dataclass(slots=True)
class Site:
    """`stopping` ends slow replies and streams early."""

    frontend: Frontend
    control: Control
    gate: Gate
    authority: Authority
    discovery: Discovery
    stopping: Event = field(default_factory=Event)

    def stop(self) -> None:
        """Wake up everybody who waits for events."""
        self.stopping.set()
        with self.frontend.model.changed:
            self.frontend.model.changed.notify_all()
