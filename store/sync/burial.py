"""Burying: what left its folder and was met nowhere else for a whole cycle over all folders counts as deleted.

A cycle ends when every folder that is read was read to its end since it began. Whoever left during one cycle is buried
at the end of the next, so a move between two folders, told in any order, never counts as a deletion. When too much of
a folder is gone at once, or anything of one whose server lost our place, nothing of it is buried and a person is asked
(see store.sync.questions).

Burial changes nothing that was stored: a mail stays on its timelines and is shown as out of sight, a contact is no
longer the mailbox's, an appointment leaves that calendar. What comes back is unburied where it is met.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, insert, select, update

from store.chunks import chunked
from store.schema.mail import MailboxItem
from store.schema.merging import SyncNote
from store.schema.outbox import Outgoing
from store.schema.people import Folder, Mailbox
from store.sync.contact_copies import fulfil_wishes
from store.sync.missing import Missing, ask_about, doubted_folders, waiting_folders
from store.sync.moves import fold_twins

#: More than this of one folder in one cycle is asked about: the larger of a number and a share.
MOST_BURIED = 50
MOST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Closed:
    """What the end of a cycle did: how many items had only moved, were buried, or are asked about."""

    moved: int = 0
    buried: int = 0
    held: int = 0


def close_cycle(tx: Connection, mailbox_id: int, *, now: datetime) -> Closed | None:
    """End the cycle if every folder that is read was read to its end in it, and bury; None while it goes on.

    What is to be kept in the mailbox and was not met there is on its way from now on.
    """
    cycle = tx.execute(select(Mailbox.cycle).where(Mailbox.id == mailbox_id)).scalar_one()
    behind = select(Folder.id).where(
        Folder.mailbox_id == mailbox_id, Folder.selected.is_(True), Folder.read_cycle < cycle
    )
    if tx.execute(behind.limit(1)).scalar() is not None:
        return None
    moved = fold_twins(tx, mailbox_id, cycle, now=now)
    doubted = doubted_folders(tx, mailbox_id) & _left_by_some(tx, mailbox_id)
    missing = _missing(tx, mailbox_id, cycle, doubted)
    unsure = [each for each in missing if each.folder_id in doubted or is_too_much(each.gone, each.of)]
    waiting = waiting_folders(tx, mailbox_id, now=now)
    asked = [each for each in unsure if each.folder_id not in waiting]
    ask_about(tx, mailbox_id, asked, doubted=doubted, now=now)
    held = {each.folder_id for each in unsure} | waiting
    buried = sum(
        bury(tx, mailbox_id, each.folder_id, before=cycle, now=now) for each in missing if each.folder_id not in held
    )
    fulfil_wishes(tx, mailbox_id, now=now)
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(cycle=Mailbox.cycle + 1))
    return Closed(moved, buried, sum(each.gone for each in missing if each.folder_id in held))


def is_too_much(gone: int, of: int) -> bool:
    """Whether so many deletions look like an accident."""
    return gone > max(MOST_BURIED, of * MOST_SHARE)


def bury(tx: Connection, mailbox_id: int, folder_id: int, *, before: int, now: datetime) -> int:
    """Bury what left the folder before that cycle; what waits to be written to the server is left to its writer."""
    chosen = _chosen(tx, mailbox_id, folder_id, before)
    for portion in chunked(chosen):
        tx.execute(update(MailboxItem).where(MailboxItem.id.in_(portion)).values(buried_at=now, gone_cycle=None))
        notes = [
            {"mailbox_id": mailbox_id, "item_id": key, "at": now, "what": "buried", "detail": ""} for key in portion
        ]
        tx.execute(insert(SyncNote), notes)
    return len(chosen)


def keep(tx: Connection, mailbox_id: int, folder_id: int, *, before: int) -> int:
    """What left the folder before that cycle stays as it is here, whatever became of it in the mailbox."""
    chosen = _chosen(tx, mailbox_id, folder_id, before)
    for portion in chunked(chosen):
        tx.execute(update(MailboxItem).where(MailboxItem.id.in_(portion)).values(gone_cycle=None))
    return len(chosen)


def _chosen(tx: Connection, mailbox_id: int, folder_id: int, before: int) -> list[int]:
    mine = MailboxItem.folder_id == folder_id
    return list(tx.execute(select(MailboxItem.id).where(*_candidates(mailbox_id, before), mine)).scalars())


def _left_by_some(tx: Connection, mailbox_id: int) -> frozenset[int]:
    """The folders that something left which is neither buried nor kept by a person."""
    left = (MailboxItem.mailbox_id == mailbox_id, MailboxItem.gone_at.is_not(None), MailboxItem.buried_at.is_(None))
    query = select(MailboxItem.folder_id).where(*left, MailboxItem.gone_cycle.is_not(None)).distinct()
    return frozenset(key for key in tx.execute(query).scalars() if key is not None)


def _missing(tx: Connection, mailbox_id: int, cycle: int, doubted: Collection[int]) -> list[Missing]:
    """By folder, what would be buried now and how much the folder held before."""
    gone = tx.execute(
        select(Folder.id, Folder.path, Folder.holds, func.count())
        .join(MailboxItem, MailboxItem.folder_id == Folder.id)
        .where(*_candidates(mailbox_id, cycle))
        .group_by(Folder.id, Folder.path, Folder.holds)
        .order_by(Folder.id)
    ).all()
    return [
        # How many the folder held is counted only where it matters.
        Missing(key, path, holds, count, _held(tx, key) if count > MOST_BURIED or key in doubted else count)
        for key, path, holds, count in gone
    ]


def _held(tx: Connection, folder_id: int) -> int:
    """How many items a folder held before they went."""
    held = select(func.count()).where(MailboxItem.folder_id == folder_id, MailboxItem.buried_at.is_(None))
    return tx.execute(held).scalar_one()


def _candidates(mailbox_id: int, before: int) -> tuple[ColumnElement[bool], ...]:
    unwritten = exists().where(Outgoing.item_id == MailboxItem.id, Outgoing.state.in_(("waiting", "working")))
    return (
        MailboxItem.mailbox_id == mailbox_id,
        MailboxItem.gone_at.is_not(None),
        MailboxItem.buried_at.is_(None),
        MailboxItem.gone_cycle < before,
        ~unwritten,
    )
