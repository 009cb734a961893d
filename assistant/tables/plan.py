"""Planning the import of a table: what it holds, which rows are new, known, doubtful or bad. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.tables.errors import TableRefused
from assistant.tables.guessing import CUSTOM, Column, Guess, guess
from assistant.tables.headers import KEY
from assistant.tables.known import Known
from assistant.tables.names import plain_key, similar
from assistant.tables.reading import Table, read_table
from assistant.tables.rows import Prepared, prepare
from mail_sync.providers.files.kinds import HEAD_BYTES, TABLE_SUFFIXES, Kind, kind_of
from store.actor import Actor
from store.engine import Store
from store.errors import Invalid
from store.records.values import Notation

PREVIEWED = 5  # rows
#: The order in which the tables of a folder build on each other.
ORDER = ("user", "product", "account", "contact", "lead", "opportunity", "case")
_COMPARED = 20_000_000  # pairs of names that are looked at for likeness; beyond, only sameness counts


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be imported, and why in one sentence."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """A row that is (or `likeness` percent resembles) something: `what` names it."""

    row: int
    title: str
    what: str
    likeness: float = 100.0


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing a file would do. Row numbers are lines of the file.

    `known` rows are in the store already, `repeated` ones stand twice in the file, `similar` ones are imported but
    look like something that is there. `preview` shows the first rows by field.
    """

    path: Path
    guess: Guess
    rows: int
    new: int
    known: tuple[Match, ...]
    repeated: tuple[Match, ...]
    similar: tuple[Match, ...]
    bad: tuple[BadRow, ...]
    preview: tuple[Mapping[str, str], ...]
    table: Table = field(repr=False)

    @property
    def kind(self) -> str:
        return self.guess.kind

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.guess.columns

    @property
    def notation(self) -> Notation:
        return self.guess.notation


@dataclass(frozen=True, slots=True)
class RefusedFile:
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """The tables of a folder in the order in which they build on each other, and those that are none."""

    plans: tuple[ImportPlan, ...]
    refused: tuple[RefusedFile, ...]


def plan_import(
    path: Path, *, store: Store, by: Actor, kind: str | None = None, mapping: Mapping[str, str] | None = None
) -> ImportPlan:
    """Read a table and decide about every row. `kind` and `mapping` (header to field, "extra" for a custom value, ""
    for none) override the guess. Raises TableRefused, OSError, StoreError.
    """
    table = read_table(path)
    found = guess(table, path.name, kind=kind, mapping=mapping)
    with store.read() as tx:
        known = Known.load(tx, found.kind, key_header(found), by=by)
    return _plan(path, table, found, known)


def plan_folder(paths: Sequence[Path], *, store: Store, by: Actor) -> FolderPlan:
    """Plan all tables among the files and under the folders. Rows that name things of an earlier table are planned
    as if that were not yet imported. Raises OSError, StoreError."""
    plans: list[ImportPlan] = []
    refused: list[RefusedFile] = []
    for path in _tables(paths):
        try:
            plans.append(plan_import(path, store=store, by=by))
        except TableRefused as error:
            refused.append(RefusedFile(path, error.sentence))
    plans.sort(key=lambda plan: ORDER.index(plan.kind))
    return FolderPlan(tuple(plans), tuple(refused))


def key_header(found: Guess) -> str:
    """The header of the other program's id, '' for none."""
    return next((column.header for column in found.columns if column.field == KEY), "")


def prepared_rows(table: Table, found: Guess) -> tuple[list[Prepared], list[BadRow]]:
    """The rows that can be read, and those that cannot."""
    good: list[Prepared] = []
    bad: list[BadRow] = []
    for row in table.rows:
        try:
            good.append(prepare(row, found))
        except Invalid as error:
            bad.append(BadRow(row.number, error.sentence))
    return good, bad


def _plan(path: Path, table: Table, found: Guess, known: Known) -> ImportPlan:
    good, bad = prepared_rows(table, found)
    matches: list[Match] = []
    repeated: list[Match] = []
    fresh: list[Prepared] = []
    seen: dict[str, int] = {}
    for one in good:
        identities = known.identities(one)
        earlier = next((seen[identity] for identity in identities if identity in seen), None)
        uid = known.match(one)
        if uid is not None:
            matches.append(Match(one.number, one.title, known.numbers.get(uid, "")))
        elif earlier is not None:
            repeated.append(Match(one.number, one.title, f"row {earlier}"))
        else:
            fresh.append(one)
        seen |= {identity: one.number for identity in identities if identity not in seen}
    return ImportPlan(
        path=path,
        guess=found,
        rows=len(table.rows),
        new=len(fresh),
        known=tuple(matches),
        repeated=tuple(repeated),
        similar=tuple(_similar(fresh, known)),
        bad=tuple(bad),
        preview=tuple(_preview(table, found)),
        table=table,
    )


def _similar(fresh: Sequence[Prepared], known: Known) -> list[Match]:
    """New names that look like known ones, or like earlier ones of the file."""
    if known.kind not in ("account", "contact", "lead", "product"):
        return []
    titles = dict(known.titles)
    if len(fresh) * (len(titles) + len(fresh)) > _COMPARED:
        return []
    found = []
    for one in fresh:
        key = plain_key(one.title)
        best = similar(key, titles) if len(key) > 4 else None
        if best is not None:
            found.append(Match(one.number, one.title, titles[best[0]], best[1]))
        titles.setdefault(key, f"row {one.number} {one.title}")
    return found


def _preview(table: Table, found: Guess) -> list[dict[str, str]]:
    return [
        {
            (column.header if column.field == CUSTOM else column.field): row.cells[column.index]
            for column in found.columns
            if column.field and row.cells[column.index]
        }
        for row in table.rows[:PREVIEWED]
    ]


def _tables(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += [one for one in (sorted(path.rglob("*")) if path.is_dir() else [path]) if _is_table(one)]
    return found


def _is_table(path: Path) -> bool:
    """Whether a file is a table for the import of all other files too, so that each is taken exactly once."""
    if path.suffix.lower() not in TABLE_SUFFIXES or not path.is_file():
        return False
    with path.open("rb") as stream:
        return kind_of(path.name, stream.read(HEAD_BYTES))[0] is Kind.TABLE
