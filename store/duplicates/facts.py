"""What the search for duplicates may know of a record: plain values, read in bulk by `store.duplicates.candidates`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Compared:
    """A record as it is compared with others of its kind. `record_id` 0 is one that does not exist yet.

    `company` is the name of a contact's account or what a lead says; `domains` are an account's registrable domains,
    that of its website included; `phones` are digits only. Empty values are unknown.
    """

    record_id: int
    kind: str
    title: str
    emails: tuple[str, ...] = ()
    former_emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    mobiles: tuple[str, ...] = ()
    account_id: int | None = None
    company: str = ""
    parent_id: int | None = None
    job_title: str = ""
    street: str = ""
    city: str = ""
    country: str = ""
