"""The chat's history, and follow-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "chat_turn",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("operation_uid", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_chat_turn_user_id_app_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_turn")),
        sa.UniqueConstraint("uid", name=op.f("uq_chat_turn_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chat_turn_user_id_id"), "chat_turn", ["user_id", "id"], unique=False)
    op.create_table(
        "follow_up_setting",
        sa.Column("user_id", KEY, autoincrement=False, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("calendar_id", KEY, nullable=True),
        sa.Column("a_day", KEY, nullable=False),
        sa.Column("confirms", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("patience", KEY, nullable=False),
        sa.Column("colleagues", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("mail_at", sa.Text(), nullable=False),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.Column("in_outlook", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["business_calendar.id"], name=op.f("fk_follow_up_setting_calendar_id_business_calendar")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_follow_up_setting_user_id_app_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_follow_up_setting")),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("record_id", KEY, nullable=True),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("activity_id", KEY, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_wall", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("snoozed_until", INSTANT, nullable=True),
        sa.Column("recurrence", sa.Text(), nullable=False),
        sa.Column("told_for", INSTANT, nullable=True),
        sa.Column("brought_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", KEY, nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_follow_up_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["activity.id"], name=op.f("fk_follow_up_closed_by_id_activity"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["record.id"], name=op.f("fk_follow_up_customer_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by"], ["app_user.id"], name=op.f("fk_follow_up_made_by_app_user")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_follow_up_record_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_follow_up_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("identity", name=op.f("uq_follow_up_identity")),
        sa.UniqueConstraint("uid", name=op.f("uq_follow_up_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_follow_up_closed_by",
        "follow_up",
        ["closed_by_id"],
        unique=False,
        sqlite_where=sa.text("closed_by_id IS NOT NULL"),
        postgresql_where=sa.text("closed_by_id IS NOT NULL"),
    )
    op.create_index(
        "ix_follow_up_customer",
        "follow_up",
        ["customer_id", "user_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('proposed', 'open')"),
        postgresql_where=sa.text("state IN ('proposed', 'open')"),
    )
    op.create_index(
        "ix_follow_up_mail",
        "follow_up",
        ["activity_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('proposed', 'open')"),
        postgresql_where=sa.text("state IN ('proposed', 'open')"),
    )
    op.create_index(
        "ix_follow_up_open",
        "follow_up",
        ["user_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('proposed', 'open')"),
        postgresql_where=sa.text("state IN ('proposed', 'open')"),
    )
    op.create_index(op.f("ix_follow_up_record_id"), "follow_up", ["record_id"], unique=False)
    op.create_index(op.f("ix_follow_up_user_id_brought_on"), "follow_up", ["user_id", "brought_on"], unique=False)
    op.create_table(
        "follow_up_task",
        sa.Column("follow_up_id", KEY, autoincrement=False, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("told_version", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_up.id"],
            name=op.f("fk_follow_up_task_follow_up_id_follow_up"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mailbox_item.id"], name=op.f("fk_follow_up_task_item_id_mailbox_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follow_up_id", name=op.f("pk_follow_up_task")),
        sa.UniqueConstraint("item_id", name=op.f("uq_follow_up_task_item_id")),
    )
    op.create_table(
        "follow_scan",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("after_id", KEY, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_follow_scan")),
    )
    op.add_column("email", sa.Column("follow_state", sa.Text(), server_default="none", nullable=False))
    op.create_index(
        "ix_email_follow_pending",
        "email",
        ["id"],
        unique=False,
        sqlite_where=sa.text("follow_state = 'pending'"),
        postgresql_where=sa.text("follow_state = 'pending'"),
    )
    op.create_index(op.f("ix_contact_phone_mobile"), "contact", ["phone", "mobile"], unique=False)
