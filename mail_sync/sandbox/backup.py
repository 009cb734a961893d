"""A mailbox as it once was, to be put back: what a restore from last week's backup does to its clients.

Numbers given after the backup are never given again, so no id and no change key ever means two things; sync states that
were given after it point into a time that no longer exists.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

from mail_sync.sandbox.model import Folder, Item, LogEntry, Mailbox


@dataclass(frozen=True, slots=True)
class Snapshot:
    """May be restored any number of times."""

    folders: dict[str, Folder]
    hierarchy: tuple[LogEntry, ...]
    counter: int


def snapshot(mailbox: Mailbox) -> Snapshot:
    """The mailbox as it is now."""
    with mailbox.lock:
        return Snapshot(_copies(mailbox.folders), tuple(mailbox.hierarchy), mailbox.counter)


def restore(mailbox: Mailbox, kept: Snapshot) -> None:
    """Put a mailbox back to how it was, with all its folders, items, stamps and logs."""
    with mailbox.lock:
        mailbox.folders = _copies(kept.folders)
        mailbox.well_known = {one.distinguished: one for one in mailbox.folders.values() if one.distinguished}
        mailbox.items = {item.item_id: item for folder in mailbox.folders.values() for item in folder.items}
        mailbox.hierarchy = list(kept.hierarchy)
        mailbox.lost_times.append((kept.counter, mailbox.counter))
        mailbox.changed.notify_all()


def _copies(folders: dict[str, Folder]) -> dict[str, Folder]:
    made = {
        folder_id: replace(
            folder, items=[], log=list(folder.log), children=[], permissions=dict(folder.permissions),
            properties=dict(folder.properties),
        )
        for folder_id, folder in folders.items()
    }  # fmt: skip
    for folder_id, folder in folders.items():
        mine = made[folder_id]
        mine.items = [_copy(item, mine) for item in folder.items]
        mine.children = [made[child.folder_id] for child in folder.children]
        mine.parent = made[folder.parent.folder_id] if folder.parent else None
    return made


def _copy(item: Item, folder: Folder) -> Item:
    made = copy(item)
    made.take(item.traits)
    made.folder = folder
    return made
