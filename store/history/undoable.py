"""What undo needs to know about one kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from store.history.ledger import Change


def same(one: Any, other: Any) -> bool:
    """Equal, where every empty value is as good as none."""
    empty: tuple[Any, ...] = (None, "", [], {})
    return (one in empty and other in empty) or bool(one == other)


@dataclass(frozen=True, slots=True)
class Standing:
    """A thing as it stands: `label` names it to people, `state` is None where it is deleted."""

    label: str
    state: Mapping[str, Any] | None


class Restore(Protocol):
    """Bring things to what `after` of each change says. All of them exist, maybe as deleted ones."""

    def __call__(self, tx: Connection, changes: Sequence[Change], *, now: datetime) -> None: ...


def always(_tx: Connection, _changes: Sequence[Change]) -> None:
    """Nothing speaks against undoing it."""


def never(_change: Change, _state: Mapping[str, Any] | None) -> bool:
    """Whatever changed since stands in the way."""
    return False


@dataclass(frozen=True, slots=True)
class Undoable:
    """`standing` leaves out what no longer exists in any form; `label` names a field of one thing to people.

    `check` raises CannotUndo in words where not even `force` could take the changes back. `yields` says of a change and
    of how the thing stands now that what happened since was nobody's decision and need not be asked about. What
    `is_first` is restored before everything else, whichever way an operation is taken back.
    """

    standing: Callable[[Connection, Collection[str]], Mapping[str, Standing]]
    restore: Restore
    label: Callable[[Connection, str, str], str]
    check: Callable[[Connection, Sequence[Change]], None] = always
    yields: Callable[[Change, Mapping[str, Any] | None], bool] = never
    is_first: bool = False
