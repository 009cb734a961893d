"""What the schedule board says of a resource at a time when nothing is booked."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import Any

from assistant.scheduling.boards import Board
from assistant.scheduling.loaded import Loaded, World
from assistant.scheduling.minutes import Span
from assistant.scheduling.model import Busy, Resource
from store.scheduling.reading import Setup, Thing
from tests.assistant.scheduling.workshop import at, hours
from tui.rows.board import free_line


def said(*moments: datetime, **known: Any) -> list[str]:
    """The last line at each of these times on Monday; Ann works from eight to five with a break at noon."""
    none = MappingProxyType[str, Thing]({})
    site = Thing(1, "s", "Vienna", {"zone": "Europe/Vienna", "closures": {}, "calendars": {}})
    ann = Thing(1, "a", "Ann", {"kind": "person", "site": "s"})
    resource = Resource(1, "Ann", hours=hours(), **known)
    start, end = at(0), at(24)
    setup = Setup({"s": site}, {"a": ann}, none, none, {}, {}, {}, {})
    board = Board(setup, (ann,), start, end, Loaded(World({1: resource}), Span.around(start, end)), {})
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
