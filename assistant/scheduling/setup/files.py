"""Sites, resources, groups, services and travel times in one TOML file, and travel times in a CSV.

[[site]], [[resource]], [[group]] and [[service]] tables have the fields of store.scheduling.fields, typed as a person
types them, or as lists, tables and numbers where TOML has those. [travel] has `default`, and `minutes` as a list of
[from, to, minutes]. What a file names is added or changed, one operation for all of it; nothing is left half done.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from assistant.scheduling.setup.keeping import check_services
from store.actor import Actor
from store.errors import Invalid, NotFound, StoreError
from store.history.ledger import Change, merged, record_operation
from store.kept.sorts import Sort
from store.scheduling.reading import thing_called
from store.scheduling.saving import put_thing
from store.scheduling.sorts import GROUP, RESOURCE, SERVICE, SITE
from store.scheduling.travelling import put_travel

#: In the order in which one refers to the other.
_SORTS = {sort.noun: sort for sort in (SITE, RESOURCE, GROUP, SERVICE)}
TRAVEL = "travel"
TABLES = (*_SORTS, TRAVEL)
_MOST = 16_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Imported:
    """How many things of each table were new and how many changed, and the operation that takes all of it back."""

    new: int
    changed: int
    operation_uid: str


def read_setup_file(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises Invalid in words."""
    try:
        data = path.read_bytes()
        if len(data) > _MOST:
            raise Invalid(f"{path} is too large.")
        found = tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"{path} is no TOML: {error}.") from None
    if unknown := sorted(set(found) - set(TABLES)):
        raise Invalid(f"{path} has a table {unknown[0]!r}; there are {', '.join(TABLES)}.")
    return found


def import_setup(
    tx: Connection,
    tables: Mapping[str, Any],
    *,
    only: Collection[str] = TABLES,
    name: str = "",
    by: Actor,
    now: datetime,
) -> Imported:
    """Add or change what the tables say. Raises Invalid, NotFound, Ambiguous that name the table and its entry."""
    changes: list[Change] = []
    new, services = 0, []
    for noun, sort in _SORTS.items():
        rows = tables.get(noun, []) if noun in only else []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Invalid(f"Write each {noun} as a table [[{noun}]].")
        for number, row in enumerate(rows, 1):
            try:
                key = _known(tx, sort, row)
                put = put_thing(tx, sort, row, key=key, by=by, now=now)
            except StoreError as error:
                raise Invalid(f"{noun} {row.get('name') or number}: {error.sentence}") from None
            changes.append(put.change)
            new += key is None
            services += [put.id] if sort is SERVICE else []
    if TRAVEL in only and TRAVEL in tables:
        changes.append(put_travel(tx, *_travel(tables[TRAVEL])))
    check_services(tx, services, by=by, now=now)
    done = [change for change in changes if change.before != change.after]
    uid = record_operation(tx, "import_scheduling", f"Imported {name or 'scheduling'}", merged(changes), by=by, now=now)
    return Imported(new, len(done) - new, uid)


def read_travel_csv(text: str) -> dict[tuple[str, str], int]:
    """Minutes between areas from lines of from, to, minutes; a first line without a number is a heading. Raises
    Invalid."""
    found: dict[tuple[str, str], int] = {}
    dialect = ";" if text.split("\n", 1)[0].count(";") > 1 else ","
    for number, row in enumerate(csv.reader(StringIO(text), delimiter=dialect), 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and not cells[-1].isdecimal()):
            continue
        if len(cells) != 3 or not cells[2].isdecimal() or not cells[0] or not cells[1]:
            raise Invalid(f"Line {number} is no way: write from, to and minutes, as 8000,9000,65.")
        found[cells[0], cells[1]] = int(cells[2])
    return found


def _known(tx: Connection, sort: Sort, row: Mapping[str, Any]) -> int | None:
    try:
        return thing_called(tx, sort, str(row.get("name", ""))).id
    except NotFound:
        return None


def _travel(table: Any) -> tuple[dict[tuple[str, str], int], int | None]:
    if not isinstance(table, dict) or set(table) - {"default", "minutes"}:
        raise Invalid("[travel] has `default` and `minutes`.")
    ways = table.get("minutes", [])
    default = table.get("default")
    shaped = isinstance(ways, list) and all(map(_is_way, ways))
    if not shaped or not (default is None or _whole(default)):
        raise Invalid('Write travel as default = 30 and minutes = [["8000", "9000", 65]], in minutes.')
    return {(way[0], way[1]): way[2] for way in ways}, default


def _is_way(way: Any) -> bool:
    match way:
        case [str(), str(), minutes]:
            return _whole(minutes)
    return False


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
