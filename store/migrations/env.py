"""What Alembic runs for every command; the connection comes from `store.migrate.config`."""

from __future__ import annotations

from alembic import context

from store.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a table by building it anew.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
