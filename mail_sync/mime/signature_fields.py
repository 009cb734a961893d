"""What a signature says of its writer: name, title, company, phone, mobile, email, website, street, city. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_LINES = 25
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_WEBSITE = re.compile(r"(?:https?://|www\.)[^\s<>|,;)]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Field:
    """One part of a signature; `quote` is the line it stands in."""

    field: str
    value: str
    quote: str


def signature_fields(signature: str) -> tuple[Field, ...]:
    """The parts of a signature in the order of its lines."""
    found: list[Field] = []
    for line in signature.split("\n")[:MOST_LINES]:
        quote = line.strip()
        found += [Field("email", value, quote) for value in _EMAIL.findall(quote)]
        found += [Field("website", value.rstrip("./"), quote) for value in _WEBSITE.findall(quote)]
    return tuple(found)
