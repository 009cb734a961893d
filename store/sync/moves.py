"""Following things through a mailbox: what left one folder and shows up in another is the same item.

A move comes as a deletion in one folder's feed and a creation, under another id, in another's, in any order. Deletion
first: `follow_moves` gives the item that waits its new id. Creation first: there are two items for one thing until
`fold_twins` makes them one again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, literal, literal_column, or_, select, update
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.schema.activities import Appointment
from store.schema.mail import Email, MailboxItem
from store.schema.merging import SyncBase, SyncConflict, SyncNote
from store.schema.outbox import Outgoing
from store.schema.people import Folder
from store.sync.notes import note

#: Names under which an item that was born here waits for the server's own.
BORN_HERE = "new:"


@dataclass(frozen=True, slots=True)
class Trace:
    """How an item is recognised under another id: our stamp, then what it is.

    `identity` is that of the mail (bytes) or of the appointment (text); `digest` is that of a mail's text or of a
    card's content.
    """

    remote_id: str
    stamp: str = ""
    identity: bytes | str = b""
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An item that is looked for: it left its folder, or was not met there yet, or was born here."""

    item_id: int
    remote_id: str
    key: bytes | str
    digest: bytes
    what: Any  # which mail, appointment or contact it is
    folder: str
    buried: bool


_LEFT = MailboxItem.gone_at.is_not(None)
_AWAITED = or_(_LEFT, MailboxItem.doubtful)


@dataclass
class _Claims:
    taken: set[int] = field(default_factory=set)

    def choose(self, trace: Trace, waiting: Sequence[_Waiting]) -> _Waiting | None:
        """The one that is exactly the same, else the only thing that it can be."""
        free = [each for each in waiting if each.item_id not in self.taken]
        exact = [each for each in free if each.digest == trace.digest]
        chosen = (exact or (free if len({each.what for each in free}) == 1 else []))[:1]
        self.taken.update(each.item_id for each in chosen)
        return chosen[0] if chosen else None


def follow_moves(
    tx: Connection, mailbox_id: int, folder_path: str, holds: str, traces: Sequence[Trace], *, now: datetime
) -> None:
    """Give items that wait for it the id under which they are met now. Run it before these items are written.

    The caller writes them as known ones, which ends the tombstone; what was buried is unburied.
    """
    unknown = _unknown(tx, mailbox_id, traces)
    if not unknown:
        return
    claims = _Claims()
    by_stamp = _waiting_with_stamps(tx, mailbox_id, [trace.stamp for trace in unknown if trace.stamp])
    by_key = _waiting_with_keys(tx, mailbox_id, holds, [key for trace in unknown if (key := _key(trace, holds))])
    for trace in unknown:
        found = claims.choose(trace, by_stamp.get(trace.stamp, ())) if trace.stamp else None
        found = found or claims.choose(trace, by_key.get(_key(trace, holds), ()))
        if found is not None:
            tx.execute(update(MailboxItem).where(MailboxItem.id == found.item_id).values(remote_id=trace.remote_id))
            _tell(tx, mailbox_id, found, folder_path, now)


def _unknown(tx: Connection, mailbox_id: int, traces: Sequence[Trace]) -> list[Trace]:
    known: set[str] = set()
    for portion in chunked([trace.remote_id for trace in traces]):
        query = select(MailboxItem.remote_id)
        mine = (MailboxItem.mailbox_id == mailbox_id, MailboxItem.remote_id.in_(portion))
        known.update(tx.execute(query.where(*mine)).scalars())
    return [trace for trace in traces if trace.remote_id not in known]


def _key(trace: Trace, holds: str) -> bytes | str:
    return trace.digest if holds == "contact" else trace.identity


def _waiting_with_stamps(tx: Connection, mailbox_id: int, stamps: Collection[str]) -> dict[bytes | str, list[_Waiting]]:
    awaited = or_(_LEFT, MailboxItem.doubtful, MailboxItem.remote_id.like(f"{BORN_HERE}%"))
    return _waiting(tx, mailbox_id, MailboxItem.stamp, stamps, MailboxItem.content_digest, awaited)


def _waiting_with_keys(
    tx: Connection, mailbox_id: int, holds: str, keys: Collection[bytes | str]
) -> dict[bytes | str, list[_Waiting]]:
    match holds:
        case "email":
            return _waiting(tx, mailbox_id, Email.identity, keys, Email.text_digest, _AWAITED, Email)
        case "appointment":
            # What may not be read is stored apart from the meeting that others hold
            # (see store.activities.appointments).
            apart = withheld_identity(mailbox_id, "")
            both = [*keys, *(f"{apart}{key}" for key in keys if isinstance(key, str))]
            found = _waiting(tx, mailbox_id, Appointment.identity, both, literal(b""), _AWAITED, Appointment)
            return {key.removeprefix(apart) if isinstance(key, str) else key: each for key, each in found.items()}
    digest = MailboxItem.content_digest
    cards = and_(_AWAITED, MailboxItem.holds == literal_column("'contact'"))
    return _waiting(tx, mailbox_id, digest, keys, digest, cards)


