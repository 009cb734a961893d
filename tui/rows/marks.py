"""Cells that several lists share."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from store.queries.refs import RecordRef
from tui.cells import Cell, Span, line
from tui.glyphs import CATEGORY, TONES, record_glyph, words

NOISE_WORDS = {"auto_reply": "auto-reply", "bounce": "bounce", "list": "list", "bulk": "newsletter"}


def about(ref: RecordRef | None, *, suggested: bool = False) -> Cell:
    """What something is regarding; a suggestion carries a question mark."""
    if ref is None:
        return ()
    if suggested:
        return (Span("? ", "warn"), Span(line(ref.title), "dim"))
    return (Span(record_glyph(ref.kind) + " ", ref.kind), Span(line(ref.title)))


#: Colours by the words in which Outlook names its first categories.
_COLOURS = dict.fromkeys(("red", "pink"), "bad") | dict.fromkeys(("orange", "peach", "yellow"), "warn")
_COLOURS |= dict.fromkeys(("green", "olive"), "good") | dict.fromkeys(("blue", "steel"), "primary")
_COLOURS |= {"teal": "accent", "purple": "product"}
_OTHERS = ("accent", "primary", "good", "product", "warn")


def category_tone(name: str) -> str:
    """The tone of a category: that of the colour it is named after, else one that stays the same for the name."""
    first = name.casefold().partition(" ")[0]
    return _COLOURS.get(first) or _OTHERS[crc32(name.casefold().encode()) % len(_OTHERS)]


def categories(names: Sequence[str]) -> Cell:
    """Categories as coloured words in front of a subject."""
    return tuple(Span(f"{CATEGORY}{line(name)} ", category_tone(name)) for name in names)


def state(value: str) -> Cell:
    """A status as a coloured word."""
    return (Span(words(value), TONES.get(value, "")),) if value else ()


def subject_and_preview(subject: str, preview: str, tone: str) -> Cell:
    """The subject, and as much of what was said as there is room for."""
    title = Span(line(subject) or "(no subject)", tone)
    said = line(preview)
    return (title, Span("  " + said, "dim")) if said else (title,)
