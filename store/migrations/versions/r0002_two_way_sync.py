"""Two-way sync: what is on its way out, what both sides agreed on, conflicts, notes, templates, keys.

New columns of old tables have defaults in the database, so that a large table is not written anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "store_key",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_key")),
    )
    op.create_table(
        "mail_template",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_mail_template_owner_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_template")),
        sa.UniqueConstraint("uid", name=op.f("uq_mail_template_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outgoing",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("mailbox_id", KEY, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("item_id", KEY, nullable=True),
        sa.Column("activity_id", KEY, nullable=True),
        sa.Column("record_id", KEY, nullable=True),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("mails", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("staged_at", INSTANT, nullable=True),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("attempts", KEY, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("operation_uid", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_outgoing_activity_id_activity"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mailbox_item.id"], name=op.f("fk_outgoing_item_id_mailbox_item"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_outgoing_mailbox_id_mailbox"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_outgoing_record_id_record"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_outgoing_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
        sa.UniqueConstraint("uid", name=op.f("uq_outgoing_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outgoing_activity_id"), "outgoing", ["activity_id"], unique=False)
    op.create_index(op.f("ix_outgoing_item_id"), "outgoing", ["item_id"], unique=False)
    op.create_index(
        "ix_outgoing_open",
        "outgoing",
        ["mailbox_id", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'working')"),
        postgresql_where=sa.text("state IN ('waiting', 'working')"),
    )
    op.create_index(op.f("ix_outgoing_record_id"), "outgoing", ["record_id"], unique=False)
    op.create_index(op.f("ix_outgoing_state_id"), "outgoing", ["state", "id"], unique=False)
    op.create_table(
        "sync_base",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("slots", JSON, nullable=False),
        sa.Column("synced_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mailbox_item.id"], name=op.f("fk_sync_base_item_id_mailbox_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_sync_base")),
    )
    op.create_table(
        "sync_conflict",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("sides", JSON, nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mailbox_item.id"], name=op.f("fk_sync_conflict_item_id_mailbox_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_sync_conflict_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_conflict")),
        sa.UniqueConstraint("uid", name=op.f("uq_sync_conflict_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_sync_conflict_open",
        "sync_conflict",
        ["item_id", "field"],
        unique=True,
        sqlite_where=sa.text("choice = ''"),
        postgresql_where=sa.text("choice = ''"),
    )
    op.create_table(
        "sync_note",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("mailbox_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["mailbox_item.id"], name=op.f("fk_sync_note_item_id_mailbox_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_sync_note_mailbox_id_mailbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_note")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sync_note_item_id_id"), "sync_note", ["item_id", "id"], unique=False)
    op.create_index(op.f("ix_sync_note_mailbox_id_id"), "sync_note", ["mailbox_id", "id"], unique=False)
    op.create_table(
        "outgoing_file",
        sa.Column("outgoing_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("blob_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_outgoing_file_blob_id_blob")),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["outgoing.id"], name=op.f("fk_outgoing_file_outgoing_id_outgoing"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outgoing_id", "position", name=op.f("pk_outgoing_file")),
    )
    op.create_index(op.f("ix_outgoing_file_blob_id"), "outgoing_file", ["blob_id"], unique=False)
    op.add_column("appointment", sa.Column("reminder_minutes", KEY, nullable=True))
    op.add_column("appointment", sa.Column("sensitivity", sa.Text(), server_default="normal", nullable=False))
    op.add_column("appointment", sa.Column("importance", sa.Text(), server_default="normal", nullable=False))
    op.add_column("contact", sa.Column("in_outlook", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("mailbox", sa.Column("reconciled_at", INSTANT, nullable=True))
    op.add_column("mailbox", sa.Column("cycle", KEY, server_default="1", nullable=False))
    op.add_column("folder", sa.Column("changed_at", INSTANT, nullable=True))
    op.add_column("folder", sa.Column("read_cycle", KEY, server_default="0", nullable=False))
    op.add_column("folder", sa.Column("distrusted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("folder", sa.Column("reconciled_at", INSTANT, nullable=True))
    op.add_column("mailbox", sa.Column("question", JSON, server_default="{}", nullable=False))
    op.add_column("mailbox_item", sa.Column("stamp", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_occurrence_long",
        "occurrence",
        ["ends_at"],
        unique=False,
        sqlite_where=sa.text("ends_at - starts_at > 259200000000"),
        postgresql_where=sa.text("ends_at - starts_at > INTERVAL '3 days'"),
    )
    op.add_column("mailbox_item", sa.Column("response", sa.Text(), server_default="", nullable=False))
    op.add_column("mailbox_item", sa.Column("tracked", sa.Text(), server_default="", nullable=False))
    op.add_column("mailbox_item", sa.Column("gone_cycle", KEY, nullable=True))
    op.add_column("mailbox_item", sa.Column("buried_at", INSTANT, nullable=True))
    # What had left its folder counted as deleted at once.
    op.execute("UPDATE mailbox_item SET buried_at = gone_at WHERE gone_at IS NOT NULL")
    op.create_index(
        "ix_mailbox_item_card",
        "mailbox_item",
        ["content_digest"],
        unique=False,
        sqlite_where=sa.text("holds = 'contact'"),
        postgresql_where=sa.text("holds = 'contact'"),
    )
    op.create_index(
        "ix_mailbox_item_gone",
        "mailbox_item",
        ["mailbox_id", "gone_at"],
        unique=False,
        sqlite_where=sa.text("gone_at IS NOT NULL AND buried_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NOT NULL AND buried_at IS NULL"),
    )
    op.create_index(
        "ix_mailbox_item_stamp",
        "mailbox_item",
        ["stamp"],
        unique=False,
        sqlite_where=sa.text("stamp <> ''"),
        postgresql_where=sa.text("stamp <> ''"),
    )
