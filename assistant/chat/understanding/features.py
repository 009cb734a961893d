"""What of a request tells which tool is meant: words, pairs of words, kinds of things named, where it is said."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.chat.understanding.items import Item
from assistant.chat.understanding.values import Situation

_FAR = 16  # items; what stands further on is text
_STEM = 5  # letters of longer words
_PEOPLE = ("contact", "lead", "colleague")
_KINDS = ("service", "account", "resource", "mailbox", "case", "opportunity", "booking", "product")
_HERE = frozenset({"reference_screen"})
_SPOKEN = frozenset({"reference_last"})


def features(items: Sequence[Item], first: int, situation: Situation) -> list[str]:
    """Names of features, each once; the clause begins at `first`, behind its filler."""
    tokens = [token(item) for item in items]
    head, tail = _divided(tokens[first:])
    found = [f"1 {token}" for token in tokens[:first]]
    padded = ["^", *head, "$" if not tail else ":"]
    found += [f"1 {token}" for token in head]
    found += [f"2 {one} {other}" for one, other in pairwise(padded)]
    found += [f"3 {one} {other} {third}" for one, other, third in zip(padded, padded[1:], padded[2:], strict=False)]
    found += [f"s {head[0]} {other}" for other in head[2:]] if head else []
    found += [f"p {token[:_STEM]}" for token in head if len(token) > _STEM and token[0] != "<"]
    found += [f"t {token}" for token in tail]
    kinds = sorted({token for token in tokens if token[0] == "<"})
    found += [f"k {one} {other}" for at, one in enumerate(kinds) for other in kinds[at + 1 :]]
    found += _marks(items)
    found += _situated(head, situation)
    found.append(f"n {min(len(items), 6)}")
    return list(dict.fromkeys(found))


def _divided(tokens: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What asks, and what is only text: all behind a colon, and what stands far on."""
    at = tokens.index(":") if ":" in tokens[1:] else len(tokens)
    at = min(at, _FAR)
    return tokens[:at], tokens[at:]


def token(item: Item) -> str:
    if item.kind != "span":
        return min(item.corrected) if item.corrected else item.text or "'"
    marks = item.marks
    if "reference" in marks:
        return "<this>" if marks & _HERE else "<that>" if marks & _SPOKEN else "<nth>"
    for kind in ("email", "phone", "amount"):
        if kind in marks:
            return f"<{kind}>"
    if "time" in marks:
        return "<every>" if "time_recurrence" in marks else "<long>" if "time_duration" in marks else "<time>"
    kind = next((each for each in _KINDS if each in marks), "")
    if kind and not (kind == "resource" and not marks.isdisjoint(_PEOPLE)):
        return f"<{kind}>"
    return "<person>" if not marks.isdisjoint(_PEOPLE) else "<name>"


def _marks(items: Sequence[Item]) -> list[str]:
    return [f"m {mark}" for mark in sorted({mark for item in items if item.kind == "span" for mark in item.marks})]


def _situated(head: Sequence[str], situation: Situation) -> list[str]:
    begins = head[0] if head else ""
    found = []
    if situation.screen is not None:
        kind = situation.screen.kind
        found += [f"@ {kind}", f"@ {kind} {begins}"]
        if len(head) <= 2:
            found.append(f"@ {kind} short")
    if situation.last:
        found.append("@ last")
    return found
