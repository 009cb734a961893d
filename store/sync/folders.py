"""Folders as sync works through them: how far each was read, whether its server can be believed, when to look again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from store.chunks import chunked
from store.schema.mail import MailboxItem
from store.schema.merging import SyncBase
from store.schema.people import Folder, Mailbox


def distrust_folder(tx: Connection, folder_id: int) -> None:
    """The server lost our place in this folder, or began anew without a word: it is compared from the start."""
    tx.execute(update(Folder).where(Folder.id == folder_id).values(distrusted=True))


def trust_folder(tx: Connection, folder_id: int) -> None:
    """The folder was compared with its server from the start to the end."""
    tx.execute(update(Folder).where(Folder.id == folder_id, Folder.distrusted.is_(True)).values(distrusted=False))


def is_outbound_held(tx: Connection, mailbox_id: int) -> bool:
    """Whether nothing may be written to a mailbox for now: a restored server could take it for something else."""
    distrusted = select(Folder.id).where(
        Folder.mailbox_id == mailbox_id, Folder.selected.is_(True), Folder.distrusted.is_(True)
    )
    return tx.execute(distrusted.limit(1)).scalar() is not None


def read_to_end(tx: Connection, mailbox_id: int, folder_id: int) -> None:
    """A folder was read to its end in the cycle under way."""
    cycle = select(Mailbox.cycle).where(Mailbox.id == mailbox_id).scalar_subquery()
    tx.execute(update(Folder).where(Folder.id == folder_id).values(read_cycle=cycle))


def leave_folder(tx: Connection, mailbox_id: int, folder_id: int, *, now: datetime) -> None:
    """The folder was deleted: what lay in it has left it, and it is read no more."""
    cycle = select(Mailbox.cycle).where(Mailbox.id == mailbox_id).scalar_subquery()
    here = (MailboxItem.folder_id == folder_id, MailboxItem.gone_at.is_(None))
    tx.execute(update(MailboxItem).where(*here).values(gone_at=now, gone_cycle=cycle, doubtful=False))
    tx.execute(update(Folder).where(Folder.id == folder_id).values(selected=False, distrusted=False))


def choose_folders(tx: Connection, mailbox_id: int, paths: Sequence[str]) -> None:
    """The folders to read, by the paths that they have now; for those that a person had chosen and then renamed."""
    settings = tx.execute(select(Mailbox.settings).where(Mailbox.id == mailbox_id)).scalar_one()
    kept = dict(settings) | {"folders": list(paths)}
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(settings=kept))


def note_changes(tx: Connection, folder_id: int, *, now: datetime) -> None:
    """The folder's feed held something: it is looked at more often for a while."""
    tx.execute(update(Folder).where(Folder.id == folder_id).values(changed_at=now))


def count_present(tx: Connection, folder_id: int) -> int:
    """How many items a folder holds, as far as we know."""
    present = select(func.count()).where(MailboxItem.folder_id == folder_id, MailboxItem.gone_at.is_(None))
    return tx.execute(present).scalar_one()


def is_listed_anew(tx: Connection, folder_id: int) -> bool:
    """Whether a listing from the start is under way."""
    doubtful = select(MailboxItem.id).where(MailboxItem.folder_id == folder_id, MailboxItem.doubtful)
    return tx.execute(doubtful.limit(1)).scalar() is not None


def present_items(tx: Connection, folder_id: int) -> list[tuple[int, str]]:
    """(item id, remote id) of what a folder holds, without what its server does not know yet, newest first."""
    query = select(MailboxItem.id, MailboxItem.remote_id).where(
        MailboxItem.folder_id == folder_id, MailboxItem.gone_at.is_(None), ~MailboxItem.remote_id.like("new:%")
    )
    return [(row.id, row.remote_id) for row in tx.execute(query.order_by(MailboxItem.occurred_at.desc()))]


def report_reconciled(tx: Connection, folder_id: int, *, now: datetime) -> None:
    """The folder was compared with its server id by id."""
    tx.execute(update(Folder).where(Folder.id == folder_id).values(reconciled_at=now))


def reconciled_everything(tx: Connection, mailbox_id: int, *, now: datetime) -> None:
    """All folders of the mailbox were compared."""
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(reconciled_at=now))


def forget_bases(tx: Connection, item_ids: Collection[int]) -> None:
    """What both sides agreed on no longer counts, because the server may have gone back in time.

    The next merge meets both sides as if for the first time: nobody's older value wins over a person's newer one.
    """
    for portion in chunked(list(item_ids)):
        tx.execute(delete(SyncBase).where(SyncBase.item_id.in_(portion)))
