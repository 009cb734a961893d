"""Service: queues, business hours, what is promised, contracts, what happened to cases, articles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, true
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid


class BusinessCalendar(Base):
    """When a team works, as `store.sla.stored` writes it: `hours` by day of the week, `holidays` by date, in `zone`."""

    __tablename__ = "business_calendar"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    zone: Mapped[str]
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict)
    holidays: Mapped[dict[str, Any]] = mapped_column(default=dict)
    deleted_at: Mapped[datetime | None]


class ServiceLevel(Base):
    """What is promised to customers: `promised` holds the times by priority, as `store.sla.stored` writes them, counted
    in the hours of a calendar. A clock warns when `warn_share` of its time is used."""

    __tablename__ = "sla"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("business_calendar.id"))
    promised: Mapped[dict[str, Any]] = mapped_column(default=dict)
    warn_share: Mapped[float]
    deleted_at: Mapped[datetime | None]


class Queue(Base):
    """Where cases, or leads, of one sort wait for somebody.

    `kind` is case or lead. Mail to `address` belongs to it. `assignment` is none (people take what they like),
    round_robin or least_loaded. What is late goes to `escalate_user_id` or `escalate_queue_id`. An answer within
    `reopen_days` of the resolution opens a case again.
    """

    __tablename__ = "queue"
    __table_args__ = (Index(None, "address"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="case")
    address: Mapped[str] = mapped_column(default="")
    assignment: Mapped[str] = mapped_column(default="none")
    sla_id: Mapped[int | None] = mapped_column(ForeignKey("sla.id"))
    escalate_user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    escalate_queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    reopen_days: Mapped[int] = mapped_column(default=14)
    deleted_at: Mapped[datetime | None]


class QueueMember(Base):
    """Somebody who works on a queue; nothing is given to who is `away`. `given_at` says whose turn is next."""

    __tablename__ = "queue_member"
    __table_args__ = (Index(None, "user_id"),)

    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    away: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[datetime | None]


class Entitlement(Base):
    """A contract: which account may open cases, from `starts_on` to the end of `ends_on` (None: without end), and how
    many (`cases_total`, None: any number). Who may call stands in `entitlement_contact`; nobody there: everybody."""

    __tablename__ = "entitlement"
    __table_args__ = (Index(None, "account_id"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    sla_id: Mapped[int | None] = mapped_column(ForeignKey("sla.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    cases_total: Mapped[int | None]
    deleted_at: Mapped[datetime | None]


class EntitlementContact(Base):
    """A contact who may call under a contract."""

    __tablename__ = "entitlement_contact"
    __table_args__ = (Index(None, "contact_id"),)

    entitlement_id: Mapped[int] = mapped_column(ForeignKey("entitlement.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)


class CaseEvent(Base):
    """Something that happened to a case, from which its clocks are worked out (store.sla.clock.CaseEvent).

    Kinds that move no clock: owner (value: the user's id or ''), warned, breached and escalated (value: the clock's
    name), parent, follow_up. `counts` is False for what was undone: it happened, and moves no clock any more.
    """

    __tablename__ = "case_event"
    __table_args__ = (Index(None, "record_id", "at", "id"), Index(None, "kind", "at"), NEVER_REUSED)

    id: Mapped[Id]
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(default="")
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("triage_rule.id", ondelete="SET NULL"))
    counts: Mapped[bool] = mapped_column(default=True, server_default=true())


class Article(Base):
    """A text to answer with: a solution (of a problem, maybe that of a case) or a canned answer. `queue_id` None:
    every queue's. `folded` are its words for searching."""

    __tablename__ = "article"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    folded: Mapped[str] = mapped_column(default="")
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="SET NULL"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
