"""Files of mails: what is opened, what is refused, and where it is put."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from tui.viewing import Desk, NotOpened, bare_name, refusal, write_new

RUNS = "could run as a program, so it is not opened; save it if you trust it."


@pytest.mark.parametrize(
    "filename",
    ["a.exe", "a.EXE", "offer.pdf.exe", "a.bat", "a.ps1", "a.desktop", "a.docm", "a.html", "a.svg", "a.lnk", "a.sh"],
)
def test_endings_that_run_are_refused(filename: str) -> None:
    assert refusal(filename, "application/octet-stream") == f"{filename} {RUNS}"


@pytest.mark.parametrize("media_type", ["application/x-msdownload", "application/x-sh", "text/html", "image/svg+xml"])
def test_media_types_that_run_are_refused(media_type: str) -> None:
    assert refusal("offer.pdf", media_type) == f"offer.pdf {RUNS}"


@pytest.mark.parametrize("start", [b"MZ\x90", b"\x7fELF", b"#!/bin/sh"])
def test_first_bytes_that_run_are_refused(start: bytes) -> None:
    assert refusal("offer.pdf", "application/pdf", start) == f"offer.pdf {RUNS}"


@pytest.mark.parametrize(
    "filename", ["offer.pdf", "photo.jpg", "table.xlsx", "letter.docx", "notes.txt", "invite.ics", "mail.eml"]
)
def test_documents_are_opened(filename: str) -> None:
    assert refusal(filename, "application/octet-stream", b"plain") is None


def test_a_trailing_dot_or_blank_hides_no_ending() -> None:
    assert refusal("setup.exe. ", "application/octet-stream") == f"setup.exe {RUNS}"


def test_an_unknown_or_missing_ending_is_refused() -> None:
    assert refusal("README", "text/plain") == "README has no ending that says what it is; save it instead."
    assert refusal("a.qqq", "text/plain") == "What opens a .qqq file is not known here; save it instead."


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\temp\\a.txt", "C__temp_a.txt"),
        ("con.txt", "_con.txt"),
        ("", "attachment"),
        ("a\u202egnp.pdf", "a_U+202E_gnp.pdf"),
        ("x" * 200 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_bare_and_safe(filename: str, expected: str) -> None:
    assert bare_name(filename) == expected


def test_open_extracts_into_a_private_folder_that_is_cleared() -> None:
    launched: list[Path] = []
    desk = Desk(launched.append)
    path = desk.open_file("offer.pdf", "application/pdf", iter([b"%PDF", b" rest"]))
    assert (launched, path.read_bytes()) == ([path], b"%PDF rest")
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    desk.clear()
    assert not path.exists()


def test_a_refused_file_is_never_written_or_launched() -> None:
    launched: list[Path] = []
    with pytest.raises(NotOpened, match="could run as a program"):
        Desk(launched.append).open_file("setup.exe", "application/pdf", iter([b"x"]))
    assert launched == []


def test_saving_never_replaces_a_file(tmp_path: Path) -> None:
    write_new(tmp_path / "a", [b"1"])
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a", [b"2"])
    assert (tmp_path / "a").read_bytes() == b"1"
