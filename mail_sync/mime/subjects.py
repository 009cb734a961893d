"""The subject of a mail without what mail programs put in front of it, in the languages of subjects.toml. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_MOST_PREFIXES = 30  # a subject of nothing else is somebody's joke


@dataclass(frozen=True, slots=True)
class _Patterns:
    prefix: re.Pattern[str]  # of a reply or a forward
    notice: re.Pattern[str]
    forwards: frozenset[str]
    tag: re.Pattern[str]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    words: dict[str, list[str]] = tomllib.loads(
        resources.files(__package__).joinpath("subjects.toml").read_text("utf-8")
    )
    return _Patterns(
        # "Re:", "RE[2]:", "Re^3:", "Re (2):", "AW :", "回复："; never a word that goes on, as in "Re-opening".
        prefix=re.compile(
            rf"\s*(?P<word>{_any_of([*words['replies'], *words['forwards']])})"
            r"\.?(?:\s?[\[(^*]?\s?\d{1,3}[\])]?)?\s*[:：]\s*",
            re.IGNORECASE,
        ),
        notice=re.compile(rf"\s*(?:{_any_of(words['notices'])})\s*[:：]\s*", re.IGNORECASE),
        forwards=frozenset(words["forwards"]),
        tag=re.compile(rf"\s*[\[(*]{{1,3}}\s*(?:{_any_of(words['tags'])})\s*[\])*]{{1,3}}\s*:?\s*", re.IGNORECASE),
    )


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def bare_subject(subject: str) -> str:
    """The subject on one line without prefixes, notices and warnings of gateways: "AW: [EXT] Re[2]: Offer" -> "Offer".

    Empty where nothing else stands there."""
    return _stripped(subject)[0]


def is_forward(subject: str) -> bool:
    """Whether the outermost prefix is that of a forward: the mail passes on what somebody else wrote."""
    return _stripped(subject)[1]


def without_prefixes(subject: str) -> str:
    """The subject on one line without the prefixes of replies and forwards in front of it; all else stays."""
    patterns, bare = _patterns(), " ".join(subject.split())
    for _ in range(_MOST_PREFIXES):
        if (found := patterns.prefix.match(bare)) is None:
            break
        bare = bare[found.end() :]
    return bare


@lru_cache(maxsize=2048)
def _stripped(subject: str) -> tuple[str, bool]:
    patterns = _patterns()
    bare, outermost = " ".join(subject.split()), ""
    for _ in range(_MOST_PREFIXES):
        if found := patterns.prefix.match(bare):
            outermost = outermost or found["word"].lower()
        elif (found := patterns.tag.match(bare) or patterns.notice.match(bare)) is None:
            break
        bare = bare[found.end() :]
    return bare.strip(), outermost in patterns.forwards
