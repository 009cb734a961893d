"""The words of a language, read once from a file under words/."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from assistant.chat.understanding.edges import own_words


@dataclass(frozen=True)
class Lexicon:
    """`before` gives the words that an argument's value
    stands behind; `choices` the words of each value of an argument; `references` the words that point at something."""

    before: Mapping[str, frozenset[str]]
    choices: Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]]
    references: Mapping[tuple[str, ...], str]
    filler: frozenset[str]
    joiners: tuple[tuple[str, ...], ...]
    plain: frozenset[str]
    prepositions: frozenset[str]
    units: Mapping[str, float]
    currencies: frozenset[str]
    no_times: frozenset[str]
    after_that: frozenset[str]
    names_too: frozenset[str]
    calling: frozenset[str]
    own: Mapping[str, tuple[tuple[str, ...], ...]]
    here: frozenset[str]
    addressing: frozenset[str]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Words that mean something to the grammar, and ordinary ones: none of them is a name by itself."""
        found: set[str] = set(self.plain) | self.filler | self.prepositions | own_words()
        for values in self.choices.values():
            found |= {word for phrases in values.values() for phrase in phrases for word in phrase}
        found |= self.calling
        for phrase in self.references:
            found |= set(phrase)
        return frozenset(found) - self.names_too

    def leading(self, tool: str, argument: str) -> frozenset[str]:
        """The words that the value of an argument stands behind."""
        return self.before.get(f"{tool}.{argument}") or self.before.get(argument) or frozenset()

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Words that are worth recognising where they are misspelt."""
        return tuple(sorted(word for word in self.vocabulary if len(word) > 3 and word.isalpha()))


@cache
def lexicon(language: str = "en") -> Lexicon:
    text = files("assistant.chat.understanding.words").joinpath(f"{language}.toml").read_text("utf-8")
    read = tomllib.loads(text)
    return Lexicon(
        before={name: frozenset(words) for name, words in read["before"].items()},
        choices={
            name: {value: tuple(tuple(phrase.split()) for phrase in phrases) for value, phrases in values.items()}
            for name, values in read["choices"].items()
        },
        references={tuple(phrase.split()): value for value, some in read["references"].items() for phrase in some},
        filler=frozenset(read["filler"]),
        joiners=tuple(sorted((tuple(words.split()) for words in read["joiners"]), key=len, reverse=True)),
        plain=frozenset(read["plain"]),
        prepositions=frozenset(read["prepositions"]),
        units={unit: float(factor) for unit, factor in read["amounts"]["units"].items()},
        no_times=frozenset(read["no_times"]),
        after_that=frozenset(read["after_that"]),
        names_too=frozenset(read["names_too"]),
        calling=frozenset(read["calling"]["verbs"]),
        own={name: tuple(tuple(phrase.split()) for phrase in some) for name, some in read["own"].items()},
        here=frozenset(read["here"]),
        addressing=frozenset(read["addressing"]),
        currencies=frozenset(read["amounts"]["currencies"]),
    )
