"""Input that means no good, or was broken on the way: stored or set aside with a reason, and the rest goes on."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from base64 import encodebytes
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from assistant import cli
from store import blobs
from store.engine import connect
from store.schema.activities import Activity, Attachment, Occurrence
from store.schema.mail import Email
from tests.force import corpus
from tests.force.world import Told

MEBIBYTE = 1024 * 1024
MEMORY = 450 * MEBIBYTE
REPORT_MEMORY = (
    "import sys; from tests.force import driver; from tests.peak import peak_bytes; code = driver.main(); "
    "sys.stderr.write(str(peak_bytes())); sys.exit(code)"
)
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31mRed [bold]Bold[/bold] \u202egnp.exe\u202c \x9b31m"


class Desk:
    """An empty store and the commands a user types."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = folder / "store.db"
        self.files = folder / "files"
        self.files.mkdir()
        self._capsys = capsys

    def run(self, *arguments: str) -> Told:
        """Run a command with --json."""
        text = self.text(*arguments, "--json")
        return Told(text.code, json.loads(text.said["out"]), text.errors)

    def text(self, *arguments: str) -> Told:
        """Run a command as people do; `said` has the text as "out"."""
        self._capsys.readouterr()
        code = cli.main([*arguments, "--store", str(self.path)], open_ui=lambda _: None)
        captured = self._capsys.readouterr()
        return Told(code, {"out": captured.out}, captured.err)

    def take_in(self) -> dict[str, Any]:
        """Import all files."""
        told = self.run("import", str(self.files))
        assert told.code == 0, told.errors
        return told.said

    def put(self, name: str, data: bytes | str) -> Path:
        """Write a file to import."""
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def one(self, query: Any) -> Any:
        """The single value that a query finds."""
        store = connect(str(self.path))
        with store.read() as tx:
            found = tx.execute(query).scalar_one()
        store.close()
        return found


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


@pytest.mark.skipif(sys.platform == "win32", reason="platform: peak memory is read by POSIX means")
def test_mail_of_60_megabytes_is_stored_whole_in_bounded_memory(desk: Desk) -> None:
    content = Random(1).randbytes(44 * MEBIBYTE)
    head = corpus.mail(1).partition(b"Content-Type")[0] + (
        b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nSee the film.\n--b\n'
        b'Content-Type: video/mp4\nContent-Disposition: attachment; filename="film.mp4"\n'
        b"Content-Transfer-Encoding: base64\n\n"
    )
    mail = desk.put("film.eml", head + encodebytes(content) + b"--b--\n")
    desk.put("next.eml", corpus.mail(2))
    assert mail.stat().st_size > 59_000_000
    child = [sys.executable, "-c", REPORT_MEMORY, "import", str(desk.path), str(desk.files)]
    done = subprocess.run(child, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["new"] == 2
    peak = int(done.stderr)
    assert peak < MEMORY, f"{peak // MEBIBYTE} MiB"
    store = connect(str(desk.path))
    with store.read() as tx:
        film = tx.execute(select(Attachment.blob_id).where(Attachment.filename == "film.mp4")).scalar_one()
        source = tx.execute(select(Email.source_blob_id).where(Email.message_id == corpus.message_id(1))).scalar_one()
        assert sha256(blobs.read(tx, film)).digest() == sha256(content).digest()
        assert sha256(blobs.read(tx, source)).digest() == sha256(mail.read_bytes()).digest()
    store.close()


def test_subject_of_escapes_and_markup_is_shown_as_text(desk: Desk) -> None:
    subject = "".join(f"=?utf-8?q?{''.join(f'={byte:02X}' for byte in ESCAPES.encode())}?=")
    desk.put("mail.eml", corpus.mail(0).replace(b"Snow guns for slope 0", subject.encode()))
    assert desk.take_in()["new"] == 1
    for command in (["search", "Bold"], ["show", corpus.message_id(0)], ["search", "owned"]):
        shown = desk.text(*command).said["out"] + desk.text(*command).errors
        assert [char for char in shown if not char.isprintable() and char != "\n"] == []
    assert "[bold]Bold[/bold]" in desk.text("search", "Bold").said["out"]


def test_file_names_of_escapes_are_shown_as_text(desk: Desk) -> None:
    desk.put("bad\x1b[2J.eml" if os.name != "nt" else "bad.eml", b"\x00\x01\x02nothing that anybody could read")
    told = desk.text("import", str(desk.files))
    assert told.code == 1  # nothing of it could be read
    assert "\x1b" not in told.said["out"] + told.errors + desk.text("quarantine").said["out"]


def test_vcard_of_10_000_lines_is_one_contact(desk: Desk) -> None:
    notes = "".join(f" line {number} of a very long note\\n\r\n" for number in range(5_000))
    numbers = "".join(f"TEL;TYPE=WORK:+43 1 {number:07}\r\n" for number in range(5_000))
    card = corpus.card(1).replace("END:VCARD", f"NOTE:x\r\n{notes}{numbers}END:VCARD")
    desk.put("people.vcf", card + corpus.card(2))
    assert (desk.take_in()["new"], desk.take_in()["known"]) == (2, 2)
    contacts = desk.run("contact", "list").said
    assert sorted(row["title"] for row in contacts["records"]) == ["Person 1", "Person 2"]


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=DAILY;COUNT=999999999", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY"]
)
def test_endless_series_is_stored_with_bounded_occurrences(desk: Desk, rule: str) -> None:
    endless = corpus.event(1).replace("ORGANIZER", f"RRULE:{rule}\r\nORGANIZER")
    desk.put("endless.ics", corpus.calendar(endless, corpus.event(2)))
    said = desk.take_in()
    assert said["new"] + len(said["quarantined"]) == 2
    assert desk.one(select(func.count()).select_from(Occurrence)) <= 20_000
    assert desk.take_in()["new"] == 0


