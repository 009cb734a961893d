"""Where free texts begin and end in a request, by what was learned from phrasings.

The edges of a text are told by the words around them: "remind me to {text} on friday". A word that no phrasing has of
its own is any word, "~": texts consist of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files

Score = Mapping[str, float]

_WORD = "w "  # marks the words that phrasings have of their own
_SAID = frozenset(',.;!?()-–—"“”')


def candidates(tokens: Sequence[str], first: int) -> range:
    """Where a text may begin; the last one stands for no text at all."""
    return range(first, len(tokens) + 1)


def beginning(key: str, kind: str, tokens: Sequence[str], first: int, at: int) -> list[str]:
    """Features of a text of the argument `key` ("tool.argument"), of the type `kind`, that begins at `at`."""
    if at == len(tokens):
        return _none(key, kind, tokens, first)
    one, two = _at(tokens, at - 1, first), _at(tokens, at - 2, first)
    here, after = tokens[at], _at(tokens, at + 1, first)
    found = [f"{one}", f"{two} {one}", f"{one} {here}", f"^{here}", f"^{here} {after}"]
    found += [f"{_at(tokens, at - 3, first)} {two} {one}", f"rest {_rest(tokens[at:])}"]
    found.append(f"seen {_punctuation(tokens[first:at])}")
    return [f"b {scope} {each}" for scope in (key, kind) for each in found]


def ending(key: str, kind: str, tokens: Sequence[str], start: int, at: int) -> list[str]:
    """Features of a text that began at `start` and ends before `at`."""
    one, two = _after(tokens, at), _after(tokens, at + 1)
    last = tokens[at - 1]
    found = [one, f"{one} {two}", f"{last}$", f"{last} {one}", f"left {min(len(tokens) - at, 3)}"]
    found.append(f"short {min(at - start, 3)} {one}")
    return [f"e {scope} {each}" for scope in (key, kind) for each in found]


def plain(tokens: Sequence[str], known: Callable[[str], bool]) -> list[str]:
    """The tokens with "~" for every word that phrasings do not have of their own."""
    return [token if token[0] == "<" or not token[0].isalnum() or known(token) else "~" for token in tokens]


def span(
    key: str, kind: str, tokens: Sequence[str], first: int, score: Score, begins: Sequence[int] = ()
) -> tuple[int, int] | None:
    """Where the text stands, as (first, last) of tokens; None where there is none, unless it is said where it may
    begin."""
    said = plain(tokens, lambda token: _WORD + token in score)
    start = max(begins or candidates(said, first), key=lambda at: _sum(beginning(key, kind, said, first, at), score))
    if start == len(said):
        return None
    end = max(range(start + 1, len(said) + 1), key=lambda at: _sum(ending(key, kind, said, start, at), score))
    return start, end


def _sum(found: Sequence[str], score: Score) -> float:
    return sum(score.get(each, 0.0) for each in found)


def _none(key: str, kind: str, tokens: Sequence[str], first: int) -> list[str]:
    last, before = _at(tokens, len(tokens) - 1, first), _at(tokens, len(tokens) - 2, first)
    strange = sum(token == "~" for token in tokens[first:])
    found = ["none", f"none {last}", f"none {before} {last}", f"none ~{min(strange, 3)}"]
    found.append(f"none {_punctuation(tokens[first:])}")
    return [f"b {scope} {each}" for scope in (key, kind) for each in found]


def _rest(tokens: Sequence[str]) -> str:
    """What is left if the text begins here: strange words, and kinds of things."""
    strange = min(sum(token == "~" for token in tokens), 3)
    return f"~{strange} {' '.join(sorted({token for token in tokens if token[0] == '<'})[:2])}"


def _punctuation(tokens: Sequence[str]) -> str:
    return ":" if ":" in tokens else "," if not _SAID.isdisjoint(tokens) else "."


def _at(tokens: Sequence[str], at: int, first: int) -> str:
    return tokens[at] if first <= at < len(tokens) else "^" if at < first else "$"


def _after(tokens: Sequence[str], at: int) -> str:
    return tokens[at] if at < len(tokens) else "$"


@cache
def learned(language: str = "en") -> Mapping[str, float]:
    """The weights of `words/<language>.edges.txt`: a feature, a tab, a weight, in each line."""
    text = files("assistant.chat.understanding.words").joinpath(f"{language}.edges.txt").read_text("utf-8")
    return {name: float(weight) for name, _, weight in (line.partition("\t") for line in text.splitlines())}


@cache
def own_words(language: str = "en") -> frozenset[str]:
    """The words that phrasings have of their own."""
    return frozenset(name[len(_WORD) :] for name in learned(language) if name.startswith(_WORD))
