"""What is never stored: pure rules that a person set for a mailbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mail_sync.message import Message

_PRIVATE = ("private", "confidential", "personal")


@dataclass(frozen=True, slots=True)
class CaptureRules:
    """Addresses and domains whose mail and contacts stay out, and whether private items do."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    private_items: bool = True

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> CaptureRules:
        """The rules as kept with a mailbox."""
        return cls(
            addresses=frozenset(str(address).lower() for address in settings.get("addresses", ())),
            domains=frozenset(str(domain).lower() for domain in settings.get("domains", ())),
            private_items=bool(settings.get("private_items", True)),
        )

    def excludes_private(self, sensitivity: str) -> bool:
        return self.private_items and sensitivity in _PRIVATE

    def excludes_any(self, emails: Collection[str]) -> bool:
        """Whether one of these addresses is excluded, by itself or by its domain or a domain above it."""
        return any(email in self.addresses or self._excludes_domain(email) for email in emails)

    def excludes(self, message: Message) -> bool:
        """Whether a mail stays out: private ones where so set, and those from or to an excluded address."""
        if self.excludes_private(message.sensitivity):
            return True
        if not self.addresses and not self.domains:
            return False
        people = [message.sender, message.on_behalf, *message.to, *message.cc, *message.bcc]
        return self.excludes_any([person.email for person in people if person])

    def _excludes_domain(self, email: str) -> bool:
        host = email.rpartition("@")[2]
        while host:
            if host in self.domains:
                return True
            host = host.partition(".")[2]
        return False
