"""What happens in a world, in the order in which it becomes known: pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.linking.world.format import World
from assistant.linking.world.mails import WorldMail
from assistant.linking.world.records import WorldRecord


@dataclass(frozen=True, slots=True)
class Step:
    """At one instant records appear, others are closed, then mails come."""

    at: datetime
    created: tuple[WorldRecord, ...] = ()
    closed: tuple[WorldRecord, ...] = ()
    mails: tuple[WorldMail, ...] = ()


def beginning(world: World) -> datetime:
    """Before anything that has a date: since then exists what was known from the start."""
    records = world.records.values()
    dates = [date for record in records for date in (record.created, record.closed) if date is not None]
    return min([*dates, world.mails[0].at]) - timedelta(days=1)


def steps(world: World) -> Iterator[Step]:
    start = beginning(world)
    created: dict[datetime, list[WorldRecord]] = defaultdict(list)
    closed: dict[datetime, list[WorldRecord]] = defaultdict(list)
    mails: dict[datetime, list[WorldMail]] = defaultdict(list)
    for record in world.records.values():
        created[record.created or start].append(record)
        if record.closed is not None:
            closed[record.closed].append(record)
    for mail in world.mails:
        mails[mail.at].append(mail)
    for at in sorted({*created, *closed, *mails}):
        yield Step(at, tuple(created[at]), tuple(closed[at]), tuple(mails[at]))
