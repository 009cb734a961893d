"""Where the signature begins in what a sender wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MAX_LINES = 25  # non-blank lines; what is longer is text
_MAX_CLOSING_LINES = 14
_MAX_WIDTH = 90
_MAX_VALEDICTION = 60
_MAX_CARD_WORDS = 8
_MAX_FOOTER = 8
_MIN_FOOTER_RULE = 30
_DELIMITER = re.compile(r"\s?--[ \t]?\Z|\s?—[ \t]?\Z")  # RFC 3676 section 4.3, and what phones make of it
_RULE = re.compile(r"\s*(?:_{2,}|-{3,}|={4,}|\*{4,}|~{3,})\s*\Z")
_CONTACT = re.compile(
    r"(?:\+|\(\d|\b(?:tel|phone|fax|mobile?|cell|office|direct|telefon|handy|tél|t|m|p|f|o|c)\b\.?\s*[-:.)]?\s*\+?\(?\d)"
    r"|\d{3}[-. /)]\s?\d{3}[-. ]?\d{4}|[\w.+-]+@[\w-]+\.\w|https?://|www\.",
    re.IGNORECASE,
)
_NAME = re.compile(r"\s*-?\s*[A-ZÀ-ÖØ-ÞА-Я][\w'.’-]*(?:\s+[A-ZÀ-ÖØ-ÞА-Я][\w'.’-]*){0,3}(?<!\.),?\s*\Z")
_ANSWERS = frozenset(
    {"yes", "no", "ok", "okay", "done", "agreed", "fyi", "sure", "ja", "nein", "oui", "non", "si", "sí"}
)


@dataclass(frozen=True, slots=True)
class SignaturePatterns:
    sent_from: re.Pattern[str]
    valediction: re.Pattern[str]

    @classmethod
    def of(cls, sent_from: Sequence[str], valedictions: Sequence[str]) -> SignaturePatterns:
        return cls(
            re.compile(rf"[-–—*_ ]{{0,4}}(?:{'|'.join(sent_from)})\s?(?:<\S{{1,100}}>)?\W{{0,3}}\Z"),
            re.compile(rf"\s*(?:{'|'.join(valedictions)})(?:[^\w\n]*\Z|[,.!-]*\s+(?P<rest>\S.{{0,30}})\Z)"),
        )

    def after_valediction(self, line: str) -> str | None:
        """The name behind a valediction ("" where nothing follows it); None of a line that is none."""
        found = self.valediction.match(line.lower()) if len(line) <= _MAX_VALEDICTION else None
        if found is None or found["rest"] is None:
            return None if found is None else ""
        rest = line[found.start("rest") :]
        return rest if _NAME.match(rest) else None


def signature_start(lines: Sequence[str], patterns: SignaturePatterns) -> int:
    """The index of the signature's first line; len(lines) where there is none.

    Looks at the end only, so that a long mail costs no more than a short one. The first line of a mail never begins a
    signature unless it is a delimiter: a one-word answer is an answer.
    """
    tail = _last_filled(lines)
    narrow = 0  # where the narrow lines at the end begin
    for position, index in enumerate(tail):
        if len(lines[index]) > _MAX_WIDTH:
            narrow = position + 1
    for position, index in enumerate(tail):
        line = lines[index]
        if _DELIMITER.match(line):
            return index
        if position == 0:
            if _is_card(lines, tail, narrow):
                return index
            continue
        low = line.lower()
        rest = tail[position:]
        if len(line) < _MAX_WIDTH and patterns.sent_from.match(low) and _reads_like_signature(lines, rest[1:]):
            return index
        if position >= narrow and len(rest) <= _MAX_CLOSING_LINES and _is_closing(lines, low, rest, patterns):
            return index
    return len(lines)


def _is_card(lines: Sequence[str], tail: Sequence[int], narrow: int) -> bool:
    """Whether nothing but a name and how to reach it is said, as above a mail that is passed on without a word."""
    return (
        3 <= len(tail) <= _MAX_CLOSING_LINES
        and narrow == 0
        and not any(line.strip() for line in lines[: tail[0]])
        and bool(_NAME.match(lines[tail[0]]))
        and len(lines[tail[0]].split()) >= 2
        and sum(bool(_CONTACT.search(lines[index])) for index in tail[1:]) >= 1
        and all(len(lines[index].split()) <= _MAX_CARD_WORDS for index in tail)
    )


def _last_filled(lines: Sequence[str]) -> list[int]:
    """The indexes of the last lines that are not blank, in order; the first of them never begins a signature."""
    found: list[int] = []
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].strip():
            found.append(index)
            if len(found) > _MAX_LINES:
                break
    return found[::-1]


def _is_closing(lines: Sequence[str], low: str, rest: Sequence[int], patterns: SignaturePatterns) -> bool:
    """Whether everything from here on closes the letter: a valediction, a rule, or a block of name and numbers."""
    head = lines[rest[0]]
    if _RULE.match(head):
        return len(rest) > 1 and (_reads_like_signature(lines, rest[1:]) or _is_footer(lines, rest))
    if patterns.after_valediction(head) is not None:
        return _reads_like_signature(lines, rest[1:])
    if not _NAME.match(head) or low.strip(" ,") in _ANSWERS or not _starts_paragraph(lines, rest[0]):
        return False
    return len(rest) == 1 or any(
        _CONTACT.search(lines[index]) or patterns.sent_from.match(lines[index].lower()) for index in rest[1:]
    )


def _is_footer(lines: Sequence[str], rest: Sequence[int]) -> bool:
    """What a mailing list or a free mail service adds: a long rule, and a few lines that end in a link."""
    return (
        len(lines[rest[0]].strip()) >= _MIN_FOOTER_RULE
        and len(rest) <= _MAX_FOOTER
        and any("://" in lines[index] or "@" in lines[index] for index in rest[-2:])
    )


def _reads_like_signature(lines: Sequence[str], rest: Sequence[int]) -> bool:
    """Short lines that end like no sentence does."""
    sentences = sum(1 for index in rest if lines[index].rstrip()[-1:] in ".?!:" and len(lines[index].split()) > 5)
    return sentences * 4 <= len(rest)


def _starts_paragraph(lines: Sequence[str], index: int) -> bool:
    return index == 0 or not lines[index - 1].strip()
