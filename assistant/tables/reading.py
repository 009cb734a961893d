"""Reading a table of text, whatever its encoding, its delimiter and the dirt at its edges."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.tables.errors import TableRefused
from store.domains import parse_email
from store.errors import Invalid

LARGEST = 500 * 1024 * 1024  # bytes
_FIELD = 10 * 1024 * 1024  # characters of one cell
_SAMPLE = 50  # rows that decide about the delimiter
_DELIMITERS = ",;\t|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the line of the file on which the row ends, as an editor counts; cells are as many as columns."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, index: int) -> list[str]:
        """The cells of a column that are not blank."""
        return [row.cells[index] for row in self.rows if row.cells[index]]


def read_table(path: Path) -> Table:
    """The table in a file. Raises TableRefused when there is none, and OSError."""
    if path.stat().st_size > LARGEST:
        raise TableRefused(f"{path.name} is larger than {LARGEST // 1024**2} MB: split it.")
    return parse_table(path.read_bytes(), path.name)


def parse_table(raw: bytes, name: str) -> Table:
    """The table in some bytes; `name` stands in the refusals. Raises TableRefused."""
    text, encoding = _decoded(raw, name)
    text, said = _told_delimiter(text)
    delimiter = said or _likely_delimiter(text)
    lines = [row for row in _parsed(text, delimiter, name) if any(row.cells)]
    if not lines:
        raise TableRefused(f"{name} is empty.")
    header = _header(lines[0].cells, name)
    rows = tuple(Row(line.number, _fitted(line.cells, len(header))) for line in lines[1:])
    return Table(encoding, delimiter, header, rows)


def _decoded(raw: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace"), encoding.removesuffix("-sig")
    for encoding, zeros, others in (("utf-16-le", raw[1:400:2], raw[:400:2]), ("utf-16-be", raw[:400:2], raw[1:400:2])):
        if zeros.count(0) > 0.7 * len(zeros) and others.count(0) == 0:
            return raw.decode(encoding, "replace"), encoding
    if b"\0" in raw[:4096]:
        raise TableRefused(f"{name} is not a text file; save it as CSV first.")
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # Excel on Windows saves plain "CSV" in the code page of the machine, which is this one in the west.
        return raw.decode("cp1252", "replace"), "cp1252"


def _told_delimiter(text: str) -> tuple[str, str]:
    """Excel's own first line "sep=;" names the delimiter and is no data."""
    found = re.match(r"sep=(.)\r?\n", text)
    return (text[found.end() :], found[1]) if found else (text, "")


def _likely_delimiter(text: str) -> str:
    """The one that cuts the first rows into the same number of cells most often, and into most cells."""

    def fitness(delimiter: str) -> tuple[float, int]:
        sample = [
            row for _, row in zip(range(_SAMPLE), csv.reader(io.StringIO(text), delimiter=delimiter), strict=False)
        ]
        widths = Counter(len(row) for row in sample if row)
        if not widths:
            return (0.0, 0)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        return (count / sum(widths.values()) if width > 1 else 0.0, width)

    csv.field_size_limit(_FIELD)
    return max(_DELIMITERS, key=fitness)


def _parsed(text: str, delimiter: str, name: str) -> list[Row]:
    csv.field_size_limit(_FIELD)
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    try:
        return [Row(reader.line_num, tuple(_clean(cell) for cell in row)) for row in reader]
    except csv.Error as error:
        raise TableRefused(f"{name} cannot be read as a table (line {reader.line_num}: {error}).") from error


def _clean(cell: str) -> str:
    """Without blanks around it, and without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    cell = cell.strip().replace("\r\n", "\n")
    return cell[1:] if re.match(r"'+[=+\-@]", cell) else cell


def _header(cells: Sequence[str], name: str) -> tuple[str, ...]:
    last = max(index for index, cell in enumerate(cells) if cell)
    named = list(cells[: last + 1])
    if sum(1 for cell in named if cell) * 2 <= len(named):
        raise TableRefused(f"{name} has no first row that names its columns, so it is not a table of records.")
    if any(_is_value(cell) for cell in named):
        raise TableRefused(f"The first row of {name} holds values: put a row with the names of the columns above it.")
    seen: Counter[str] = Counter()
    for index, cell in enumerate(named):
        seen[cell] += 1
        named[index] = cell if cell and seen[cell] == 1 else f"{cell or 'column'} {index + 1}"
    return tuple(named)


def _is_value(cell: str) -> bool:
    if re.fullmatch(r"[\d.,/:\s€$£%-]*\d[\d.,/:\s€$£%-]*", cell):
        return True
    try:
        parse_email(cell)
    except Invalid:
        return False
    return True


def _fitted(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*cells[:width], *[""] * (width - len(cells)))
