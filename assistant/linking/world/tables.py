"""Tables of a world: UTF-8, RFC 4180, a first row that names the columns. What does not fit is said, not guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from assistant.linking.world.problems import Problems


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row begins, as an editor counts; a column that the file lacks is ''."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def several(self, column: str) -> list[str]:
        """The values of a cell, which semicolons separate."""
        return [value for part in self[column].split(";") if (value := part.strip())]


def read_rows(
    path: Path, columns: Collection[str], problems: Problems, *, needed: Collection[str], optional: Collection[str] = ()
) -> list[Row]:
    """The rows of a table; without the `needed` columns there are none. Blank lines are nothing."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.say(path.name, "there is no such file.")
        return []
    except UnicodeDecodeError as error:
        problems.say(path.name, "it is not UTF-8.", error.object.count(b"\n", 0, error.start) + 1)
        return []
    lines = _parsed(path.name, text, problems)
    _, header = next(lines, (1, []))
    names = [cell.strip().lower() for cell in header]
    if missing := [name for name in columns if name not in names and name not in optional]:
        problems.say(path.name, f"it has no column {_listed(missing)}.", 1)
    if unknown := [name for name in names if name not in columns]:
        problems.say(path.name, f"the column {_listed(unknown)} is not one of this table.", 1)
    if any(name not in names for name in needed):
        return []
    return [_row(path.name, line, names, cells, problems) for line, cells in lines if any(cells)]


def read_instant(row: Row, column: str, problems: Problems, *, end_of_day: bool = False) -> datetime | None:
    """The instant in a cell, UTC; None where it is empty or cannot be read.

    A day without a time counts from its beginning, or with `end_of_day` until its end.
    """
    text = row[column].strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problems.say(
            row.file, f"{column} {text!r} is not a date; write it as 2026-11-30 or 2026-11-30T09:00Z.", row.line
        )
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    has_time = len(text) > len("2026-11-30")
    if end_of_day and not has_time and moment.time() == time():
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


def _parsed(file: str, text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            yield begins, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.say(file, f"the row cannot be read ({error}).", begins)


def _row(file: str, line: int, names: list[str], cells: list[str], problems: Problems) -> Row:
    if len(cells) != len(names):
        problems.say(file, f"the row has {len(cells)} cells where the first row names {len(names)} columns.", line)
    return Row(file, line, {name: cell.strip() for name, cell in zip(names, cells, strict=False)})


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)
