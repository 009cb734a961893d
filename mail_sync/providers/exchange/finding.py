"""Finding items: what carries our stamp, and what a folder holds now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from mail_sync.errors import BrokenReply, ItemGone, SyncError
from mail_sync.provider import Folder, FolderRole, Stamped
from mail_sync.providers.exchange.batches import chunks
from mail_sync.providers.exchange.folders import ROLES
from mail_sync.providers.exchange.reading import item_id
from mail_sync.providers.exchange.server import FilterRefused, FindReply, Place, Searcher
from mail_sync.providers.exchange.shapes import STAMP, ItemShape
from mail_sync.providers.exchange.stamps import read_stamp, stamp_is

FIRST = ("sentitems", "drafts", "outbox")  # where a mail of ours lies, in the order in which it matters
FOLDERS_AT_ONCE = 50
MOST_FOUND = 10
RECENT = 200  # newest items of a folder that are looked through where the server cannot search
LISTED_AT_ONCE = 500  # EWSFindCountLimit is 1000
OVERLAP = 20  # items that a page repeats, so that one that vanished in between shifts none out of sight


def find_stamped(server: Searcher, stamp: str, folders: Callable[[], Sequence[Folder]]) -> list[Stamped]:
    """Where items with this stamp lie, sent first, then drafts, then elsewhere. `folders` gives all of the mailbox.

    Raises MailboxUnavailable, MailboxRefused.
    """
    known = server.known_folders(FIRST)
    first = {known[name]: ROLES[name] for name in FIRST if name in known}
    found = search(server, stamp, first)
    if found:
        return found
    rest = {folder.folder_id: folder.role for folder in folders() if folder.folder_id not in first}
    return [one for some in chunks(list(rest), FOLDERS_AT_ONCE) for one in search(server, stamp, _only(rest, some))]


def _only(roles: Mapping[str, FolderRole], folder_ids: Sequence[str]) -> dict[str, FolderRole]:
    return {folder_id: roles[folder_id] for folder_id in folder_ids}


def search(server: Searcher, stamp: str, roles: Mapping[str, FolderRole]) -> list[Stamped]:
    """The items with this stamp in these folders, given by id; one that is gone or may not be searched holds none."""
    places = [Place(folder_id) for folder_id in roles]
    if not places:
        return []
    try:
        replies = server.find(places, STAMP, stamp_is(stamp), limit=MOST_FOUND)
    except FilterRefused:
        replies = server.find(places, STAMP, limit=RECENT)
    found = []
    for role, reply in zip(roles.values(), replies, strict=True):
        if isinstance(reply, FindReply):
            # The property is compared again: a server that ignores the filter answers with everything.
            ours = [item for item in reply.items if read_stamp(item) == stamp]
            found += [Stamped(*item_id(item), role) for item in ours]
    return found


def list_ids(server: Searcher, folder: Folder) -> Iterator[Sequence[tuple[str, str]]]:
    """All items of a folder by id and change key, newest first, in pages; each once.

    Every page begins within the one before. Where it does not, items vanished meanwhile, and the page is asked for
    again further up. Raises ItemGone, MailboxUnavailable, MailboxRefused.
    """
    seen: set[str] = set()
    offset = 0
    while True:
        reply = _page(server, folder, offset)
        page = [item_id(item) for item in reply.items]
        if offset and page and page[0][0] not in seen:
            offset = max(0, offset - LISTED_AT_ONCE // 2)
            continue
        fresh = [(name, key) for name, key in page if name and name not in seen]
        seen.update(name for name, _ in fresh)
        if fresh:
            yield fresh
        if reply.is_last:
            return
        if not fresh and offset == 0:
            raise BrokenReply("the server lists the same items for ever")
        offset += max(1, len(page) - OVERLAP)


def _page(server: Searcher, folder: Folder, offset: int) -> FindReply:
    (reply,) = server.find([Place(folder.folder_id)], ItemShape(), offset=offset, limit=LISTED_AT_ONCE)
    if isinstance(reply, ItemGone):
        raise ItemGone(f"the folder {folder.path}")
    if isinstance(reply, SyncError):
        raise reply
    return reply
