"""Texts in quotation marks: they are what is said, whatever words stand around them."""

from __future__ import annotations

import re

from assistant.chat.understanding.marking import Marked
from assistant.chat.understanding.parts import Range
from assistant.chat.understanding.values import Shape

_QUOTED = re.compile(
    "\"([^\"]+)\"|“([^“”]+)[”“]|„([^„“”]+)[“”]|«([^«»]+)»|(?<!\\w)['‘](\\w(?:[^'’‘]|['’](?=\\w))*)['’](?!\\w)"
)
_OF_A_SUBJECT = ("subject", "titled", "re")


def quoted(shape: Shape, marked: Marked) -> dict[str, Range]:
    """The arguments that a tool's texts in quotation marks are, and where these stand."""
    found: dict[str, Range] = {}
    free = [one.name for one in shape.arguments if one.type == "text"] or [
        one.name for one in shape.arguments if one.type == "title"
    ]
    for match in _QUOTED.finditer(marked.text):
        start, end = match.span(match.lastindex or 0)
        places = [at for at, item in enumerate(marked.items) if item.start >= start and item.end <= end]
        if not places or (len(places) < 2 and marked.text[start:end].count(" ") == 0):
            continue  # a word in quotation marks is a name
        before = next((item.text for item in reversed(marked.items[: places[0]]) if item.kind != "mark"), "")
        name = "subject" if before in _OF_A_SUBJECT and shape.argument("subject") else next(iter(free), "")
        if name and name not in found:
            found[name] = places[0], places[-1] + 1
    return found
