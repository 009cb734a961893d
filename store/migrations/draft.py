"""`python -m store.migrations.draft` prints the operations that lead from the migrations to the tables.

What it prints is a draft: a person puts it into a new revision, gives new columns of old tables a default in the
database, formats and reads it. A revision never changes once a store can have it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext

from store.engine import connect
from store.migrate import upgrade
from store.schema.tables import metadata
from store.types import BY_CODE_POINT, Amount, Instant, Key, StorableText, StoredJson

#: How the types of store.types are written in a revision, which must not change when they do.
_NAMES: tuple[tuple[type, str], ...] = (
    (Instant, "INSTANT"),
    (Amount, "AMOUNT"),
    (StorableText, "sa.Text()"),
    (StoredJson, "JSON"),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = connect(str(Path(folder) / "store.db"))
        upgrade(store)
        with store.read() as tx:
            context = MigrationContext.configure(tx, opts={"include_name": is_ours, "compare_type": True})
            operations = produce_migrations(context, metadata).upgrade_ops
        store.close()
    if operations is None:
        return
    lines = ("    " + render_python_code(operations, render_item=_render)).splitlines()
    sys.stdout.write("\n".join(line for line in lines if not line.strip().startswith("# ###")) + "\n")


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """False for the full-text index, whose tables, column and index no model declares."""
    if kind == "table":
        return not (name or "").startswith(("search_index", "record_index"))
    indexes = ("ix_search_document_terms", "ix_search_document_record_terms")
    return not (kind == "column" and name == "terms") and not (kind == "index" and name in indexes)


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    if kind != "type":
        return False
    for known, name in ((BY_CODE_POINT, "BY_CODE_POINT"), (Key, "KEY")):
        if item is known:
            return name
    return next((name for each, name in _NAMES if isinstance(item, each)), False)


if __name__ == "__main__":
    main()
