"""What a text is as an answer to what the chat asked or proposed: a yes, a no, one of the choices, another value."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_MARKS = ".!, "


@dataclass(frozen=True, slots=True)
class Rejoinders:
    """Whole texts that mean yes, no and undo; words around a value that is edited; `places` of choices, from 1, and -1
    for the last; `requests` that a name alone may stand for."""

    yes: frozenset[str]
    no: frozenset[str]
    undo: frozenset[str]
    edit: frozenset[str]
    article: frozenset[str]
    becomes: frozenset[str]
    places: Mapping[str, int]
    requests: tuple[str, ...]


@cache
def rejoinders(language: str = "en") -> Rejoinders:
    text = files("assistant.chat.understanding.words").joinpath(f"rejoinders_{language}.toml").read_text("utf-8")
    read = tomllib.loads(text)
    return Rejoinders(
        yes=frozenset(read["yes"]),
        no=frozenset(read["no"]),
        undo=frozenset(read["undo"]),
        edit=frozenset(read["edit"]),
        article=frozenset(read["article"]),
        becomes=frozenset(read["becomes"]),
        places={said: int(place) for place, some in read["places"].items() for said in some},
        requests=tuple(read["about"]["requests"]),
    )


def plain(text: str) -> str:
    """A text as it is compared: folded, one blank between words, no mark at its end."""
    return " ".join(text.casefold().replace("’", "'").split()).strip(_MARKS)


def chosen(text: str, shown: Sequence[str], words: Rejoinders) -> int | None:
    """The place, from 0, of the one choice that a text means: its number, its words, or some that only it has."""
    said = plain(text).removeprefix("#").removeprefix("number ").rstrip(").")
    place = int(said) if said.isdecimal() and len(said) < 3 else words.places.get(said)
    if place is not None:
        place = len(shown) if place == -1 else place
        return place - 1 if 1 <= place <= len(shown) else None
    known = [plain(one) for one in shown]
    if known.count(said) == 1:
        return known.index(said)
    having = [at for at, one in enumerate(known) if said and set(said.split()) <= set(_words(one))]
    return having[0] if len(having) == 1 else None


def _words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split() + text.split()


def edited(text: str, names: Sequence[str], words: Rejoinders) -> tuple[str, str] | None:
    """The argument that a text changes, and the value as it was typed: ("amount", "5000") of "change the amount to
    5000". ("", "") where only "edit" is said, the value '' where only the name is; None for anything else."""
    rest = text.strip().rstrip("!").split()
    if not rest or rest[0].casefold() not in words.edit:
        return None
    rest = rest[1:]
    if rest and rest[0].casefold() in words.article:
        rest = rest[1:]
    if not rest or plain(" ".join(rest)) in ("it", "this"):
        return "", ""
    for name in sorted(names, key=len, reverse=True):
        named = name.split("_")
        heads = [one.casefold().rstrip(":=") for one in rest[: len(named)]]
        if heads == named:
            value = rest[len(named) :]
            if value and value[0].casefold() in words.becomes:
                value = value[1:]
            return name, " ".join(value)
    return None
