"""What search finds: one document per activity or record. The index itself is dialect-specific (store.search)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base


class SearchDocument(Base):
    """`id` grows with the time of what it describes, so that results stream newest first."""

    __tablename__ = "search_document"
    __table_args__ = (Index(None, "activity_id", unique=True), Index(None, "record_id", unique=True))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    title: Mapped[str]
    body: Mapped[str]
