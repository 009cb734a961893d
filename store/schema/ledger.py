"""What was done and can be undone, what could not be read, who works on what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid


class Operation(Base):
    """One act of a person, a command or a triage rule, with its before and after; undoing it is itself an operation."""

    __tablename__ = "operation"
    __table_args__ = (Index(None, "user_id", "id"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    summary: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    rule_id: Mapped[int | None]  # the triage rule that did it
    at: Mapped[datetime]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("operation.id"), unique=True)


class OperationChange(Base):
    """One row changed by an operation. `before` is None for a creation, `after` for a removal.

    `table_name` and `uid` name the row; values are JSON (instants as ISO 8601, amounts as decimal strings).
    """

    __tablename__ = "operation_change"
    __table_args__ = (Index(None, "operation_id"), Index(None, "uid"))

    id: Mapped[Id]
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id", ondelete="CASCADE"))
    table_name: Mapped[str]
    uid: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


class Quarantine(Base):
    """An item or a file that could not be read: its raw bytes, the reason in words, and how often it was tried."""

    __tablename__ = "quarantine"
    __table_args__ = (Index(None, "source", unique=True), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    source: Mapped[str]  # a file's label, or mailbox/folder/item
    holds: Mapped[str]
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id", ondelete="CASCADE"))
    remote_id: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    raw_blob_id: Mapped[int | None] = mapped_column(ForeignKey("blob.id"))
    attempts: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class Lease(Base):
    """Who does something that only one process may do; free again after `until`."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class Request(Base):
    """Something one process asks another to do, as a row: sync now, retry a quarantined item."""

    __tablename__ = "request"
    __table_args__ = (Index(None, "done_at"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
