"""Mails as the mailboxes of a person hold them, and what can be done to them: folders and categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.actor import Actor
from store.mail.acts import items_of
from store.mail.marks import HeldMail, held_mail
from store.schema.mail import MailboxItem
from store.schema.people import Folder

_LOOKED_THROUGH = 3_000  # newest mails of each mailbox whose categories are offered


@dataclass(frozen=True, slots=True)
class MailFolder:
    """A folder for mail; roles as in `store.schema.people.Folder`."""

    folder_id: int
    path: str
    role: str


def mails_at(
    tx: Connection, *, item_ids: Collection[int] = (), activity_ids: Collection[int] = (), by: Actor
) -> tuple[HeldMail, ...]:
    """These mails where the mailboxes of `by` hold them; those that none of them holds are left out."""
    wanted = [*item_ids, *(item for activity_id in activity_ids for item in items_of(tx, activity_id, by=by))]
    return tuple(mail for mail in held_mail(tx, wanted) if by.sees_everything or mail.mailbox_id in by.mailbox_ids)


def is_unread(tx: Connection, activity_id: int, *, by: Actor) -> bool:
    """A mailbox of `by` holds the mail and nobody has read it there."""
    return any(not mail.is_read for mail in mails_at(tx, activity_ids=[activity_id], by=by))


def mail_folders(tx: Connection, mailbox_id: int, *, by: Actor) -> tuple[MailFolder, ...]:
    """The folders into which mail of a mailbox can be moved, by path."""
    if not (by.sees_everything or mailbox_id in by.mailbox_ids):
        return ()
    columns = (Folder.id, Folder.path, Folder.role)
    held = (Folder.mailbox_id == mailbox_id, Folder.holds == "email")
    return tuple(MailFolder(*row) for row in tx.execute(select(*columns).where(*held).order_by(Folder.path)))


def known_categories(tx: Connection, *, by: Actor) -> tuple[str, ...]:
    """The categories in recent mail of the mailboxes of `by`, the most used first."""
    used: Counter[str] = Counter()
    for mailbox_id in sorted(by.mailbox_ids):
        newest = (
            select(MailboxItem.categories)
            .where(MailboxItem.mailbox_id == mailbox_id)
            .order_by(MailboxItem.occurred_at.desc(), MailboxItem.id.desc())
            .limit(_LOOKED_THROUGH)
        )
        for names in tx.execute(newest).scalars():
            used.update(names)
    return tuple(name for name, _ in sorted(used.items(), key=lambda pair: (-pair[1], pair[0].casefold())))
