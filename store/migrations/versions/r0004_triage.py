"""Triage: queues, business hours, what is promised, contracts, rules, and which mail waits for a decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "business_calendar",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("hours", JSON, nullable=False),
        sa.Column("holidays", JSON, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_calendar")),
        sa.UniqueConstraint("uid", name=op.f("uq_business_calendar_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "triage_rule",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_rule")),
        sa.UniqueConstraint("uid", name=op.f("uq_triage_rule_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_triage_rule_kind_position", "triage_rule", ["kind", "position"], unique=False)
    op.create_table(
        "presence",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_presence_user_id_app_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "place", name=op.f("pk_presence")),
    )
    op.create_index("ix_presence_place", "presence", ["place"], unique=False)
    op.create_table(
        "sla",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("calendar_id", KEY, nullable=False),
        sa.Column("promised", JSON, nullable=False),
        sa.Column("warn_share", sa.Double(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["business_calendar.id"], name=op.f("fk_sla_calendar_id_business_calendar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla")),
        sa.UniqueConstraint("uid", name=op.f("uq_sla_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "acknowledgement",
        sa.Column("thread_id", KEY, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("activity_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_acknowledgement_activity_id_activity"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_acknowledgement_thread_id_thread"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("thread_id", "on_date", name=op.f("pk_acknowledgement")),
    )
    op.create_index("ix_acknowledgement_activity_id", "acknowledgement", ["activity_id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("activity_id", KEY, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("rule_id", KEY, nullable=True),
        sa.Column("counts", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_case_event_activity_id_activity"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_case_event_record_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["triage_rule.id"], name=op.f("fk_case_event_rule_id_triage_rule"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_case_event_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_event_activity_id", "case_event", ["activity_id"], unique=False)
    op.create_index("ix_case_event_kind_at", "case_event", ["kind", "at"], unique=False)
    op.create_index("ix_case_event_record_id_at_id", "case_event", ["record_id", "at", "id"], unique=False)
    op.create_table(
        "entitlement",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("sla_id", KEY, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("cases_total", KEY, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["record.id"], name=op.f("fk_entitlement_account_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sla_id"], ["sla.id"], name=op.f("fk_entitlement_sla_id_sla")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement")),
        sa.UniqueConstraint("uid", name=op.f("uq_entitlement_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entitlement_account_id", "entitlement", ["account_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("record_id", KEY, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_notice_record_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_notice_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("topic", name=op.f("uq_notice_topic")),
        sa.UniqueConstraint("uid", name=op.f("uq_notice_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_record_id", "notice", ["record_id"], unique=False)
    op.create_index(
        "ix_notice_unseen",
        "notice",
        ["user_id", "at"],
        unique=False,
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.create_table(
        "queue",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Text(), nullable=False),
        sa.Column("sla_id", KEY, nullable=True),
        sa.Column("escalate_user_id", KEY, nullable=True),
        sa.Column("escalate_queue_id", KEY, nullable=True),
        sa.Column("reopen_days", KEY, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["escalate_queue_id"], ["queue.id"], name=op.f("fk_queue_escalate_queue_id_queue")),
        sa.ForeignKeyConstraint(["escalate_user_id"], ["app_user.id"], name=op.f("fk_queue_escalate_user_id_app_user")),
        sa.ForeignKeyConstraint(["sla_id"], ["sla.id"], name=op.f("fk_queue_sla_id_sla")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
        sa.UniqueConstraint("uid", name=op.f("uq_queue_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_queue_address", "queue", ["address"], unique=False)
    op.create_table(
        "article",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["record.id"], name=op.f("fk_article_case_id_record"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_article_queue_id_queue")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_article_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("uid", name=op.f("uq_article_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_case_id", "article", ["case_id"], unique=False)
    op.create_table(
        "entitlement_contact",
        sa.Column("entitlement_id", KEY, nullable=False),
        sa.Column("contact_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["record.id"], name=op.f("fk_entitlement_contact_contact_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entitlement_id"],
            ["entitlement.id"],
            name=op.f("fk_entitlement_contact_entitlement_id_entitlement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entitlement_id", "contact_id", name=op.f("pk_entitlement_contact")),
    )
    op.create_index("ix_entitlement_contact_contact_id", "entitlement_contact", ["contact_id"], unique=False)
    op.create_table(
        "queue_member",
        sa.Column("queue_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["queue.id"], name=op.f("fk_queue_member_queue_id_queue"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_queue_member_user_id_app_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("queue_id", "user_id", name=op.f("pk_queue_member")),
    )
    op.create_index("ix_queue_member_user_id", "queue_member", ["user_id"], unique=False)
    op.create_table(
        "triage",
        sa.Column("activity_id", KEY, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("rule_id", KEY, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_triage_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_triage_queue_id_queue")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["triage_rule.id"], name=op.f("fk_triage_rule_id_triage_rule"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_triage_user_id_app_user")),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_triage")),
    )
    op.create_index(
        "ix_triage_pending",
        "triage",
        ["activity_id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_triage_snoozed",
        "triage",
        ["until"],
        unique=False,
        sqlite_where=sa.text("state = 'snoozed'"),
        postgresql_where=sa.text("state = 'snoozed'"),
    )
    op.create_index(
        "ix_triage_undecided",
        "triage",
        ["occurred_at", "activity_id"],
        unique=False,
        sqlite_where=sa.text("state = 'undecided'"),
        postgresql_where=sa.text("state = 'undecided'"),
    )
    op.create_index(
        "ix_triage_undecided_queue",
        "triage",
        ["queue_id", "occurred_at", "activity_id"],
        unique=False,
        sqlite_where=sa.text("state = 'undecided'"),
        postgresql_where=sa.text("state = 'undecided'"),
    )
    op.create_index(
        "ix_triage_undecided_user",
        "triage",
        ["user_id", "occurred_at", "activity_id"],
        unique=False,
        sqlite_where=sa.text("state = 'undecided'"),
        postgresql_where=sa.text("state = 'undecided'"),
    )
    op.add_column("lead", sa.Column("industry", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("employees", KEY, nullable=True))
    op.add_column("lead", sa.Column("disqualify_reason", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("queue_id", KEY, nullable=True))
    op.add_column("lead", sa.Column("score", KEY, nullable=True))
    op.add_column("lead", sa.Column("score_reasons", JSON, server_default="[]", nullable=False))
    op.add_column("lead", sa.Column("qualified_at", INSTANT, nullable=True))
    op.add_column("lead", sa.Column("became_account_id", KEY, nullable=True))
    op.add_column("lead", sa.Column("became_contact_id", KEY, nullable=True))
    op.add_column("lead", sa.Column("became_opportunity_id", KEY, nullable=True))
    op.create_index(
        "ix_lead_became_account",
        "lead",
        ["became_account_id"],
        unique=False,
        sqlite_where=sa.text("became_account_id IS NOT NULL"),
        postgresql_where=sa.text("became_account_id IS NOT NULL"),
    )
    op.create_index(
        "ix_lead_became_contact",
        "lead",
        ["became_contact_id"],
        unique=False,
        sqlite_where=sa.text("became_contact_id IS NOT NULL"),
        postgresql_where=sa.text("became_contact_id IS NOT NULL"),
    )
    op.create_index(
        "ix_lead_became_opportunity",
        "lead",
        ["became_opportunity_id"],
        unique=False,
        sqlite_where=sa.text("became_opportunity_id IS NOT NULL"),
        postgresql_where=sa.text("became_opportunity_id IS NOT NULL"),
    )
    op.create_index("ix_lead_queue_id_status", "lead", ["queue_id", "status"], unique=False)
    op.create_index(
        "ix_lead_unscored",
        "lead",
        ["id"],
        unique=False,
        sqlite_where=sa.text("score IS NULL"),
        postgresql_where=sa.text("score IS NULL"),
    )
    op.add_column("operation", sa.Column("rule_id", KEY, nullable=True))
    op.add_column("service_case", sa.Column("queue_id", KEY, nullable=True))
    op.add_column("service_case", sa.Column("parent_id", KEY, nullable=True))
    op.add_column("service_case", sa.Column("follows_id", KEY, nullable=True))
    op.add_column("service_case", sa.Column("sla_id", KEY, nullable=True))
    op.add_column("service_case", sa.Column("entitlement_id", KEY, nullable=True))
    op.add_column("service_case", sa.Column("first_response_at", INSTANT, nullable=True))
    op.add_column("service_case", sa.Column("response_due_at", INSTANT, nullable=True))
    op.add_column("service_case", sa.Column("resolution_due_at", INSTANT, nullable=True))
    op.add_column("service_case", sa.Column("sla_state", sa.Text(), server_default="", nullable=False))
    op.add_column("service_case", sa.Column("sla_next_at", INSTANT, nullable=True))
    op.create_index("ix_service_case_entitlement_id", "service_case", ["entitlement_id"], unique=False)
    op.create_index("ix_service_case_follows_id", "service_case", ["follows_id"], unique=False)
    op.create_index(
        "ix_service_case_open",
        "service_case",
        ["queue_id", "resolution_due_at"],
        unique=False,
        sqlite_where=sa.text("status NOT IN ('resolved', 'cancelled')"),
        postgresql_where=sa.text("status NOT IN ('resolved', 'cancelled')"),
    )
    op.create_index("ix_service_case_parent_id", "service_case", ["parent_id"], unique=False)
    op.create_index("ix_service_case_queue_id_status", "service_case", ["queue_id", "status"], unique=False)
    op.create_index(
        "ix_service_case_sla_next_at",
        "service_case",
        ["sla_next_at"],
        unique=False,
        sqlite_where=sa.text("sla_next_at IS NOT NULL"),
        postgresql_where=sa.text("sla_next_at IS NOT NULL"),
    )
