"""How a tone looks in a theme. A list has two dozen of them; as styles of widgets each would be matched against every
rule of the style sheet whenever the list gains or loses the focus."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from rich.style import Style

CALENDAR_COLOURS = 6

#: Tone -> (variable of its colour, variable of its ground, bold); '' leaves what lies below.
LOOKS: dict[str, tuple[str, str, bool]] = {
    "header": ("quiet", "background", False),
    "cursor": ("foreground", "cursor-row", False),
    "cursor-idle": ("foreground", "cursor-row-idle", False),
    "dim": ("quiet", "", False),
    "faint": ("faint", "", False),
    "strong": ("", "", True),
    "unread": ("foreground", "", True),
    "heading": ("primary", "", True),
    "accent": ("accent", "", False),
    "primary": ("primary", "", False),
    "good": ("success", "", False),
    "warn": ("warning", "", False),
    "bad": ("error", "", False),
    "account": ("primary", "", False),
    "contact": ("accent", "", False),
    "lead": ("accent", "", False),
    "opportunity": ("success", "", False),
    "case": ("warning", "", False),
    "product": ("secondary", "", False),
    "booking": ("success", "", False),
    "rule": ("rule", "", False),
    "night": ("", "night", False),
    "open": ("", "surface", False),
    "hollow": ("quiet", "background", False),
    "ended": ("quiet", "panel", False),
    "struck": ("", "", False),
    "ghost": ("background", "accent", True),
    "ghost-bad": ("background", "error", True),
    "picked": ("block-cursor-foreground", "block-cursor-background", True),
    "event-0": ("foreground", "event-0", False),
    "event-1": ("foreground", "event-1", False),
    "event-2": ("foreground", "event-2", False),
    "event-3": ("foreground", "event-3", False),
    "event-4": ("foreground", "event-4", False),
    "event-5": ("foreground", "event-5", False),
    "calendar-0": ("primary", "", True),
    "calendar-1": ("accent", "", True),
    "calendar-2": ("secondary", "", True),
    "calendar-3": ("warning", "", True),
    "calendar-4": ("error", "", True),
    "calendar-5": ("success", "", True),
}


def look(tone: str, variables: Mapping[str, str]) -> Style:
    """The style of a tone with the variables of a theme. Raises KeyError for a tone that does not exist."""
    colour, ground, bold = LOOKS[tone]
    struck = tone == "struck" or None
    return _style(variables[colour] if colour else None, variables[ground] if ground else None, bold or None, struck)


@cache
def _style(colour: str | None, ground: str | None, bold: bool | None, struck: bool | None) -> Style:
    return Style(color=colour, bgcolor=ground, bold=bold, strike=struck)
