"""Activities: one `activity` row each, a table per kind, the parties, and the content-addressed bytes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, activity_key, partial_index


class Activity(Base):
    """What happened or will happen. Kinds: email, appointment, phone_call, task, note, letter, service_activity.

    `occurred_at` orders everything. `who` names the other side in lists, `preview` is the first line of what was
    said. `private` items are seen only by those with rights on a mailbox that holds them, or by their owner.
    `link_state` is pending (it is new, or says something else now), again (it was decided, and something that may
    change that became known) or done: a fact from which a killed process resumes. `mentions` are the record numbers
    written in the subject and the new text.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index(None, "kind", "occurred_at"),
        partial_index("ix_activity_link_pending", "occurred_at", "id", where="link_state = 'pending'"),
        partial_index("ix_activity_link_again", "occurred_at", "id", where="link_state = 'again'"),
        partial_index("ix_activity_deleted", "id", where="deleted_at IS NOT NULL"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[str]
    subject: Mapped[str]
    occurred_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    who: Mapped[str] = mapped_column(default="")
    preview: Mapped[str] = mapped_column(default="")
    direction: Mapped[str] = mapped_column(default="")  # in, out, internal, '' where it has none
    private: Mapped[bool] = mapped_column(default=False)
    attachments: Mapped[int] = mapped_column(default=0)
    link_state: Mapped[str] = mapped_column(default="done")
    mentions: Mapped[list[str]] = mapped_column(default=list)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    text_blob_id: Mapped[int | None] = mapped_column(ForeignKey("blob.id"))
    html_blob_id: Mapped[int | None] = mapped_column(ForeignKey("blob.id"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class ActivityParty(Base):
    """Who took part. Roles: from, to, cc, bcc, reply_to, organizer, required, optional, resource, owner."""

    __tablename__ = "activity_party"
    __table_args__ = (Index(None, "email", "activity_id"), Index(None, "domain", "activity_id"))

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    domain: Mapped[str] = mapped_column(default="")  # registrable domain, '' for none
    name: Mapped[str] = mapped_column(default="")
    response: Mapped[str] = mapped_column(default="")


class PhoneCall(Base):
    __tablename__ = "phone_call"

    id: Mapped[int] = activity_key()
    number: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int | None]


class Task(Base):
    __tablename__ = "task"
    __table_args__ = (Index(None, "completed_at", "due_on"),)

    id: Mapped[int] = activity_key()
    due_on: Mapped[date | None]
    priority: Mapped[str] = mapped_column(default="normal")
    completed_at: Mapped[datetime | None]


class Appointment(Base):
    """A single appointment or a series. Wall time with zone is kept beside the instants (DESIGN: time).

    `identity` is unique per real meeting: the iCalendar UID, with the original start for an exception that came
    without its series. `series` holds what expansion needs (see calendar_sync); occurrences are written out
    as far as `expanded_until`.
    """

    __tablename__ = "appointment"

    id: Mapped[int] = activity_key()
    identity: Mapped[str] = mapped_column(unique=True)
    ical_uid: Mapped[str] = mapped_column(index=True)
    all_day: Mapped[bool] = mapped_column(default=False)
    start_wall: Mapped[str]  # ISO 8601 local wall time or date
    end_wall: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="UTC")
    timezone_source: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="confirmed")
    busy: Mapped[str] = mapped_column(default="busy")
    sequence: Mapped[int] = mapped_column(default=0)
    recurring: Mapped[bool] = mapped_column(default=False, index=True)
    series: Mapped[dict[str, Any]] = mapped_column(default=dict)
    modified_at: Mapped[datetime | None]
    expanded_until: Mapped[datetime | None]
    reminder_minutes: Mapped[int | None]  # before the start; None for no reminder
    sensitivity: Mapped[str] = mapped_column(default="normal", server_default="normal")
    importance: Mapped[str] = mapped_column(default="normal", server_default="normal")


class Occurrence(Base):
    """One time at which an appointment takes place, within the expanded window. `on_date` is set when all-day.

    A span of time is read by the starts in it and shortly before it; what lasts longer is found by its end.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        Index(None, "starts_at", "ends_at", "activity_id"),
        partial_index(
            "ix_occurrence_long",
            "ends_at",
            where="ends_at - starts_at > 259200000000",  # 3 days in microseconds
            on_postgresql="ends_at - starts_at > INTERVAL '3 days'",
        ),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    original_start: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    on_date: Mapped[date | None]
    until_date: Mapped[date | None]  # exclusive
    title: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="confirmed")


class Attachment(Base):
    """A file of an activity; `position` is its order within it."""

    __tablename__ = "attachment"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    content_id: Mapped[str] = mapped_column(default="")
    inline: Mapped[bool] = mapped_column(default=False)
    blob_id: Mapped[int] = mapped_column(ForeignKey("blob.id"), index=True)


class Blob(Base):
    """Bytes named by their SHA-256, held in chunks. `packing` is '' or zlib (each chunk packed on its own)."""

    __tablename__ = "blob"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    size: Mapped[int]
    packing: Mapped[str] = mapped_column(default="")


class BlobChunk(Base):
    __tablename__ = "blob_chunk"

    blob_id: Mapped[int] = mapped_column(ForeignKey("blob.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
