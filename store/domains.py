"""E-mail addresses and the registrable domains behind them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from publicsuffixlist import PublicSuffixList

from store.errors import Invalid

# RFC 5321 section 4.5.3.1: 64 octets before the @, 255 after it. Quoted local parts are legal and nobody has one.
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?P<domain>[^\s@<>\"(),:;\[\]\\]{1,255})")
_LABEL = re.compile(r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?")


def parse_email(text: str) -> str:
    """The address in lower case, also out of "Name <address>" and "mailto:address". Raises Invalid."""
    written = text.strip()
    if found := re.search(r"<([^<>]*)>\s*$", written):
        written = found[1].strip()
    written = written.removeprefix("mailto:").strip("'\" ")
    found = _ADDRESS.fullmatch(written)
    if found is None or not _is_host(found["domain"]):
        raise Invalid(f"{text.strip()!r} is not an e-mail address.")
    return written.lower()


def parse_domain(text: str) -> str:
    """The registrable domain meant by a domain, an address or a web address. Raises Invalid."""
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().lower())
    host = host.split("/")[0].split("?")[0].rsplit("@", 1)[-1].split(":")[0].strip(".")
    domain = registrable_domain(host)
    if not domain:
        raise Invalid(f"{text.strip()!r} is not a domain; write it as contoso.com.")
    return domain


@lru_cache(maxsize=20_000)
def registrable_domain(host: str) -> str:
    """What somebody registered, as `contoso.co.uk` of `mail.contoso.co.uk`, in ASCII; '' where there is none.

    Accepts a host name or an address. Names without a public suffix of their own, such as `localhost`, have none.
    """
    name = host.rsplit("@", 1)[-1].strip().strip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    if "." not in name or not _is_host(name) or name.replace(".", "").isdigit():
        return ""
    return _suffixes().privatesuffix(name) or ""


def is_free_mail(domain: str) -> bool:
    """Anybody can have a mailbox at this registrable domain, so it says nothing about who they work for."""
    return domain.lower() in _free_mail()


def _is_host(name: str) -> bool:
    labels = name.rstrip(".").split(".")
    return len(name) <= 255 and all(_LABEL.fullmatch(label) for label in labels)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _free_mail() -> frozenset[str]:
    lines = files("store").joinpath("free_mail.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
