"""What mailboxes hold: the upsert key of every sync and import, tombstones, and moves between folders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update

from store.chunks import chunked
from store.following.keeping import wait_again
from store.linking.clues import forget_clues
from store.mail.marks import keep_waiting_marks
from store.mail.withheld import purge_mails
from store.schema.activities import Activity
from store.schema.mail import Email, MailboxItem
from store.schema.people import Mailbox
from store.types import StorableText


@dataclass(frozen=True, slots=True)
class ItemState:
    """How one mailbox holds something now. `occurred_at` is the server's receipt, UTC."""

    remote_id: str
    occurred_at: datetime
    change_key: str = ""
    is_read: bool = True
    flagged: bool = False
    categories: tuple[str, ...] = ()
    content_digest: bytes = b""
    response: str = ""  # what the mailbox's owner answered to a meeting
    stamp: str = ""  # ours on the server's item


@dataclass(frozen=True, slots=True)
class KnownItem:
    item_id: int
    remote_id: str
    change_key: str
    folder_id: int | None
    activity_id: int | None
    record_id: int | None
    content_digest: bytes
    gone_at: datetime | None


def known_items(tx: Connection, mailbox_id: int, remote_ids: Collection[str]) -> dict[str, KnownItem]:
    """The items of a mailbox that are stored already, by remote id, tombstones included."""
    found: dict[str, KnownItem] = {}
    for portion in chunked(remote_ids):
        rows = tx.execute(
            select(
                MailboxItem.id,
                MailboxItem.remote_id,
                MailboxItem.change_key,
                MailboxItem.folder_id,
                MailboxItem.activity_id,
                MailboxItem.record_id,
                MailboxItem.content_digest,
                MailboxItem.gone_at,
            ).where(MailboxItem.mailbox_id == mailbox_id, MailboxItem.remote_id.in_(portion))
        )
        found.update({row.remote_id: KnownItem(*row) for row in rows})
    return found


def add_items(
    tx: Connection, mailbox_id: int, folder_id: int | None, holds: str, items: Sequence[tuple[ItemState, int]]
) -> None:
    """Remember that the mailbox holds each thing; `items` pairs a state with its activity id (contacts: record id)."""
    owner = "record_id" if holds == "contact" else "activity_id"
    values = [
        {"mailbox_id": mailbox_id, "folder_id": folder_id, "holds": holds, owner: key, **_columns(state)}
        for state, key in items
    ]
    if values:
        tx.execute(insert(MailboxItem), values)


def refresh_items(tx: Connection, folder_id: int | None, items: Sequence[tuple[int, ItemState]]) -> None:
    """Update items that are known, pairing each item id with what the server says now; ends a tombstone.

    A stamp stays where the server tells none: not every request asks for it.
    """
    if items:
        told: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("folder_id", *_COLUMNS)}
        told["stamp"] = func.coalesce(func.nullif(bindparam("new_stamp", type_=StorableText()), ""), MailboxItem.stamp)
        present: dict[str, Any] = {"gone_at": None, "gone_cycle": None, "buried_at": None, "doubtful": False}
        _follow_up_again(tx, [key for key, _ in items])
        tx.execute(
            update(MailboxItem).where(MailboxItem.id == bindparam("key")).values(told | present),
            [
                {"key": key, "new_folder_id": folder_id}
                | {f"new_{name}": value for name, value in _columns(state).items()}
                for key, state in items
            ],
        )


def _follow_up_again(tx: Connection, item_ids: Collection[int]) -> None:
    """What was asked in mails that were deleted is asked again once they are met again."""
    for portion in chunked(item_ids):
        buried = (MailboxItem.id.in_(portion), MailboxItem.buried_at.is_not(None), MailboxItem.activity_id.is_not(None))
        back = tx.execute(select(MailboxItem.activity_id).where(*buried)).scalars().all()
        if back:
            wait_again(tx, Email.id.in_(back))


def refresh_copies(tx: Connection, folder_id: int | None, items: Sequence[tuple[int, ItemState]]) -> None:
    """As `refresh_items`, for what is merged: categories and the answer are left to the merge."""
    if not items:
        return
    names = ("remote_id", "occurred_at", "change_key")
    told: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("folder_id", *names)}
    told["stamp"] = func.coalesce(func.nullif(bindparam("new_stamp", type_=StorableText()), ""), MailboxItem.stamp)
    present: dict[str, Any] = {"gone_at": None, "gone_cycle": None, "buried_at": None, "doubtful": False}
    tx.execute(
        update(MailboxItem).where(MailboxItem.id == bindparam("key")).values(told | present),
        [
            {"key": key, "new_folder_id": folder_id, "new_stamp": state.stamp}
            | {f"new_{name}": getattr(state, name) for name in names}
            for key, state in items
        ],
    )


def repoint_item(tx: Connection, item_id: int, activity_id: int) -> None:
    """What a mailbox holds under this id is another mail or meeting now."""
    tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(activity_id=activity_id))


