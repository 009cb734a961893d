"""Marks what stands in a text: record numbers, addresses, phone numbers, times, amounts, references and names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.chat.times.reading import readings
from assistant.chat.understanding.items import Item, cut, with_spans
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.names import is_sure, mark_names
from assistant.chat.understanding.spelling import with_corrections
from assistant.chat.understanding.values import LAST, SCREEN, Naming, Situation

_NUMBER = re.compile(r"\b(ACC|CON|LEA|LED|OPP|CAS|PRD|BKG)-(\d{3,})\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)\d[\d ()/.-]{6,}\d|(?<![\w.-])0\d{2,4}[ /-]\d[\d /-]{3,}\d"
    r"|(?<![\w.-])\(?\d{3}\)?[ -]\d{3}[ -]\d{4}\b"
)
_AMOUNT = re.compile(
    r"(?<![\w.,:/-])(?P<figures>\d{1,3}(?:[,.' ]\d{3})+|\d+(?:[.,]\d+)?)\s?(?P<unit>[a-z]+\b)?", re.IGNORECASE
)
_KINDS = {
    "ACC": "account", "CON": "contact", "LEA": "lead", "LED": "lead", "OPP": "opportunity", "CAS": "case",
    "PRD": "product", "BKG": "booking",
}  # fmt: skip
_LEAST_BARE = 1_000  # a figure without a currency or a unit is an amount from here on


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with what was found in it."""

    text: str
    items: tuple[Item, ...]

    def said(self, first: int, last: int) -> str:
        """The words as typed of the items from `first` up to `last`."""
        if first >= last:
            return ""
        return self.text[self.items[first].start : self.items[last - 1].end]


def mark(text: str, situation: Situation, naming: Naming, words: Lexicon) -> Marked:
    plain = cut(text)
    spans = list(_sure(text, words))
    items = with_corrections(with_spans(plain, spans), words)
    names = mark_names(text, items, naming, words)
    spans += [one for one in names if is_sure(one)]
    spans += _free(_times(text, situation, words), spans)
    spans += _free(_references(plain, situation, words), spans)
    spans += _free(_amounts(text, words), spans)
    spans += _free(names, spans)
    return Marked(text, tuple(with_spans(items, spans)))


def _free(found: Iterable[Item], taken: Sequence[Item]) -> list[Item]:
    """Those that touch none of the spans that were found before."""
    kept: list[Item] = []
    for span in found:
        if all(span.end <= one.start or span.start >= one.end for one in (*taken, *kept)):
            kept.append(span)
    return kept


def _span(text: str, start: int, end: int, marks: Iterable[str], value: Any) -> Item:
    return Item(text[start:end].lower(), start, end, "span", frozenset(marks), value)


def _sure(text: str, words: Lexicon) -> Iterable[Item]:
    for found in _NUMBER.finditer(text):
        kind = _KINDS[found[1].upper()]
        yield _span(text, found.start(), found.end(), ("number", kind), found[0].upper())
    for found in _EMAIL.finditer(text):
        yield _span(text, found.start(), found.end(), ("email",), found[0])
    for found in _PHONE.finditer(text):
        yield _span(text, found.start(), found.end(), ("phone",), found[0].strip())


def _references(items: Sequence[Item], situation: Situation, words: Lexicon) -> Iterable[Item]:
    longest = max(map(len, words.references))
    at = 0
    while at < len(items):
        for size in range(min(longest, len(items) - at), 0, -1):
            value = words.references.get(tuple(item.text for item in items[at : at + size]))
            if value is not None and not (size == 1 and _only_joins(items, at, words)):
                target = _target(value, situation)
                span = items[at : at + size]
                marks = {"reference", f"reference_{value}"} | ({"known"} if target else set())
                said = " ".join(item.text for item in span)
                yield Item(said, span[0].start, span[-1].end, "span", frozenset(marks), target)
                at += size - 1
                break
        at += 1


def _only_joins(items: Sequence[Item], at: int, words: Lexicon) -> bool:
    """ "that" before a clause, as in "tell her that we come"."""
    following = items[at + 1] if at + 1 < len(items) else None
    return items[at].text == "that" and following is not None and following.text not in words.after_that


def _target(value: str, situation: Situation) -> str:
    """What a reference points at; '' where there is nothing."""
    if value.isdigit():
        return f"${value}" if int(value) <= len(situation.last) else ""
    if value == "final":
        return f"${len(situation.last)}" if situation.last else ""
    thing = situation.screen is not None and situation.screen.kind not in (
        "inbox",
        "board",
        "home",
        "today",
        "calendar_view",
    )
    if value in ("screen", "either") and thing:
        return SCREEN
    if situation.last:
        return LAST
    return SCREEN if thing else ""


def _times(text: str, situation: Situation, words: Lexicon) -> Iterable[Item]:
    for found in readings(text, situation.now):
        if text[found.start : found.end].lower() in words.no_times:
            continue
        yield _span(text, found.start, found.end, ("time", f"time_{found.kind}"), found)


def _amounts(text: str, words: Lexicon) -> Iterable[Item]:
    for found in _AMOUNT.finditer(text):
        unit = (found["unit"] or "").lower()
        before = text[: found.start()].rstrip().lower()
        priced = before.endswith(tuple(words.currencies))
        if unit and unit not in words.units and unit not in words.currencies:
            unit, end = "", found.end("figures")
        else:
            end = found.end()
        value = _figure(found["figures"]) * words.units.get(unit, 1.0)
        if priced or unit or value >= _LEAST_BARE:
            yield _span(text, found.start(), end, ("amount",), int(value) if value == int(value) else value)


def _figure(text: str) -> float:
    """1,042,000 and 1.042.000 and 2.5 and 2,5."""
    whole = re.sub(r"[,.' ](?=\d{3}(?:\D|$))", "", text)
    return float(whole.replace(",", "."))
