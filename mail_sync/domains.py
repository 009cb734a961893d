"""Registrable domains, offline."""

from __future__ import annotations

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=20_000)
def registrable_domain(email: str) -> str:
    """The domain a company registers, of an address or a host: "jo@mail.fabrikam.co.uk" gives "fabrikam.co.uk".

    '' where there is none. Public suffixes come from the list at publicsuffix.org, shipped with the library.
    """
    host = email.rpartition("@")[2].strip(".").lower()
    if "." not in host:
        return ""
    return _suffixes().privatesuffix(host) or ""
