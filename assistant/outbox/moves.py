"""Moving an item to another folder of its mailbox, which on most servers gives it another id."""

from __future__ import annotations

from assistant.outbox.handling import Delivery, Done, Failed, Outcome
from assistant.outbox.marks import moved_away, place_here
from mail_sync.errors import ItemGone
from mail_sync.provider import Folder, FolderRole, ItemKind
from store.errors import NotFound
from store.outbox.delivery import OutboxRow, Place, keep_moved
from store.sync.items import set_gone
from store.sync.mailboxes import folder_by_id


def move_item(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Move the item of a row to the folder named in its payload."""
    place = place_here(delivery, row)
    if not isinstance(place, Place):
        return place
    try:
        with delivery.store.read() as tx:
            folder = folder_by_id(tx, int(row.payload["folder_id"]))
    except NotFound:
        return Failed("The folder is not there any more.")
    target = Folder(folder.remote_id, folder.path, FolderRole(folder.role), ItemKind(folder.holds))
    try:
        written = delivery.mail.move(place.remote_id, target)
    except ItemGone:
        # Its folder's stream spoke of a folder in which we believe it no longer, so the tombstone is put here.
        with delivery.store.write() as tx:
            set_gone(tx, delivery.mailbox.mailbox_id, folder.folder_id, [place.remote_id], now=delivery.clock())
        return moved_away(row)
    with delivery.store.write() as tx:
        new_id = written.item_id if written else None
        keep_moved(tx, place.item_id, folder.folder_id, new_id, now=delivery.clock())
    return Done()
