"""Scheduling: sites, resources with their skills and hours, groups, services, travel times and bookings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "resource_group",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_group")),
        sa.UniqueConstraint("uid", name=op.f("uq_resource_group_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "service",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("duration", KEY, nullable=False),
        sa.Column("grid", KEY, nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("before", KEY, nullable=False),
        sa.Column("after", KEY, nullable=False),
        sa.Column("notice", KEY, nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("initial_status", sa.Text(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("uid", name=op.f("uq_service_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "site",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("closures", JSON, nullable=False),
        sa.Column("calendars", JSON, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("uid", name=op.f("uq_site_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "travel_time",
        sa.Column("from_area", sa.Text(), nullable=False),
        sa.Column("to_area", sa.Text(), nullable=False),
        sa.Column("minutes", KEY, nullable=False),
        sa.PrimaryKeyConstraint("from_area", "to_area", name=op.f("pk_travel_time")),
    )
    op.create_table(
        "booking",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("contact_id", KEY, nullable=True),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("activity_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["record.id"], name=op.f("fk_booking_account_id_record")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_booking_activity_id_activity"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["record.id"], name=op.f("fk_booking_case_id_record")),
        sa.ForeignKeyConstraint(["contact_id"], ["record.id"], name=op.f("fk_booking_contact_id_record")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_booking_id_record"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_booking_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    op.create_index(op.f("ix_booking_account_id"), "booking", ["account_id"], unique=False)
    op.create_index(
        "ix_booking_case_id",
        "booking",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("case_id IS NOT NULL"),
        postgresql_where=sa.text("case_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_booking_contact_id"), "booking", ["contact_id"], unique=False)
    op.create_index(op.f("ix_booking_service_id"), "booking", ["service_id"], unique=False)
    op.create_index(op.f("ix_booking_starts_at"), "booking", ["starts_at"], unique=False)
    op.create_table(
        "resource",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("mailbox_id", KEY, nullable=True),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("capacity", KEY, nullable=False),
        sa.Column("hours", JSON, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_resource_mailbox_id_mailbox"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_resource_site_id_site")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_resource_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("uid", name=op.f("uq_resource_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_resource_site_id"), "resource", ["site_id"], unique=False)
    op.create_table(
        "booking_resource",
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("resource_id", KEY, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("works_from", INSTANT, nullable=False),
        sa.Column("works_until", INSTANT, nullable=False),
        sa.Column("units", KEY, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["record.id"], name=op.f("fk_booking_resource_booking_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_booking_resource_resource_id_resource")
        ),
        sa.PrimaryKeyConstraint("booking_id", "position", name=op.f("pk_booking_resource")),
    )
    op.create_index(
        op.f("ix_booking_resource_resource_id_starts_at_ends_at"),
        "booking_resource",
        ["resource_id", "starts_at", "ends_at"],
        unique=False,
    )
    op.create_table(
        "resource_group_member",
        sa.Column("group_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("resource_id", KEY, nullable=True),
        sa.Column("member_group_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["resource_group.id"],
            name=op.f("fk_resource_group_member_group_id_resource_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_group_id"],
            ["resource_group.id"],
            name=op.f("fk_resource_group_member_member_group_id_resource_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resource.id"],
            name=op.f("fk_resource_group_member_resource_id_resource"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "position", name=op.f("pk_resource_group_member")),
    )
    op.create_index(
        op.f("ix_resource_group_member_member_group_id"), "resource_group_member", ["member_group_id"], unique=False
    )
    op.create_index(
        op.f("ix_resource_group_member_resource_id"), "resource_group_member", ["resource_id"], unique=False
    )
    op.create_table(
        "resource_skill",
        sa.Column("resource_id", KEY, nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("level", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_resource_skill_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "skill", name=op.f("pk_resource_skill")),
    )
    op.create_index(op.f("ix_resource_skill_skill"), "resource_skill", ["skill"], unique=False)
    op.create_table(
        "time_off",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("resource_id", KEY, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_time_off_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
    )
    op.create_index(op.f("ix_time_off_resource_id_starts_at"), "time_off", ["resource_id", "starts_at"], unique=False)
