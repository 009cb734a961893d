"""The nightly comparison of a mailbox with its server, folder by folder; what was interrupted goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from assistant.intake import follow_up
from assistant.pulling import Connected, reader_for
from mail_sync.errors import AccessDenied, ItemGone
from mail_sync.ours import ours_in
from mail_sync.reconcile import Compared, reconcile_folder
from store.engine import Store
from store.sync.folders import reconciled_everything
from store.sync.mailboxes import MailboxRow, selected_folders
from store.sync.settings import QUIET_HOUR as _SETTING

#: The hour, on this machine's clock, from which a mailbox is compared unless its settings say another.
QUIET_HOUR = 3

_DAY = timedelta(days=1)


def comparison_due(mailbox: MailboxRow, last: datetime, now: datetime) -> datetime | None:
    """Since when a comparison is due (the latest quiet hour), None where one was made since. Pure.

    One that seems to have been made days ahead was made by a clock that is set right by now.
    """
    hour = int(mailbox.settings.get(_SETTING, QUIET_HOUR)) % 24
    quiet = now.astimezone().replace(hour=hour, minute=0, second=0, microsecond=0)
    since = quiet if quiet <= now else quiet - _DAY
    return None if since <= last < now + _DAY else since


def reconcile_mailbox(
    store: Store, mailbox: MailboxRow, connected: Connected, *, since: datetime, clock: Callable[[], datetime]
) -> Iterator[Compared]:
    """Compare every folder that was not compared since then, a step at a time. Raises SyncError, StoreError."""
    with store.read() as tx:
        folders = selected_folders(tx, mailbox.mailbox_id)
        ours = ours_in(tx)
    for folder in folders:
        if folder.cursor is None or (folder.reconciled_at is not None and folder.reconciled_at >= since):
            continue
        now = clock()
        reader = reader_for(store, folder, mailbox, connected, ours, now)
        steps = reconcile_folder(
            store,
            connected.mail,
            mailbox.mailbox_id,
            folder,
            reader,
            is_partial=bool(mailbox.settings.get("days")),
            now=now,
        )
        try:
            yield from steps
        except (AccessDenied, ItemGone):
            continue  # the next reading of the folder says so
        follow_up(store, now=clock())
    with store.write() as tx:
        reconciled_everything(tx, mailbox.mailbox_id, now=clock())
