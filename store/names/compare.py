"""How likely two names are the same company's or the same person's, from 0 to 1; pure comparisons of folded names.

1 is the same name as it is written; from about 0.85 on a careful reader would take it for the same one; 0.6 is what
half a name says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA, Prefix

from store.names.fold import CompanyName, parse_company, person_tokens, weak_words
from store.names.nicknames import are_one_name, share_full_name

_SAME_WITHOUT_FORM = 0.99  # "Fabrikam" and "Fabrikam GmbH"
_SAME_OTHER_FORM = 0.96  # "Fabrikam GmbH" and "Fabrikam S.r.l.", which may be its daughter
_SAME_FORM = 0.005  # added where names that resemble each other have one legal form
_GLUED = 0.98  # "Dataworks" and "Data Works"
_AT_MOST = 0.985  # for words that only resemble each other
_INITIALS = 0.8  # "IBM" and "International Business Machines"
_WEAK = 1 / 3  # how much of a word's weight a weak one has
_RESEMBLES = 0.7  # words less alike than this are different words
_STEM = 0.75  # "pumps" and "pumpen"
_COVERED = 0.65  # share of the better covered name in the score

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("t?sch|shch|tch|ch|cz", "c"), ("sch|sh|sz", "s"), ("zh|rz|ž", "z"), ("kh|ck|k|qu?|c(?=[aou]|$)", "k"),
        ("ph|v|w|ff", "f"), ("th|dt", "t"), ("ts|tz|zz", "z"), ("[yj]|i[eiy]|ij|yi", "i"), ("ks|x", "x"),
        ("iu|yu", "u"), ("ia|ya", "a"), (r"(.)\1", r"\1"), ("i+", "i"),
    )
)  # fmt: skip


def company_score(left: str, right: str) -> float:
    """How likely two names mean the same company. Legal forms tell only companies of the same name apart."""
    one, other = parse_company(left), parse_company(right)
    if not one.words or not other.words:
        return 0.0
    if one.words == other.words:
        return _same_company(one, other)
    alike = max(_worded(one.words, other.words), _glued(one, other), _initials(one.words, other.words))
    return min(_AT_MOST, alike + (_SAME_FORM if alike and one.forms and one.forms == other.forms else 0.0))


def _same_company(one: CompanyName, other: CompanyName) -> float:
    if one.forms == other.forms:
        return 1.0
    return _SAME_OTHER_FORM if one.forms and other.forms else _SAME_WITHOUT_FORM


def _worded(one: Sequence[str], other: Sequence[str]) -> float:
    """By how much of each name stands in the other, word by word in any order."""
    pairs = _paired(one, other, _likeness)
    covered = sorted(
        (
            sum(_weight(one[i]) * alike for i, _, alike in pairs) / sum(map(_weight, one)),
            sum(_weight(other[j]) * alike for _, j, alike in pairs) / sum(map(_weight, other)),
        )
    )
    in_order = all(a[1] < b[1] for a, b in pairwise(pairs))
    return (_COVERED * covered[1] + (1 - _COVERED) * covered[0]) * (1.0 if in_order else 0.99)


@lru_cache(maxsize=20_000)
def _weight(word: str) -> float:
    """Weak words count less, and so do very short ones."""
    return (_WEAK if word in weak_words() else 1.0) * min(1.0, (len(word) + 1) / 5)


def _likeness(left: str, right: str) -> float:
    """0 for words that are different ones, else up to 1."""
    if left == right:
        return 1.0
    alike: float = OSA.normalized_similarity(left, right, score_cutoff=_RESEMBLES)
    if not alike and _same_stem(left, right):
        return _STEM
    return alike


def _same_stem(left: str, right: str) -> bool:
    """Whether only the ends of two words differ, as in "pumps" and "pumpen"."""
    shared = Prefix.similarity(left, right)
    return bool(shared >= 4 and shared >= 0.6 * max(len(left), len(right)))


def _glued(one: CompanyName, other: CompanyName) -> float:
    alike: float = OSA.normalized_similarity("".join(one.words), "".join(other.words), score_cutoff=0.8)
    return alike * _GLUED


def _initials(one: Sequence[str], other: Sequence[str]) -> float:
    short, long = sorted((one, other), key=len)
    if len(short) > 1 or len(long) < 3:
        return 0.0
    return _INITIALS if short[0] == "".join(word[0] for word in long) else 0.0


def person_score(left: str, right: str) -> float:
    """How likely two names mean the same person: any order, short forms, initials and spellings are taken into account.

    A single name ("Anna") says at most 0.6 about somebody with more, because many are called that.
    """
    one, other = person_tokens(left), person_tokens(right)
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if "".join(one) == "".join(other):
        return 0.97
    short, long = sorted((one, other), key=len)
    pairs = _paired(short, long, _same_name)
    alike = sum(each for *_, each in pairs) / len(short)
    if len(pairs) < len(short):
        return alike * 0.6
    if not any(len(short[i]) > 1 and len(long[j]) > 1 for i, j, _ in pairs):
        return alike * 0.6  # initials alone
    if len(short) == 1 and len(long) > 1:
        return alike * 0.6
    swapped = any(a[1] > b[1] for a, b in pairwise(pairs))
    return max(0.0, alike - 0.03 * (len(long) - len(short)) - (0.01 if swapped else 0.0))


def _same_name(left: str, right: str) -> float:
    """How likely two tokens are one name; 0 where they are different ones."""
    if left == right:
        return 1.0
    if len(left) == 1 or len(right) == 1:
        return 0.8 if left[0] == right[0] else 0.0
    if are_one_name(left, right):
        return 0.95
    if sounds(left) == sounds(right):
        return 0.94
    if share_full_name(left, right):
        return 0.85
    alike: float = OSA.normalized_similarity(left, right, score_cutoff=0.75)
    return max(0.0, alike - 0.02)


@lru_cache(maxsize=20_000)
def sounds(token: str) -> str:
    """A folded name as it sounds roughly, so that Sergei, Sergey and Sergej, or Schmidt and Schmitt, are the same."""
    for pattern, sound in _SOUNDS:
        token = pattern.sub(sound, token)
    return token


def _paired(
    one: Sequence[str], other: Sequence[str], likeness: Callable[[str, str], float]
) -> list[tuple[int, int, float]]:
    """Each word with the one that resembles it most, the most alike first to choose; in the order of `one`."""
    alike = [(likeness(a, b), i, j) for i, a in enumerate(one) for j, b in enumerate(other)]
    pairs: list[tuple[int, int, float]] = []
    taken_one: set[int] = set()
    taken_other: set[int] = set()
    for score, i, j in sorted((each for each in alike if each[0] > 0), key=lambda each: (-each[0], each[1], each[2])):
        if i not in taken_one and j not in taken_other:
            taken_one.add(i)
            taken_other.add(j)
            pairs.append((i, j, score))
    return sorted(pairs)
