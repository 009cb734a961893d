"""The change feed of a folder: SyncFolderItems page by page, ids only, with the state that continues each page.

Reading only ids and never the item's element name, the feed cannot be stopped by an item class nobody knows.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element, tostring

from mail_sync.errors import MailboxUnavailable, PoisonItem, Throttled
from mail_sync.provider import Change, Changed, Deleted, Page, Poisoned, ReadFlagChanged
from mail_sync.providers.exchange.reading import TYPES, flag, item_id, local_name
from mail_sync.providers.exchange.server import Server, SyncReply

LARGEST_PAGE = 512  # MaxChangesReturned allows 1 to 512
ITEM_ID = f"{TYPES}ItemId"


def read_changes(server: Server, folder_id: str, cursor: str | None) -> Iterator[Page]:
    """Pages since `cursor`. A page that the server cannot deliver is asked for again in smaller pieces.

    Raises CursorInvalid, MailboxUnavailable, MailboxRefused; ItemGone when the folder itself is gone.
    """
    state, limit = cursor, LARGEST_PAGE
    while True:
        try:
            reply = server.sync(folder_id, state, limit)
        except Throttled:
            raise
        except (PoisonItem, MailboxUnavailable):
            if limit == 1 or not server.is_alive():
                raise
            limit = max(1, limit // 8)
            continue
        # A server that says there is more and stays where it was would be asked for ever.
        is_last = reply.is_last or reply.state == state
        yield read_page(reply, is_last)
        if is_last:
            return
        state, limit = reply.state, min(LARGEST_PAGE, limit * 2)


def read_page(reply: SyncReply, is_last: bool) -> Page:
    """One page; an entry that cannot be understood is set aside with its XML, the others count."""
    changes: list[Change] = []
    poisoned: list[Poisoned] = []
    for entry in reply.changes:
        change = read_change(entry)
        if change is None:
            poisoned.append(_set_aside(entry))
        else:
            changes.append(change)
    return Page(tuple(changes), reply.state, is_last, tuple(poisoned))


def read_change(entry: _Element) -> Change | None:
    """One t:Create, t:Update, t:Delete or t:ReadFlagChange; None when it is none of them or names no item."""
    kind = local_name(entry)
    if kind in ("Create", "Update"):
        found = None if len(entry) == 0 else entry[0].find(ITEM_ID)
    else:
        found = entry.find(ITEM_ID)
    identity = "" if found is None else found.get("Id", "")
    if found is None or not identity:
        return None
    match kind:
        case "Create" | "Update":
            return Changed(identity, found.get("ChangeKey", ""))
        case "Delete":
            return Deleted(identity)
        case "ReadFlagChange":
            is_read = flag(entry, "IsRead")
            return None if is_read is None else ReadFlagChanged(identity, is_read)
    return None


def _set_aside(entry: _Element) -> Poisoned:
    holder = entry[0] if len(entry) and entry[0].tag != ITEM_ID else entry
    said = f'the change feed holds an entry "{local_name(entry)}" that names no item'
    return Poisoned(item_id(holder)[0], PoisonItem(said), tostring(entry))
