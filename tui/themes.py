"""The two themes: Fjord (dark) and Paper (light). Calm surfaces, one accent, colour only where it says something."""

from __future__ import annotations

from textual.theme import Theme

DARK = "fjord"
LIGHT = "paper"

FJORD = Theme(
    name=DARK,
    dark=True,
    primary="#7aa2c8",
    secondary="#9d8ec7",
    accent="#6fc3b2",
    foreground="#d5dae2",
    background="#14181f",
    surface="#1a1f28",
    panel="#232a35",
    boost="#2b3442",
    success="#8fbf7f",
    warning="#e0b36a",
    error="#e07a7a",
    variables={
        "row": "#d5dae2",
        "quiet": "#7d8796",
        "faint": "#4d5665",
        "cursor-row": "#2a3a4c",
        "cursor-row-idle": "#222a36",
        "rule": "#2b3340",
        "night": "#10141a",
        "event-0": "#233a52",
        "event-1": "#1e4340",
        "event-2": "#382f57",
        "event-3": "#493819",
        "event-4": "#4d2b32",
        "event-5": "#2d4327",
        "input-selection-background": "#7aa2c8 35%",
        "footer-key-foreground": "#6fc3b2",
        "block-cursor-background": "#7aa2c8",
        "block-cursor-foreground": "#14181f",
        "block-cursor-text-style": "none",
        "scrollbar": "#313a48",
        "scrollbar-hover": "#465266",
        "scrollbar-active": "#7aa2c8",
        "scrollbar-background": "#171b23",
        "scrollbar-background-hover": "#171b23",
        "scrollbar-background-active": "#171b23",
        "scrollbar-corner-color": "#171b23",
    },
)

PAPER = Theme(
    name=LIGHT,
    dark=False,
    primary="#2f6690",
    secondary="#6b5b95",
    accent="#0b7a6b",
    foreground="#2a2f36",
    background="#f6f4ef",
    surface="#fbfaf7",
    panel="#ebe7de",
    boost="#e2ddd1",
    success="#3f7d3a",
    warning="#9a6200",
    error="#b23a3a",
    variables={
        "row": "#2a2f36",
        "quiet": "#6a6f78",
        "faint": "#a9a69d",
        "cursor-row": "#d3e2ee",
        "cursor-row-idle": "#e7e5de",
        "rule": "#dcd7ca",
        "night": "#efece4",
        "event-0": "#d3e3f1",
        "event-1": "#cdebe3",
        "event-2": "#e3dcf3",
        "event-3": "#f5e3bd",
        "event-4": "#f6d8d5",
        "event-5": "#d9ebd2",
        "input-selection-background": "#2f6690 25%",
        "footer-key-foreground": "#0b7a6b",
        "block-cursor-background": "#2f6690",
        "block-cursor-foreground": "#fbfaf7",
        "block-cursor-text-style": "none",
        "scrollbar": "#cdc8ba",
        "scrollbar-hover": "#b5af9e",
        "scrollbar-active": "#2f6690",
        "scrollbar-background": "#f1eee7",
        "scrollbar-background-hover": "#f1eee7",
        "scrollbar-background-active": "#f1eee7",
        "scrollbar-corner-color": "#f1eee7",
    },
)

THEMES = (FJORD, PAPER)


def other(name: str) -> str:
    """The theme to which the toggle goes."""
    return LIGHT if name == DARK else DARK
