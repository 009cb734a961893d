"""Folders, mbox files, Maildirs and archives become single sources; nothing is passed over in silence."""

from __future__ import annotations

import gzip
import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_sync.errors import Unreadable
from mail_sync.mime.reader import read_message
from mail_sync.providers.files.kinds import Kind
from mail_sync.providers.files.mbox import mbox_flags, mbox_mails
from mail_sync.providers.files.sources import iter_sources, total_bytes
from tests.corpora import corpus

ENVELOPE = b"From jo@example.org Mon Nov  2 10:00:00 2026\n"


def mail(subject: str, body: str = "x\n") -> bytes:
    return f"From: jo@example.org\nSubject: {subject}\n\n{body}".encode()


def read_all(*paths: Path) -> list[tuple[str, Kind, str]]:
    """(label below the first path, kind, subject or reason) of every source."""
    found = []
    for source in iter_sources(paths):
        label = source.label.removeprefix(str(paths[0])).lstrip("/\\").replace("\\", "/")
        try:
            content = source.read()
        except Unreadable as error:
            found.append((label, source.kind, error.detail))
            continue
        found.append((label, source.kind, read_message(content).subject if source.kind is Kind.MAIL else ""))
    return found


def test_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.eml").write_bytes(mail("b"))
    (tmp_path / "a").write_bytes(mail("a"))
    (tmp_path / "sub" / "c.eml").write_bytes(mail("c"))
    (tmp_path / "cal.ics").write_bytes(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    (tmp_path / "card.vcf").write_bytes(b"BEGIN:VCARD\r\nEND:VCARD\r\n")
    (tmp_path / "list.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"just notes\n")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    assert read_all(tmp_path) == [
        ("a", Kind.MAIL, "a"),
        ("b.eml", Kind.MAIL, "b"),
        ("cal.ics", Kind.CALENDAR, ""),
        ("card.vcf", Kind.CONTACTS, ""),
        ("empty", Kind.UNKNOWN, "it is empty"),
        ("list.csv", Kind.TABLE, ""),
        ("notes.txt", Kind.UNKNOWN, "it is no mail, calendar, contact card or table"),
        ("sub/c.eml", Kind.MAIL, "c"),
    ]


def test_mbox_is_cut_at_envelopes_only(tmp_path: Path) -> None:
    text = "one\n\nFrom here on it is prose, since 10:00 today\n>From quoted\n>>From twice\n"
    (tmp_path / "box").write_bytes(ENVELOPE + mail("a", text) + b"\n" + ENVELOPE + mail("b"))
    sources = list(iter_sources([tmp_path / "box"]))
    assert [read_message(source.read()).text for source in sources] == [
        "one\n\nFrom here on it is prose, since 10:00 today\nFrom quoted\n>From twice",
        "x",
    ]
    assert sources[1].label == f"{tmp_path / 'box'}#2"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"Status: RO\nX-Status: F\n", (True, True)),
        (b"Status: O\n", (False, False)),
        (b"X-Mozilla-Status: 0005\n", (True, True)),
        (b"X-Gmail-Labels: Inbox,Unread,Starred\n", (False, True)),
        (b"Subject: x\n", (True, False)),
    ],
)
def test_mbox_flags_are_read_from_headers(headers: bytes, expected: tuple[bool, bool]) -> None:
    assert mbox_flags(headers + b"\nStatus: in the text\n") == expected


def test_mbox_skips_a_mail_beyond_the_limit_and_goes_on() -> None:
    stream = io.BytesIO(ENVELOPE + mail("a", "x" * 500 + "\n") + b"\n" + ENVELOPE + mail("b"))
    assert [found and read_message(found).subject for found in mbox_mails(stream, 200)] == [None, "b"]


@given(st.lists(st.text(st.sampled_from("ab >From:\n")), min_size=1, max_size=5))
def test_mbox_gives_back_what_was_put_in(texts: list[str]) -> None:
    lines = [["F" + line if line.startswith("rom ") else line for line in text.split("\n")] for text in texts]
    mails = [mail(str(number), "\n".join(["body", *text])) for number, text in enumerate(lines)]
    box = b"".join(ENVELOPE + one.replace(b"\nFrom ", b"\n>From ") + b"\n\n" for one in mails)
    found = list(mbox_mails(io.BytesIO(box), 1_000_000))
    assert [one and read_message(one).subject for one in found] == [str(number) for number in range(len(texts))]


