"""Follow-ups: what somebody has to come back to, and how each user wants to be reminded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, partial_index

_STANDS = "state IN ('proposed', 'open')"

#: What the indexes of what stands say, word for word: by bound values SQLite would read all that ever was.
STANDS = text(f"follow_up.{_STANDS}")


class FollowUp(Base):
    """Something that `user_id` has to come back to, found in mail and records or written by a person.

    `identity` is what it is about: the same fact never becomes two. Kinds: reminder (written by a person),
    awaiting_reply, promise, their_promise, cold_opportunity, cold_case, cold_account, close_date, offer, sla,
    meeting. `customer_id` is the account (or the contact, lead) at the top of `record_id`, and None only where it is
    about nobody; `activity_id` is the mail or meeting that it rests on, `sentence` what was said in it, word for word.
    `facts` is what "why now" is told from.

    States: proposed (waits for its user to confirm it), open, done and dismissed (by a person), closed (by what
    happened, which is `closed_why` and `closed_by_id`). An open one comes back at `due_at`, or at `snoozed_until`.

    `due_wall` and `zone` are what was meant by the clock on the wall; `due_at` follows from them. With `recurrence`
    (RFC 5545 RRULE) it comes back again after it is done, at the next time. `told_for` is the instant for which its
    user was told: setting it is the right to tell, so that of many processes one does. `brought_on` is the day on
    which it was first put before its user, None as long as more important ones fill the day.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        partial_index("ix_follow_up_open", "user_id", "due_at", "id", where=_STANDS),
        partial_index("ix_follow_up_customer", "customer_id", "user_id", where=_STANDS),
        partial_index("ix_follow_up_mail", "activity_id", where=_STANDS),
        partial_index("ix_follow_up_closed_by", "closed_by_id", where="closed_by_id IS NOT NULL"),
        Index(None, "user_id", "brought_on"),
        Index(None, "record_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    identity: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(default="")
    sentence: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="open")
    due_wall: Mapped[str]  # ISO 8601 local wall time
    zone: Mapped[str]
    due_at: Mapped[datetime]
    snoozed_until: Mapped[datetime | None]
    recurrence: Mapped[str] = mapped_column(default="")
    told_for: Mapped[datetime | None]
    brought_on: Mapped[date | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"))
    closed_why: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class FollowUpTask(Base):
    """The task in its user's mailbox that stands for a follow-up.

    `told_version` is the version of the follow-up of which the mailbox was told last: as long as it is the same,
    nothing is left to be told.
    """

    __tablename__ = "follow_up_task"

    follow_up_id: Mapped[int] = mapped_column(
        ForeignKey("follow_up.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("mailbox_item.id", ondelete="CASCADE"), unique=True)
    told_version: Mapped[int]


class FollowUpSetting(Base):
    """How a user wants to be reminded; without a row the defaults of `store.following.settings` hold.

    `confirms`: what is found in mail waits until its user says that it holds. `patience` is the number of working days
    after which an unanswered mail comes back where the customer has no habit yet. `colleagues`: an answer by somebody
    else of the same account closes it. `mail_at` is the wall time at which the day is mailed, '' for never, and
    `mailed_on` the last day for which it was. `in_outlook`: reminders stand in Outlook as tasks.
    """

    __tablename__ = "follow_up_setting"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    zone: Mapped[str]
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("business_calendar.id"))  # work hours
    a_day: Mapped[int]
    confirms: Mapped[bool] = mapped_column(default=False, server_default=false())
    patience: Mapped[int]
    colleagues: Mapped[bool] = mapped_column(default=False, server_default=false())
    mail_at: Mapped[str] = mapped_column(default="")
    mailed_on: Mapped[date | None]
    in_outlook: Mapped[bool] = mapped_column(default=False, server_default=false())


class FollowScan(Base):
    """How far the records of a kind were looked at for what rests: those up to `after_id` in the round that began then.
    Of many processes each goes on where the last one ended."""

    __tablename__ = "follow_scan"

    kind: Mapped[str] = mapped_column(primary_key=True)
    after_id: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime]
