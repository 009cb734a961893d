"""Who works here and which mailboxes they own or may read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid


class User(Base):
    """A person of our own company. Roles: admin, sales, scheduler, support, restricted (sees own records only).

    `email` is None for somebody known by name only, who owns records but cannot be the configured user.
    """

    __tablename__ = "app_user"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]
    email: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="sales")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Mailbox(Base):
    """A mailbox we read, or the one named "files" that holds what was imported.

    `provider` is exchange, or files. `settings` holds what the provider needs to connect and which folders and how
    far back were chosen, never a secret. `capture` holds what is never stored (addresses, domains, private items).
    """

    __tablename__ = "mailbox"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]
    address: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    provider: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    capture: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="new")
    state_detail: Mapped[str] = mapped_column(default="")
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    last_error_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    cycle: Mapped[int] = mapped_column(default=1, server_default="1")  # counts the times all folders were read
    reconciled_at: Mapped[datetime | None]  # when every folder was last compared with its server id by id
    question: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}"
    )  # what sync asks a person before it goes on
    created_at: Mapped[datetime]


class MailboxRight(Base):
    """Who else may see the unlinked mail of a mailbox."""

    __tablename__ = "mailbox_right"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)


class OwnAddress(Base):
    """An address that is ours and never becomes a contact: users, mailboxes and their aliases."""

    __tablename__ = "own_address"

    email: Mapped[str] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))


class OwnDomain(Base):
    """A domain that is ours: mail inside it is internal."""

    __tablename__ = "own_domain"

    domain: Mapped[str] = mapped_column(primary_key=True)


class Folder(Base):
    """A folder of a mailbox. `cursor` is the provider's opaque position, stored with the items it covers.

    `read_cycle` is the mailbox's cycle in which it was last read to its end. `distrusted` says that the server lost or
    silently forgot the cursor: until the folder was listed anew, nothing is written to this mailbox.
    """

    __tablename__ = "folder"
    __table_args__ = (Index(None, "mailbox_id", "remote_id", unique=True), NEVER_REUSED)

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    remote_id: Mapped[str]
    path: Mapped[str]
    role: Mapped[str]
    holds: Mapped[str]
    selected: Mapped[bool] = mapped_column(default=True)
    cursor: Mapped[str | None]
    total: Mapped[int] = mapped_column(default=0)
    synced_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]  # when its feed last held anything
    read_cycle: Mapped[int] = mapped_column(default=0, server_default="0")
    distrusted: Mapped[bool] = mapped_column(default=False, server_default=false())
    reconciled_at: Mapped[datetime | None]  # when it was last compared with its server id by id
