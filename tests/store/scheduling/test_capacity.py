from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from store.scheduling.capacity import Occupied, Overfull, in_use, overfull


def test_capacity_is_exceeded_only_where_units_stand_at_once() -> None:
    nine, ten = Occupied(540, 600, 1, "BKG-00001"), Occupied(600, 660, 1, "BKG-00002")
    assert overfull([nine, ten], 1) is None
    late = Occupied(590, 620, 1, "BKG-00003")
    assert overfull([ten, late, nine], 1) == Overfull(590, 620, 2, (nine, late, ten))
    assert overfull([ten, late, nine], 2) is None


def test_capacity_counts_moments_as_it_counts_minutes() -> None:
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    first = Occupied(at, at + timedelta(hours=2), 3)
    second = Occupied(at + timedelta(minutes=119, seconds=59), at + timedelta(hours=3), 2)
    found = overfull([first, second], 4)
    assert found == Overfull(second.start, first.end, 5, (first, second))
    assert overfull([first, second], 5) is None


def test_capacity_names_the_first_stretch_and_leaves_out_what_takes_no_time() -> None:
    long = Occupied(0, 100, 1)
    others = [Occupied(10, 20, 1), Occupied(20, 30, 2), Occupied(15, 15, 9), Occupied(60, 70, 5)]
    assert overfull([*others, long], 1) == Overfull(10, 30, 3, (long, *others[:2]))


def test_units_in_use_are_those_counted_minute_by_minute() -> None:
    rng = random.Random(6)
    for _ in range(50):
        held = [Occupied(at := rng.randrange(40), at + rng.randrange(12), rng.randrange(1, 4)) for _ in range(6)]
        counted = [sum(each.units for each in held if each.start <= minute < each.end) for minute in range(60)]
        said = [0] * 60
        for start, end, units in in_use(held):
            said[start:end] = [units] * (end - start)
        assert said == counted
        found = overfull(held, 3)
        over = [minute for minute in range(60) if counted[minute] > 3]
        assert (found.start if found else None) == (over[0] if over else None)
