"""Writing lists as CSV: safe to open in a spreadsheet, and read back by the import without a difference.

Text that a spreadsheet would take for a formula gets an apostrophe in front, which the import takes off again (OWASP:
CSV injection). Other records stand with their name and, in a column of its own, their number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, TextIO

from sqlalchemy import Connection

from assistant.tables.headers import CLOSED, OPENED
from store.actor import Actor
from store.errors import Invalid
from store.queries.tables import ExportRow, activity_rows, export_rows, names_by_uid, queues_by_uid, users_by_uid
from store.records.fields import FIELDS, Field, FieldType

#: What can be exported besides the kinds of records.
LISTS = ("user", "activities", "timeline")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBERS = (FieldType.DATE, FieldType.AMOUNT, FieldType.INTEGER, FieldType.PERCENT)
#: When it was, by kind.
_TIMES: dict[str, tuple[str, ...]] = {"case": (OPENED, CLOSED), "booking": ("starts_at", "ends_at")}
_ACTIVITY = (
    "kind",
    "occurred_at",
    "ends_at",
    "subject",
    "who",
    "direction",
    "preview",
    "regarding_number",
    "regarding",
)


def export(tx: Connection, what: str, out: TextIO, *, by: Actor, record_id: int | None = None) -> int:
    """Write a kind of record, "user", "activities", or the "timeline" of `record_id`, as `by` may see it.

    `out` is a text file opened with newline=""; for Excel let its encoding be utf-8-sig. Returns the rows written.
    Raises Invalid for a list that there is not.
    """
    if what in FIELDS:
        return _write(out, *_records(tx, what, by))
    if what == "user":
        rows = ((email, name, role) for name, email, role in users_by_uid(tx).values())
        return _write(out, ("email", "name", "role"), (list(map(safe, row)) for row in rows))
    if what == "activities" or (what == "timeline" and record_id is not None):
        found = activity_rows(tx, by=by, record_id=record_id)
        return _write(out, _ACTIVITY, ([safe(_shown(getattr(row, name))) for name in _ACTIVITY] for row in found))
    raise Invalid(f"There is no list {what!r}; there are {', '.join((*FIELDS, *LISTS))}.")


def _records(tx: Connection, kind: str, by: Actor) -> tuple[list[str], Iterator[list[str]]]:
    names, users, queues = names_by_uid(tx), users_by_uid(tx), queues_by_uid(tx)
    # Custom values are columns too, so all of them must be known before the first row is written.
    custom = sorted({name for row in export_rows(tx, kind, by=by) for name in row.state.get("extra", {})})
    header = ["number", *chain.from_iterable(_headers(field) for field in FIELDS[kind])]
    header += _TIMES.get(kind, ())
    renamed = [name if name not in header else f"{name} (custom)" for name in custom]

    def cells(row: ExportRow) -> list[str]:
        extra = row.state.get("extra", {})
        own = chain.from_iterable(
            _cells(field, row.state.get(field.name), names, users, queues) for field in FIELDS[kind]
        )
        times = _times(row, kind)
        return [row.number, *own, *times, *(safe(_shown(extra.get(name))) for name in custom)]

    return [*header, *renamed], (cells(row) for row in export_rows(tx, kind, by=by))


def _times(row: ExportRow, kind: str) -> tuple[str, ...]:
    if kind == "case":
        return row.created_at.isoformat(), row.state.get("resolved_at") or ""
    return tuple(row.state[name] for name in _TIMES.get(kind, ()))


def _headers(field: Field) -> tuple[str, ...]:
    return (field.name, f"{field.name} number") if field.type is FieldType.RECORD else (field.name,)


def _cells(
    field: Field,
    value: Any,
    names: Mapping[str, tuple[str, str]],
    users: Mapping[str, tuple[str, str, str]],
    queues: Mapping[str, str],
) -> tuple[str, ...]:
    if field.type is FieldType.RECORD:
        number, title = names.get(value, ("", ""))
        return (safe(title), number)
    if field.type is FieldType.USER:
        name, email, _ = users.get(value, ("", "", ""))
        return (safe(email or name),)
    if field.type is FieldType.QUEUE:
        return (safe(queues.get(value, "")),)
    return (_shown(value),) if field.type in _NUMBERS else (safe(_shown(value)),)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _write(out: TextIO, header: Iterable[str], rows: Iterable[list[str]]) -> int:
    writer = csv.writer(out)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return count
