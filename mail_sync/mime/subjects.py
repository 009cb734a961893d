"""The subject of a mail without what mail programs put in front of it, in the languages of subjects.toml. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_MOST_PREFIXES = 30  # a subject of nothing else is somebody's joke
_LIST_TAG = re.compile(r"\s*\[[^\[\]]{1,40}\]\s*(?=\S)")  # "[Pumps] Re: Offer"
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Patterns:
    prefix: re.Pattern[str]  # of a reply or a forward
    notice: re.Pattern[str]
    forwards: frozenset[str]
    tag: re.Pattern[str]
    formerly: re.Pattern[str]


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
        formerly=re.compile(
            rf"\s*[\[(（]\s*(?:{_any_of(words['formerly'])})\b[:：]?\s*(?P<topic>.*?)[\])）\s]*\Z", re.IGNORECASE
        ),
    )


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def bare_subject(subject: str) -> str:
    """The subject on one line without prefixes, notices and warnings of gateways: "AW: [EXT] Re[2]: Offer" -> "Offer".

    Empty where nothing else stands there."""
    return _stripped(subject)[0]


def topic(subject: str) -> str:
    """What mails of one conversation share of their subjects: its words, folded, without the tags of mailing lists and
    without what the subject was before."""
    return _topics(subject)[0]


def former_topic(subject: str) -> str:
    """The topic before the conversation got this one: "valves" of "Pumps (was: Re: Valves)"; "" where it has none."""
    return _topics(subject)[1]


def is_answer(subject: str) -> bool:
    """Whether a reply or forward prefix stands in front, or behind the tag of a mailing list."""
    return _topics(subject)[2]


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
def _topics(subject: str) -> tuple[str, str, bool]:
    bare = " ".join(subject.split())
    answers = False
    for _ in range(_MOST_PREFIXES):
        if found := _LIST_TAG.match(bare):
            bare = bare[found.end() :]
            continue
        stripped = bare_subject(bare)
        if stripped == bare:
            break
        bare, answers = stripped, True
    was = _patterns().formerly.search(bare)
    if was is None or not _folded(bare[: was.start()]):
        return _folded(bare), "", answers
    return _folded(bare[: was.start()]), topic(was["topic"]) if was["topic"] != subject else "", answers


def _folded(subject: str) -> str:
    return " ".join(_WORDS.findall(subject.casefold()))


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
