"""Lists in sections: a heading, and below it a line for each thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

ThingT = TypeVar("ThingT")
Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The heading above the lines of a section; `said` is what stands there where it has none."""

    name: str
    title: str
    count: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Line(Generic[ThingT]):
    """A thing, with what tells it from the others."""

    key: Key
    thing: ThingT


SectionRow: TypeAlias = Section | Line[ThingT]


def section(name: str, title: str, rows: Sequence[Line[ThingT]], said: str = "") -> Iterator[SectionRow[ThingT]]:
    """A heading and its lines; where it has none, what is said instead, or nothing at all."""
    if rows or said:
        yield Section(name, title, len(rows), "" if rows else said)
        yield from rows


def parted(sections: Iterable[Iterable[SectionRow[ThingT]]], *, airy: bool) -> list[SectionRow[ThingT]]:
    """The sections one below the other; `airy`: with a blank line between them."""
    rows: list[SectionRow[ThingT]] = []
    for number, each in enumerate(sections):
        shown = list(each)
        if shown and rows and airy:
            rows.append(Section(f"space {number}", "", 0))
        rows += shown
    return rows


def key_of(row: SectionRow[ThingT]) -> Key:
    return ("", row.name) if isinstance(row, Section) else row.key
