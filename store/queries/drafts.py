"""A mail being written as its writer sees it: the draft, its files, and what it is regarding."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.actor import Actor
from store.mail.composing import Draft, read_draft
from store.queries.refs import RecordRef, refs
from store.schema.outbox import Outgoing, OutgoingFile
from store.schema.records import RecordAddress


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of a draft; `size` is in bytes."""

    position: int
    filename: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft with all that is shown beside its text."""

    uid: str
    draft: Draft
    files: tuple[DraftFile, ...]
    record: RecordRef | None


def open_draft(tx: Connection, uid: str, *, by: Actor) -> OpenDraft:
    """The draft with this uid. Raises NotFound."""
    draft = read_draft(tx, uid, by=by)
    return OpenDraft(uid, draft, draft_files(tx, uid, by=by), record_of(tx, draft, by=by))


def draft_files(tx: Connection, uid: str, *, by: Actor) -> tuple[DraftFile, ...]:
    """The files of a draft, in their order. Raises NotFound."""
    read_draft(tx, uid, by=by)
    columns = (OutgoingFile.position, OutgoingFile.filename, OutgoingFile.media_type, OutgoingFile.size)
    rows = tx.execute(
        select(*columns)
        .join(Outgoing, Outgoing.id == OutgoingFile.outgoing_id)
        .where(Outgoing.uid == uid)
        .order_by(OutgoingFile.position)
    )
    return tuple(DraftFile(*row) for row in rows)


def record_of(tx: Connection, draft: Draft, *, by: Actor) -> RecordRef | None:
    """What a draft is regarding, where `by` may see it."""
    return None if draft.record_id is None else refs(tx, [draft.record_id], by=by).get(draft.record_id)


def first_address(tx: Connection, record_id: int, *, by: Actor) -> str:
    """The address that mail to a record goes to; '' where none is known or `by` may not see the record."""
    if not refs(tx, [record_id], by=by):
        return ""
    statement = select(RecordAddress.email).where(RecordAddress.record_id == record_id)
    return tx.execute(statement.order_by(RecordAddress.position, RecordAddress.email).limit(1)).scalar() or ""