def test_truncated_archive_gives_what_it_holds_and_a_reason(desk: Desk) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for number in range(40):
            entry = tarfile.TarInfo(f"{number}.eml")
            entry.size = len(corpus.mail(number))
            archive.addfile(entry, io.BytesIO(corpus.mail(number)))
    desk.put("post.tar.gz", packed.getvalue()[: len(packed.getvalue()) * 2 // 3])
    desk.put("single.eml.gz", gzip.compress(corpus.mail(50))[:-20])
    desk.put("whole.eml", corpus.mail(60))
    said = desk.take_in()
    assert said["new"] > 1
    assert sorted((Path(each["source"]).name, each["reason"]) for each in said["quarantined"])[-1][1].startswith("The")
    assert desk.one(select(func.count()).where(Email.message_id == corpus.message_id(60))) == 1
    assert desk.take_in()["new"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="platform: permissions are POSIX ones")
def test_unreadable_file_is_named_and_the_rest_goes_on(desk: Desk) -> None:
    desk.put("a.eml", corpus.mail(1))
    secret = desk.put("b.eml", corpus.mail(2))
    (desk.files / "c.eml").symlink_to(desk.files / "nowhere.eml")
    desk.put("d.eml", corpus.mail(3))
    secret.unlink()
    os.mkfifo(secret)  # neither root nor anybody else gets bytes out of it
    said = desk.take_in()
    assert said["new"] == 2
    assert [Path(each["source"]).name for each in said["quarantined"]] == ["c.eml"]


def test_broken_mail_in_the_middle_of_an_mbox_costs_only_itself(desk: Desk) -> None:
    envelope = b"From anna@alpine.example Mon Jan  5 08:00:00 2026\n"
    broken = b"Content-Type: multipart/mixed; boundary=\n\xff\xfe\x00\x00 nothing =?utf-8?b?####?=\n\n\x00\n"
    parts = [corpus.mail(0), broken, corpus.mail(5)]
    desk.put("post.mbox", b"".join(envelope + part + b"\n" for part in parts))
    said = desk.take_in()
    assert said["new"] + len(said["quarantined"]) == 3
    for number in (0, 5):
        assert desk.one(select(func.count()).where(Email.message_id == corpus.message_id(number))) == 1


def test_empty_and_foreign_files_are_named_in_a_sentence_each(desk: Desk) -> None:
    desk.put("empty.eml", b"")
    desk.put("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    desk.put("mail.eml", corpus.mail(0))
    said = desk.take_in()
    assert said["new"] == 1
    assert all(each["reason"][0].isupper() and each["reason"].endswith(".") for each in said["quarantined"])
    assert [Path(each["source"]).name for each in said["quarantined"]] == ["empty.eml", "picture.png"]
    assert desk.one(select(func.count()).select_from(Activity)) == 1
