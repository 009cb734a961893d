"""Scheduling: what customers are told, the calendars of resources, who waits, and plans that are staged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "schedule_plan",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["app_user.id"], name=op.f("fk_schedule_plan_made_by_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_plan")),
        sa.UniqueConstraint("uid", name=op.f("uq_schedule_plan_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_schedule_plan_status_id"), "schedule_plan", ["status", "id"], unique=False)
    op.create_table(
        "booking_notice",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("outgoing_id", KEY, nullable=True),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["record.id"], name=op.f("fk_booking_notice_booking_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["outgoing.id"], name=op.f("fk_booking_notice_outgoing_id_outgoing"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_notice")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_booking_notice_booking_id_id"), "booking_notice", ["booking_id", "id"], unique=False)
    op.create_index(op.f("ix_booking_notice_outgoing_id"), "booking_notice", ["outgoing_id"], unique=False)
    op.create_table(
        "waiting",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("contact_id", KEY, nullable=True),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("earliest", INSTANT, nullable=False),
        sa.Column("latest", INSTANT, nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("units", KEY, nullable=False),
        sa.Column("priority", KEY, nullable=False),
        sa.Column("wishes", JSON, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("booking_id", KEY, nullable=True),
        sa.Column("looked_at", INSTANT, nullable=True),
        sa.Column("slot", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["record.id"], name=op.f("fk_waiting_account_id_record")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["record.id"], name=op.f("fk_waiting_booking_id_record"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["record.id"], name=op.f("fk_waiting_case_id_record")),
        sa.ForeignKeyConstraint(["contact_id"], ["record.id"], name=op.f("fk_waiting_contact_id_record")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_waiting_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sa.UniqueConstraint("uid", name=op.f("uq_waiting_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_waiting_booking_id"), "waiting", ["booking_id"], unique=False)
    op.create_index(op.f("ix_waiting_service_id"), "waiting", ["service_id"], unique=False)
    op.create_index(op.f("ix_waiting_status_priority_id"), "waiting", ["status", "priority", "id"], unique=False)
    op.create_table(
        "booking_appointment",
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("resource_id", KEY, nullable=False),
        sa.Column("activity_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk_booking_appointment_activity_id_activity"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["record.id"], name=op.f("fk_booking_appointment_booking_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resource.id"],
            name=op.f("fk_booking_appointment_resource_id_resource"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booking_id", "resource_id", name=op.f("pk_booking_appointment")),
    )
    op.create_index(op.f("ix_booking_appointment_activity_id"), "booking_appointment", ["activity_id"], unique=False)
    op.create_table(
        "resource_busy",
        sa.Column("resource_id", KEY, nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("known_from", INSTANT, nullable=True),
        sa.Column("known_until", INSTANT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("busy", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_resource_busy_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_resource_busy")),
    )
    op.add_column("service", sa.Column("on_end", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("booking", sa.Column("locked", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("booking", sa.Column("calendars_due_at", INSTANT, nullable=True))
    op.create_index(
        "ix_booking_calendars_due_at",
        "booking",
        ["calendars_due_at"],
        unique=False,
        sqlite_where=sa.text("calendars_due_at IS NOT NULL"),
        postgresql_where=sa.text("calendars_due_at IS NOT NULL"),
    )
    op.add_column("resource", sa.Column("address", sa.Text(), server_default="", nullable=False))
    op.add_column("site", sa.Column("notices", JSON, server_default="{}", nullable=False))
