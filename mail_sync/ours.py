"""What is ours: the addresses and domains that never belong to a customer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from store.domains import registrable_domain
from store.queries.own import own_addresses, own_domains


@dataclass(frozen=True, slots=True)
class Ours:
    """The addresses and registrable domains of our own company."""

    emails: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def holds(self, email: str) -> bool:
        return email in self.emails or (bool(self.domains) and registrable_domain(email) in self.domains)


def ours_in(tx: Connection) -> Ours:
    """Our own addresses and domains as they stand in the store."""
    return Ours(frozenset(own_addresses(tx)), frozenset(own_domains(tx)))
