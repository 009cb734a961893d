"""Fields in templates, written as {contact.given_name}: filled where the value is known, left standing where not.

Pure. What is left standing is shown to the writer, and no mail leaves with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: What a field may begin with; anything else in braces is text.
ROOTS = ("contact", "account", "lead", "opportunity", "case", "booking", "me")

_FIELD = re.compile(rf"\{{({'|'.join(ROOTS)})\.([a-z][a-z0-9_]*)\}}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its fields filled in, and the names of those that could not be, in order."""

    text: str
    missing: tuple[str, ...] = ()


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values, by names like contact.given_name, in place of the fields. An empty value counts as missing."""

    def value(found: re.Match[str]) -> str:
        return values.get(f"{found[1]}.{found[2]}", "") or found[0]

    filled = _FIELD.sub(value, text)
    return Filled(filled, fields_in(filled))


def fields_in(text: str) -> tuple[str, ...]:
    """The fields that stand in a text, each once."""
    return tuple(dict.fromkeys(f"{found[1]}.{found[2]}" for found in _FIELD.finditer(text)))
