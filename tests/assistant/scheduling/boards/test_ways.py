"""When a resource is kept besides its work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.scheduling.boards.ways import Way, buffers, ways
from assistant.scheduling.engine.model import Resource
from assistant.scheduling.engine.travel import Travel
from store.queries.scheduling.board import BoardBooking

NINE = datetime(2026, 10, 5, 9, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def job(key: int, start: int, end: int, area: str, buffer: int = 0) -> BoardBooking:
    occupied = at(start - buffer), at(end + buffer)
    return BoardBooking(key, at(start), at(end), *occupied, 1, "confirmed", area, 1, f"B{key}")


def test_the_way_to_a_job_is_from_the_one_before_or_from_home() -> None:
    travel = Travel({("home", "far"): 30, ("far", "near"): 20, ("home", "near"): 20})
    jobs = [job(2, 180, 240, "near"), job(1, 0, 60, "far", 10), job(3, 1200, 1260, "near"), job(4, 1300, 1330, "near")]
    van = Resource(1, "Van", area="home")
    assert ways(van, jobs, travel) == [
        Way(1, at(-40), at(-10), 30),
        Way(2, at(160), at(180), 20),
        Way(3, at(1180), at(1200), 20),
    ]
    assert buffers(jobs) == [(1, at(-10), at(0)), (1, at(60), at(70))]
