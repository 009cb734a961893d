"""Appointments of the store as events again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from sqlalchemy import Connection, delete, select

from calendar_sync.event import Attendee, Event
from calendar_sync.ingest import prepare_event, write_events
from calendar_sync.series import to_json, with_series
from calendar_sync.stored import read_event
from mail_sync.capture import CaptureRules
from mail_sync.message import Address
from mail_sync.ours import Ours
from store.engine import Store, open_store
from store.errors import NotFound
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.sync.mailboxes import add_mailbox
from tests.calendar_sync.strategies import events

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("stored") / "store.db"
    store = open_store(str(path))
    with store.write() as tx:
        add_mailbox(tx, address="anna@alpine.example", provider="exchange", now=NOW)
    yield store
    store.close()


def put(tx: Connection, event: Event) -> tuple[int, int]:
    """Write it as the only one; its activity and its mailbox's item."""
    tx.execute(delete(Activity))
    prepared = prepare_event("i1", "c1", event, ours=Ours(), capture=CaptureRules(private_items=False), now=NOW)
    write_events(tx, 1, None, [prepared], now=NOW)
    row = tx.execute(select(MailboxItem.activity_id, MailboxItem.id)).one()
    return row.activity_id, row.id


def same_walls(one: Event, other: Event) -> bool:
    """Equal, clocks that show a time twice included (datetimes compare equal whatever their fold)."""
    moments = [(each.start, each.end) for event in (one, other) for each in (event, *event.exceptions)]
    told = [[m.utcoffset() if isinstance(m, datetime) else None for m in pair] for pair in moments]
    return one == other and told[: len(told) // 2] == told[len(told) // 2 :]


@settings(max_examples=40, deadline=None)
@given(event=events())
def test_event_comes_back_from_the_store_as_it_went_in(sqlite: Store, event: Event) -> None:
    with sqlite.write() as tx:
        activity_id, item_id = put(tx, event)
        found = read_event(tx, activity_id, item_id=item_id)
        activity_id, item_id = put(tx, found)
        again = read_event(tx, activity_id, item_id=item_id)
    assert same_walls(found, event)
    assert again == found


def test_exception_that_came_alone_keeps_which_occurrence_it_is(sqlite: Store) -> None:
    start = datetime(2026, 3, 9, 10, tzinfo=BERLIN)
    alone = Event("u1", "Moved", start, start + timedelta(hours=1), timezone="Europe/Berlin", original_start=start)
    with sqlite.write() as tx:
        activity_id, item_id = put(tx, alone)
        assert read_event(tx, activity_id, item_id=item_id) == alone


def test_appointment_in_the_hour_shown_twice_keeps_its_instant(sqlite: Store) -> None:
    start = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    event = Event("u1", "Night", start, start + timedelta(hours=1), timezone="Europe/Berlin")
    with sqlite.write() as tx:
        found = read_event(tx, put(tx, event)[0])
    assert found.start.astimezone(UTC) == start.astimezone(UTC)  # type: ignore[union-attr]


def test_series_kept_in_the_old_shape_is_read_with_what_it_says() -> None:
    start = datetime(2026, 3, 2, 10, tzinfo=BERLIN)
    guest = Attendee(Address("gus@fabrikam.example", "Gus"))
    master = Event(
        "u1", "Stand-up", start, start + timedelta(hours=1), timezone="Europe/Berlin", location="Room 1",
        description="All of it", attendees=(guest,),
    )  # fmt: skip
    kept = {
        "rrule": "FREQ=DAILY",
        "rdates": [],
        "exdates": ["2026-03-04T10:00:00+01:00"],
        "exceptions": [
            {
                "original_start": "2026-03-03T10:00:00+01:00",
                "start": "2026-03-03T12:00:00+01:00",
                "end": "2026-03-03T13:00:00+01:00",
                "all_day": False,
                "timezone": "Europe/Berlin",
                "title": "Later",
                "location": "Room 2",
                "status": "cancelled",
            }
        ],
    }
    noon = datetime(2026, 3, 3, 12, tzinfo=BERLIN)
    assert with_series(master, kept) == replace(
        master,
        rrule="FREQ=DAILY",
        exdates=(datetime(2026, 3, 4, 10, tzinfo=BERLIN),),
        exceptions=(
            replace(
                master, title="Later", location="Room 2", status="cancelled", start=noon, end=noon + timedelta(hours=1),
                original_start=datetime(2026, 3, 3, 10, tzinfo=BERLIN),
            ),
        ),
    )  # fmt: skip


def test_exception_keeps_only_what_differs_from_its_series() -> None:
    start = datetime(2026, 3, 2, 10, tzinfo=UTC)
    master = Event("u1", "Stand-up", start, start, description="long " * 100, rrule="FREQ=DAILY")
    exception = replace(master, rrule="", original_start=start, reminder_minutes=5)
    assert to_json(replace(master, exceptions=(exception,)))["exceptions"] == [
        {
            "original_start": "2026-03-02T10:00:00+00:00",
            "start": "2026-03-02T10:00:00+00:00",
            "end": "2026-03-02T10:00:00+00:00",
            "all_day": False,
            "timezone": "UTC",
            "reminder_minutes": 5,
        }
    ]


def test_mail_is_no_appointment(sqlite: Store) -> None:
    with sqlite.read() as tx, pytest.raises(NotFound):
        read_event(tx, 999_999)
