"""The words of a language as tables of phrases, read once from a file under words/."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")

# By the first token: the tokens of each phrase and what it means, the longest first.
Phrases = dict[str, list[tuple[tuple[str, ...], str]]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`tables` by name; `hours` of parts of a day; `afternoon`: parts whose hours are counted after noon; `starts`:
    tokens that anything may begin with, other than numbers."""

    tables: dict[str, Phrases]
    hours: dict[str, tuple[float, float]]
    afternoon: frozenset[str]
    starts: frozenset[str]


@cache
def lexicon(language: str = "en") -> Lexicon:
    text = files("assistant.chat.times.words").joinpath(f"{language}.toml").read_text("utf-8")
    read = tomllib.loads(text)
    hours = {name: (float(start), float(end)) for name, (start, end) in read.pop("hours").items()}
    afternoon = frozenset(read.pop("second_half")["pm"])
    tables = {name: _phrases(table) for name, table in read.pop("little").items()}
    starts = {token for table in tables.values() for token in table}
    for name, table in read.items():
        tables[name] = _phrases(table)
        starts |= set(tables[name])
    return Lexicon(tables, hours, afternoon, frozenset(starts))


def _phrases(table: dict[str, list[str] | int] | list[str]) -> Phrases:
    """A table {meaning: spellings}, {spelling: number}, or only spellings, whose meaning is nothing."""
    pairs: list[tuple[str, str]] = []
    if isinstance(table, list):
        pairs = [(spelling, "") for spelling in table]
    else:
        for key, value in table.items():
            pairs += [(spelling, key) for spelling in value] if isinstance(value, list) else [(key, str(value))]
    found: Phrases = {}
    for spelling, meaning in pairs:
        tokens = tuple(TOKEN.findall(spelling.casefold()))
        found.setdefault(tokens[0], []).append((tokens, meaning))
    for phrases in found.values():
        phrases.sort(key=lambda one: -len(one[0]))
    return found
