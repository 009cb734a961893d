"""A notification on the desktop, in the words of the terminal that shows us. Pure.

OSC 9 is iTerm2's, OSC 777 that of rxvt-unicode, OSC 99 kitty's (https://sw.kovidgoyal.net/kitty/desktop-notifications/).
A terminal that is not known to understand one of them is only rung: what it does not know it might print.
"""

from __future__ import annotations

from collections.abc import Mapping

from mail_sync.mime.plain import visible

BELL = "\a"
_LONGEST = 200  # characters
_ESC, _END = "\x1b", "\x1b\\"
_OSC_9 = frozenset({"iTerm.app", "WezTerm", "ghostty", "WarpTerminal"})
_OSC_777 = frozenset({"rxvt", "foot", "contour"})


def notification(title: str, body: str, environment: Mapping[str, str]) -> str:
    """What is written to the terminal: a notification where it shows some, and the bell."""
    said = [_plain(title), _plain(body)]
    sequence = _sequence(said[0], said[1], environment)
    if sequence and "TMUX" in environment:
        sequence = (
            f"{_ESC}Ptmux;{sequence.replace(_ESC, _ESC * 2)}{_END}"  # needs allow-passthrough; else it is dropped
        )
    elif sequence and environment.get("TERM", "").startswith("screen"):
        sequence = ""  # what lies between is GNU screen, which shows none
    return sequence + BELL


def _sequence(title: str, body: str, environment: Mapping[str, str]) -> str:
    program, term = environment.get("TERM_PROGRAM", ""), environment.get("TERM", "")
    if environment.get("KITTY_WINDOW_ID") or term == "xterm-kitty":
        return f"{_ESC}]99;i=regarding:d=0;{title}{_END}{_ESC}]99;i=regarding:d=1:p=body;{body}{_END}"
    if program in _OSC_9 or environment.get("WEZTERM_PANE") or environment.get("GHOSTTY_RESOURCES_DIR"):
        return f"{_ESC}]9;{title}: {body}{_END}"
    if term.partition("-")[0] in _OSC_777 or (environment.get("VTE_VERSION") and program != "vscode"):
        return f"{_ESC}]777;notify;{title.replace(';', ',')};{body}{_END}"
    return ""


def _plain(text: str) -> str:
    """One line without anything that a terminal obeys."""
    return " ".join(visible(text).split())[:_LONGEST]
