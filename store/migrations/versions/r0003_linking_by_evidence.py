"""Linking by evidence: what mails say, what corrections taught, duplicates, proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.drop_index("ix_activity_link_pending", table_name="activity")
    for name in ("pending", "again"):
        op.create_index(
            f"ix_activity_link_{name}",
            "activity",
            ["occurred_at", "id"],
            unique=False,
            sqlite_where=sa.text(f"link_state = '{name}'"),
            postgresql_where=sa.text(f"link_state = '{name}'"),
        )
    op.create_index(
        "ix_link_by_hand",
        "link",
        ["decided_at"],
        unique=False,
        sqlite_where=sa.text("decided_by = 'user' AND is_primary AND state = 'linked'"),
        postgresql_where=sa.text("decided_by = 'user' AND is_primary AND state = 'linked'"),
    )
    op.create_table(
        "clue",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("reader_version", KEY, nullable=False),
        sa.Column("new_text", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("forwarded", sa.Boolean(), nullable=False),
        sa.Column("passed_on", sa.Text(), nullable=False),
        sa.Column("mentioned", JSON, nullable=False),
        sa.Column("proposing", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["activity.id"], name=op.f("fk_clue_id_activity"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clue")),
    )
    op.create_index(
        "ix_clue_unproposed",
        "clue",
        ["id"],
        unique=False,
        sqlite_where=sa.text("proposing = 'pending'"),
        postgresql_where=sa.text("proposing = 'pending'"),
    )
    op.add_column("record", sa.Column("compared_version", KEY, server_default="0", nullable=False))
    op.create_index(
        "ix_record_uncompared",
        "record",
        ["id"],
        unique=False,
        sqlite_where=sa.text("compared_version <> version"),
        postgresql_where=sa.text("compared_version <> version"),
    )
    op.create_table(
        "duplicate",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("left_id", KEY, nullable=False),
        sa.Column("right_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["left_id"], ["record.id"], name=op.f("fk_duplicate_left_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["record.id"], name=op.f("fk_duplicate_right_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_duplicate_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate")),
        sa.UniqueConstraint("uid", name=op.f("uq_duplicate_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_duplicate_left_id_right_id"), "duplicate", ["left_id", "right_id"], unique=True)
    op.create_index(
        "ix_duplicate_open",
        "duplicate",
        ["score", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_duplicate_right_id"), "duplicate", ["right_id"], unique=False)
    op.create_table(
        "former_address",
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_former_address_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "email", name=op.f("pk_former_address")),
    )
    op.create_index(op.f("ix_former_address_email"), "former_address", ["email"], unique=False)
    op.create_table(
        "learned",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("activity_id", KEY, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_learned_activity_id_activity"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_learned_record_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_learned_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned")),
        sa.UniqueConstraint("uid", name=op.f("uq_learned_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_learned_kind_value"), "learned", ["kind", "value"], unique=False)
    op.create_index(op.f("ix_learned_record_id"), "learned", ["record_id"], unique=False)
    op.create_index(
        "ix_link_suggested",
        "link",
        ["score", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'suggested'"),
        postgresql_where=sa.text("state = 'suggested'"),
    )
    op.create_table(
        "merged_record",
        sa.Column("record_id", KEY, autoincrement=False, nullable=False),
        sa.Column("into_id", KEY, nullable=False),
        sa.Column("merged_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["into_id"], ["record.id"], name=op.f("fk_merged_record_into_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_merged_record_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_merged_record")),
    )
    op.create_index(op.f("ix_merged_record_into_id"), "merged_record", ["into_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("record_id", KEY, nullable=True),
        sa.Column("activity_id", KEY, nullable=True),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_proposal_activity_id_activity"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_proposal_record_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_proposal_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("uid", name=op.f("uq_proposal_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposal_activity_id"), "proposal", ["activity_id"], unique=False)
    op.create_index(op.f("ix_proposal_kind_subject_state"), "proposal", ["kind", "subject", "state"], unique=False)
    op.create_index(
        "ix_proposal_open",
        "proposal",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_proposal_record_id"), "proposal", ["record_id"], unique=False)
    op.create_table(
        "text_mark",
        sa.Column("mark", KEY, autoincrement=False, nullable=False),
        sa.Column("quoted", sa.Boolean(), nullable=False),
        sa.Column("activity_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_text_mark_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mark", "quoted", "activity_id", name=op.f("pk_text_mark")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_text_mark_activity_id"), "text_mark", ["activity_id"], unique=False)
    _create_name_index()


def _create_name_index() -> None:
    op.create_table(
        "name_piece",
        sa.Column("piece", sa.Text(), nullable=False),
        sa.Column("chunk", KEY, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("piece", "chunk", name=op.f("pk_name_piece")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "name_posting",
        sa.Column("word_id", KEY, autoincrement=False, nullable=False),
        sa.Column("part", KEY, nullable=False),
        sa.Column("chunk", KEY, nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("word_id", "part", "chunk", name=op.f("pk_name_posting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "name_word",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_word")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_name_word_word"), "name_word", ["word"], unique=True)
    op.create_table(
        "record_name",
        sa.Column("record_id", KEY, autoincrement=False, nullable=False),
        sa.Column("part", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_record_name_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "part", name=op.f("pk_record_name")),
        sqlite_with_rowid=False,
    )
