"""Triage: which mail waits for a decision, rules, acknowledgements, who looks at what, and notices."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, activity_key, partial_index


class Rule(Base):
    """A triage rule. `kind` is mail, lead or score; `written` the rule as TOML (docs/triage_rules.md), one entry.

    Rules are tried by `position`. `since`: mail that came before a rule was made, rewritten or enabled is none of its
    business.
    """

    __tablename__ = "triage_rule"
    __table_args__ = (Index(None, "kind", "position"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[str]
    position: Mapped[int]
    name: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)
    written: Mapped[str]
    since: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Triage(Base):
    """Where an incoming mail stands: pending (rules have not looked at it yet), undecided (a person has to), snoozed
    (until `until`), or decided: handled or ignored, by a person, a rule or because its links are certain.

    A mail without a row never waited. `occurred_at` is the mail's. `queue_id` is the queue it was sent or given to,
    `user_id` who is to decide.
    """

    __tablename__ = "triage"
    __table_args__ = (
        partial_index("ix_triage_pending", "activity_id", where="state = 'pending'"),
        partial_index("ix_triage_undecided", "occurred_at", "activity_id", where="state = 'undecided'"),
        partial_index(
            "ix_triage_undecided_queue", "queue_id", "occurred_at", "activity_id", where="state = 'undecided'"
        ),
        partial_index("ix_triage_undecided_user", "user_id", "occurred_at", "activity_id", where="state = 'undecided'"),
        partial_index("ix_triage_snoozed", "until", where="state = 'snoozed'"),
    )

    activity_id: Mapped[int] = activity_key()
    state: Mapped[str]
    occurred_at: Mapped[datetime]
    until: Mapped[datetime | None]
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("triage_rule.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]


class Acknowledgement(Base):
    """An automatic acknowledgement, at most one for each thread and day: the key itself forbids a second one."""

    __tablename__ = "acknowledgement"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    email: Mapped[str]
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"), index=True)


class Presence(Base):
    """Somebody looks at (`doing` viewing) or answers (answering) a thread; gone a while after `seen_at`.

    `place` is "thread:" with the thread's id.
    """

    __tablename__ = "presence"
    __table_args__ = (Index(None, "place"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    doing: Mapped[str]
    seen_at: Mapped[datetime]


class Notice(Base):
    """A sentence that people have to be told: a sender who floods us, a case that is late. `user_id` None: everybody.

    `topic` is what it is about; what was told about one topic is not told again.
    """

    __tablename__ = "notice"
    __table_args__ = (partial_index("ix_notice_unseen", "user_id", "at", where="seen_at IS NULL"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    topic: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str]
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
