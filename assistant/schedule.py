"""When the folders of a mailbox are looked at next. Pure; instants are seconds of a clock that never jumps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from mail_sync.provider import FolderRole
from store.sync.mailboxes import FolderRow

#: Seconds between two looks at a folder that people have before their eyes or in which something happened lately.
POLL = 120.0
#: Seconds between two looks at any other folder.
POLL_REST = 900.0
#: Seconds between two looks at the tree of folders where nothing hints at a change in it: no folder is gone, none was
#: heard of, and no item left the folder it was in.
TREE = 1800.0
#: For so many seconds after a change a folder counts as lively.
LIVELY = 3600.0

_IN_VIEW = frozenset(role.value for role in (FolderRole.INBOX, FolderRole.SENT, FolderRole.CALENDAR, FolderRole.TASKS))


@dataclass
class Schedule:
    """What was read when, what changed when, and what somebody heard or asked of since."""

    _read: dict[int, float] = field(default_factory=dict)
    _changed: dict[int, float] = field(default_factory=dict)
    _heard: set[str] = field(default_factory=set)

    def hear(self, remote_ids: Collection[str]) -> None:
        """Something happened in these folders (their server's ids)."""
        self._heard.update(remote_ids)

    def look_at_everything(self) -> None:
        """Whatever is known of the folders is too old."""
        self._read.clear()

    def look_at_what_is_in_view(self, folders: Sequence[FolderRow]) -> None:
        """Something happened somewhere."""
        for folder in folders:
            if folder.role in _IN_VIEW:
                self._read.pop(folder.folder_id, None)

    def due(self, folders: Sequence[FolderRow], now: float) -> list[FolderRow]:
        """The folders to read now."""
        return [folder for folder in folders if self._due_at(folder, now) <= now]

    def was_read(self, folder: FolderRow, now: float, *, changed: bool) -> None:
        """The folder was read to its end, and something had happened there or not."""
        self._read[folder.folder_id] = now
        self._heard.discard(folder.remote_id)
        if changed:
            self._changed[folder.folder_id] = now

    def next_at(self, folders: Sequence[FolderRow], now: float) -> float:
        """When the next folder is due."""
        return min((self._due_at(folder, now) for folder in folders), default=now + POLL)

    def _due_at(self, folder: FolderRow, now: float) -> float:
        if folder.remote_id in self._heard or folder.folder_id not in self._read:
            return now
        lively = now - self._changed.get(folder.folder_id, now - LIVELY) < LIVELY
        return self._read[folder.folder_id] + (POLL if lively or folder.role in _IN_VIEW else POLL_REST)
