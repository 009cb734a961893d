"""What is kept for everybody as undo sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from store.errors import CannotUndo, Invalid
from store.history.ledger import Change
from store.history.undoable import Standing, Undoable
from store.kept.keeping import check_name
from store.kept.sorts import Sort, Stored, read_states, set_deleted, write_state


def undoable(sorts: Sequence[Sort]) -> dict[str, Undoable]:
    """What undo has to know of each of the sorts, by the name in the ledger; they refer to each other at most."""
    return {
        sort.name: Undoable(
            partial(standing, sort=sort),
            partial(restore, sort=sort),
            partial(label, sort=sort),
            partial(check, sort=sort, sorts=sorts),
        )
        for sort in sorts
    }


def standing(tx: Connection, uids: Collection[str], *, sort: Sort) -> dict[str, Standing]:
    """The things as they stand."""
    return {
        uid: Standing(f"{sort.noun} {stored.state['name']}", None if stored.deleted else stored.state)
        for uid, stored in read_states(tx, sort, uids).items()
    }


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime, sort: Sort) -> None:
    """Bring things to what `after` says: None deletes, a state where there was None brings back."""
    stored = read_states(tx, sort, [change.uid for change in changes])
    for change in changes:
        one = stored[change.uid]
        before = None if one.deleted else one.state
        set_deleted(tx, sort, one.id, now if change.after is None else None)
        if change.after is not None:
            write_state(tx, sort, one.id, change.after)
        after = None if change.after is None else {**one.state, **change.after}
        sort.follow_up(tx, sort, one.id, before, after, now=now)


def label(_tx: Connection, _uid: str, name: str, *, sort: Sort) -> str:
    """What people call a value of the thing."""
    return sort.labels.get(name, name.capitalize())


def check(tx: Connection, changes: Sequence[Change], *, sort: Sort, sorts: Sequence[Sort]) -> None:
    """Raises CannotUndo when what would go by it is in use, and when what would come back is taken or leads nowhere."""
    stored = read_states(tx, sort, [change.uid for change in changes])
    for change in changes:
        one = stored[change.uid]
        if change.before is not None:
            _check_free(tx, sort, one, change.before, sorts)
        elif used := sort.uses(tx, sort, one.id):
            raise CannotUndo(f"The {sort.noun} {one.state['name']} is in use: {used}.")


def _check_free(tx: Connection, sort: Sort, one: Stored, wanted: Mapping[str, Any], sorts: Sequence[Sort]) -> None:
    try:
        if "name" in wanted:
            check_name(tx, sort, one.id, wanted["name"])
        sort.check(tx, one.id, wanted)
    except Invalid as error:
        raise CannotUndo(error.sentence) from None
    for other in sorts:
        named = [wanted.get(name) for name, part in sort.parts.items() if part.refers_to is other.table]
        for stored in read_states(tx, other, list(filter(None, named))).values():
            if stored.deleted:
                raise CannotUndo(f"The {other.noun} {stored.state['name']} is not there any more.")
