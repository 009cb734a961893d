"""Short forms of given names: whether "Bob" may be "Robert", and what somebody called Bob may be called in full."""

from __future__ import annotations

from functools import cache

from store.names.fold import folded_word
from store.names.tables import table

LANGUAGES = (
    "english", "german", "nordic", "dutch", "french", "spanish", "portuguese", "italian", "polish", "czech",
    "hungarian", "russian", "greek", "turkish",
)  # fmt: skip


def other_names(token: str) -> frozenset[str]:
    """Folded names that a bearer of this folded name may go by: its short forms, and what it is short for."""
    return _pairs().get(token, frozenset())


def are_one_name(left: str, right: str) -> bool:
    """Whether one of two folded names is a short form of the other."""
    return right in _pairs().get(left, ())


def share_full_name(left: str, right: str) -> bool:
    """Whether both are short forms of one name, as Bob and Rob."""
    return not _full_names(left).isdisjoint(_full_names(right))


def _full_names(token: str) -> frozenset[str]:
    return _by_short().get(token, frozenset())


@cache
def _pairs() -> dict[str, frozenset[str]]:
    pairs: dict[str, set[str]] = {}
    for short, full_names in _by_short().items():
        pairs.setdefault(short, set()).update(full_names)
        for full in full_names:
            pairs.setdefault(full, set()).add(short)
    return {name: frozenset(others) for name, others in pairs.items()}


@cache
def _by_short() -> dict[str, frozenset[str]]:
    """Short form -> full names."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for full, shorts in table("nicknames", language).items():
            for short in map(folded_word, shorts.split()):
                if short != folded_word(full):
                    found.setdefault(short, set()).add(folded_word(full))
    return {short: frozenset(names) for short, names in found.items()}
