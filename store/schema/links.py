"""What activities are regarding, why, and the timelines that follow from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, partial_index


class Link(Base):
    """An activity is regarding a record. States: linked, suggested, rejected; decided by rule or user.

    A human decision is never overridden. At most one linked primary per activity.
    """

    __tablename__ = "link"
    __table_args__ = (
        Index(None, "activity_id", "record_id", unique=True),
        Index(None, "record_id", "activity_id"),
        partial_index("ix_link_one_primary", "activity_id", where="is_primary AND state = 'linked'", unique=True),
        partial_index("ix_link_suggested", "score", "id", where="state = 'suggested'"),
        partial_index("ix_link_by_hand", "decided_at", where="decided_by = 'user' AND is_primary AND state = 'linked'"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    state: Mapped[str]
    is_primary: Mapped[bool]
    score: Mapped[float]
    rule: Mapped[str]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    engine_version: Mapped[int]
    decided_by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime]


class LinkRefusal(Base):
    """A person said no for a message, a thread, a sender or a pattern; `record_id` None means: to nothing at all."""

    __tablename__ = "link_refusal"
    __table_args__ = (Index(None, "scope", "subject"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    scope: Mapped[str]
    subject: Mapped[str]
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]


class Timeline(Base):
    """A row of a record's timeline, written with the link: own activities and those rolled up from below."""

    __tablename__ = "timeline"
    __table_args__ = (
        Index(None, "subject_id", "kind", "occurred_at", "activity_id"),
        Index(None, "activity_id"),
        {"sqlite_with_rowid": False},
    )

    subject_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    occurred_at: Mapped[datetime] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str]
