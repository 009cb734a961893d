"""What the schedule board says of a resource at a time when nothing is booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from assistant.scheduling.boards.reading import Board
from assistant.scheduling.engine.loaded import Loaded, World
from assistant.scheduling.engine.minutes import Span
from assistant.scheduling.engine.model import Busy, Resource, TimeOff
from store.queries.scheduling.board import BoardBooking
from store.scheduling.reading import Setup, Thing
from tests.assistant.scheduling.workshop import at, hours
from tui.board_layout import Scale
from tui.board_rows import laid_out
from tui.rows.board import free_line


def board_of(booked: Sequence[BoardBooking] = (), **known: Any) -> Board:
    """Monday; Ann works from eight to five with a break at noon."""
    none = MappingProxyType[str, Thing]({})
    site = Thing(1, "s", "Vienna", {"zone": "Europe/Vienna", "closures": {}, "calendars": {}})
    ann = Thing(1, "a", "Ann", {"kind": "person", "site": "s", "capacity": 1})
    resource = Resource(1, "Ann", **{"hours": hours(), **known})
    start, end = at(0), at(24)
    setup = Setup({"s": site}, {"a": ann}, none, none, {}, {}, {}, {})
    loaded = Loaded(World({1: resource}), Span.around(start, end))
    return Board(setup, (ann,), start, end, loaded, {1: list(booked)})


def said(*moments: datetime, **known: Any) -> list[str]:
    """The last line at each of these times."""
    board = board_of(**known)
    [ann] = board.lines
    return [free_line(board, ann, moment, at(0)).split("\n")[1] for moment in moments]


def test_board_says_what_is_known_of_a_calendar_and_how_far() -> None:
    busy = Busy(at(9), at(10), "Dentist")
    assert said(at(9), at(10), at(12), at(14), busy=(busy,), known_until=at(13)) == [
        "busy in its calendar: Dentist",
        "free",
        "outside its work hours",
        "its calendar is not known",
    ]
    assert said(at(9), unknown="it was never read") == ["its calendar is not known: it was never read"]


def test_board_marks_what_is_still_to_be_done_while_somebody_is_off() -> None:
    def job(key: int, hour: int, status: str = "confirmed") -> BoardBooking:
        times = (at(hour), at(hour + 1))
        return BoardBooking(key, *times, *times, 1, status, "", 1)

    sick = replace(hours(), time_off=(TimeOff(at(10), at(15), "sick"),))
    booked = [job(1, 9), job(2, 10), job(3, 13, "done"), job(4, 15)]
    board = board_of(booked, hours=sick)
    row = laid_out(board, board.lines[0], Scale(at(8), 15, 36), frozenset(), at(8))
    assert [(block.bookings[0].booking_id, block.broken) for block in row.blocks] == [
        (1, False), (2, True), (3, False), (4, False),
    ]  # fmt: skip
