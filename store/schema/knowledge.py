"""What linking knows besides the records: what mails say, where people wrote from before, what corrections taught."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, activity_key, partial_index


class Clue(Base):
    """What linking reads of the text of one mail or meeting, so that it need not open the text again.

    `new_text` is the beginning of what its writer wrote now, `signature` what stands below it. `fields` are the parts
    found in the signature: objects with `field` (name, title, company, phone, mobile, email, website, street, city),
    `value` and `quote`, the line it was found in. `forwarded` says that it passes on a mail of somebody else, of which
    `passed_on` is the beginning; `mentioned` are the e-mail addresses written in either. Read anew where
    `reader_version` is an older one. `proposing` is pending until what the signature says was compared with the
    records, then done: a fact from which a killed process resumes.
    """

    __tablename__ = "clue"
    __table_args__ = (partial_index("ix_clue_unproposed", "id", where="proposing = 'pending'"),)

    id: Mapped[int] = activity_key()
    reader_version: Mapped[int]
    new_text: Mapped[str]
    signature: Mapped[str]
    fields: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    forwarded: Mapped[bool] = mapped_column(default=False)
    passed_on: Mapped[str] = mapped_column(default="")
    mentioned: Mapped[list[str]] = mapped_column(default=list)
    proposing: Mapped[str] = mapped_column(default="pending")


class TextMark(Base):
    """Words that a mail says itself or, with `quoted`, that it quotes, as a 63-bit digest: whoever quotes what another
    mail says is a witness that it answers it."""

    __tablename__ = "text_mark"
    __table_args__ = (Index(None, "activity_id"), {"sqlite_with_rowid": False})

    mark: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quoted: Mapped[bool] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)


class FormerAddress(Base):
    """An e-mail address by which a contact, lead or account was known until it was changed."""

    __tablename__ = "former_address"
    __table_args__ = (Index(None, "email"),)

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class Learned(Base):
    """What a correction taught: a pattern that stands for a record.

    Kinds: address (an e-mail address), domain (a registrable domain), name (a person's or company's name as it is
    written in mail), phrase (folded words that stand side by side in the subject or the new text).
    """

    __tablename__ = "learned"
    __table_args__ = (Index(None, "kind", "value"), Index(None, "record_id"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[str]
    value: Mapped[str]
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]
