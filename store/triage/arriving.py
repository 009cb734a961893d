"""Which of the mails that arrive wait for a decision: what others sent to an inbox that is connected, and neither years
of old mail that a first sync brings nor what somebody puts back there long after it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from store.schema.people import Folder, Mailbox
from store.schema.service import Queue
from store.schema.triage import Triage
from store.sync.mailboxes import FILES
from store.triage.standing import State
from store.upsert import upsert

#: Mail that is older than this never waits where it came before its mailbox was connected, or was known before.
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that came in; `addressed` are its recipients, those it was written to first. `is_new` where it was not
    known before, wherever it lay."""

    occurred_at: datetime
    addressed: tuple[str, ...]
    is_new: bool


def await_decision(
    tx: Connection, mailbox_id: int, folder_id: int | None, arrivals: Mapping[int, Arrival], *, now: datetime
) -> None:
    """Let these mails, new in a folder, wait until rules have looked at them, where they are ours to decide about."""
    if folder_id is None or not arrivals:
        return
    inbox = (Folder.id == folder_id, Folder.role == "inbox", Mailbox.provider != FILES)
    held = select(Mailbox.address, Mailbox.created_at).join(Folder, Folder.mailbox_id == Mailbox.id).where(*inbox)
    mailbox = tx.execute(held).one_or_none()
    if mailbox is None:
        return
    lately = now - LOOK_BACK
    since = min(mailbox.created_at, lately)
    fresh = {key: mail for key, mail in arrivals.items() if mail.occurred_at >= (since if mail.is_new else lately)}
    if not fresh:
        return
    queues = _queues(tx)
    rows = [
        {
            "activity_id": key,
            "state": State.PENDING.value,
            "occurred_at": mail.occurred_at,
            "queue_id": next((queues[each] for each in (*mail.addressed, mailbox.address) if each in queues), None),
        }
        for key, mail in fresh.items()
    ]
    # One mail that came to two inboxes waits once.
    tx.execute(upsert(tx, Triage).on_conflict_do_nothing(), rows)


def _queues(tx: Connection) -> dict[str, int]:
    rows = tx.execute(select(Queue.address, Queue.id).where(Queue.deleted_at.is_(None), Queue.address != ""))
    return {row.address: row.id for row in rows}
