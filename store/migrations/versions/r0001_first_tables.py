"""Every table of the first version, with the full-text index. It never changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
AMOUNT = sa.BigInteger()
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BY_CODE_POINT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

SQLITE_INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5(
    title, body, content='search_document', content_rowid='id', prefix='2 3', tokenize='unicode61'
)
"""
SQLITE_RECORD_INDEX = """
CREATE VIRTUAL TABLE record_index USING fts5(
    title, body, content='search_document', content_rowid='id', prefix='2 3 4', tokenize='unicode61'
)
"""
POSTGRESQL_TERMS = """
ALTER TABLE search_document ADD COLUMN terms tsvector
GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || body)) STORED
"""


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("email", name=op.f("uq_app_user_email")),
        sa.UniqueConstraint("uid", name=op.f("uq_app_user_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "blob",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("packing", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blob")),
        sa.UniqueConstraint("sha256", name=op.f("uq_blob_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "counter",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", KEY, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_counter")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "own_domain",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_own_domain")),
    )
    op.create_table(
        "request",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("uid", name=op.f("uq_request_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_request_done_at"), "request", ["done_at"], unique=False)
    op.create_table(
        "thread",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("uid", name=op.f("uq_thread_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "activity",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("attachments", KEY, nullable=False),
        sa.Column("link_state", sa.Text(), nullable=False),
        sa.Column("mentions", JSON, nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("text_blob_id", KEY, nullable=True),
        sa.Column("html_blob_id", KEY, nullable=True),
        sa.Column("version", KEY, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["html_blob_id"], ["blob.id"], name=op.f("fk_activity_html_blob_id_blob")),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_activity_owner_id_app_user")),
        sa.ForeignKeyConstraint(["text_blob_id"], ["blob.id"], name=op.f("fk_activity_text_blob_id_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("uid", name=op.f("uq_activity_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_activity_deleted",
        "activity",
        ["id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_activity_kind_occurred_at"), "activity", ["kind", "occurred_at"], unique=False)
    op.create_index(
        "ix_activity_link_pending",
        "activity",
        ["id"],
        unique=False,
        sqlite_where=sa.text("link_state = 'pending'"),
        postgresql_where=sa.text("link_state = 'pending'"),
    )
    op.create_table(
        "blob_chunk",
        sa.Column("blob_id", KEY, nullable=False),
        sa.Column("seq", KEY, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_blob_chunk_blob_id_blob"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("blob_id", "seq", name=op.f("pk_blob_chunk")),
    )
    op.create_table(
        "mailbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("capture", JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_detail", sa.Text(), nullable=False),
        sa.Column("progress_done", KEY, nullable=False),
        sa.Column("progress_total", KEY, nullable=False),
        sa.Column("last_success_at", INSTANT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("last_error_at", INSTANT, nullable=True),
        sa.Column("retry_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_mailbox_owner_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("address", name=op.f("uq_mailbox_address")),
        sa.UniqueConstraint("uid", name=op.f("uq_mailbox_uid")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "operation",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("undoes_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["undoes_id"], ["operation.id"], name=op.f("fk_operation_undoes_id_operation")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_operation_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sa.UniqueConstraint("uid", name=op.f("uq_operation_uid")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_operation_undoes_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_operation_user_id_id"), "operation", ["user_id", "id"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", BY_CODE_POINT, nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("version", KEY, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=False),
        sa.Column("last_activity_at", INSTANT, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.Column("extra", JSON, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_record_owner_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("number", name=op.f("uq_record_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_record_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_record_kind_modified_at_id"), "record", ["kind", "modified_at", "id"], unique=False)
    op.create_index(op.f("ix_record_kind_number"), "record", ["kind", "number"], unique=False)
    op.create_index(
        op.f("ix_record_kind_owner_id_title_key_id"), "record", ["kind", "owner_id", "title_key", "id"], unique=False
    )
    op.create_index(op.f("ix_record_kind_title_key_id"), "record", ["kind", "title_key", "id"], unique=False)
    op.create_index(op.f("ix_record_title_key_id"), "record", ["title_key", "id"], unique=False)
    op.create_table(
        "thread_node",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("thread_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_thread_node_thread_id_thread")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_thread_node")),
    )
    op.create_index(op.f("ix_thread_node_thread_id"), "thread_node", ["thread_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("employees", KEY, nullable=True),
        sa.Column("revenue", AMOUNT, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_account_id_record"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["record.id"], name=op.f("fk_account_parent_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_parent_id"), "account", ["parent_id"], unique=False)
    op.create_table(
        "account_domain",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["record.id"], name=op.f("fk_account_domain_account_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "domain", name=op.f("pk_account_domain")),
    )
    op.create_index(op.f("ix_account_domain_domain"), "account_domain", ["domain"], unique=False)
    op.create_table(
        "activity_party",
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_party_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("activity_id", "role", "position", name=op.f("pk_activity_party")),
    )
    op.create_index(
        op.f("ix_activity_party_domain_activity_id"), "activity_party", ["domain", "activity_id"], unique=False
    )
    op.create_index(
        op.f("ix_activity_party_email_activity_id"), "activity_party", ["email", "activity_id"], unique=False
    )
    op.create_table(
        "appointment",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("ical_uid", sa.Text(), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("start_wall", sa.Text(), nullable=False),
        sa.Column("end_wall", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("timezone_source", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("busy", sa.Text(), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("series", JSON, nullable=False),
        sa.Column("modified_at", INSTANT, nullable=True),
        sa.Column("expanded_until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["id"], ["activity.id"], name=op.f("fk_appointment_id_activity"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("identity", name=op.f("uq_appointment_identity")),
    )
    op.create_index(op.f("ix_appointment_ical_uid"), "appointment", ["ical_uid"], unique=False)
    op.create_index(op.f("ix_appointment_recurring"), "appointment", ["recurring"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("blob_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_attachment_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_attachment_blob_id_blob")),
        sa.PrimaryKeyConstraint("activity_id", "position", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_blob_id"), "attachment", ["blob_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["record.id"], name=op.f("fk_contact_account_id_record")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_contact_id_record"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_account_id"), "contact", ["account_id"], unique=False)
    op.create_table(
        "email",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("variant", KEY, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("thread_id", KEY, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("noise", sa.Text(), nullable=False),
        sa.Column("opaque", sa.Text(), nullable=False),
        sa.Column("importance", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("new_text_size", KEY, nullable=False),
        sa.Column("reported_status", sa.Text(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("text_digest", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint_version", KEY, nullable=False),
        sa.Column("parser_version", KEY, nullable=False),
        sa.Column("source_blob_id", KEY, nullable=True),
        sa.Column("calendar_state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["activity.id"], name=op.f("fk_email_id_activity"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["source_blob_id"], ["blob.id"], name=op.f("fk_email_source_blob_id_blob")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_email_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email")),
    )
    op.create_index(
        "ix_email_calendar_pending",
        "email",
        ["id"],
        unique=False,
        sqlite_where=sa.text("calendar_state = 'pending'"),
        postgresql_where=sa.text("calendar_state = 'pending'"),
    )
    op.create_index(
        "ix_email_conversation",
        "email",
        ["conversation"],
        unique=False,
        sqlite_where=sa.text("conversation <> ''"),
        postgresql_where=sa.text("conversation <> ''"),
    )
    op.create_index(op.f("ix_email_identity_variant"), "email", ["identity", "variant"], unique=True)
    op.create_index(op.f("ix_email_message_id"), "email", ["message_id"], unique=False)
    op.create_index(op.f("ix_email_thread_id"), "email", ["thread_id"], unique=False)
    op.create_table(
        "email_reference",
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_email_reference_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("activity_id", "position", name=op.f("pk_email_reference")),
    )
    op.create_index(op.f("ix_email_reference_message_id"), "email_reference", ["message_id"], unique=False)
    op.create_table(
        "employment",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("contact_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["record.id"], name=op.f("fk_employment_account_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["record.id"], name=op.f("fk_employment_contact_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment")),
    )
    op.create_index(op.f("ix_employment_account_id"), "employment", ["account_id"], unique=False)
    op.create_index(op.f("ix_employment_contact_id"), "employment", ["contact_id"], unique=False)
    op.create_table(
        "folder",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("mailbox_id", KEY, nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("total", KEY, nullable=False),
        sa.Column("synced_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_folder_mailbox_id_mailbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folder")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_folder_mailbox_id_remote_id"), "folder", ["mailbox_id", "remote_id"], unique=True)
    op.create_table(
        "lead",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_lead_id_record"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    op.create_table(
        "link",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("engine_version", KEY, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_link_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_link_record_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_link_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("uid", name=op.f("uq_link_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_link_activity_id_record_id"), "link", ["activity_id", "record_id"], unique=True)
    op.create_index(
        "ix_link_one_primary",
        "link",
        ["activity_id"],
        unique=True,
        sqlite_where=sa.text("is_primary AND state = 'linked'"),
        postgresql_where=sa.text("is_primary AND state = 'linked'"),
    )
    op.create_index(op.f("ix_link_record_id_activity_id"), "link", ["record_id", "activity_id"], unique=False)
    op.create_table(
        "link_refusal",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("record_id", KEY, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_link_refusal_record_id_record"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_link_refusal_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_refusal")),
        sa.UniqueConstraint("uid", name=op.f("uq_link_refusal_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_link_refusal_scope_subject"), "link_refusal", ["scope", "subject"], unique=False)
    op.create_table(
        "mailbox_right",
        sa.Column("mailbox_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_right_mailbox_id_mailbox"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_mailbox_right_user_id_app_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailbox_id", "user_id", name=op.f("pk_mailbox_right")),
    )
    op.create_table(
        "occurrence",
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column("original_start", sa.Text(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_occurrence_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("activity_id", "original_start", name=op.f("pk_occurrence")),
    )
    op.create_index(
        op.f("ix_occurrence_starts_at_ends_at_activity_id"),
        "occurrence",
        ["starts_at", "ends_at", "activity_id"],
        unique=False,
    )
    op.create_table(
        "operation_change",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("operation_id", KEY, nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operation.id"],
            name=op.f("fk_operation_change_operation_id_operation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation_change")),
    )
    op.create_index(op.f("ix_operation_change_operation_id"), "operation_change", ["operation_id"], unique=False)
    op.create_index(op.f("ix_operation_change_uid"), "operation_change", ["uid"], unique=False)
    op.create_table(
        "opportunity",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("contact_id", KEY, nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount", AMOUNT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("close_date", sa.Date(), nullable=True),
        sa.Column("probability", KEY, nullable=True),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("next_step_date", sa.Date(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["record.id"], name=op.f("fk_opportunity_account_id_record")),
        sa.ForeignKeyConstraint(["contact_id"], ["record.id"], name=op.f("fk_opportunity_contact_id_record")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_opportunity_id_record"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
    )
    op.create_index(op.f("ix_opportunity_account_id"), "opportunity", ["account_id"], unique=False)
    op.create_index(op.f("ix_opportunity_contact_id"), "opportunity", ["contact_id"], unique=False)
    op.create_index(op.f("ix_opportunity_status_close_date"), "opportunity", ["status", "close_date"], unique=False)
    op.create_table(
        "opportunity_line",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("opportunity_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("position", KEY, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", AMOUNT, nullable=False),
        sa.Column("unit_price", AMOUNT, nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["record.id"],
            name=op.f("fk_opportunity_line_opportunity_id_record"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["product_id"], ["record.id"], name=op.f("fk_opportunity_line_product_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity_line")),
        sa.UniqueConstraint("uid", name=op.f("uq_opportunity_line_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_opportunity_line_opportunity_id"), "opportunity_line", ["opportunity_id"], unique=False)
    op.create_table(
        "own_address",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("mailbox_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_own_address_mailbox_id_mailbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_own_address")),
    )
    op.create_table(
        "phone_call",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("minutes", KEY, nullable=True),
        sa.ForeignKeyConstraint(["id"], ["activity.id"], name=op.f("fk_phone_call_id_activity"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
    )
    op.create_table(
        "product",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("price", AMOUNT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_product_id_record"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    op.create_table(
        "record_address",
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_record_address_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "email", name=op.f("pk_record_address")),
    )
    op.create_index(op.f("ix_record_address_email"), "record_address", ["email"], unique=False)
    op.create_table(
        "search_document",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("activity_id", KEY, nullable=True),
        sa.Column("record_id", KEY, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_search_document_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_search_document_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
    )
    op.create_index(op.f("ix_search_document_activity_id"), "search_document", ["activity_id"], unique=True)
    op.create_index(op.f("ix_search_document_record_id"), "search_document", ["record_id"], unique=True)
    op.create_table(
        "service_case",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("contact_id", KEY, nullable=True),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["record.id"], name=op.f("fk_service_case_account_id_record")),
        sa.ForeignKeyConstraint(["contact_id"], ["record.id"], name=op.f("fk_service_case_contact_id_record")),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_service_case_id_record"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["product_id"], ["record.id"], name=op.f("fk_service_case_product_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_case")),
    )
    op.create_index(op.f("ix_service_case_account_id"), "service_case", ["account_id"], unique=False)
    op.create_index(op.f("ix_service_case_contact_id"), "service_case", ["contact_id"], unique=False)
    op.create_index(op.f("ix_service_case_status_priority"), "service_case", ["status", "priority"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["id"], ["activity.id"], name=op.f("fk_task_id_activity"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_completed_at_due_on"), "task", ["completed_at", "due_on"], unique=False)
    op.create_table(
        "timeline",
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("activity_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_timeline_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["record.id"], name=op.f("fk_timeline_subject_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "occurred_at", "activity_id", name=op.f("pk_timeline")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_timeline_activity_id"), "timeline", ["activity_id"], unique=False)
    op.create_index(
        op.f("ix_timeline_subject_id_kind_occurred_at_activity_id"),
        "timeline",
        ["subject_id", "kind", "occurred_at", "activity_id"],
        unique=False,
    )
    op.create_table(
        "mailbox_item",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("mailbox_id", KEY, nullable=False),
        sa.Column("folder_id", KEY, nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("change_key", sa.Text(), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.Column("activity_id", KEY, nullable=True),
        sa.Column("record_id", KEY, nullable=True),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("categories", JSON, nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=False),
        sa.Column("gone_at", INSTANT, nullable=True),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_mailbox_item_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["folder.id"], name=op.f("fk_mailbox_item_folder_id_folder"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_item_mailbox_id_mailbox"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_mailbox_item_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_item")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mailbox_item_activity_id"), "mailbox_item", ["activity_id"], unique=False)
    op.create_index(
        "ix_mailbox_item_doubtful",
        "mailbox_item",
        ["folder_id"],
        unique=False,
        sqlite_where=sa.text("doubtful"),
        postgresql_where=sa.text("doubtful"),
    )
    op.create_index(
        op.f("ix_mailbox_item_folder_id_occurred_at_id"),
        "mailbox_item",
        ["folder_id", "occurred_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mailbox_item_mailbox_id_occurred_at_id"),
        "mailbox_item",
        ["mailbox_id", "occurred_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mailbox_item_mailbox_id_remote_id"), "mailbox_item", ["mailbox_id", "remote_id"], unique=True
    )
    op.create_index(op.f("ix_mailbox_item_record_id"), "mailbox_item", ["record_id"], unique=False)
    op.create_index(
        "ix_mailbox_item_unread",
        "mailbox_item",
        ["mailbox_id", "occurred_at", "id", "activity_id", "folder_id"],
        unique=False,
        sqlite_where=sa.text("is_read IS 0 AND holds = 'email' AND gone_at IS NULL"),
        postgresql_where=sa.text("is_read IS false AND holds = 'email' AND gone_at IS NULL"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.Column("mailbox_id", KEY, nullable=True),
        sa.Column("folder_id", KEY, nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raw_blob_id", KEY, nullable=True),
        sa.Column("attempts", KEY, nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["folder.id"], name=op.f("fk_quarantine_folder_id_folder"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_quarantine_mailbox_id_mailbox"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["raw_blob_id"], ["blob.id"], name=op.f("fk_quarantine_raw_blob_id_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("uid", name=op.f("uq_quarantine_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_quarantine_source"), "quarantine", ["source"], unique=True)
    # Alembic does not see indexes over expressions.
    op.create_index(
        "ix_record_last_active", "record", ["kind", sa.text("coalesce(last_activity_at, created_at)"), "id"]
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_INDEX)
        op.execute(SQLITE_RECORD_INDEX)
    else:
        op.execute(POSTGRESQL_TERMS)
        op.execute("CREATE INDEX ix_search_document_terms ON search_document USING gin (terms) WHERE id >= 0")
        op.execute("CREATE INDEX ix_search_document_record_terms ON search_document USING gin (terms) WHERE id < 0")