def test_maildir_gives_flags_from_names(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Sub/cur", ".Sub/new"):
        (tmp_path / folder).mkdir(parents=True)
    separator = ";" if sys.platform == "win32" else ":"
    (tmp_path / "cur" / f"1.host{separator}2,FS").write_bytes(mail("read and flagged"))
    (tmp_path / "cur" / f"2.host{separator}2,").write_bytes(mail("unread"))
    (tmp_path / "new" / "3.host").write_bytes(mail("new"))
    (tmp_path / "tmp" / "4.host").write_bytes(mail("half written"))
    (tmp_path / ".Sub" / "new" / "5.host").write_bytes(mail("below"))
    found = [(read_message(one.read()).subject, one.is_read, one.flagged) for one in iter_sources([tmp_path])]
    assert found == [
        ("below", False, False),
        ("read and flagged", True, True),
        ("unread", False, False),
        ("new", False, False),
    ]


def tar_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


FILES = {
    "in/a.eml": mail("a"),
    "in/b": mail("b"),
    "in/readme": b"no mail",
    "in/box": ENVELOPE + mail("c") + b"\n" + ENVELOPE + mail("d"),
}
MEMBERS = [
    ("in/a.eml", Kind.MAIL, "a"),
    ("in/b", Kind.MAIL, "b"),
    ("in/readme", Kind.UNKNOWN, "it is no mail, calendar, contact card or table"),
    ("in/box", Kind.MAIL, "c"),
    ("in/box#2", Kind.MAIL, "d"),
]


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip"])
def test_archive_is_read_member_by_member(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "x.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in FILES.items():
                archive.writestr(member, content)
    else:
        path.write_bytes(gzip.compress(tar_of(FILES)) if name.endswith(".gz") else tar_of(FILES))
    assert read_all(path) == MEMBERS


def test_compressed_mbox_is_read(tmp_path: Path) -> None:
    (tmp_path / "box.gz").write_bytes(gzip.compress(ENVELOPE + mail("a") + b"\n" + ENVELOPE + mail("b")))
    assert [subject for _, _, subject in read_all(tmp_path / "box.gz")] == ["a", "b"]


def test_damaged_archive_gives_its_good_part_and_a_reason(tmp_path: Path) -> None:
    whole = gzip.compress(tar_of({f"{number}": mail(str(number), os.urandom(4000).hex()) for number in range(50)}))
    (tmp_path / "x.tar.gz").write_bytes(whole[: len(whole) // 2])
    found = read_all(tmp_path / "x.tar.gz")
    assert len(found) > 10
    assert found[-1][1:] == (Kind.UNKNOWN, "the archive is damaged")


def test_archive_within_an_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(tar_of({"y.tar": tar_of({"a": mail("a")})}))
    assert read_all(tmp_path / "x.tar") == [("y.tar", Kind.UNKNOWN, "it is an archive within an archive")]


def test_missing_path_is_named(tmp_path: Path) -> None:
    assert read_all(tmp_path / "nowhere") == [("", Kind.UNKNOWN, "there is no such file or folder")]


@pytest.mark.skipif(sys.platform == "win32", reason="platform: symbolic links need a privilege on Windows")
def test_symbolic_loop_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail("a"))
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "dead").symlink_to(tmp_path / "gone")
    assert read_all(tmp_path) == [("a.eml", Kind.MAIL, "a"), ("dead", Kind.UNKNOWN, "it may not be opened")]


def test_weights_add_up_to_the_total(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail("a"))
    (tmp_path / "x.tar").write_bytes(tar_of(FILES))
    (tmp_path / "notes").write_bytes(b"notes")
    assert sum(source.weight for source in iter_sources([tmp_path])) <= total_bytes([tmp_path])


@pytest.mark.corpus
def test_spamassassin_archive_holds_its_2500_mails() -> None:
    sources = [
        (source.kind, source.weight) for source in iter_sources([corpus("mail", "spamassassin", "easy-ham-1.tar.gz")])
    ]
    assert [kind for kind, _ in sources] == [Kind.MAIL] * 2500
    size = total_bytes([corpus("mail", "spamassassin", "easy-ham-1.tar.gz")])
    assert size * 0.95 <= sum(weight for _, weight in sources) <= size
