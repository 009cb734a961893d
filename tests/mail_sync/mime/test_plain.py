from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_sync.mime.plain import visible, visible_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("a\0b\x7f", "a␀b␡"),
        ("one\r\ntwo\x85three\u2028four", "one\ntwo\nthree\nfour"),
        ("invoice\u202efdp.exe", "invoice<U+202E>fdp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\x9b31m", "<U+009B>31m"),
        ("👩\u200d🚀 [bold]", "👩\u200d🚀 [bold]"),
    ],
)
def test_control_characters_are_shown_or_dropped(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_visible_line_has_one_line() -> None:
    assert visible_line("a\r\n\tb\nc") == "a b c"


@given(st.text())
def test_visible_emits_no_control_character(text: str) -> None:
    bidi = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
    shown = {ord(char) for char in visible(text)} - {0x09, 0x0A}
    assert not [code for code in shown if code < 0x20 or 0x7F <= code < 0xA0 or code in bidi or 0xD800 <= code < 0xE000]


def test_plain_imports_nothing_of_the_mail_reader() -> None:
    code = (
        "import sys, mail_sync.mime.plain; print(sorted(name for name in sys.modules if name.startswith('mail_sync')))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "['mail_sync', 'mail_sync.mime', 'mail_sync.mime.plain']"
