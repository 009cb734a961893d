"""Answering what sync asks: whether what a server says is gone was deleted on purpose."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select, update

from store.actor import Actor
from store.errors import NotAllowed, NotFound
from store.history.ledger import record_operation
from store.schema.people import Mailbox
from store.sync.burial import bury, keep
from store.sync.missing import asked_folders, put_question, question_of

#: For how long nothing is asked again where items are expected back.
PATIENCE = timedelta(days=1)


class Choice(StrEnum):
    """What a person says about missing items."""

    BURY = "bury"  # they were deleted on purpose
    KEEP = "keep"  # whatever became of them in the mailbox, they stay here as they are
    WAIT = "wait"  # they will come back; ask again in a day if they do not


_SAID = {Choice.BURY: "deleted", Choice.KEEP: "kept", Choice.WAIT: "expected back"}


def answer_question(tx: Connection, mailbox_uid: str, choice: Choice, *, by: Actor, now: datetime) -> str:
    """Do as a person says with everything that the mailbox's question is about; returns the operation.

    Raises NotFound where nothing is asked, NotAllowed for somebody who may not read the mailbox.
    """
    mailbox = tx.execute(
        select(Mailbox.id, Mailbox.address, Mailbox.cycle).where(Mailbox.uid == mailbox_uid)
    ).one_or_none()
    if mailbox is None:
        raise NotFound("no such mailbox")
    if not (by.sees_everything or by.role == "admin" or mailbox.id in by.mailbox_ids):
        raise NotAllowed("only somebody who may read this mailbox can answer for it")
    question = question_of(tx, mailbox.id)
    folders = asked_folders(question)
    if not folders:
        raise NotFound("nothing is asked about this mailbox")
    waits = dict(question.get("waits", {}))
    for folder in folders:
        if choice is Choice.BURY:
            bury(tx, mailbox.id, folder.folder_id, before=mailbox.cycle, now=now)
        elif choice is Choice.KEEP:
            keep(tx, mailbox.id, folder.folder_id, before=mailbox.cycle)
        else:
            waits[str(folder.folder_id)] = (now + PATIENCE).isoformat()
    told: dict[str, Any] = {"waits": waits} if waits else {}
    if choice is Choice.WAIT and question.get("doubted"):
        told["doubted"] = question["doubted"]
    put_question(tx, mailbox.id, told)
    resting = {"state": "ready", "state_detail": ""}
    tx.execute(update(Mailbox).where(Mailbox.id == mailbox.id, Mailbox.state == "asks").values(resting))
    said = " and ".join(each.said for each in folders)
    return record_operation(tx, "answer_sync", f"{mailbox.address}: {said} {_SAID[choice]}", [], by=by, now=now)
