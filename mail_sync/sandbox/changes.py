"""Pages of changes in a folder or in the hierarchy, and the sync states that continue them.

A sync state is a place in the mailbox's running numbers. A first sync walks the items that existed at its start, newest
first; what happened meanwhile follows from the log. Each window of the log is folded to one change per item before it
is cut into pages, and the state remembers the window, so that pages never overlap and never lose anything.
"""

from __future__ import annotations

import binascii
import struct
import zlib
from base64 import b64decode, b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from mail_sync.sandbox.model import Did, Folder, Item, LogEntry, Mailbox

LAYOUT = struct.Struct(">4s16sQQQQ?qQ")
MAGIC = b"SBX1"
NEWEST = (2**62, 0)


class InvalidState(ValueError):
    """The sync state is not one of this folder's, or lies in this mailbox's future (ErrorInvalidSyncStateData)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sync stopped: everything up to `since` is known; of the window (since, until], `done` changes are.

    While `walking`, `below` is the order of the last item that the first sync has listed.
    """

    since: int = 0
    until: int = 0
    done: int = 0
    walking: bool = True
    below: tuple[int, int] = NEWEST


class Change(NamedTuple):
    did: Did
    subject: str
    item: Item | None


@dataclass(frozen=True, slots=True)
class Page:
    changes: list[Change]
    place: Place
    is_last: bool


def pack(place: Place, mailbox: Mailbox, folder: int) -> str:
    """The opaque state for a client; `folder` is 0 for the hierarchy."""
    raw = LAYOUT.pack(
        MAGIC, mailbox.guid.bytes, folder, place.since, place.until, place.done, place.walking, *place.below
    )
    return b64encode(raw + struct.pack(">I", zlib.crc32(raw))).decode()


def unpack(state: str, mailbox: Mailbox, folder: int) -> Place:
    """The place behind a state given by a client. Raises InvalidState."""
    try:
        raw = b64decode(state.encode("ascii"), validate=True)
        magic, guid, number, since, until, done, walking, micros, item = LAYOUT.unpack(raw[:-4])
    except (UnicodeEncodeError, binascii.Error, struct.error) as error:
        raise InvalidState(state) from error
    known = (MAGIC, mailbox.guid.bytes, folder, struct.pack(">I", zlib.crc32(raw[:-4])))
    if (magic, guid, number, raw[-4:]) != known or until > mailbox.counter:
        raise InvalidState(state)
    if any(after < until <= end for after, end in mailbox.lost_times):
        raise InvalidState(state)
    return Place(since, until, done, walking, (micros, item))


def item_changes(folder: Folder, place: Place | None, limit: int, ignore: Collection[str] = ()) -> Page:
    """The next page of changes in a folder, from its beginning when `place` is None. The caller holds the lock."""
    end = folder.log[-1].number if folder.log else 0
    if place is None:
        place = Place(since=end, until=end)
    changes: list[Change] = []
    if place.walking:
        changes, place = _walk(folder, place, limit, ignore)
    if not place.walking:
        place = place if place.until > place.since else replace(place, until=end)
        more, place = _window(folder.log, place, limit - len(changes), folder, ignore)
        changes += more
    is_last = not place.walking and place.since >= end
    return Page(changes, place, is_last)


def _walk(folder: Folder, place: Place, limit: int, ignore: Collection[str]) -> tuple[list[Change], Place]:
    changes: list[Change] = []
    position = bisect_left(folder.items, place.below, key=lambda item: item.order)
    below, create = place.below, Did.CREATE
    while position > 0 and len(changes) < limit:
        position -= 1
        item = folder.items[position]
        below = item.order
        if item.created <= place.since and item.item_id not in ignore:
            changes.append(Change(create, item.item_id, item))
    if position > 0:
        return changes, replace(place, below=below)
    return changes, Place(place.since, place.since, walking=False)


def _window(
    log: Sequence[LogEntry], place: Place, limit: int, folder: Folder, ignore: Collection[str]
) -> tuple[list[Change], Place]:
    folded = fold(log, place.since, place.until)
    taken = folded[place.done : place.done + limit]
    place = replace(place, done=place.done + len(taken))
    if place.done >= len(folded):
        place = Place(place.until, place.until, walking=False)
    wanted = (entry for entry in taken if entry.subject not in ignore)
    return [found for entry in wanted if (found := _look_up(entry, folder))], place


def _look_up(entry: LogEntry, folder: Folder) -> Change | None:
    item = folder.mailbox.items.get(entry.subject)
    if item is None and entry.did is not Did.DELETE:
        return None  # deleted after the window was closed: the next window says so
    return Change(entry.did, entry.subject, item)


def fold(log: Sequence[LogEntry], since: int, until: int) -> list[LogEntry]:
    """One entry per item or folder for (since, until], the latest change first."""
    first: dict[str, Did] = {}
    last: dict[str, LogEntry] = {}
    for entry in log[bisect_right(log, since, key=_number) : bisect_right(log, until, key=_number)]:
        first.setdefault(entry.subject, entry.did)
        before = last.get(entry.subject)
        if before is not None and before.did is Did.UPDATE and entry.did is Did.READ_FLAG:
            entry = entry._replace(did=Did.UPDATE)
        last[entry.subject] = entry
    folded = []
    for subject, entry in last.items():
        if first[subject] is Did.CREATE:
            if entry.did is Did.DELETE:
                continue  # came and went between two syncs
            entry = entry._replace(did=Did.CREATE)
        folded.append(entry)
    return sorted(folded, key=_number, reverse=True)


def _number(entry: LogEntry) -> int:
    return entry.number