def set_read(tx: Connection, mailbox_id: int, flags: Iterable[tuple[str, bool]]) -> None:
    """Follow read-flag changes, unless a person decided otherwise a moment ago; nothing else counts as changed."""
    values: list[dict[str, Any]] = [
        {"mailbox": mailbox_id, "remote": remote_id, "read": is_read} for remote_id, is_read in flags
    ]
    if values:
        tx.execute(
            update(MailboxItem)
            .where(MailboxItem.mailbox_id == bindparam("mailbox"), MailboxItem.remote_id == bindparam("remote"))
            .values(is_read=bindparam("read")),
            values,
        )
        keep_waiting_marks(tx, mailbox_id, [value["remote"] for value in values])


def set_gone(
    tx: Connection, mailbox_id: int, folder_id: int | None, remote_ids: Collection[str], *, now: datetime
) -> None:
    """Put a tombstone on items that left this folder. The activity stays: what happened, happened."""
    for portion in chunked(remote_ids):
        tx.execute(
            update(MailboxItem)
            .where(
                MailboxItem.mailbox_id == mailbox_id,
                MailboxItem.remote_id.in_(portion),
                # An id that another folder holds by now has moved, whichever stream spoke first.
                MailboxItem.folder_id == folder_id,
                MailboxItem.gone_at.is_(None),
            )
            .values(gone_at=now, gone_cycle=_cycle(mailbox_id))
        )


def withhold_items(tx: Connection, mailbox_id: int, remote_ids: Collection[str], *, now: datetime) -> None:
    """A mailbox no longer shares these: they count as gone from it, and unless another one holds them they are private
    and lose their content.

    They were not deleted, so nobody waits for them.
    """
    for portion in chunked(remote_ids):
        items = (MailboxItem.mailbox_id == mailbox_id, MailboxItem.remote_id.in_(portion))
        tx.execute(update(MailboxItem).where(*items, MailboxItem.gone_at.is_(None)).values(gone_at=now, buried_at=now))
        purge_mails(tx, hide_unheld(tx, list(tx.execute(select(MailboxItem.activity_id).where(*items)).scalars())))


def hide_unheld(tx: Connection, activity_ids: Collection[int | None]) -> list[int]:
    """What no mailbox holds any more is private from now on, and linked to nothing by rule; returns which that is."""
    held = exists().where(MailboxItem.activity_id == Activity.id, MailboxItem.gone_at.is_(None))
    hidden: list[int] = []
    for portion in chunked([each for each in activity_ids if each is not None]):
        unheld = (Activity.id.in_(portion), ~held)
        hidden += tx.execute(select(Activity.id).where(*unheld)).scalars()
        tx.execute(
            update(Activity).where(*unheld, Activity.private.is_(False)).values(private=True, link_state="pending")
        )
    forget_clues(tx, hidden)
    return hidden


def doubt_items(tx: Connection, folder_id: int) -> None:
    """The folder is listed anew: what it holds has to be met there, page by page, or has left."""
    tx.execute(
        update(MailboxItem)
        .where(MailboxItem.folder_id == folder_id, MailboxItem.gone_at.is_(None), MailboxItem.doubtful.is_(False))
        .values(doubtful=True)
    )


def confirm_items(tx: Connection, folder_id: int, remote_ids: Collection[str]) -> None:
    """These were met in the folder."""
    for portion in chunked(remote_ids):
        tx.execute(
            update(MailboxItem)
            .where(MailboxItem.folder_id == folder_id, MailboxItem.doubtful, MailboxItem.remote_id.in_(portion))
            .values(doubtful=False)
        )


def end_doubt(tx: Connection, mailbox_id: int, folder_id: int, *, now: datetime) -> int:
    """The listing is complete: what was not met in it has left the folder. Returns how many items this were."""
    return tx.execute(
        update(MailboxItem)
        .where(MailboxItem.folder_id == folder_id, MailboxItem.doubtful)
        .values(gone_at=now, gone_cycle=_cycle(mailbox_id), doubtful=False)
    ).rowcount


def _cycle(mailbox_id: int) -> Any:
    """The cycle over all folders that is under way."""
    return select(Mailbox.cycle).where(Mailbox.id == mailbox_id).scalar_subquery()


_COLUMNS = (
    "remote_id",
    "occurred_at",
    "change_key",
    "is_read",
    "flagged",
    "categories",
    "content_digest",
    "response",
    "stamp",
)


def _columns(state: ItemState) -> dict[str, Any]:
    return {
        "remote_id": state.remote_id,
        "occurred_at": state.occurred_at,
        "change_key": state.change_key,
        "is_read": state.is_read,
        "flagged": state.flagged,
        "categories": list(state.categories),
        "content_digest": state.content_digest,
        "response": state.response,
        "stamp": state.stamp,
    }
