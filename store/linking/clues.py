"""What linking reads of texts: which mails and meetings were not read yet, and the clues kept of those that were.

Private mail is never read, and of what was purged or deleted nothing is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, delete, func, insert, select

from store import blobs
from store.chunks import chunked
from store.linking.facts import SignatureField
from store.schema.activities import Activity
from store.schema.knowledge import Clue, TextMark
from store.schema.mail import Email

#: Bytes of a text that are read; who writes more has said before what it is about.
MOST_TEXT = 400_000

_READ_KINDS = ("email", "appointment")


class ReadClues(Protocol):
    """The clues of one text: see `store.schema.knowledge.Clue`, and `TextMark` for the marks."""

    @property
    def new_text(self) -> str: ...
    @property
    def signature(self) -> str: ...
    @property
    def fields(self) -> Sequence[SignatureField]: ...
    @property
    def own_marks(self) -> Sequence[int]: ...
    @property
    def quoted_marks(self) -> Sequence[int]: ...
    @property
    def forwarded(self) -> bool: ...
    @property
    def passed_on(self) -> str: ...
    @property
    def mentioned(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Unread:
    """A text to read clues from. `new_text_size` is how many characters its writer wrote anew; a meeting quotes
    nothing."""

    activity_id: int
    subject: str
    text: str
    new_text_size: int


def missing_clues(tx: Connection, activity_ids: Collection[int], version: int) -> list[Unread]:
    """Those of these mails and meetings whose clues were not read by this version of the reader."""
    found: list[Unread] = []
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(Activity.id, Activity.subject, Activity.text_blob_id, Email.new_text_size)
            .outerjoin(Email, Email.id == Activity.id)
            .outerjoin(Clue, Clue.id == Activity.id)
            .where(Activity.id.in_(portion), *_readable(), func.coalesce(Clue.reader_version, -1) != version)
        ).all()
        texts = blobs.read_texts(tx, {row.text_blob_id for row in rows}, MOST_TEXT)
        for row in rows:
            text = texts.get(row.text_blob_id, "")
            size = len(text) if row.new_text_size is None else row.new_text_size
            found.append(Unread(row.id, row.subject, text, size))
    return found


def store_clues(tx: Connection, clues: Mapping[int, ReadClues], version: int) -> frozenset[int]:
    """Keep what was read, instead of what was read before; returns the mails that say what they did not say before.

    What became private, was purged or deleted meanwhile is left out.
    """
    before = _said(tx, clues)
    forget_clues(tx, clues)
    kept: list[int] = []
    for portion in chunked(clues):
        kept += tx.execute(select(Activity.id).where(Activity.id.in_(portion), *_readable())).scalars()
    if not kept:
        return frozenset()
    tx.execute(insert(Clue), [_row(key, clues[key], version) for key in kept])
    marks = [row for key in kept for row in _marks(key, clues[key])]
    if marks:
        tx.execute(insert(TextMark), marks)
    return frozenset(key for key in kept if any((mark, key) not in before for mark in clues[key].own_marks))


def forget_clues(tx: Connection, activity_ids: Collection[int]) -> None:
    """Forget what the texts of these activities say; they may be read again."""
    for portion in chunked(activity_ids):
        tx.execute(delete(Clue).where(Clue.id.in_(portion)))
        tx.execute(delete(TextMark).where(TextMark.activity_id.in_(portion)))


def _readable() -> tuple[Any, ...]:
    return (
        Activity.kind.in_(_READ_KINDS),
        Activity.private.is_(False),
        Activity.deleted_at.is_(None),
        Activity.text_blob_id.is_not(None),
    )


def _said(tx: Connection, activity_ids: Collection[int]) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for portion in chunked(activity_ids):
        own = select(TextMark.mark, TextMark.activity_id).where(
            TextMark.activity_id.in_(portion), TextMark.quoted.is_(False)
        )
        found.update((row.mark, row.activity_id) for row in tx.execute(own))
    return found


def _row(key: int, clues: ReadClues, version: int) -> dict[str, Any]:
    return {
        "id": key,
        "reader_version": version,
        "new_text": clues.new_text,
        "signature": clues.signature,
        "fields": [asdict(each) for each in clues.fields],
        "forwarded": clues.forwarded,
        "passed_on": clues.passed_on,
        "mentioned": list(clues.mentioned),
    }


def _marks(key: int, clues: ReadClues) -> Iterator[dict[str, Any]]:
    for quoted, marks in ((False, clues.own_marks), (True, clues.quoted_marks)):
        for mark in dict.fromkeys(marks):
            yield {"mark": mark, "quoted": quoted, "activity_id": key}
