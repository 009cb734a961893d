"""An item as its server knows it after our own write: its name, change key and base, kept together in one step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from store.schema.mail import MailboxItem
from store.schema.people import Folder
from store.sync.bases import Base, save_bases
from store.sync.notes import note


def keep_item(
    tx: Connection,
    item_id: int,
    remote_id: str,
    change_key: str,
    base: Base,
    *,
    digest: bytes | None = None,
    detail: str = "",
    now: datetime,
) -> None:
    """Both sides agree on `base`; the change key is how the echo of the write is recognised."""
    values: dict[str, Any] = {
        "remote_id": remote_id,
        "change_key": change_key,
        "gone_at": None,
        "gone_cycle": None,
        "buried_at": None,
    }
    if digest is not None:
        values["content_digest"] = digest
    mailbox_id = tx.execute(select(MailboxItem.mailbox_id).where(MailboxItem.id == item_id)).scalar_one()
    _give_way(tx, mailbox_id, item_id, remote_id)
    tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(**values))
    save_bases(tx, {item_id: base}, now=now)
    note(tx, mailbox_id, item_id, "written", detail, now=now)


def rename_item(tx: Connection, item_id: int, remote_id: str) -> None:
    """The server made the item anew under another id; the next sync reads what it holds there."""
    mailbox_id = tx.execute(select(MailboxItem.mailbox_id).where(MailboxItem.id == item_id)).scalar_one()
    _give_way(tx, mailbox_id, item_id, remote_id)
    tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(remote_id=remote_id, change_key=""))


def was_read(tx: Connection, mailbox_id: int, folder_remote_id: str) -> bool:
    """Whether a folder was ever read to its end, so that what its owner put there is known."""
    mine = (Folder.mailbox_id == mailbox_id, Folder.remote_id == folder_remote_id, Folder.read_cycle > 0)
    return tx.execute(select(Folder.id).where(*mine)).scalar() is not None


def place_item(tx: Connection, item_id: int, folder_remote_id: str) -> None:
    """The folder in which the server put a new item."""
    row = tx.execute(select(MailboxItem.mailbox_id, MailboxItem.folder_id).where(MailboxItem.id == item_id)).one()
    if row.folder_id is None:
        folder = select(Folder.id).where(Folder.mailbox_id == row.mailbox_id, Folder.remote_id == folder_remote_id)
        tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(folder_id=folder.scalar_subquery()))


def _give_way(tx: Connection, mailbox_id: int, item_id: int, remote_id: str) -> None:
    """A sync that met our new item before we knew its name stored it as one of its own: there is only one."""
    twin = select(MailboxItem.id).where(
        MailboxItem.mailbox_id == mailbox_id, MailboxItem.remote_id == remote_id, MailboxItem.id != item_id
    )
    for key in list(tx.execute(twin).scalars()):
        tx.execute(delete(MailboxItem).where(MailboxItem.id == key))
