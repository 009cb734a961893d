"""Phone numbers in a line of a signature, told from fax numbers, registers and postcodes by what stands beside."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mail_sync.mime.signature_words import words

_NUMBER = re.compile(
    r"(?<![\w@/.#_-])(?P<number>\(?(?:\+\s?)?\(?\d(?:(?! {3})[ .()/\u2010-\u2015\u00a0-]{0,3}\d){5,16})"
    r"(?:\s*(?i:x|ext|extn|app|kl|wew|int|durchw|poste)\.?\s*:?\s*\d{1,6})?(?![\w@])"
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\Z|\d{4}-\d{2}-\d{2}\Z")
_GROUPED = re.compile(
    r"\(?\+|00|\(\d|\d{2,5}[-./ ]\s?\d{2,4}[-./ ]\s?\d{2,5}|0\d|1-\d{3}-"
)  # how unlabelled numbers look
_DIGITS = re.compile(r"\d")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # E.164 allows 15
_FEWEST_UNLABELLED = 9
_LABEL_CHARS = 32


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written, without extension, and where it stands in its line with label and extension. `kind` is
    phone, mobile, fax or "" for one that is none to call."""

    kind: str
    value: str
    start: int
    end: int


def numbers(line: str) -> list[Number]:
    """The numbers of a line, in order."""
    found: list[Number] = []
    low = line.lower()
    done = 0
    for match in _NUMBER.finditer(line):
        value = match["number"].strip(" .-/\u00a0")
        if not _FEWEST_DIGITS <= len(_DIGITS.findall(value)) <= _MOST_DIGITS:
            continue
        start, end = match.span()
        beside = max(done, start - _LABEL_CHARS)
        before = words().label_before.search(low[beside:start])
        behind = None if before else _label_behind(low[end : end + _LABEL_CHARS])
        label = before or behind
        kind = words().labels[label[1]] if label else _unlabelled(line, value, start)
        if not label and not kind:
            continue  # a postcode, say
        start = beside + before.start(1) if before else start
        done = end = end + behind.end() if behind else end
        found.append(Number(kind if kind in ("phone", "mobile", "fax") else "", value, start, end))
    return found


def _label_behind(text: str) -> re.Match[str] | None:
    """The label at the beginning of `text`, unless it belongs to what follows: "713-555 Fax: 713-556"."""
    found = words().label_behind.match(text)
    if found is None or found.group().rstrip().endswith((")", "]")):
        return found
    return None if found.group().endswith(":") or re.match(r"\s*[:=+(\d]", text[found.end() :]) else found


def _unlabelled(line: str, value: str, start: int) -> str:
    if len(_DIGITS.findall(value)) < _FEWEST_UNLABELLED or _DATE.match(value) or not _GROUPED.match(value):
        return ""
    beside = line[:start].rstrip(" \t")
    return "" if beside and beside[-1].isalnum() and not value.startswith(("+", "(")) else "phone"
