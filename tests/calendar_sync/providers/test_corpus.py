"""Real calendar files mean the same read from the file and read from an Exchange that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from calendar_sync.event import Event
from calendar_sync.ics import read_calendar
from calendar_sync.provider import Notify, RemoteEvent
from calendar_sync.providers.exchange import ExchangeCalendar
from calendar_sync.recurrence import occurrences
from mail_sync.errors import SendRefused, Unreadable
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.model import Kind, Model
from mail_sync.sandbox.server import serve
from tests.calendar_sync.providers.exchange_world import new_calendar_world
from tests.calendar_sync.providers.writing import calendar_folder
from tests.mail_sync.providers.exchange.world import ADDRESS, PASSWORD, ExchangeWorld

FILES = Path(__file__).parents[4] / "shared" / "data" / "ical"
ZONE = "Europe/Berlin"


def single_events() -> Iterator[tuple[bytes, Event]]:
    """The source and the event of every file that holds exactly one."""
    if not FILES.exists():
        pytest.skip(f"{FILES} is not here")
    for path in sorted(FILES.rglob("*.ics")):
        try:
            events = read_calendar(path.read_bytes(), default_zone=ZONE).events
        except Unreadable:
            continue
        if len(events) == 1:
            yield path.read_bytes(), events[0]


def is_comparable(file: Event, server: Event) -> bool:
    """Exchange has no single dates beside a rule, fewer rules than RFC 5545, and hides zones that it does not know."""
    return not file.rdates and bool(file.rrule) == bool(server.rrule) and "Custom" not in server.timezone_source


def times(event: Event, start: datetime | date) -> list[tuple[datetime | date, datetime | date]]:
    """The first occurrences within two years of `start`."""
    begin = start if isinstance(start, datetime) else datetime.combine(start, time(), UTC)
    window = begin - timedelta(days=2), begin + timedelta(days=730)
    return [(one.start, one.end) for one in occurrences(event, *window, limit=50)]


@pytest.mark.corpus
def test_real_events_are_written_as_they_are_or_refused() -> None:
    with new_calendar_world() as world:
        calendar, folder = world.calendar(), calendar_folder(world)
        written: dict[str, Event] = {}
        refused: list[str] = []
        for _, event in single_events():
            try:
                made = calendar.create_event(folder, replace(event, exceptions=(), exdates=()), "", Notify.NOBODY)
            except SendRefused as error:
                refused.append(error.detail)
            else:
                written[made.item_id] = event
        got = {one.item_id: one.event for one in calendar.fetch_events(list(written)) if isinstance(one, RemoteEvent)}
    plain = {key: replace(event, exceptions=(), exdates=()) for key, event in written.items()}
    wrong = [event.uid for key, event in plain.items() if times(event, event.start) != times(got[key], event.start)]
    assert len(written) > 100
    assert (wrong, [said for said in refused if not said.startswith("Outlook")]) == ([], [])


@pytest.mark.corpus
@pytest.mark.filterwarnings(
    "ignore::icalendar.error.GloballyUniqueTZIDGuessed"
)  # the sandbox reads the files by icalendar
def test_real_events_take_place_at_the_same_times() -> None:
    model = Model()
    box = model.add_mailbox(ADDRESS, "Sales", PASSWORD, timezone=ZONE)
    with serve(model) as sandbox:
        world = ExchangeWorld(sandbox)
        calendar = ExchangeCalendar(world.connect())
        files: dict[str, Event] = {}
        for source, event in single_events():
            content = BytesContent(source)
            item = box.add(box.folder("calendar"), content, kind=Kind.EVENT, item_class="IPM.Appointment")
            files[item.item_id] = event
        got = {one.item_id: one.event for one in calendar.fetch_events(list(files)) if isinstance(one, RemoteEvent)}
        world.close()
    compared = [(files[key], event) for key, event in got.items() if is_comparable(files[key], event)]
    assert len(compared) > 100
    assert [file.uid for file, event in compared if times(file, file.start) != times(event, file.start)] == []
