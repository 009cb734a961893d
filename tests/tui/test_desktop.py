"""Notifications on the desktop are written only as the terminal at hand understands them."""

from __future__ import annotations

import pytest

from tui.desktop import notification


@pytest.mark.parametrize(
    ("environment", "written"),
    [
        ({}, "\a"),
        ({"TERM": "xterm-256color"}, "\a"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "\a"),
        ({"TERM_PROGRAM": "vscode", "VTE_VERSION": "7600"}, "\a"),
        ({"TERM_PROGRAM": "iTerm.app"}, "\x1b]9;Re: Call Jane; now\x1b\\\a"),
        ({"WEZTERM_PANE": "0"}, "\x1b]9;Re: Call Jane; now\x1b\\\a"),
        ({"VTE_VERSION": "7600"}, "\x1b]777;notify;Re;Call Jane; now\x1b\\\a"),
        ({"TERM": "foot"}, "\x1b]777;notify;Re;Call Jane; now\x1b\\\a"),
        (
            {"KITTY_WINDOW_ID": "1"},
            "\x1b]99;i=regarding:d=0;Re\x1b\\\x1b]99;i=regarding:d=1:p=body;Call Jane; now\x1b\\\a",
        ),
        (
            {"TERM_PROGRAM": "iTerm.app", "TMUX": "/tmp/tmux"},
            "\x1bPtmux;\x1b\x1b]9;Re: Call Jane; now\x1b\x1b\\\x1b\\\a",
        ),
        ({"TERM_PROGRAM": "iTerm.app", "TERM": "screen"}, "\a"),
    ],
)
def test_notification_is_what_the_terminal_understands(environment: dict[str, str], written: str) -> None:
    assert notification("Re", "Call Jane; now", environment) == written


def test_notification_holds_nothing_that_ends_it_early() -> None:
    said = notification("Re", "a\x1b\\b\x07c\nd\x9ce", {"TERM_PROGRAM": "iTerm.app"})
    body = said.removeprefix("\x1b]9;Re: ").removesuffix("\x1b\\\a")
    assert [each for each in body if ord(each) < 32 or 127 <= ord(each) < 160] == []
