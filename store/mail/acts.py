"""What people do to mail in their mailboxes: mark, flag, categorise, move, archive, delete."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.access import sees_activity
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.history.ledger import Change, record_operation
from store.mail.marks import HeldMail, held_mail, set_marks, with_categories
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.people import Folder, Mailbox
from store.sync.settings import MAY_DELETE

_LONGEST_CATEGORY = 255  # characters, as in Outlook
_FILED_WITHOUT = "This mailbox has no {} folder."


def mark_opened(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> None:
    """Somebody opened a mail: it is read in the mailboxes of theirs that hold it.

    Reading is no act that undo walks back over; `mark_mail` makes it unread again. Raises NotFound.
    """
    if tx.execute(select(Activity.id).where(Activity.id == activity_id, sees_activity(by))).scalar() is None:
        raise NotFound("no such mail")
    mine = (MailboxItem.activity_id == activity_id, MailboxItem.is_read.is_(False), MailboxItem.holds == "email")
    held = tx.execute(select(MailboxItem.id, MailboxItem.mailbox_id).where(*mine)).all()
    for mail in held_mail(tx, [row.id for row in held if row.mailbox_id in by.mailbox_ids]):
        set_marks(tx, mail, {"is_read": True}, by=by, now=now)


def mark_mail(
    tx: Connection,
    item_ids: Sequence[int],
    *,
    is_read: bool | None = None,
    flagged: bool | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Mark mails read or unread, with or without a flag; returns the operation's uid. Raises NotFound."""
    wanted = {name: value for name, value in (("is_read", is_read), ("flagged", flagged)) if value is not None}
    words = {"is_read": ("unread", "read"), "flagged": ("not flagged", "flagged")}
    said = " and ".join(words[name][bool(value)] for name, value in wanted.items())
    return _act(tx, item_ids, "mark_mail", f"Marked {said}", lambda _mail: wanted, by=by, now=now)


def categorise_mail(
    tx: Connection,
    item_ids: Sequence[int],
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    by: Actor,
    now: datetime,
) -> str:
    """Put categories on mails and take others off; returns the operation's uid. Raises NotFound, Invalid."""
    for name in add:
        if not name.strip() or "," in name or len(name) > _LONGEST_CATEGORY:
            raise Invalid(f"{name!r} cannot be a category; use up to {_LONGEST_CATEGORY} characters without a comma.")

    def wanted(mail: HeldMail) -> dict[str, Any]:
        names = with_categories(mail.categories, [name.strip() for name in add], remove)
        return {"categories": sorted(names, key=str.casefold)}

    return _act(tx, item_ids, "categorise_mail", "Categorised", wanted, by=by, now=now)


def move_mail(tx: Connection, item_ids: Sequence[int], folder_id: int, *, by: Actor, now: datetime) -> str:
    """Move mails to another folder of their mailbox; returns the operation's uid. Raises NotFound, Invalid."""
    folder = tx.execute(
        select(Folder.mailbox_id, Folder.path, Folder.holds).where(Folder.id == folder_id)
    ).one_or_none()
    if folder is None or folder.holds != "email":
        raise NotFound("no such folder for mail")
    mails = _mails(tx, item_ids, by)
    if {mail.mailbox_id for mail in mails} != {folder.mailbox_id}:
        raise Invalid("Mail moves only within its mailbox.")
    return _act(
        tx, item_ids, "move_mail", f"Moved to {folder.path}", lambda _mail: {"folder": folder_id}, by=by, now=now
    )


def archive_mail(tx: Connection, item_ids: Sequence[int], *, by: Actor, now: datetime) -> str:
    """Move mails to their mailboxes' archives; returns the operation's uid. Raises NotFound, Invalid."""
    return _file(tx, item_ids, "archive_mail", "Archived", "archive", by=by, now=now)


def delete_mail(tx: Connection, item_ids: Sequence[int], *, by: Actor, now: datetime) -> str:
    """Move mails to Deleted Items where their mailboxes allow it; nothing is removed for good, and what they are
    regarding stays. Returns the operation's uid. Raises NotFound, Invalid."""
    mailboxes = {mail.mailbox_id for mail in _mails(tx, item_ids, by)}
    for row in tx.execute(select(Mailbox.address, Mailbox.settings).where(Mailbox.id.in_(mailboxes))):
        if not row.settings.get(MAY_DELETE):
            raise Invalid(f"Mail of {row.address} is not deleted from here; allow it in the mailbox's settings first.")
    return _file(tx, item_ids, "delete_mail", "Deleted", "deleted", by=by, now=now)


def items_of(tx: Connection, activity_id: int, *, by: Actor) -> tuple[int, ...]:
    """The items by which the mailboxes of `by` hold a mail."""
    held = (MailboxItem.activity_id == activity_id, MailboxItem.holds == "email", MailboxItem.gone_at.is_(None))
    rows = tx.execute(select(MailboxItem.id, MailboxItem.mailbox_id).where(*held).order_by(MailboxItem.id))
    return tuple(row.id for row in rows if by.sees_everything or row.mailbox_id in by.mailbox_ids)


def _file(tx: Connection, item_ids: Sequence[int], name: str, said: str, role: str, *, by: Actor, now: datetime) -> str:
    mailboxes = {mail.mailbox_id for mail in _mails(tx, item_ids, by)}
    rows = tx.execute(
        select(Folder.mailbox_id, Folder.id)
        .where(Folder.mailbox_id.in_(mailboxes), Folder.role == role, Folder.holds == "email")
        .order_by(Folder.id.desc())
    )
    places = {row.mailbox_id: row.id for row in rows}
    if mailboxes - places.keys():
        raise Invalid(_FILED_WITHOUT.format("archive" if role == "archive" else "Deleted Items"))
    return _act(tx, item_ids, name, said, lambda mail: {"folder": places[mail.mailbox_id]}, by=by, now=now)


def _act(
    tx: Connection,
    item_ids: Sequence[int],
    name: str,
    said: str,
    wanted: Callable[[HeldMail], Mapping[str, Any]],
    *,
    by: Actor,
    now: datetime,
) -> str:
    mails = _mails(tx, item_ids, by)
    changes: list[Change] = []
    for mail in mails:
        after = {key: value for key, value in wanted(mail).items() if value != mail.marks[key]}
        if after:
            set_marks(tx, mail, after, by=by, now=now)
            before = {key: mail.marks[key] for key in after}
            changes.append(Change("mailbox_item", str(mail.item_id), before, after))
    about = f"“{mails[0].subject[:80]}”" if len(mails) == 1 else f"{len(mails)} mails"
    return record_operation(tx, name, f"{said}: {about}", changes, by=by, now=now)


def _mails(tx: Connection, item_ids: Sequence[int], by: Actor) -> list[HeldMail]:
    mails = held_mail(tx, list(dict.fromkeys(item_ids)))
    mine = [mail for mail in mails if by.sees_everything or mail.mailbox_id in by.mailbox_ids]
    if not mine or len(mine) < len(set(item_ids)):
        raise NotFound("no such mail in your mailboxes")
    return mine
