"""Service scheduling: sites, resources with their skills and hours, groups, services, travel, and what is booked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false, true
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, partial_index, record_key


class Site(Base):
    """A place that resources belong to, in an IANA `zone`. `closures` are hours by date, none where it is closed, as
    `store.scheduling.stored` writes them. `area` is what travel is counted between. `calendars` says how its resources'
    calendars are read: which of tentative, away and elsewhere leave them free, and after how many minutes without news
    they are not trusted any more (`store.scheduling.calendars`). `notices` says how customers are
    written to: {"mailbox": uid, "remind": minutes before a booking, 0 for not at all, "templates": {notice: uid}}."""

    __tablename__ = "site"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    zone: Mapped[str]
    area: Mapped[str] = mapped_column(default="")
    closures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    calendars: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notices: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    deleted_at: Mapped[datetime | None]


class Resource(Base):
    """Somebody or something that can be booked. Kinds: person, equipment, facility.

    `hours` are as `store.scheduling.stored` writes them: weekly patterns from a date on, and dates with hours of their
    own; without a pattern it is never offered. `zone` and `area` '' are those of its site. The calendar of
    `mailbox_id`, else that of the mailbox that `user_id` owns, says when it is busy; where neither is synced, a server
    is asked when `address` is busy (`ResourceBusy`). `capacity` is how many units can be in use at once.
    """

    __tablename__ = "resource"
    __table_args__ = (Index(None, "site_id"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    kind: Mapped[str]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="SET NULL"))
    address: Mapped[str] = mapped_column(default="", server_default="")
    area: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int] = mapped_column(default=1)
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict)
    deleted_at: Mapped[datetime | None]


class ResourceSkill(Base):
    """What a resource can do, and how well: `level` 1 to 10."""

    __tablename__ = "resource_skill"
    __table_args__ = (Index(None, "skill"),)

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(default=1)


class TimeOff(Base):
    """A resource is away from `starts_at` until before `ends_at`, whatever its hours say."""

    __tablename__ = "time_off"
    __table_args__ = (Index(None, "resource_id", "starts_at"),)

    id: Mapped[Id]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")


class ResourceGroup(Base):
    """Resources, and other groups, under one name."""

    __tablename__ = "resource_group"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    deleted_at: Mapped[datetime | None]


class ResourceGroupMember(Base):
    """Either a resource or a group that is a part of the group."""

    __tablename__ = "resource_group_member"
    __table_args__ = (Index(None, "resource_id"), Index(None, "member_group_id"))

    group_id: Mapped[int] = mapped_column(ForeignKey("resource_group.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"))
    member_group_id: Mapped[int | None] = mapped_column(ForeignKey("resource_group.id", ondelete="CASCADE"))


class Service(Base):
    """What is done at a customer's, in minutes: how long it takes, at which times it may begin (every `grid` minutes
    from `anchor`, HH:MM by the clock on the wall), what is kept free before and after it, and how long ahead it must be
    booked. A duration of whole days is one of working days unless it is worked `on_end`. `rule` says who and what it
    needs, as `store.scheduling.rules` writes it."""

    __tablename__ = "service"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    duration: Mapped[int]
    on_end: Mapped[bool] = mapped_column(default=True, server_default=true())
    grid: Mapped[int] = mapped_column(default=15)
    anchor: Mapped[str] = mapped_column(default="00:00")
    before: Mapped[int] = mapped_column(default=0)
    after: Mapped[int] = mapped_column(default=0)
    notice: Mapped[int] = mapped_column(default=0)
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    initial_status: Mapped[str] = mapped_column(default="confirmed")
    deleted_at: Mapped[datetime | None]


class TravelTime(Base):
    """Minutes from one area to another; from '' to '' stands the time where nothing else is known."""

    __tablename__ = "travel_time"

    from_area: Mapped[str] = mapped_column(primary_key=True)
    to_area: Mapped[str] = mapped_column(primary_key=True)
    minutes: Mapped[int]


class Booking(Base):
    """A service at a customer's at a time. Statuses: hold, confirmed, done, no_show, cancelled.

    The last two keep nothing occupied. `activity_id` is the service activity that stands for it on timelines. One that
    is `locked` stays where it is when others are planned anew. `calendars_due_at` is since when the calendars of its
    resources say something else than it does, None where they agree.
    """

    __tablename__ = "booking"
    __table_args__ = (
        Index(None, "starts_at"),
        partial_index("ix_booking_case_id", "case_id", where="case_id IS NOT NULL"),
        partial_index("ix_booking_calendars_due_at", "calendars_due_at", where="calendars_due_at IS NOT NULL"),
    )

    id: Mapped[int] = record_key()
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default="confirmed")
    area: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"))
    locked: Mapped[bool] = mapped_column(default=False, server_default=false())
    calendars_due_at: Mapped[datetime | None]


class BookingResource(Base):
    """A resource that a booking needs: at work from `works_from` until `works_until`, and occupied with the buffers
    around from `starts_at` until before `ends_at`. `part` is its place in the rule of the service."""

    __tablename__ = "booking_resource"
    __table_args__ = (Index(None, "resource_id", "starts_at", "ends_at"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    works_from: Mapped[datetime]
    works_until: Mapped[datetime]
    units: Mapped[int] = mapped_column(default=1)
    part: Mapped[str] = mapped_column(default="")


class BookingAppointment(Base):
    """The appointment that stands for a booking in the calendar of one of its resources: one that nobody is invited to.
    It stays here when it is taken out of the calendar. `activity_id` None: somebody deleted it there."""

    __tablename__ = "booking_appointment"
    __table_args__ = (Index(None, "activity_id"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id", ondelete="SET NULL"))


class BookingNotice(Base):
    """What a customer was told about a booking: an invitation, a hold, a change, a cancellation, a reminder, or an
    offer of a slot. The mail `outgoing_id` of the outbox tells it, and counts unless it was taken back or refused.
    `sequence` is that of the calendar entry in it (RFC 5545, 3.8.7.4); `told` is what it said: its time, place and
    status. `answer` is what the customer's calendar answered: {} for nothing yet."""

    __tablename__ = "booking_notice"
    __table_args__ = (Index(None, "booking_id", "id"), Index(None, "outgoing_id"), NEVER_REUSED)

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    kind: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing.id", ondelete="SET NULL"))
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]


