"""Marking and filing mail: here at once, and in the same transaction into the outbox for the mailbox's server.

Acts that still wait are merged: reading and unreading a mail before the server heard of either tells it nothing. What
the server hears of is always the difference, so that the categories of others stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.actor import Actor
from store.chunks import chunked
from store.outbox.queue import NewOutgoing, OutgoingState, Verb, enqueue
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.sync.mailboxes import FILES

#: The parts of a mail in a mailbox that people change here; in the ledger a folder stands by its key.
MARKS = ("is_read", "flagged", "categories", "folder")

_LABELS = {"is_read": "marked read", "flagged": "flagged", "categories": "categories", "folder": "folder"}
_OPEN = (OutgoingState.WAITING.value, OutgoingState.WORKING.value)


@dataclass(frozen=True, slots=True)
class HeldMail:
    """A mail as one mailbox holds it. `told`: it has a server that hears of changes."""

    item_id: int
    mailbox_id: int
    activity_id: int
    subject: str
    is_read: bool
    flagged: bool
    categories: Sequence[str]
    folder: int | None
    told: bool

    @property
    def marks(self) -> dict[str, Any]:
        """Everything that can be set, as the ledger keeps it."""
        return {
            "is_read": self.is_read,
            "flagged": self.flagged,
            "categories": sorted(self.categories, key=str.casefold),
            "folder": self.folder,
        }


def held_mail(tx: Connection, item_ids: Collection[int], *, gone: bool = False) -> list[HeldMail]:
    """The mails with these item keys that their mailboxes hold, and with `gone` also those that left them."""
    found: list[HeldMail] = []
    for portion in chunked(item_ids):
        statement = (
            select(
                MailboxItem.id,
                MailboxItem.mailbox_id,
                Activity.id,
                Activity.subject,
                MailboxItem.is_read,
                MailboxItem.flagged,
                MailboxItem.categories,
                MailboxItem.folder_id,
                Mailbox.provider,
            )
            .join(Activity, Activity.id == MailboxItem.activity_id)
            .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
            .where(MailboxItem.id.in_(portion), MailboxItem.holds == "email")
            .order_by(MailboxItem.id)
        )
        for row in tx.execute(statement if gone else statement.where(MailboxItem.gone_at.is_(None))):
            values: list[Any] = [*row]
            values[-1] = values[-1] != FILES
            found.append(HeldMail(*values))
    return found


def set_marks(tx: Connection, mail: HeldMail, wanted: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Bring a mail to these marks (some of `MARKS`) here, and tell its server the difference."""
    changed = {name: value for name, value in wanted.items() if value != mail.marks[name]}
    if not changed:
        return
    columns = {"folder_id" if name == "folder" else name: value for name, value in changed.items()}
    tx.execute(update(MailboxItem).where(MailboxItem.id == mail.item_id).values(**columns))
    if not mail.told:
        return
    if "folder" in changed:
        _tell_folder(tx, mail, changed["folder"], by, now)
    if changed.keys() - {"folder"}:
        _tell_marks(tx, mail, changed, by, now)


