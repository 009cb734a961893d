"""What two sides agreed on last, where they disagree, and what happened to an item on the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, partial_index


class SyncBase(Base):
    """The fields of an item as both sides had them after the last sync: the base of the next three-way merge.

    `fields` is a flat map of JSON values (see mail_sync.merge); `slots` says which of the server's numbered places
    holds which value (EmailAddress2: jane@contoso.com).
    """

    __tablename__ = "sync_base"

    item_id: Mapped[int] = mapped_column(ForeignKey("mailbox_item.id", ondelete="CASCADE"), primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    slots: Mapped[dict[str, Any]] = mapped_column(default=dict)
    synced_at: Mapped[datetime]


class SyncConflict(Base):
    """A field that both sides changed differently; nothing but this field waits for a person's choice.

    `sides` holds base, theirs and mine. `choice` is '' while open, then theirs, mine, or settled when the two sides
    came to agree by themselves.
    """

    __tablename__ = "sync_conflict"
    __table_args__ = (
        partial_index("ix_sync_conflict_open", "item_id", "field", where="choice = ''", unique=True),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    item_id: Mapped[int] = mapped_column(ForeignKey("mailbox_item.id", ondelete="CASCADE"))
    field: Mapped[str]
    sides: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]
    choice: Mapped[str] = mapped_column(default="")
    resolved_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class SyncNote(Base):
    """One thing that sync did with an item, in words: its history from server id to link."""

    __tablename__ = "sync_note"
    __table_args__ = (Index(None, "item_id", "id"), Index(None, "mailbox_id", "id"), NEVER_REUSED)

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox_item.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    what: Mapped[str]  # moved, came back, merged, written, conflict, echo, gone, buried, tracked, untracked
    detail: Mapped[str] = mapped_column(default="")
