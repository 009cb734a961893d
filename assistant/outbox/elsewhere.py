"""Looking for what left its folder in folders that are not read, before it is made anew: it must not exist twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.outbox.handling import Delivery
from mail_sync.cards import content_digest
from mail_sync.errors import ItemGone
from mail_sync.provider import Folder, FolderRole, ItemKind, Poisoned
from store.sync.contact_state import ContactItem
from store.sync.event_items import EventItem
from store.sync.mailboxes import selected_folders

_CHUNK = 50
_THROWN_AWAY = (FolderRole.DELETED, FolderRole.EXCLUDED)

#: Why nothing is written to it any more.
MOVED_AWAY = "it was moved to a folder that is not read"


def holds_contact(delivery: Delivery, item: ContactItem) -> bool:
    """Whether the card that we read last lies in another folder now."""
    return any(
        not isinstance(found, Poisoned) and content_digest(found.card) == item.content_digest
        for ids in _unread(delivery, ItemKind.CONTACT)
        for found in delivery.mail.fetch_contacts(ids)
    )


def holds_event(delivery: Delivery, item: EventItem) -> bool:
    """Whether the appointment lies in another calendar now."""
    return any(
        not isinstance(found, Poisoned) and found.event.uid and found.event.uid == item.identity
        for ids in _unread(delivery, ItemKind.APPOINTMENT)
        for found in delivery.calendar.fetch_events(ids)
    )


def _unread(delivery: Delivery, holds: ItemKind) -> Iterator[Sequence[str]]:
    """What lies in the folders of this kind that are not read, in portions of ids."""
    with delivery.store.read() as tx:
        read = {folder.remote_id for folder in selected_folders(tx, delivery.mailbox.mailbox_id)}
    for folder in delivery.mail.folders():
        if folder.holds is holds and folder.role not in _THROWN_AWAY and folder.folder_id not in read:
            yield from _ids(delivery, folder)


def _ids(delivery: Delivery, folder: Folder) -> Iterator[Sequence[str]]:
    try:
        for page in delivery.mail.list_ids(folder):
            for start in range(0, len(page), _CHUNK):
                yield [item_id for item_id, _ in page[start : start + _CHUNK]]
    except ItemGone:
        return  # the folder was deleted meanwhile