def with_categories(current: Iterable[str], add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
    """The categories after a change; the same word in another case is the same category."""
    without = {name.casefold() for name in remove}
    kept = {name.casefold(): name for name in current if name.casefold() not in without}
    for name in add:
        kept.setdefault(name.casefold(), name)
    return tuple(kept.values())


def keep_waiting_marks(tx: Connection, mailbox_id: int, remote_ids: Sequence[str]) -> None:
    """What was decided here and the server was not told yet stands over what it just told us of these items."""
    wanted = set(remote_ids)
    rows = tx.execute(
        select(MailboxItem.id, MailboxItem.remote_id, MailboxItem.categories, Outgoing.payload)
        .join(Outgoing, Outgoing.item_id == MailboxItem.id)
        .where(
            Outgoing.mailbox_id == mailbox_id,
            Outgoing.state.in_(_OPEN),
            Outgoing.verb == Verb.MARK_MAIL.value,
        )
        .order_by(Outgoing.id)
    ).all()
    for row in rows:
        if row.remote_id in wanted:
            values = {name: row.payload[name] for name in ("is_read", "flagged") if name in row.payload}
            add, remove = row.payload.get("add_categories", ()), row.payload.get("remove_categories", ())
            if add or remove:
                values["categories"] = list(with_categories(row.categories, add, remove))
            tx.execute(update(MailboxItem).where(MailboxItem.id == row.id).values(**values))


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a mark."""
    return _LABELS.get(name, name)


def _tell_marks(tx: Connection, mail: HeldMail, changed: Mapping[str, Any], by: Actor, now: datetime) -> None:
    waiting = _waiting(tx, mail.item_id, Verb.MARK_MAIL)
    payload = dict(waiting.payload) if waiting else {}
    was = dict(payload.pop("was", {}))
    for name in ("is_read", "flagged"):
        if name in changed:
            _merge_flag(payload, was, name, mail.marks[name], changed[name])
    if "categories" in changed:
        _merge_categories(payload, mail.categories, changed["categories"])
    whole = payload | {"was": was} if was else payload
    if waiting is not None:
        _rewrite(tx, waiting.id, whole, now)
    elif whole:
        act = NewOutgoing(mail.mailbox_id, Verb.MARK_MAIL, _summary("Mark", mail), whole, item_id=mail.item_id)
        enqueue(tx, act, by=by, now=now)


def _merge_flag(payload: dict[str, Any], was: dict[str, Any], name: str, old: bool, new: bool) -> None:
    before = was.setdefault(name, old)
    if before == new:  # the server has it like that already
        payload.pop(name, None)
        was.pop(name)
    else:
        payload[name] = new


def _merge_categories(payload: dict[str, Any], old: Sequence[str], new: Sequence[str]) -> None:
    add, remove = list(payload.pop("add_categories", ())), list(payload.pop("remove_categories", ()))
    added, removed = with_categories(new, (), old), with_categories(old, (), new)
    add, remove = (
        [*with_categories(add, (), removed), *with_categories(added, (), remove)],
        [*with_categories(remove, (), added), *with_categories(removed, (), add)],
    )
    payload |= {name: names for name, names in (("add_categories", add), ("remove_categories", remove)) if names}


def _tell_folder(tx: Connection, mail: HeldMail, folder_id: int, by: Actor, now: datetime) -> None:
    waiting = _waiting(tx, mail.item_id, Verb.MOVE_ITEM)
    payload = {"folder_id": folder_id, "from_folder_id": mail.folder}
    if waiting is None:
        act = NewOutgoing(mail.mailbox_id, Verb.MOVE_ITEM, _summary("Move", mail), payload, item_id=mail.item_id)
        enqueue(tx, act, by=by, now=now)
    elif waiting.payload.get("from_folder_id") == folder_id:
        _rewrite(tx, waiting.id, {}, now)
    else:
        _rewrite(tx, waiting.id, {**waiting.payload, "folder_id": folder_id}, now)


def _waiting(tx: Connection, item_id: int, verb: Verb) -> Any:
    """The last act for this item that nothing was done of yet."""
    mine = (
        Outgoing.item_id == item_id,
        Outgoing.verb == verb.value,
        Outgoing.state == OutgoingState.WAITING.value,
        Outgoing.stage == "",
    )
    statement = select(Outgoing.id, Outgoing.payload).where(*mine).order_by(Outgoing.id.desc()).limit(1)
    return tx.execute(statement).one_or_none()


def _rewrite(tx: Connection, outgoing_id: int, payload: Mapping[str, Any], now: datetime) -> None:
    """Another payload for an act that waits; without any there is nothing to tell any more."""
    ended = {} if payload else {"state": OutgoingState.CANCELLED.value, "done_at": now}
    tx.execute(update(Outgoing).where(Outgoing.id == outgoing_id).values(payload=dict(payload), **ended))


def _summary(verb: str, mail: HeldMail) -> str:
    return f"{verb}: {mail.subject[:200]}"
