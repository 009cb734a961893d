"""The name index: which records are called what, and which words their names are made of (store.names.index).

Lists of ids are bytes (store.names.packed), in rows of a bounded size, so that a record added to a common word writes
a few kilobytes and finding the word reads some rows. Everything here follows from `record` and `lead`.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id

_BY_KEY = {"sqlite_with_rowid": False}


class RecordName(Base):
    """A name of a living record as it is compared (store.names.fold).

    `part` says whose name it is: 0 an account's, 1 a contact's, 2 a lead's own, 3 that of a lead's company.
    """

    __tablename__ = "record_name"
    __table_args__ = (_BY_KEY,)

    record_id: Mapped[int] = mapped_column(
        ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    part: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]


class NameWord(Base):
    """A word that a name has or had."""

    __tablename__ = "name_word"
    __table_args__ = (Index(None, "word", unique=True), NEVER_REUSED)

    id: Mapped[Id]
    word: Mapped[str]


class NamePiece(Base):
    """Words that have a piece in common, by which misspelt ones are found; `chunk` is a range of word ids."""

    __tablename__ = "name_piece"
    __table_args__ = (_BY_KEY,)

    piece: Mapped[str] = mapped_column(primary_key=True)
    chunk: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[bytes]


class NamePosting(Base):
    """Records whose name of this part has the word; `chunk` is a range of record ids."""

    __tablename__ = "name_posting"
    __table_args__ = (_BY_KEY,)

    word_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True)
    chunk: Mapped[int] = mapped_column(primary_key=True)
    records: Mapped[bytes]
