"""Guessing what a table holds and which column is which field. Pure; people see the guess and may change it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from rapidfuzz import fuzz

from assistant.tables.errors import TableRefused
from assistant.tables.headers import (
    CLOSED,
    KEY,
    KIND_WORDS,
    KINDS,
    NUMBER,
    OPENED,
    REFERENCES,
    SIGNATURE,
    USER_FIELDS,
    names_of,
    number_field,
    squeezed,
)
from assistant.tables.reading import Table
from store.dates import date_order
from store.domains import parse_email
from store.errors import Invalid
from store.records.amounts import decimal_mark
from store.records.fields import FIELDS, FieldType
from store.records.values import Notation
from store.search_text import fold
from store.users import ROLES

#: Kept as a custom value under the column's name.
CUSTOM = "extra"
#: Left out.
IGNORED = ""

_ALIKE = 88.0  # percent; from here on a misspelt header still counts
_SURE = 0.5  # the least score of a kind that is taken without asking
_SAMPLE = 200  # cells that decide what a column holds
_SHARED = ("emails",)  # fields that several columns fill together


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file and the field it fills; `field` may be CUSTOM or IGNORED."""

    index: int
    header: str
    field: str


@dataclass(frozen=True, slots=True)
class Guess:
    kind: str
    columns: tuple[Column, ...]
    notation: Notation


def guess(table: Table, name: str, *, kind: str | None = None, mapping: Mapping[str, str] | None = None) -> Guess:
    """What the table in the file `name` holds; `kind` and `mapping` (header to field) are taken as told.

    Raises TableRefused when it cannot be told, or when the mapping names what is not there.
    """
    _check_told(table, kind, mapping or {})
    candidates = [kind] if kind else list(KINDS)
    scored = [(_score(table, name, one, _columns(table, one, mapping or {})), one) for one in candidates]
    best, found = max(scored, key=lambda pair: pair[0])
    if best < _SURE and not kind:
        raise TableRefused(
            f"It cannot be told what {name} holds; say whether it is accounts, contacts, leads, "
            "opportunities, cases, products or users."
        )
    columns = _columns(table, found, mapping or {})
    if not _has_name(found, columns):
        raise TableRefused(f"{name} has no column that names the {found}; tell which one is its name.")
    return Guess(found, columns, _notation(table, found, columns))


def fields_for(kind: str) -> tuple[str, ...]:
    """What a column of a table of this kind may be mapped to, besides CUSTOM and IGNORED."""
    if kind == "user":
        return (*USER_FIELDS, "given_name", "family_name")
    more = {"opportunity": ("product", "quantity"), "case": (OPENED, CLOSED)}.get(kind, ())
    numbers = (number_field(field.name) for field in FIELDS[kind] if field.name in REFERENCES)
    return (*(field.name for field in FIELDS[kind]), KEY, NUMBER, *more, *numbers)


def _check_told(table: Table, kind: str | None, mapping: Mapping[str, str]) -> None:
    if kind is not None and kind not in KINDS:
        raise TableRefused(f"There is no kind {kind!r}; there are {', '.join(KINDS)}.")
    for header, field in mapping.items():
        if header not in table.header:
            raise TableRefused(f"There is no column {header!r}; there are {', '.join(table.header)}.")
        if kind and field not in (CUSTOM, IGNORED, *fields_for(kind)):
            raise TableRefused(f"There is no field {field!r}; there are {', '.join(fields_for(kind))}.")


def _columns(table: Table, kind: str, mapping: Mapping[str, str]) -> tuple[Column, ...]:
    names = _names(table, kind)
    wishes = sorted(
        (
            (-_likeness(header, field, names[field], table, index), index, field)
            for index, header in enumerate(table.header)
            if header not in mapping
            for field in names
        ),
    )
    taken: dict[int, str] = {table.header.index(header): field for header, field in mapping.items()}
    for likeness, index, field in wishes:
        if likeness < 0 and index not in taken and (field in _SHARED or field not in taken.values()):
            taken[index] = field
    rest = IGNORED if kind == "user" else CUSTOM
    return tuple(Column(index, header, taken.get(index, rest)) for index, header in enumerate(table.header))


def _names(table: Table, kind: str) -> dict[str, tuple[str, ...]]:
    """The known names of each field. A person's "title" is the job unless a column of its own says the job."""
    names = names_of(kind)
    headers = {squeezed(header) for header in table.header}
    if "job_title" in names and "title" in headers and "jobtitle" not in headers:
        names["title"] = tuple(name for name in names["title"] if name != "title")
    return names


def _likeness(header: str, field: str, names: tuple[str, ...], table: Table, index: int) -> float:
    """0 to 1; a well-known name counts more than a misspelt one, and values may rule a field out."""
    plain, bare = squeezed(header), squeezed(re.sub(r"[(\[].*?[)\]]", "", header))
    if plain in names or bare in names:
        likeness = 1.0 - 0.001 * min(names.index(one) for one in (plain, bare) if one in names)
    else:
        best = max((fuzz.ratio(plain, name) for name in names if len(name) > 4), default=0.0)
        likeness = 0.8 * best / 100 if best >= _ALIKE else 0.0
    if likeness and not _fits(field, table.column(index)[:_SAMPLE]):
        return 0.0
    return likeness


def _fits(field: str, cells: list[str]) -> bool:
    """Whether the values can be of the field; a column without values can be anything."""
    if not cells or field not in ("email", "emails", KEY):
        return True
    if field == KEY:
        return len(set(cells)) == len(cells)
    return sum(map(_is_email, cells)) * 2 > len(cells)


def _is_email(cell: str) -> bool:
    try:
        parse_email(re.split(r"[;,\s]", cell)[0])
    except Invalid:
        return False
    return True


def _score(table: Table, name: str, kind: str, columns: tuple[Column, ...]) -> float:
    if not _has_name(kind, columns):
        return 0.0
    mapped = [column.field for column in columns if column.field not in (CUSTOM, IGNORED)]
    weight = sum(1.5 if field in SIGNATURE[kind] else 1.0 for field in mapped)
    words = set(KIND_WORDS[kind].split())
    hint = 0.4 if words & set(fold(PurePath(name).stem).split()) else 0.0
    own_key = any(column.field == KEY and words & set(fold(column.header).split()) for column in columns)
    roles = kind == "user" and _are_roles(table, columns)
    return weight / len(columns) + hint + 0.5 * own_key + 1.0 * roles


def _are_roles(table: Table, columns: tuple[Column, ...]) -> bool:
    index = next((column.index for column in columns if column.field == "role"), None)
    cells = table.column(index) if index is not None else []
    return bool(cells) and all(cell.lower() in ROLES for cell in cells)


def _has_name(kind: str, columns: tuple[Column, ...]) -> bool:
    fields = {column.field for column in columns}
    match kind:
        case "contact" | "lead":
            return bool(fields & {"title", "family_name", "emails"})
        case "opportunity":
            return "title" in fields or ("account" in fields and bool(fields & {"stage", "amount", "product"}))
        case "user":
            return bool(fields & {"title", "email", "family_name"})
    return "title" in fields


def _notation(table: Table, kind: str, columns: tuple[Column, ...]) -> Notation:
    types = {field.name: field.type for field in FIELDS.get(kind, ())} | dict.fromkeys((OPENED, CLOSED), FieldType.DATE)

    def cells(wanted: FieldType) -> list[str]:
        return [cell for column in columns if types.get(column.field) is wanted for cell in table.column(column.index)]

    return Notation(decimal_mark(cells(FieldType.AMOUNT)), date_order(cells(FieldType.DATE)))
