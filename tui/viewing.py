"""Handing files of mails to the system's programs, never one that could run.

A file is judged by its ending, its media type and its first bytes; whatever is not plainly a document is refused and
can only be saved. Extracted files lie in a folder that only this user can read, and are removed when the UI ends.
"""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Iterable
from pathlib import Path

from mail_sync.mime.plain import visible_line

#: Endings that some system runs, or opens with something that runs what is inside.
_RUNS_WORDS = """
action apk app appimage application appref-ms bat bin bash cab cgi chm cmd com command cpl crt csh deb desktop
diagcab dll dmg docm dotm ear exe elf fish gadget hlp hta htm html img inf ins iqy iso isp jar jnlp js jse ksh
lib library-ms lnk mht mhtml mjs mpkg msc msi msp mst ocx osx out pif pl pkg potm ppam ppsm pptm prg ps1 psd1
psm1 py pyc pyw pyz rb reg rpm run scf scpt scr search-ms sct settingcontent-ms sh shb sldm slk so svg svgz swf
sys terminal tcl theme themepack tool udl url vb vbe vbs vhd vhdx vxd webloc website wim wiz workflow ws wsc wsf
wsh xbap xhtml xht xlam xll xlsb xlsm xltm xml xsl zsh
"""
RUNS = frozenset(_RUNS_WORDS.split())
_RUNNING_TYPES = re.compile(
    r"x-(ms(download|dos-program|i)?|executable|sharedlib|elf|mach-binary|sh|shellscript|csh|bat|perl|python|ruby|"
    r"java-(archive|applet|jnlp-file)|desktop|msdos-program|apple-diskimage|iso9660-image|shockwave-flash)\b|"
    r"java-archive|javascript|ecmascript|vnd\.microsoft\.portable-executable|hta\b|x?html|svg|macroenabled|msi$"
)
_RUNNING_BYTES = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xfe\xed\xfa",
    b"L\x00\x00\x00\x01\x14",
)
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_LONGEST = 120

Launch = Callable[[Path], None]


class NotOpened(Exception):
    """The file was not handed to a program; the message is the sentence a user reads."""


def refusal(filename: str, media_type: str, first_bytes: bytes = b"") -> str | None:
    """Why this file is not opened, in one sentence; None when it may be."""
    name = bare_name(filename)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if not ending:
        return f"{name} has no ending that says what it is; save it instead."
    if ending in RUNS or _RUNNING_TYPES.search(media_type.lower()) or first_bytes.startswith(_RUNNING_BYTES):
        return f"{name} could run as a program, so it is not opened; save it if you trust it."
    if mimetypes.guess_type(name)[0] is None and ending not in _KNOWN:
        return f"What opens a .{ending} file is not known here; save it instead."
    return None


_KNOWN_WORDS = """
eml msg ics vcf log md yaml yml toml json odt ods odp pages numbers key heic webp avif 7z rar
"""
_KNOWN = frozenset(_KNOWN_WORDS.split())


def bare_name(filename: str) -> str:
    """A file name that is safe on every system: no folders, no control characters, no reserved name, not too long."""
    name = _UNSAFE.sub("_", visible_line(filename)).strip(" .")
    name = f"_{name}" if _RESERVED.match(name) else name
    if len(name) > _LONGEST:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: _LONGEST - len(ending) - 1]}{dot}{ending}" if dot and len(ending) < 20 else name[:_LONGEST]
    return name or "attachment"


def write_new(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that only this user can read and nobody can run. Raises OSError; FileExistsError for an old one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)


class Desk:
    """The private folder of this run and the way to the system's viewers."""

    def __init__(self, launch: Launch | None = None) -> None:
        self._launch = launch or open_in_system
        self._folder: Path | None = None

    def place(self, filename: str) -> Path:
        """A free path in a fresh private folder."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="regarding-"))
        return Path(tempfile.mkdtemp(dir=self._folder)) / bare_name(filename)

    def open_file(self, filename: str, media_type: str, chunks: Iterable[bytes]) -> Path:
        """Extract a file and open it with the program the system has for it. Raises NotOpened."""
        stream = iter(chunks)
        first = next(stream, b"")
        refused = refusal(filename, media_type, first)
        if refused:
            raise NotOpened(refused)
        path = self.place(filename)
        write_new(path, _joined(first, stream))
        self._launch(path)
        return path

    def open_page(self, html: str) -> Path:
        """Open a page that is safe already in the browser."""
        path = self.place("mail.html")
        write_new(path, [html.encode("utf-8")])
        self._launch(path)
        return path

    def clear(self) -> None:
        """Remove what was extracted."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def _joined(first: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    yield first
    yield from rest


def open_in_system(path: Path) -> None:
    """Hand a file to the system's viewer. Raises NotOpened."""
    if path.suffix == ".html":
        if not webbrowser.open(path.as_uri()):
            raise NotOpened("No web browser was found.")
        return
    if sys.platform == "win32":
        os.startfile(path)
        return
    command = "open" if sys.platform == "darwin" else "xdg-open"
    if shutil.which(command) is None:
        raise NotOpened(f"No program to open files was found ({command}); save it instead.")
    subprocess.Popen(
        [command, str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
