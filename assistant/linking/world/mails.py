"""The mails of a world in the order of their dates, and what each of them is truly regarding."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.linking.world.problems import Problems, WorldRefused
from assistant.linking.world.records import KINDS
from assistant.linking.world.tables import Row, read_rows
from mail_sync.errors import Unreadable
from mail_sync.message import Message
from mail_sync.mime.addresses import message_id
from mail_sync.mime.reader import read_message

#: A record by kind and key.
Name = tuple[str, str]
NONE = "none"


@dataclass(frozen=True, slots=True)
class WorldMail:
    """`at` is its Date, UTC; `message_id` stands without brackets."""

    path: Path
    message_id: str
    at: datetime

    def read(self) -> Message:
        return read_message(self.path.read_bytes())


@dataclass(frozen=True, slots=True)
class Truth:
    """What a mail is regarding: every record that is right, and which one first of all (None: nothing)."""

    right: frozenset[Name] = frozenset()
    primary: Name | None = None


def read_mails(folder: Path, problems: Problems) -> list[WorldMail]:
    """Raises WorldRefused where there are none."""
    mails: dict[str, WorldMail] = {}
    files = sorted((folder / "mail").glob("*.eml"))
    for path in files:
        mail = _mail(path, problems)
        if mail is not None and mail.message_id and mail.message_id in mails:
            problems.say(f"mail/{path.name}", f"{mails[mail.message_id].path.name} has the same Message-ID.")
        elif mail is not None:
            mails[mail.message_id or path.name] = mail
    if not mails:
        raise WorldRefused(f"There is no mail in {folder / 'mail'}.")
    return sorted(mails.values(), key=lambda mail: (mail.at, mail.path.name))


def read_truth(folder: Path, records: Collection[Name], mails: Collection[str], problems: Problems) -> dict[str, Truth]:
    """Truth by message id. Raises WorldRefused where there is none."""
    columns = ("message_id", "kind", "key", "primary")
    rows: dict[str, list[Row]] = {}
    for row in read_rows(folder / "truth.csv", columns, problems, needed=columns):
        rows.setdefault(_bare(row["message_id"]), []).append(row)
    truths: dict[str, Truth] = {}
    for bare, said in rows.items():
        if bare not in mails:
            problems.say(said[0].file, f"there is no mail with the Message-ID {bare!r}.", said[0].line)
        elif (truth := _truth(said, records, problems)) is not None:
            truths[bare] = truth
    for bare in mails:
        if bare not in truths:
            problems.say("truth.csv", f"it says nothing of the mail {bare!r}, which is not scored.")
    if not truths:
        raise WorldRefused(f"{folder / 'truth.csv'} says of no mail what it is regarding.")
    return truths


def _mail(path: Path, problems: Problems) -> WorldMail | None:
    try:
        message = read_message(path.read_bytes())
    except Unreadable as error:
        problems.say(f"mail/{path.name}", error.sentence)
        return None
    if message.sent_at is None:
        problems.say(f"mail/{path.name}", "it has no Date, so nobody knows when it came.")
        return None
    if not message.message_id:
        problems.say(f"mail/{path.name}", "it has no Message-ID, so it cannot be scored.")
    return WorldMail(path, message.message_id, message.sent_at)


def _bare(text: str) -> str:
    """An id as the mails have theirs, whether or not it stands in brackets."""
    return message_id(text.encode())


def _truth(rows: list[Row], records: Collection[Name], problems: Problems) -> Truth | None:
    """None where the rows say nothing that can be used."""
    known = [row for row in rows if _is_known(row, records, problems)]
    named = [row for row in known if row["kind"] != NONE]
    if not named:
        return Truth() if known else None
    for row in known:
        if row["kind"] == NONE:
            problems.say(row.file, "the mail is regarding records and none at once; the records count.", row.line)
    return Truth(frozenset(map(_name, named)), _name(_primary(named, problems)))


def _primary(rows: list[Row], problems: Problems) -> Row:
    primaries = [row for row in rows if row["primary"] == "1"]
    for row in primaries[1:]:
        problems.say(row.file, f"line {primaries[0].line} is the mail's primary row already.", row.line)
    if not primaries:
        problems.say(rows[0].file, "no row of this mail is primary; its first one counts as such.", rows[0].line)
    return (primaries or rows)[0]


def _is_known(row: Row, records: Collection[Name], problems: Problems) -> bool:
    sentences = tuple(_doubts(row, records))
    for sentence in sentences:
        problems.say(row.file, sentence, row.line)
    return not sentences


def _doubts(row: Row, records: Collection[Name]) -> Iterator[str]:
    if row["kind"] not in (*KINDS, NONE):
        yield f"the kind {row['kind']!r} is none of {', '.join((*KINDS, NONE))}."
    elif row["kind"] != NONE and _name(row) not in records:
        yield f"there is no {row['kind']} with the key {row['key']!r}."
    elif row["primary"] not in ("0", "1", ""):
        yield f"primary is 1 or 0, not {row['primary']!r}."


def _name(row: Row) -> Name:
    return row["kind"], row["key"]
