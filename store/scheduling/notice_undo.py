"""That a customer was told without a mail, as undo sees it. What mails told is taken back with the mails."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from store.chunks import chunked
from store.history.ledger import Change
from store.history.undoable import Standing
from store.schema.records import Record
from store.schema.scheduling import BookingNotice

#: The kind of one that was taken back: nobody was told.
TAKEN_BACK = ""


def told_change(notice_id: int, kind: str) -> Change:
    """What the ledger keeps of a notice that no mail tells."""
    return Change("booking_notice", str(notice_id), {"kind": TAKEN_BACK}, {"kind": kind})


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The notices as they stand; the ledger knows them by their keys."""
    found: dict[str, Standing] = {}
    for portion in chunked([int(uid) for uid in uids]):
        named = select(BookingNotice.id, BookingNotice.kind, Record.number, Record.title)
        rows = tx.execute(
            named.join(Record, Record.id == BookingNotice.booking_id).where(BookingNotice.id.in_(portion))
        )
        found |= {str(row.id): Standing(f"{row.number} {row.title}", {"kind": row.kind}) for row in rows}
    return found


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """The customer was not told after all, or was."""
    for change in changes:
        kind = (change.after or {}).get("kind", TAKEN_BACK)
        tx.execute(update(BookingNotice).where(BookingNotice.id == int(change.uid)).values(kind=kind))


def label(_tx: Connection, _uid: str, _name: str) -> str:
    """What people call it."""
    return "what the customer was told"
