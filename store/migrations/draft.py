"""`python -m store.migrations.draft [--first]` prints the operations that lead from the migrations to the tables.

What it prints is a draft: a person puts it into a revision, formats and reads it. `--first` prints the whole first
revision, which is written anew whenever a table changes until there is a release:
`python -W ignore -m store.migrations.draft --first > store/migrations/versions/r0001_first_tables.py`
"""

from __future__ import annotations

import argparse
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

_FIRST = Path(__file__).with_name("first.txt")

#: How the types of store.types are written in a revision, which must not change when they do.
_NAMES: tuple[tuple[type, str], ...] = (
    (Instant, "INSTANT"),
    (Amount, "AMOUNT"),
    (StorableText, "sa.Text()"),
    (StoredJson, "JSON"),
)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", action="store_true", help="print the whole first revision")
    first = parser.parse_args(arguments).first
    with tempfile.TemporaryDirectory() as folder:
        store = connect(str(Path(folder) / "store.db"))
        if not first:
            upgrade(store)
        with store.read() as tx:
            context = MigrationContext.configure(tx, opts={"include_name": is_ours, "compare_type": True})
            operations = produce_migrations(context, metadata).upgrade_ops
        store.close()
    if operations is None:
        return
    lines = ("    " + render_python_code(operations, render_item=_render)).splitlines()
    body = "\n".join(line for line in lines if not line.strip().startswith("# ###"))
    sys.stdout.write(_FIRST.read_text(encoding="utf-8").replace("%s", body) if first else body + "\n")


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
    main(sys.argv[1:])
