"""A service of days from its slot to what is booked, moved and printed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from assistant.scheduling.asking import Wish, why_not
from assistant.scheduling.boards.moving import begin_move, hindrances
from assistant.scheduling.boards.reading import read_board
from assistant.scheduling.boards.sheets import sheet_as_ics
from assistant.scheduling.booking import book_at
from assistant.scheduling.plans.changes import Off
from assistant.scheduling.plans.whatif import what_if
from assistant.scheduling.setup.telling import service_texts
from store.actor import SYSTEM
from store.engine import Store
from store.queries.scheduling.bookings import booking_facts
from store.queries.scheduling.sheets import jobs_of
from store.scheduling.booking import move
from store.scheduling.reading import read_setup, thing_called
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE, SERVICE
from tests.store.scheduling.scene import BY, NOW, Workshop, workshop

_HOUR = timedelta(hours=1)


def at(day: int, hour: int) -> datetime:
    """That hour of a day of March 2026 in Zurich, an hour ahead of UTC; the third is a Tuesday."""
    return datetime(2026, 3, day, tzinfo=UTC) + (hour - 1) * _HOUR


def installation(tx: Connection) -> Workshop:
    shop = workshop(tx)
    rule = {"all": [{"pick": 1, "groups": ["Technicians"]}, {"pick": 1, "resources": ["Van"]}]}
    write_thing(tx, SERVICE, {"name": "Install", "duration": "2 d", "after": "15 min", "rule": rule}, **BY)
    return shop


def ill(tx: Connection, day: int) -> Off:
    return Off(thing_called(tx, RESOURCE, "Ann").uid, at(day, 0), at(day + 1, 0), "ill")


def when(tx: Connection, booking_id: int) -> list[tuple[datetime, datetime]]:
    """When a booking is, and when each of its resources works."""
    fact = booking_facts(tx, [booking_id])[booking_id]
    return [(fact.starts_at, fact.ends_at), *((each.works_from, each.works_until) for each in fact.resources)]


def test_booking_of_days_lasts_until_the_work_of_its_last_day_is_done(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = installation(tx)
        made = book_at(tx, Wish("Install", at(3, 8), at(4, 8)), **BY)
        assert when(tx, made.record_id) == [(at(3, 8), at(4, 17))] * 3
        against = book_at(tx, Wish("Install", at(5, 10), at(6, 10)), ["Bob"], **BY)
        assert when(tx, against.record_id) == [(at(5, 10), at(6, 17))] * 2
        weekend = book_at(tx, Wish("Install", at(7, 10), at(8, 10)), ["Bob"], **BY)
        assert when(tx, weekend.record_id) == [(at(7, 10), at(9, 10))] * 2
        [job] = jobs_of(tx, shop.van, at(4, 0), at(5, 0), by=SYSTEM)
        written = sheet_as_ics([job], "Europe/Zurich", now=NOW).decode()
        assert [line for line in written.split("\r\n") if line.startswith(("DTSTART;T", "DTEND;T"))] == [
            "DTSTART;TZID=Europe/Zurich:20260303T080000",
            "DTEND;TZID=Europe/Zurich:20260304T170000",
        ]


def test_booking_of_days_is_moved_as_long_as_it_is_and_rests_there(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = installation(tx)
        made = book_at(tx, Wish("Install", at(3, 8), at(4, 8)), **BY)
        board = read_board(tx, at(3, 0), at(5, 0), by=SYSTEM, now=NOW)
        [booking] = board.bookings[shop.ann]
        moving = begin_move(tx, booking, at(3, 0), at(12, 0), by=SYSTEM, now=NOW)

        def said(start: datetime) -> list[str]:
            return [each.words for each in hindrances(moving, start, moving.minutes, moving.needs, now=NOW)]

        assert [said(at(day, hour)) for day, hour in ((4, 8), (4, 7), (4, 9), (6, 8))] == [
            [],
            ["Ann does not begin work at Wed 04 Mar 07:00"],
            ["Ann does not work until Thu 05 Mar 18:00"],
            ["Ann does not work until Sat 07 Mar 17:00"],
        ]
        move(tx, made.record_id, starts_at=at(4, 8), needs=moving.with_instead(shop.ann, shop.bob), **BY)
        assert when(tx, made.record_id) == [(at(4, 8), at(5, 17))] * 3


def test_sick_call_on_the_second_day_gives_all_days_to_another(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        installation(tx)
        book_at(tx, Wish("Install", at(3, 8), at(4, 8)), **BY)
        assert what_if(tx, ill(tx, 5), **BY).steps == ()
        found = what_if(tx, ill(tx, 4), **BY)
        [step] = found.steps
        assert (step.reasons, step.leave, step.come, step.moved) == (
            ("Ann is off Wed 04 Mar 00:00 to Thu 05 Mar 00:00: ill",),
            ("Ann",),
            ("Bob",),
            0,
        )
        book_at(tx, Wish("Install", at(4, 8), at(5, 8)), ["Bob"], **BY)
        [moved] = [each for each in what_if(tx, ill(tx, 4), **BY).steps if each.number == "BKG-00001"]
        assert (moved.moved, moved.come) == (-24 * 60, ())


def test_hours_are_worked_on_end_and_why_at_a_time_looks_as_far_as_they_last(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        installation(tx)
        rule = {"pick": 1, "resources": ["Van"]}
        for name, duration in (("Rent", "5 d"), ("Test", "48 h")):
            service = write_thing(tx, SERVICE, {"name": name, "duration": duration, "rule": rule}, **BY).id
            setup = read_setup(tx)
            [kept] = [service_texts(setup, each) for each in setup.services.values() if each.id == service]
            assert kept["duration"] == duration
            wish = Wish(name, at(3, 8), at(4, 8))
            _, [van] = why_not(tx, wish, at=at(3, 8), resource="Van", by=SYSTEM, now=NOW)
            assert (van.reasons, van.offered) == ((), 1.0)
        made = book_at(tx, Wish("Test", at(3, 10), at(4, 10)), **BY)
        assert when(tx, made.record_id) == [(at(3, 10), at(5, 10))] * 2
