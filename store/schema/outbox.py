"""What is on its way out: acts for a server that were decided here, mails being written, and their templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, partial_index


class Outgoing(Base):
    """One act that a mailbox's server has yet to carry out, written in the transaction of the change itself.

    `uid` is the idempotency stamp that is put on the server's item. `verb` says what to do (see store.outbox.queue),
    `mails` whether a person outside the program receives something: such an act is carried out at most once. States:
    draft, waiting, working, done, failed, cancelled, and unsure, when nobody can find out whether a person was mailed.
    `stage` is how far an act of several steps came (since `staged_at`) and `remote_id` what it made on the server until
    then. Nothing happens before `not_before`; until then it can be recalled.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        partial_index("ix_outgoing_open", "mailbox_id", "id", where="state IN ('waiting', 'working')"),
        Index(None, "state", "id"),
        Index(None, "activity_id"),
        Index(None, "item_id"),
        Index(None, "record_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    verb: Mapped[str]
    summary: Mapped[str]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox_item.id", ondelete="SET NULL"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="SET NULL"))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mails: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="waiting")
    stage: Mapped[str] = mapped_column(default="")
    remote_id: Mapped[str] = mapped_column(default="")
    staged_at: Mapped[datetime | None]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    operation_uid: Mapped[str] = mapped_column(default="")  # of the operation that caused it
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class OutgoingFile(Base):
    """A file attached to a mail that is being written."""

    __tablename__ = "outgoing_file"

    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    blob_id: Mapped[int] = mapped_column(ForeignKey("blob.id"), index=True)


class MailTemplate(Base):
    """A text to begin a mail with. `owner_id` None: everybody's. Fields are written as {contact.given_name}."""

    __tablename__ = "mail_template"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class StoreKey(Base):
    """A random key of this store, such as the one that signs the tokens in sent mail."""

    __tablename__ = "store_key"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
