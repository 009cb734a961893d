"""Records: one `record` row each, and a table per kind that shares its key."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import NEVER_REUSED, Base, Id, Uid, partial_index, record_key
from store.schema.scheduling import Booking
from store.search_text import title_key
from store.types import BY_CODE_POINT


def _folded_title(context: Any) -> str:
    return title_key(context.get_current_parameters()["title"])


class Record(Base):
    """What mail can be regarding. `number` is what people see (CAS-01042); `title` is the name shown in lists.

    `title_key` is the folded title, by which lists are sorted and names are found. An insert fills it; who
    changes `title` changes it too. `compared_version` is the version in which it was last compared with others for
    duplicates: what became another version since waits, a fact from which a killed process resumes.
    """

    __tablename__ = "record"
    __table_args__ = (
        Index(None, "kind", "title_key", "id"),
        Index(None, "title_key", "id"),
        Index(None, "kind", "number"),
        Index(None, "kind", "modified_at", "id"),
        Index("ix_record_last_active", "kind", text("coalesce(last_activity_at, created_at)"), "id"),
        Index(None, "kind", "owner_id", "title_key", "id"),
        partial_index("ix_record_uncompared", "id", where="compared_version <> version"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(BY_CODE_POINT, default=_folded_title)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(default=1)
    compared_version: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]
    last_activity_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)


class MergedRecord(Base):
    """A record that was merged into another one and deleted: its number and uid lead there."""

    __tablename__ = "merged_record"
    __table_args__ = (Index(None, "into_id"),)

    record_id: Mapped[int] = mapped_column(
        ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    into_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    merged_at: Mapped[datetime]


class Account(Base):
    __tablename__ = "account"

    id: Mapped[int] = record_key()
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    industry: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    employees: Mapped[int | None]
    revenue: Mapped[Decimal | None]
    description: Mapped[str] = mapped_column(default="")


class AccountDomain(Base):
    """A registrable domain whose mail belongs to the account."""

    __tablename__ = "account_domain"
    __table_args__ = (Index(None, "domain"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    domain: Mapped[str] = mapped_column(primary_key=True)


class Contact(Base):
    __tablename__ = "contact"
    __table_args__ = (Index(None, "phone", "mobile"),)

    id: Mapped[int] = record_key()
    account_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    given_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str] = mapped_column(default="")
    job_title: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    mobile: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    in_outlook: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # to be written to its owner's mailbox


class Employment(Base):
    """Where a contact works and worked. `until` is None while it lasts."""

    __tablename__ = "employment"
    __table_args__ = (Index(None, "contact_id"), Index(None, "account_id"))

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    since: Mapped[date | None]
    until: Mapped[date | None]


class RecordAddress(Base):
    """An e-mail address by which a contact, lead or account is known, in order of preference."""

    __tablename__ = "record_address"
    __table_args__ = (Index(None, "email"),)

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class Lead(Base):
    """Somebody who may become a customer. Statuses: new, contacted, qualified, disqualified.

    `score` is 0 to 100, None where it has to be worked out; `score_reasons` are objects with `rule`, `points` and
    `because`, a list of phrases. What a qualified lead became stands in the `became_` columns.
    """

    __tablename__ = "lead"
    __table_args__ = (
        Index(None, "queue_id", "status"),
        partial_index("ix_lead_unscored", "id", where="score IS NULL"),
        partial_index("ix_lead_became_account", "became_account_id", where="became_account_id IS NOT NULL"),
        partial_index("ix_lead_became_contact", "became_contact_id", where="became_contact_id IS NOT NULL"),
        partial_index("ix_lead_became_opportunity", "became_opportunity_id", where="became_opportunity_id IS NOT NULL"),
    )

    id: Mapped[int] = record_key()
    company: Mapped[str] = mapped_column(default="")
    job_title: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="new")
    phone: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    industry: Mapped[str] = mapped_column(default="", server_default="")
    employees: Mapped[int | None]
    disqualify_reason: Mapped[str] = mapped_column(default="", server_default="")
    queue_id: Mapped[int | None]
    score: Mapped[int | None]
    score_reasons: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    qualified_at: Mapped[datetime | None]
    became_account_id: Mapped[int | None]
    became_contact_id: Mapped[int | None]
    became_opportunity_id: Mapped[int | None]


class Product(Base):
    __tablename__ = "product"

    id: Mapped[int] = record_key()
    code: Mapped[str] = mapped_column(default="")
    family: Mapped[str] = mapped_column(default="")
    price: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")


class Opportunity(Base):
    """A deal. `status` is open, won or lost; `stage` is the step of the pipeline; `probability` is 0 to 100."""

    __tablename__ = "opportunity"
    __table_args__ = (Index(None, "status", "close_date"),)

    id: Mapped[int] = record_key()
    account_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    stage: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="open")
    amount: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(default="")
    close_date: Mapped[date | None]
    probability: Mapped[int | None]
    next_step: Mapped[str] = mapped_column(default="")
    next_step_date: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    description: Mapped[str] = mapped_column(default="")


class OpportunityLine(Base):
    """A product in a deal: quantity times unit price, in the deal's currency."""

    __tablename__ = "opportunity_line"
    __table_args__ = (Index(None, "opportunity_id"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[Uid]
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    position: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal]
    unit_price: Mapped[Decimal]


class Case(Base):
    """A request for help. Statuses: new, in_progress, on_hold, waiting, resolved, cancelled.

    `parent_id` is the case that this one is a part of, `follows_id` the closed one that it goes on with. What its
    clocks say (store.sla.clock) is kept from one moment at which they change to the next, `sla_next_at`: `sla_state`
    ('' where nothing is owed), and when the answer and the resolution are due.
    """

    __tablename__ = "service_case"
    __table_args__ = (
        Index(None, "status", "priority"),
        Index(None, "queue_id", "status"),
        partial_index("ix_service_case_sla_next_at", "sla_next_at", where="sla_next_at IS NOT NULL"),
        partial_index(
            "ix_service_case_open", "queue_id", "resolution_due_at", where="status NOT IN ('resolved', 'cancelled')"
        ),
    )

    id: Mapped[int] = record_key()
    account_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    serial: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="new")
    priority: Mapped[str] = mapped_column(default="normal")
    origin: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    resolution: Mapped[str] = mapped_column(default="")
    resolved_at: Mapped[datetime | None]
    queue_id: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(index=True)
    follows_id: Mapped[int | None] = mapped_column(index=True)
    sla_id: Mapped[int | None]
    entitlement_id: Mapped[int | None] = mapped_column(index=True)
    first_response_at: Mapped[datetime | None]
    response_due_at: Mapped[datetime | None]
    resolution_due_at: Mapped[datetime | None]
    sla_state: Mapped[str] = mapped_column(default="", server_default="")
    sla_next_at: Mapped[datetime | None]


class Counter(Base):
    """The last number given to a kind of record."""

    __tablename__ = "counter"

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(server_default=text("0"))


#: The table of each kind of record.
TABLES: dict[str, type[Base]] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
    "case": Case,
    "product": Product,
    "booking": Booking,
}
