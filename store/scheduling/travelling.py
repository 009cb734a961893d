"""Minutes on the way between areas: kept as one table, replaced as one, and taken back as one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert

from store.actor import RESTRICTED, Actor
from store.chunks import chunked
from store.errors import Invalid, NotAllowed
from store.history.ledger import Change, record_operation
from store.history.undoable import Standing, Undoable
from store.scheduling.reading import travel
from store.schema.scheduling import TravelTime

#: The only thing of its kind, for the ledger.
TABLE, _UID = "travel_time", "travel"
_ANYWHERE = ("", "")
_MOST = 7 * 24 * 60  # minutes of one way

Ways = Mapping[tuple[str, str], int]


def set_travel(tx: Connection, ways: Ways, default: int | None = None, *, by: Actor, now: datetime) -> str:
    """These ways take the place of all others; `default` is the time where none is known, None: as it was.

    Returns the operation's uid. Raises Invalid, NotAllowed.
    """
    if by.role == RESTRICTED:
        raise NotAllowed("travel times are everybody's")
    change = put_travel(tx, ways, default)
    return record_operation(tx, "set_travel", f"Set {len(ways):,} travel times", [change], by=by, now=now)


def change_ways(tx: Connection, gone: Collection[tuple[str, str]], come: Ways, *, by: Actor, now: datetime) -> str:
    """Some ways go, others come; the rest stays as it is at this moment. ("", "") is the time where none is known.

    Returns the operation's uid. Raises Invalid, NotAllowed.
    """
    ways = {way: minutes for way, minutes in travel(tx).items() if way not in gone} | dict(come)
    default = ways.pop(_ANYWHERE, 0)
    return set_travel(tx, ways, default, by=by, now=now)


def put_travel(tx: Connection, ways: Ways, default: int | None) -> Change:
    """As `set_travel`, for the caller to record."""
    before = travel(tx)
    after = {**ways, _ANYWHERE: before.get(_ANYWHERE, 0) if default is None else default}
    for (start, end), minutes in after.items():
        if not 0 <= minutes <= _MOST:
            where = f"from {start} to {end}" if start else "where none is known"
            raise Invalid(f"The way {where} takes 0 to {_MOST:,} minutes, not {minutes:,}.")
    _write(tx, after)
    return Change(TABLE, _UID, _state(before), _state(after))


def _standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    return {uid: Standing("travel times", _state(travel(tx))) for uid in uids}


def _restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    for change in changes:
        _write(tx, {(start, end): minutes for start, end, minutes in (change.after or {}).get("ways", ())})


def _label(_tx: Connection, _uid: str, _name: str) -> str:
    return "ways"


UNDOABLE = {TABLE: Undoable(_standing, _restore, _label)}


def _state(ways: Ways) -> dict[str, Any]:
    return {"ways": [[start, end, minutes] for (start, end), minutes in sorted(ways.items())]}


def _write(tx: Connection, ways: Ways) -> None:
    tx.execute(delete(TravelTime))
    rows = [{"from_area": start, "to_area": end, "minutes": minutes} for (start, end), minutes in ways.items()]
    for portion in chunked(rows):
        tx.execute(insert(TravelTime), portion)
