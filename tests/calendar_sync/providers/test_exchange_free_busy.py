"""Free and busy times over EWS: what is not told is never free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree
from lxml.etree import _Element

from calendar_sync.provider import Busy, FreeBusy, Notify
from calendar_sync.providers.exchange_free_busy import NOT_TOLD, free_busy
from mail_sync.errors import MailboxUnavailable, SyncError, Throttled
from mail_sync.providers.exchange.reading import TYPES
from mail_sync.providers.exchange.server import Answer
from mail_sync.sandbox.faults import FaultKind
from tests.calendar_sync.providers.contract import BERLIN, SERIES
from tests.calendar_sync.providers.exchange_world import ExchangeCalendarWorld, new_calendar_world
from tests.calendar_sync.providers.writing import APPOINTMENT as CALL
from tests.calendar_sync.providers.writing import STAMP, calendar_folder
from tests.mail_sync.providers.exchange.world import ADDRESS

START = datetime(2026, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ADA = "ada@contoso.example"
SLOTS = 48  # half hours of a day


class Server:
    """Answers with these views in turn, and keeps the questions."""

    def __init__(self, *views: Answer) -> None:
        self.views = list(views)
        self.asked: list[_Element] = []

    def availability(self, question: _Element) -> list[Answer]:
        self.asked.append(question)
        addresses = [one.text for one in question.iter(f"{TYPES}Address")]
        return [self.views.pop(0) for _ in addresses if self.views]

    def windows(self) -> list[tuple[str, str]]:
        return [
            (one.findtext(f"{TYPES}StartTime") or "", one.findtext(f"{TYPES}EndTime") or "")
            for question in self.asked
            for one in question.iter(f"{TYPES}TimeWindow")
        ]


def view(kind: str = "FreeBusyMerged", merged: str = "0" * SLOTS, *entries: tuple[str, str, str]) -> _Element:
    shown = "".join(
        f"<CalendarEvent><StartTime>{start}</StartTime><EndTime>{end}</EndTime><BusyType>{busy}</BusyType></CalendarEvent>"
        for start, end, busy in entries
    )
    made: _Element = etree.fromstring(
        f'<FreeBusyView xmlns="{TYPES.strip("{}")}"><FreeBusyViewType>{kind}</FreeBusyViewType>'
        f"<MergedFreeBusy>{merged}</MergedFreeBusy><CalendarEventArray>{shown}</CalendarEventArray></FreeBusyView>"
    )
    return made


def told(*views: Answer, days: int = 1) -> FreeBusy:
    server: Any = Server(*views)
    (found,) = free_busy(server, [ADA], START, START + days * DAY)
    return found


def at(hour: int) -> str:
    return f"{START + hour * HOUR:%Y-%m-%dT%H:%M:%S}"


def test_entries_are_cut_to_what_was_asked_and_free_ones_are_none() -> None:
    found = told(
        view(
            "FreeBusyMerged",
            "0" * SLOTS,
            (at(-2), at(1), "OOF"),
            (at(3), at(4), "Free"),
            (at(5), at(6), "Tentative"),
            (at(23), at(30), "WorkingElsewhere"),
            (at(40), at(41), "Busy"),
        )
    )
    assert found == FreeBusy(
        ADA,
        known=True,
        busy=(
            Busy(START, START + HOUR, "away"),
            Busy(START + 5 * HOUR, START + 6 * HOUR, "tentative"),
            Busy(START + 23 * HOUR, START + DAY, "elsewhere"),
        ),
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (view("None", ""), NOT_TOLD),
        (view("MergedOnly", ""), NOT_TOLD),
        (view("FreeBusyMerged", "0" * 20 + "4" * 28), NOT_TOLD),
        (view("FreeBusyMerged", "0" * SLOTS, (at(1), at(2), "NoData")), NOT_TOLD),
        (SyncError("ErrorMailRecipientNotFound: who?"), "there is no such mailbox"),
        (SyncError("ErrorNoFreeBusyAccess: no"), "you may not see this calendar"),
        (SyncError("ErrorProxyRequestProcessingFailed: far away"), "ErrorProxyRequestProcessingFailed: far away"),
    ],
)
def test_what_is_not_told_is_never_free(answer: Answer, reason: str) -> None:
    found = told(answer)
    assert (found.known, found.busy, found.reason) == (False, (), reason)


def test_no_answer_is_never_free() -> None:
    assert told() == FreeBusy(ADA, known=False, reason=NOT_TOLD)


def test_the_digit_of_no_data_is_known_where_somebody_works_elsewhere() -> None:
    found = told(view("FreeBusyMerged", "44" + "0" * 46, (at(0), at(1), "WorkingElsewhere")))
    assert (found.known, found.busy) == (True, (Busy(START, START + HOUR, "elsewhere"),))


def test_half_hours_are_taken_where_no_times_are_told() -> None:
    found = told(view("MergedOnly", "0213" + "0" * 44))
    half = HOUR / 2
    assert found.busy == (
        Busy(START + half, START + HOUR, "busy"),
        Busy(START + HOUR, START + 3 * half, "tentative"),
        Busy(START + 3 * half, START + 2 * HOUR, "away"),
    )


def test_long_spans_are_asked_for_in_parts_and_known_only_as_a_whole() -> None:
    across = (at(42 * 24 - 1), at(42 * 24 + 1), "Busy")
    server: Any = Server(view("FreeBusy", "", across), view("FreeBusy", "", across), view("FreeBusy", ""))
    (found,) = free_busy(server, [ADA], START, START + 90 * DAY)
    assert server.windows() == [
        ("2026-03-09T00:00:00", "2026-04-20T00:00:00"),
        ("2026-04-20T00:00:00", "2026-06-01T00:00:00"),
        ("2026-06-01T00:00:00", "2026-06-07T00:00:00"),
    ]
    assert found.busy == (Busy(START + 42 * DAY - HOUR, START + 42 * DAY + HOUR),)
    partly = told(view("FreeBusy", "", across), view("None", ""), days=60)
    assert (partly.known, partly.busy) == (False, found.busy)


def test_a_short_rest_is_asked_for_with_the_time_before_it() -> None:
    server: Any = Server(view("FreeBusy", ""), view("FreeBusy", ""))
    free_busy(server, [ADA], START, START + 42 * DAY + HOUR / 6)
    assert server.windows()[1] == ("2026-04-19T23:40:00", "2026-04-20T00:10:00")


def test_many_people_are_asked_about_in_parts_and_answered_in_order() -> None:
    people = [f"user{number}@contoso.example" for number in range(120)]
    server: Any = Server(*[view()] * 100, SyncError("ErrorNoFreeBusyAccess"), *[view()] * 19)
    found = free_busy(server, people, START, START + DAY)
    assert [one.address for one in found] == people
    assert [one.address for one in found if not one.known] == ["user100@contoso.example"]
    assert len(server.asked) == 2


@pytest.fixture
def world() -> Iterator[ExchangeCalendarWorld]:
    with new_calendar_world() as made:
        yield made


def test_a_series_is_busy_at_its_own_hour_across_the_clock_change(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    series = replace(SERIES.event, rrule="FREQ=WEEKLY;BYDAY=MO;COUNT=10", exceptions=(), exdates=())
    calendar.create_event(calendar_folder(world), series, STAMP, Notify.NOBODY)
    calendar.create_event(calendar_folder(world), replace(CALL, busy="free"), STAMP, Notify.NOBODY)
    (found,) = calendar.free_busy([ADDRESS], START, START + 80 * DAY)
    assert [one.start.astimezone(BERLIN).hour for one in found.busy] == [9] * 10
    assert found.known


def test_a_busy_server_is_asked_later(world: ExchangeCalendarWorld) -> None:
    world.faults.set(FaultKind.MESSAGE_ERROR, "ErrorServerBusy", operation="GetUserAvailability")
    with pytest.raises(Throttled):
        world.calendar().free_busy([ADDRESS], START, START + DAY)
    world.faults.clear()
    world.faults.set(FaultKind.DROP_BODY)
    with pytest.raises(MailboxUnavailable):
        world.calendar().free_busy([ADDRESS], START, START + DAY)