def _waiting(
    tx: Connection,
    mailbox_id: int,
    key: Any,
    keys: Collection[Any],
    digest: Any,
    awaited: ColumnElement[bool],
    table: type[Email] | type[Appointment] | None = None,
) -> dict[bytes | str, list[_Waiting]]:
    """The items that wait, by one of their keys, those of a moment ago first."""
    found: dict[bytes | str, list[_Waiting]] = {}
    what = func.coalesce(MailboxItem.activity_id, MailboxItem.record_id)
    statement = select(
        MailboxItem.id, MailboxItem.remote_id, key, digest, what, Folder.path, MailboxItem.buried_at.is_not(None)
    ).outerjoin(Folder, Folder.id == MailboxItem.folder_id)
    if table is not None:
        statement = statement.join(table, table.id == MailboxItem.activity_id)
    for portion in chunked(list(keys)):
        rows = tx.execute(
            statement.where(MailboxItem.mailbox_id == mailbox_id, key.in_(portion), awaited).order_by(
                MailboxItem.buried_at.is_not(None), MailboxItem.id
            )
        )
        for row in rows:
            each = _Waiting(row[0], row[1], _plain(row[2]), bytes(row[3]), row[4], row[5] or "", bool(row[6]))
            found.setdefault(each.key, []).append(each)
    return found


def withheld_identity(mailbox_id: int, identity: str) -> str:
    """Under which identity an appointment is stored of which only the times may be known."""
    return f"busy {mailbox_id}|{identity}"


def _plain(key: Any) -> bytes | str:
    return key if isinstance(key, str) else bytes(key)


def _tell(tx: Connection, mailbox_id: int, found: _Waiting, folder_path: str, now: datetime) -> None:
    if found.remote_id.startswith(BORN_HERE):
        note(tx, mailbox_id, found.item_id, "met", f"first met on the server in {folder_path}", now=now)
    elif found.buried:
        note(tx, mailbox_id, found.item_id, "came back", f"met again in {folder_path}", now=now)
    elif found.folder != folder_path:
        note(tx, mailbox_id, found.item_id, "moved", f"from {found.folder} to {folder_path}", now=now)


def fold_twins(tx: Connection, mailbox_id: int, cycle: int, *, now: datetime) -> int:
    """Items that left a folder before `cycle` although the mailbox holds the same thing elsewhere: one item again.

    The older item lives on with all that refers to it, and takes over where and how the younger one was met. Returns
    how many moves this were.
    """
    gone, here = aliased(MailboxItem), aliased(MailboxItem)
    same = or_(
        and_(gone.activity_id.is_not(None), here.activity_id == gone.activity_id),
        and_(gone.record_id.is_not(None), here.record_id == gone.record_id),
    )
    pairs = tx.execute(
        select(gone.id, here.id)
        .join(here, and_(here.mailbox_id == gone.mailbox_id, here.holds == gone.holds, same))
        .where(
            gone.mailbox_id == mailbox_id,
            gone.gone_at.is_not(None),
            gone.buried_at.is_(None),
            gone.gone_cycle < cycle,
            here.gone_at.is_(None),
            # One that was there before is a copy of its own.
            here.id > gone.id,
        )
        .order_by(gone.id, here.id.desc())
    ).all()
    folded: set[int] = set()
    for old, new in pairs:
        if not folded & {old, new}:
            folded |= {old, new}
            _fold(tx, mailbox_id, old, new, now)
    return len(folded) // 2


def _fold(tx: Connection, mailbox_id: int, old: int, new: int, now: datetime) -> None:
    younger = tx.execute(select(*MailboxItem.__table__.c).where(MailboxItem.id == new)).one()._mapping
    was_in = tx.execute(
        select(Folder.path).join(MailboxItem, MailboxItem.folder_id == Folder.id).where(MailboxItem.id == old)
    ).scalar()
    if tx.execute(select(SyncBase.item_id).where(SyncBase.item_id == new)).scalar() is not None:
        tx.execute(delete(SyncBase).where(SyncBase.item_id == old))
        tx.execute(update(SyncBase).where(SyncBase.item_id == new).values(item_id=old))
    fields = select(SyncConflict.field).where(SyncConflict.item_id == new, SyncConflict.choice == "")
    tx.execute(
        update(SyncConflict)
        .where(SyncConflict.item_id == old, SyncConflict.choice == "", SyncConflict.field.in_(fields))
        .values(choice="settled", resolved_at=now)
    )
    tx.execute(update(SyncConflict).where(SyncConflict.item_id == new).values(item_id=old))
    tx.execute(update(Outgoing).where(Outgoing.item_id == new).values(item_id=old))
    tx.execute(update(SyncNote).where(SyncNote.item_id == new).values(item_id=old))
    tx.execute(delete(MailboxItem).where(MailboxItem.id == new))
    values = {name: value for name, value in younger.items() if name != "id"}
    tx.execute(update(MailboxItem).where(MailboxItem.id == old).values(**values))
    now_in = tx.execute(select(Folder.path).where(Folder.id == younger["folder_id"])).scalar()
    if was_in != now_in:
        note(tx, mailbox_id, old, "moved", f"from {was_in} to {now_in}", now=now)
