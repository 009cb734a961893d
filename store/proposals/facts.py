"""What proposing may know of one mail and its sender: plain values, read in bulk by `store.proposals.reading`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from store.linking.facts import SignatureField


@dataclass(frozen=True, slots=True)
class KnownAccount:
    record_id: int
    uid: str
    title: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """The contact or lead whose address the sender has. `values` are its fields (store.records.fields) as text,
    `company` its account's or its own; `edited_at` says when a person last wrote a field."""

    record_id: int
    uid: str
    kind: str
    title: str
    values: Mapping[str, str]
    company: str
    account: KnownAccount | None = None
    edited_at: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sender:
    """A mail that somebody outside wrote, and who we know them as.

    `known_as` are living contacts and leads with the address; `is_known` also where a deleted or another record has it.
    `accounts` are those of the address's domain. `named` are the accounts that are called what the signature says.
    """

    activity_id: int
    occurred_at: datetime
    email: str
    name: str
    fields: tuple[SignatureField, ...]
    is_known: bool = False
    known_as: tuple[KnownPerson, ...] = ()
    accounts: tuple[KnownAccount, ...] = ()
    named: tuple[KnownAccount, ...] = ()

    def first(self, name: str) -> SignatureField | None:
        """The first part of the signature of that kind."""
        return next((each for each in self.fields if each.field == name and each.value.strip()), None)
