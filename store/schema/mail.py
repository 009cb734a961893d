"""Mail: the canonical e-mail beside its activity, threads, and the items in which mailboxes hold things."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, activity_key, partial_index


class Thread(Base):
    __tablename__ = "thread"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]


class ThreadNode(Base):
    """A name that belongs to a thread: a Message-ID (known or only referred to) or a conversation index.

    Threads are the connected components of mails and the names they mention, so they do not depend on arrival order.
    """

    __tablename__ = "thread_node"
    __table_args__ = (Index(None, "thread_id"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))


class Email(Base):
    """One real mail, however many mailboxes hold it.

    `identity` is a digest of Message-ID, From and Date; two mails share it only if their text is materially the same
    (`variant` counts the others). `calendar_state` is none, pending until somebody has looked into its calendar part,
    then done where it speaks of a meeting, or enclosed where a calendar only came with it: a fact from which a killed
    process resumes. So is `follow_state`: none, pending until it was read for what is promised and asked in it and for
    what it answers, then done.
    """

    __tablename__ = "email"
    __table_args__ = (
        Index(None, "identity", "variant", unique=True),
        Index(None, "thread_id"),
        partial_index("ix_email_conversation", "conversation", where="conversation <> ''"),
        partial_index("ix_email_calendar_pending", "id", where="calendar_state = 'pending'"),
        partial_index("ix_email_follow_pending", "id", where="follow_state = 'pending'"),
    )

    id: Mapped[int] = activity_key()
    identity: Mapped[bytes] = mapped_column(LargeBinary)
    variant: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str] = mapped_column(index=True)
    conversation: Mapped[str] = mapped_column(default="")  # name of the Outlook conversation, '' for none
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    sent_at: Mapped[datetime | None]
    noise: Mapped[str] = mapped_column(default="")
    opaque: Mapped[str] = mapped_column(default="")
    importance: Mapped[str] = mapped_column(default="normal")
    stamp: Mapped[str] = mapped_column(default="")
    new_text_size: Mapped[int] = mapped_column(default=0)
    reported_status: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    text_digest: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint_version: Mapped[int]
    parser_version: Mapped[int]
    source_blob_id: Mapped[int | None] = mapped_column(ForeignKey("blob.id"))
    calendar_state: Mapped[str] = mapped_column(default="none")
    follow_state: Mapped[str] = mapped_column(default="none", server_default="none")


class EmailReference(Base):
    """A mail this mail answers, nearest first: In-Reply-To, then References right to left."""

    __tablename__ = "email_reference"
    __table_args__ = (Index(None, "message_id"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str]


class MailboxItem(Base):
    """An e-mail, contact, appointment or task as one mailbox holds it: the upsert key of every sync.

    `gone_at` is the tombstone: the item left its folder and waits to be matched with the place it moved to;
    `gone_cycle` is the cycle over all folders in which it left, None for what nobody waits for (it is there, or a
    person keeps it); `buried_at` says that a whole cycle later it was not met anywhere else and counts as deleted.
    `doubtful` says that its folder is being listed anew and that it was not met there yet. `stamp` is ours on the
    server's item (the uid of what wrote it). An item born here has the remote id "new:" and its stamp until its server
    knows it. `response` is what the mailbox's owner answered to a meeting: organizer, accepted, tentative, declined,
    none, or '' for other items.
    """

    __tablename__ = "mailbox_item"
    __table_args__ = (
        Index(None, "mailbox_id", "remote_id", unique=True),
        Index(None, "mailbox_id", "occurred_at", "id"),
        Index(None, "folder_id", "occurred_at", "id"),
        partial_index(
            "ix_mailbox_item_unread",
            "mailbox_id",
            "occurred_at",
            "id",
            "activity_id",
            "folder_id",
            where="is_read IS 0 AND holds = 'email' AND gone_at IS NULL",
            on_postgresql="is_read IS false AND holds = 'email' AND gone_at IS NULL",
        ),
        partial_index("ix_mailbox_item_doubtful", "folder_id", where="doubtful"),
        partial_index(
            "ix_mailbox_item_gone", "mailbox_id", "gone_at", where="gone_at IS NOT NULL AND buried_at IS NULL"
        ),
        partial_index("ix_mailbox_item_stamp", "stamp", where="stamp <> ''"),
        partial_index("ix_mailbox_item_card", "content_digest", where="holds = 'contact'"),
        Index(None, "activity_id"),
        Index(None, "record_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id", ondelete="CASCADE"))
    remote_id: Mapped[str]
    change_key: Mapped[str] = mapped_column(default="")
    holds: Mapped[str]  # email, contact, appointment, task
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    occurred_at: Mapped[datetime]
    is_read: Mapped[bool] = mapped_column(default=True)
    flagged: Mapped[bool] = mapped_column(default=False)
    categories: Mapped[list[str]] = mapped_column(default=list)
    content_digest: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    stamp: Mapped[str] = mapped_column(default="", server_default="")
    response: Mapped[str] = mapped_column(default="", server_default="")
    tracked: Mapped[str] = mapped_column(default="", server_default="")
    gone_at: Mapped[datetime | None]
    gone_cycle: Mapped[int | None]
    buried_at: Mapped[datetime | None]
    doubtful: Mapped[bool] = mapped_column(default=False)
