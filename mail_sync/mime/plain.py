"""Untrusted text made harmless for a terminal. Cheap to import: the UI uses it for every line it shows."""

from __future__ import annotations

import re

# C0 and C1 controls except line feed and tab, DEL, the bidi controls (UAX #9), line and paragraph separators, and the
# invisible characters that forge names: zero-width space, word joiner, byte order mark, tag characters. Zero-width
# joiners stay, because scripts and emoji need them.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_LINE_BREAKS = re.compile(r"[\n\t]+")
_NAMED = {0x2028: "\n", 0x2029: "\n", 0x0D: "", 0x0B: "\n", 0x0C: "\n", 0x85: "\n"}
_SILENT = frozenset({0x00AD, 0x200B, 0xFEFF, 0x2060})  # left by layout programs and without meaning; dropped


def visible(text: str) -> str:
    """`text` with every control character shown instead of obeyed: ESC as its picture, others as <U+202E>.

    Line feeds and tabs stay. The result holds no terminal escape, no bidi control and no NUL.
    """
    return _HARMFUL.sub(_shown, text)


def visible_line(text: str) -> str:
    """The same on one line, for a cell or a title."""
    return _LINE_BREAKS.sub(" ", visible(text))


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in _SILENT:
        return ""
    if code in _NAMED:
        return _NAMED[code]
    if code < 0x20:
        return chr(0x2400 + code)  # the Control Pictures block
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"