class Waiting(Base):
    """Somebody who waits for a service, at a time from `earliest` until `latest`: the wait list, and what an optimiser
    places. `name` says it in short; the lower the `priority` (1 to 9), the sooner. `wishes` are the uids of preferred
    and excluded resources. Statuses: waiting, offered (`booking_id` is held for it), booked, withdrawn (`reason` says
    why). `looked_at` is when free slots were last looked for, and `slot` the first that was found then: {} where there
    was none."""

    __tablename__ = "waiting"
    __table_args__ = (
        Index(None, "service_id"),
        Index(None, "status", "priority", "id"),
        Index(None, "booking_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    earliest: Mapped[datetime]
    latest: Mapped[datetime]
    area: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    units: Mapped[int] = mapped_column(default=1)
    priority: Mapped[int] = mapped_column(default=5)
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    description: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="waiting")
    reason: Mapped[str] = mapped_column(default="")
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="SET NULL"))
    looked_at: Mapped[datetime | None]
    slot: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class SchedulePlan(Base):
    """Changes to the schedule that are worked out and not yet made: a what-if with its repairs, or what an optimiser
    found. Statuses: staged, applied, dropped. `body` is as `assistant.scheduling.plans.proposals` writes it."""

    __tablename__ = "schedule_plan"
    __table_args__ = (Index(None, "status", "id"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[str]
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default="staged")
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class ResourceBusy(Base):
    """When a server says that a resource is busy whose calendar is not synced, asked at `read_at` about the time from
    `known_from` until before `known_until`. `busy` is {"address": whose, "times": [[start, end, kind]]}, with kinds as
    calendars have them. `error` is why nothing is known, '' where it is."""

    __tablename__ = "resource_busy"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime]
    known_from: Mapped[datetime | None]
    known_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    busy: Mapped[dict[str, Any]] = mapped_column(default=dict)
