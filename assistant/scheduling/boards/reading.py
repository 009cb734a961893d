"""What a schedule board shows of a stretch of time: resources in order, their hours, calendars and bookings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from assistant.scheduling.asking import read_resources, sites_of, travel_value, uncollected
from assistant.scheduling.engine.loaded import Loaded, World
from assistant.scheduling.engine.minutes import Span
from store.actor import Actor
from store.queries.scheduling.board import BoardBooking, board_bookings
from store.scheduling.capacity import Booked
from store.scheduling.lifecycle import OCCUPYING
from store.scheduling.reading import Setup, Thing, read_setup

_SOON = timedelta(days=14)
_KINDS = ("person", "equipment", "facility")


@dataclass(frozen=True)
class Board:
    """`lines` are all resources, by site, kind and name. Of those in `loaded` is known what occupies them from `start`
    until before `end` (UTC): minutes of work and of calendars there, bookings by the key of the resource here;
    `with_ended` those that were cancelled or not kept are among them."""

    setup: Setup
    lines: tuple[Thing, ...]
    start: datetime
    end: datetime
    loaded: Loaded
    bookings: Mapping[int, Sequence[BoardBooking]]
    with_ended: bool = False

    def covers(self, resource_ids: Collection[int], start: datetime, end: datetime) -> bool:
        """Whether all of this is known."""
        return self.start <= start and end <= self.end and self.loaded.world.resources.keys() >= set(resource_ids)


def read_board(
    tx: Connection,
    start: datetime,
    end: datetime,
    first: int = 0,
    count: int | None = None,
    *,
    setup: Setup | None = None,
    things: Sequence[Thing] | None = None,
    ended: bool = False,
    by: Actor,
    now: datetime,
) -> Board:
    """The board with what is known in [start, end) of `count` resources from line `first` on; None: of all of them. Or
    of these `things`. With `ended` what was cancelled or not kept is told too, though it occupies nothing.

    A `setup` that was read before is read no second time.
    """
    with uncollected():
        setup = setup or read_setup(tx)
        lines = in_order(setup)
        shown = things if things is not None else lines[first : None if count is None else first + count]
        bookings = board_bookings(tx, [each.id for each in shown], start, end, ended=ended, by=by)
        occupied = {
            key: [
                Booked(each.starts_at, each.ends_at, each.units, each.number, each.area)
                for each in held
                if each.status in OCCUPYING
            ]
            for key, held in bookings.items()
        }
        resources = read_resources(tx, setup, shown, start, end, occupied=occupied, by=by, now=now)
        world = World(resources, sites=sites_of(setup), travel=travel_value(setup))
        return Board(setup, lines, start, end, Loaded(world, Span.around(start, end)), bookings, ended)


def next_work(tx: Connection, *, by: Actor, now: datetime) -> datetime:
    """When anybody works next, now where somebody does: the first moment that a board is about (UTC).

    People count; where there are none, equipment and facilities do. Without work hours it is now.
    """
    setup = read_setup(tx)
    things = setup.resources.values()
    people = [each for each in things if each.state["kind"] == "person"] or list(things)
    known = read_resources(tx, setup, people, now, now, occupied={}, by=by, now=now)
    loaded = Loaded(World(known, sites=sites_of(setup)), Span.around(now, now + _SOON))
    works = 0
    for each in known:
        works |= loaded.open(each)
    first = (works & -works).bit_length() - 1
    return loaded.span.at(first) if first > 0 else now


def in_order(setup: Setup) -> tuple[Thing, ...]:
    """All resources by the names of their sites, people before equipment before facilities, and by name."""
    sites = {uid: place for place, uid in enumerate(setup.sites)}
    order = {kind: place for place, kind in enumerate(_KINDS)}
    resources = enumerate(setup.resources.values())
    keyed = sorted((sites[each.state["site"]], order[each.state["kind"]], place, each) for place, each in resources)
    return tuple(each for *_, each in keyed)


def of_groups(setup: Setup, groups: Collection[str]) -> set[str]:
    """The uids of the resources of these groups (by uid), and of the groups within them."""
    found: set[str] = set()
    seen, left = set(groups), list(groups)
    while left:
        state = setup.groups[left.pop()].state
        found.update(state["resources"])
        within = [uid for uid in state["groups"] if uid in setup.groups and uid not in seen]
        seen.update(within)
        left += within
    return found & setup.resources.keys()
