"""What was said in the chat, and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid


class ChatTurn(Base):
    """One request of a user and its answer. `lines` holds what was answered, each with what it rests on;
    `operation_uid` is what was done last, "" for nothing; `words` what it is found by. Only its user ever sees it."""

    __tablename__ = "chat_turn"
    __table_args__ = (Index(None, "user_id", "id"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    said: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    operation_uid: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
