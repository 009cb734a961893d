"""The provider-free normal form of one contact: vCard files, Exchange contacts and CSV rows become this."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class PostalAddress:
    label: str  # work, home, other
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class ContactCard:
    """One person or company card. `emails` and `phones` are (label, value) pairs in order of preference;
    e-mail values are lower-cased addresses, phone values are as written."""

    uid: str  # the card's own id, '' when it has none
    full_name: str
    given_name: str = ""
    family_name: str = ""
    middle_name: str = ""
    nickname: str = ""
    company: str = ""
    department: str = ""
    job_title: str = ""
    emails: tuple[tuple[str, str], ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    postal: tuple[PostalAddress, ...] = ()
    website: str = ""
    birthday: date | None = None
    note: str = ""
    categories: tuple[str, ...] = ()
    sensitivity: str = "normal"
    kind: str = "person"  # person, company, group (a distribution list)
    members: tuple[str, ...] = ()  # of a group: lower-cased addresses, or the uids of cards
    defects: tuple[str, ...] = ()
    source: bytes = field(default=b"", compare=False, repr=False)
