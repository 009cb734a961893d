"""Cells that several lists share."""

from __future__ import annotations

from store.queries.refs import RecordRef
from tui.cells import Cell, Span, line
from tui.glyphs import TONES, record_glyph, words

NOISE_WORDS = {"auto_reply": "auto-reply", "bounce": "bounce", "list": "list", "bulk": "newsletter"}


def about(ref: RecordRef | None, *, suggested: bool = False) -> Cell:
    """What something is regarding; a suggestion carries a question mark."""
    if ref is None:
        return ()
    if suggested:
        return (Span("? ", "warn"), Span(line(ref.title), "dim"))
    return (Span(record_glyph(ref.kind) + " ", ref.kind), Span(line(ref.title)))


def state(value: str) -> Cell:
    """A status as a coloured word."""
    return (Span(words(value), TONES.get(value, "")),) if value else ()


def subject_and_preview(subject: str, preview: str, tone: str) -> Cell:
    """The subject, and as much of what was said as there is room for."""
    title = Span(line(subject) or "(no subject)", tone)
    said = line(preview)
    return (title, Span("  " + said, "dim")) if said else (title,)
