"""Long lists in portions that fit the parameter limit of every database."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def chunked(values: Collection[T], size: int = 500) -> Iterator[list[T]]:
    """`values` in lists of at most `size`."""
    rest = iter(values)
    while portion := list(islice(rest, size)):
        yield portion
