"""What the program proposes about records and a person decides: duplicates, new people, changed details."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, partial_index


class Duplicate(Base):
    """Two records of one kind that seem to be the same; `left_id` is the older one.

    States: open, refused (never proposed again), merged. `evidence` are objects with `rule`, `quote` and `source`.
    """

    __tablename__ = "duplicate"
    __table_args__ = (
        Index(None, "left_id", "right_id", unique=True),
        Index(None, "right_id"),
        partial_index("ix_duplicate_open", "score", "id", where="state = 'open'"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    left_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    right_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    state: Mapped[str]
    score: Mapped[float]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Proposal(Base):
    """A contact or lead to create for an unknown sender, or a change of a known contact, read in a signature.

    Kinds: person (`record_id` is None until it is accepted), change. States: open, accepted, refused, outdated.
    `fields` are objects with `field`, `value`, `quote` and, of a change, `before`. `subject` is what it is about, once:
    the sender's address, or the record's uid with the field.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index(None, "kind", "subject", "state"),
        Index(None, "record_id"),
        Index(None, "activity_id"),
        partial_index("ix_proposal_open", "id", where="state = 'open'"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[str]
    subject: Mapped[str]
    state: Mapped[str]
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"))
    fields: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
