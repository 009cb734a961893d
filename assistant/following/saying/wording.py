"""The words by which a language promises and asks, read once from a file under words/."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "de", "es", "fr", "it", "nl")  # those with a file under words/

_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """All patterns match a sentence as `folded` gives it.

    `promises` are promises as they stand, `dated` only with a day in the future, `offers` only on a condition; what
    `no_promise` matches is none of them. A promise with one of `conditions` holds only if something comes to pass.
    `asks` are questions without a question mark, unless `no_question` matches; what is `rhetorical` asks nothing
    although it has one. `deadline` leads the words that say by when an answer is wanted. `dates` are phrases of the
    language and what English says for them; the names of months and
    weekdays are known anyway."""

    promises: re.Pattern[str]
    dated: re.Pattern[str]
    offers: re.Pattern[str]
    no_promise: re.Pattern[str]
    conditions: re.Pattern[str]
    asks: re.Pattern[str]
    no_question: re.Pattern[str]
    rhetorical: re.Pattern[str]
    deadline: re.Pattern[str]
    dates: tuple[tuple[re.Pattern[str], str], ...]


@cache
def wording(language: str) -> Wording:
    """Raises FileNotFoundError for a language without a file."""
    text = files("assistant.following.saying.words").joinpath(f"{language}.toml").read_text("utf-8")
    read: dict[str, Any] = tomllib.loads(text)
    parts: dict[str, str] = {}
    for name, pieces in read["parts"].items():
        parts[name] = _any_of(pieces, parts)
    promise, question = read["promise"], read["question"]
    return Wording(
        promises=re.compile(_any_of(promise["is"], parts)),
        dated=re.compile(_any_of(promise["with_a_day"], parts)),
        offers=re.compile(_any_of(promise["on_a_condition"], parts)),
        no_promise=re.compile(_any_of(promise["is_not"], parts)),
        conditions=re.compile(_any_of(promise["conditions"], parts)),
        asks=re.compile(_any_of(question["is"], parts)),
        no_question=re.compile(_any_of(question["is_not"], parts)),
        rhetorical=re.compile(_any_of(question["rhetorical"], parts)),
        deadline=re.compile(_any_of(question["deadline"], parts)),
        dates=tuple((re.compile(phrase), english) for phrase, english in read.get("dates", {}).items()),
    )


def _any_of(pieces: list[str], parts: dict[str, str]) -> str:
    """One pattern of several, in which "{name}" stands for a part that is known."""
    filled = (_PART.sub(lambda found: parts[found[1]], piece) for piece in pieces)
    return f"(?:{'|'.join(filled)})" if pieces else r"(?!)"


def folded(sentence: str) -> str:
    """In lower case, with ’ for every apostrophe."""
    return sentence.lower().replace("'", "’").replace("`", "’")
