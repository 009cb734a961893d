"""Marks of mail as undo sees them. A mail in a mailbox stands in the ledger by the key of its item."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from store.actor import SYSTEM
from store.history.ledger import Change
from store.history.undoable import Standing
from store.mail.marks import held_mail, label, set_marks

__all__ = ["label", "restore", "standing"]


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The mails as their mailboxes hold them; what left its mailbox stands as it was."""
    mails = held_mail(tx, [int(uid) for uid in uids], gone=True)
    return {str(mail.item_id): Standing(mail.subject[:80], mail.marks) for mail in mails}


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Mark the mails as `after` says, and tell their servers."""
    mails = {str(mail.item_id): mail for mail in held_mail(tx, [int(change.uid) for change in changes], gone=True)}
    for change in changes:
        set_marks(tx, mails[change.uid], change.after or {}, by=SYSTEM, now=now)
