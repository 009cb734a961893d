"""Names as they are compared: without legal forms, diacritics, scripts, titles and the ways of writing an umlaut.

What comes out is a key, never shown: "Müller", "Mueller" and "Muller" are all `muller`, "Кузнецов" is `kuznetsov`.
The words behind it stand in the TOML files beside this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from store.names.tables import strings, table

#: Letters of a name that are looked at; nobody is called by more.
LONGEST = 200

_CACHED = 20_000  # names; the same ones are compared again and again
_NOT_WORD = re.compile(r"[\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u0670]")
#: Two letters for one umlaut; not in "quest" and not at the end of "value".
_DIGRAPH = re.compile(r"(?P<aa>aa)|(?P<ae>ae)|(?P<oe>oe)|(?P<ue>(?<!q)ue(?=.))")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company's name in parts: its telling words, and the legal forms that were taken off, in alphabetical order."""

    words: tuple[str, ...]
    forms: tuple[str, ...]

    @property
    def key(self) -> str:
        return " ".join(self.words)


def company_key(name: str) -> str:
    """The folded words of a company's name without its legal form; '' where a name has no letter or digit.

    A name that is nothing but a legal form ("AG") keeps it.
    """
    return parse_company(name).key


@lru_cache(maxsize=_CACHED)
def parse_company(name: str) -> CompanyName:
    """The parts of a company's name."""
    words, forms = _without_forms(_company_words(_without_attached(name[:LONGEST])))
    short = _short()
    return CompanyName(tuple(short.get(word, word) for word in words), tuple(sorted(forms)))


@lru_cache(maxsize=_CACHED)
def person_tokens(name: str) -> tuple[str, ...]:
    """The folded names of a person, given names first: "Dr. Berg, Anna-Lena" gives anna, lena, berg.

    Titles go, and particles such as "von" where at least two names remain. An initial stays as its letter.
    """
    family, comma, given = name[:LONGEST].partition(",")
    behind = _words(given)
    # "Anna Berg, MBA": what follows the comma is no given name.
    named = f"{given} {family}" if comma and any(word not in _titles() for word in behind) else family
    words = _words(named)
    # "Jack Ma" and "Van Nguyen" are complete names although one half of each looks like a title or a particle, and no
    # name ends with a particle: "Jane M. Doe" is folded to jane, m, do.
    untitled = tuple(word for word in words if word not in _titles())
    words = untitled if len(untitled) > 1 else words
    names = (*(word for word in words[:-1] if word not in _particles()), *words[-1:])
    return names if len(names) > 1 else words


def person_key(name: str) -> str:
    """The tokens of a person's name in one text."""
    return " ".join(person_tokens(name))


def is_cjk(word: str) -> bool:
    """Whether the word is written in a script without blanks between words."""
    return _CJK.match(word) is not None


@cache
def weak_words() -> frozenset[str]:
    """Folded words that say little in a company's name, as `group`."""
    return frozenset(word for each in strings("common_words", "weak") for word in _words(each))


def folded_word(text: str) -> str:
    """One word of a data file as it stands in keys."""
    return " ".join(_words(text))


def _words(text: str) -> tuple[str, ...]:
    text = text.casefold()
    if not text.isascii():
        text = _plain(text)
    text = _APOSTROPHE.sub("", text)
    return tuple(_DIGRAPH.sub(_one_letter, word) for word in _NOT_WORD.sub(" ", text).split())


def _company_words(text: str) -> tuple[str, ...]:
    words = _words(text)
    telling = [word for word in words if word not in _joining()]
    return _initials_joined(telling or words)


def _one_letter(found: re.Match[str]) -> str:
    return found[0][0]


def _plain(text: str) -> str:
    """Latin letters without marks for every alphabet that has a table; other scripts stay."""
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    text = unicodedata.normalize("NFC", _MARKS.sub("", text))
    pairs = table("transliteration", "pairs")
    return _pairs().sub(lambda found: pairs[found[0]], text).translate(_letters())


@cache
def _pairs() -> re.Pattern[str]:
    return re.compile("|".join(table("transliteration", "pairs")))


@cache
def _letters() -> dict[int, str]:
    alphabets = (table("transliteration", name) for name in ("cyrillic", "greek", "latin"))
    return {ord(letter): plain for alphabet in alphabets for letter, plain in alphabet.items()}


def _without_attached(name: str) -> str:
    """Without the legal forms of scripts that set no blank beside them."""
    if name.isascii():
        return name
    rest = unicodedata.normalize("NFKC", name)
    if _CJK.search(rest) is None:
        return name
    for form in _attached():
        rest = rest.replace(form, " ")
    return rest if _NOT_WORD.sub("", rest) else name


def _initials_joined(words: Iterable[str]) -> tuple[str, ...]:
    """Single letters side by side as one word: what was written s.r.l. or S R L is srl."""
    joined: list[str] = []
    after_letter = False
    for word in words:
        is_letter = len(word) == 1 and word.isalpha() and not is_cjk(word)
        if is_letter and after_letter:
            joined[-1] += word
        else:
            joined.append(word)
        after_letter = is_letter
    return tuple(joined)


def _without_forms(words: tuple[str, ...]) -> tuple[tuple[str, ...], set[str]]:
    """The words of a name that are no legal form, and the forms; at least one word stays."""
    forms: set[str] = set()
    rest = list(words)
    while size := _form_at_end(rest):
        forms.add("".join(rest[-size:]))
        del rest[-size:]
    while size := _form_at(rest, 0, "first"):
        forms.add("".join(rest[:size]))
        del rest[:size]
    place = 1
    while place < len(rest):
        if size := _form_at(rest, place, "anywhere"):
            forms.add("".join(rest[place : place + size]))
            del rest[place : place + size]
        else:
            place += 1
    return tuple(rest), forms


def _form_at_end(words: list[str]) -> int:
    """Of how many words the longest legal form at the end consists; 0 for none."""
    found = _forms("last").get(words[-1], ()) if words else ()
    return next((len(form) for form in found if len(form) < len(words) and words[-len(form) :] == form), 0)


def _form_at(words: list[str], place: int, where: str) -> int:
    """Of how many words the longest legal form consists that begins at this place; 0 for none."""
    found = _forms(where).get(words[place], ()) if place < len(words) else ()
    return next((len(form) for form in found if len(form) < len(words) and words[place : place + len(form)] == form), 0)


@cache
def _forms(where: str) -> dict[str, tuple[list[str], ...]]:
    """Legal forms, the longest first, by their last word for those at the end, else by their first."""
    texts = (form for forms in table("legal_forms", where).values() for form in forms)
    by_word: dict[str, list[list[str]]] = {}
    for form in sorted({_company_words(text) for text in texts}, key=len, reverse=True):
        by_word.setdefault(form[-1 if where == "last" else 0], []).append(list(form))
    return {word: tuple(forms) for word, forms in by_word.items()}


@cache
def _attached() -> tuple[str, ...]:
    return tuple(sorted(table("legal_forms", "attached")["all"], key=len, reverse=True))


@cache
def _joining() -> frozenset[str]:
    return frozenset(strings("common_words", "joining"))


@cache
def _short() -> dict[str, str]:
    return {folded_word(word): folded_word(long) for word, long in table("common_words", "short").items()}


@cache
def _titles() -> frozenset[str]:
    return frozenset(word for title in strings("persons", "titles") for word in _words(title))


@cache
def _particles() -> frozenset[str]:
    return frozenset(word for particle in strings("persons", "particles") for word in _words(particle))
