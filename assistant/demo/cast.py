"""The people of the demo company: its own staff, the accounts it serves and the people who write for them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

# What each country's mail programs put before a subject: answer, forward.
PREFIXES = {
    "Austria": ("AW", "WG"),
    "Germany": ("AW", "WG"),
    "Switzerland": ("AW", "WG"),
    "Andorra": ("RE", "TR"),
    "Sweden": ("SV", "VB"),
    "Norway": ("SV", "VS"),
    "Finland": ("VS", "VL"),
    "Italy": ("R", "I"),
    "France": ("RE", "TR"),
    "Poland": ("ODP", "PD"),
    "Türkiye": ("YNT", "ILT"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a mailbox. `lang` is what they write in, `country` decides their mail program's prefixes."""

    name: str
    given: str
    family: str
    email: str
    title: str = ""
    company: str = ""
    phone: str = ""
    mobile: str = ""
    city: str = ""
    country: str = ""
    lang: str = "en"
    timezone: str = "Europe/Vienna"
    mailer: str = "outlook"  # outlook, gmail, thunderbird, apple, htmlonly
    known: bool = True  # has a contact record

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def domain(self) -> str:
        return self.email.partition("@")[2]

    @property
    def reply_prefix(self) -> str:
        fallback = "RE" if self.mailer in ("outlook", "htmlonly") else "Re"
        return self._prefixes(fallback)[0] if self.mailer == "outlook" else fallback

    @property
    def forward_prefix(self) -> str:
        return self._prefixes("RE")[1] if self.mailer == "outlook" else "Fwd"

    def _prefixes(self, fallback: str) -> tuple[str, str]:
        country = "France" if self.lang == "fr" else self.country  # the French of Switzerland use the French Outlook
        return PREFIXES.get(country, (fallback, "FW"))


@dataclass(frozen=True, slots=True)
class Account:
    """A customer company with its people, the first of them being the one who usually writes."""

    key: str
    name: str
    domains: tuple[str, ...]
    industry: str
    phone: str
    city: str
    country: str
    lang: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Product:
    name: str
    code: str
    price: int  # euro


@dataclass(frozen=True, slots=True)
class Cast:
    """`staff` holds everyone of the company by key; `mailboxes` are the keys of those whose mailbox is written."""

    domain: str
    staff: dict[str, Person]
    mailboxes: tuple[str, ...]
    roles: dict[str, str]
    accounts: dict[str, Account]
    independents: tuple[Person, ...]
    products: dict[str, Product]

    def contacts(self) -> list[tuple[Person, Account | None]]:
        """Everyone who has a contact record, with the account they belong to."""
        employed = [(p, a) for a in self.accounts.values() for p in a.people if p.known]
        return [*employed, *((p, None) for p in self.independents)]


def read_texts(name: str) -> dict[str, Any]:
    """One of the TOML files with the demo's texts."""
    return tomllib.loads((resources.files("assistant.demo.texts") / name).read_text(encoding="utf-8"))


def load_cast() -> Cast:
    """The whole cast from cast.toml."""
    data = read_texts("cast.toml")
    home = data["home"]
    staff = {row["key"]: _colleague(row, home, n) for n, row in enumerate(data["mailbox"] + data["colleague"])}
    return Cast(
        domain=home["domain"],
        staff=staff,
        mailboxes=tuple(row["key"] for row in data["mailbox"]),
        roles={row["key"]: row["role"] for row in data["mailbox"] + data["colleague"]},
        accounts={row["key"]: _account(row) for row in data["account"]},
        independents=tuple(_person(row, row, n) for n, row in enumerate(data.get("independent", []))),
        products={row["code"]: Product(**row) for row in data["product"]},
    )


def _account(row: dict[str, Any]) -> Account:
    return Account(
        key=row["key"],
        name=row["name"],
        domains=tuple(row["domains"]),
        industry=row["industry"],
        phone=row["phone"],
        city=row["city"],
        country=row["country"],
        lang=row["lang"],
        people=tuple(_person(person, row, n) for n, person in enumerate(row["people"])),
    )


def _person(row: dict[str, Any], account: dict[str, Any], number: int) -> Person:
    given, family = _split(row)
    local = row.get("e") or f"{ascii_key(given)}.{ascii_key(family)}"
    phone = account["phone"]
    direct = phone[:-1] + str((int(phone[-1]) + number + 1) % 10)
    return Person(
        name=row["n"],
        given=row.get("call", given),
        family=family,
        email=local if "@" in local else f"{local}@{account['domains'][0]}",
        title=row.get("t", ""),
        company=account.get("name", ""),
        phone=direct,
        mobile=_mobile(account["country"], number) if row.get("m") else "",
        city=account["city"],
        country=account["country"],
        lang=account["lang"],
        timezone=account["tz"],
        mailer="gmail" if local.endswith("@gmail.com") else account.get("mailer", "outlook"),
        known=row.get("crm", True),
    )


def _mobile(country: str, number: int) -> str:
    prefixes = {
        "Austria": "+43 664 5550",
        "France": "+33 6 39 98 0",
        "United Kingdom": "+44 7700 900",
        "Sweden": "+46 70 174 06",
        "United States": "+1 970 555 0",
        "Italy": "+39 345 5550",
        "Switzerland": "+41 79 555 0",
    }
    return f"{prefixes.get(country, '+49 1555 5550')}{140 + number * 11}"


def _colleague(row: dict[str, Any], home: dict[str, Any], number: int) -> Person:
    given, family = _split(row)
    countries = {"anna": "Austria", "jonas": "Sweden", "henrik": "Sweden"}
    return Person(
        name=row["n"],
        given=given,
        family=family,
        email=f"{row['e']}@{home['domain']}",
        title=row["t"],
        company=home["name"],
        phone=f"{home['phone']}-{10 + number}",
        city=home["city"],
        country=countries.get(row["key"], "Ireland"),
        timezone=home["timezone"],
    )


def _split(row: dict[str, Any]) -> tuple[str, str]:
    first, _, rest = row["n"].partition(" ")
    return row.get("g", first), row.get("f", rest)


def ascii_key(text: str) -> str:
    """`text` as the local part of an address: German umlauts spelled out, other marks dropped."""
    spelled = text.lower()
    for mark, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "ł": "l"}.items():
        spelled = spelled.replace(mark, letters)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", ".", plain).strip(".")
