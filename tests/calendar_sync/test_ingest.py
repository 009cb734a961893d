"""Meetings in the store: versions, private copies, series that go on, and meetings that came by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from calendar_sync.event import Event
from calendar_sync.ingest import PreparedEvent, prepare_event, roll_forward, write_events
from calendar_sync.invitations import take_invitations
from mail_sync.capture import CaptureRules
from mail_sync.ingest import prepare_mail, write_mail
from mail_sync.mime.reader import read_message
from mail_sync.ours import Ours
from mail_sync.provider import RemoteMessage
from store.actor import SYSTEM, actor_for
from store.engine import Store
from store.queries.agenda import agenda
from store.schema.activities import Activity, Occurrence
from store.sync.mailboxes import add_mailbox, files_mailbox

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA, BEN = "anna@alpine.example", "ben@alpine.example"


def meeting(
    title: str = "Guns", *, sequence: int = 0, sensitivity: str = "normal", start: datetime = NOW, rrule: str = ""
) -> Event:
    return Event(
        "u1@alpine.example",
        title,
        start,
        start + timedelta(hours=1),
        sequence=sequence,
        sensitivity=sensitivity,
        rrule=rrule,
    )


def mailbox(store: Store, address: str) -> int:
    with store.write() as tx:
        return add_mailbox(tx, address=address, provider="exchange", now=NOW)


def put(store: Store, mailbox_id: int, *events: Event) -> int:
    prepared = [prepare_event("i1", "", event, ours=Ours(), capture=CaptureRules(), now=NOW) for event in events]
    with store.write() as tx:
        return write_events(tx, mailbox_id, None, prepared, now=NOW)


def shown(store: Store, address: str, *, now: datetime = NOW) -> list[str]:
    """The titles on somebody's agenda of two weeks."""
    with store.read() as tx:
        rows = agenda(tx, by=actor_for(tx, address), start=now - timedelta(days=1), end=now + timedelta(days=14))
    return [row.title for row in rows]


def test_older_versions_of_a_meeting_never_replace_a_newer_one(store: Store) -> None:
    anna = mailbox(store, ANNA)
    put(store, anna, meeting("Fifth", sequence=5))
    put(store, anna, meeting("Third", sequence=3), meeting("Fourth", sequence=4))
    assert shown(store, ANNA) == ["Fifth"]


def test_meeting_private_in_one_calendar_keeps_its_words_in_another(store: Store) -> None:
    anna, ben = mailbox(store, ANNA), mailbox(store, BEN)
    put(store, anna, meeting())
    put(store, ben, meeting(sensitivity="private"))
    put(store, anna, meeting())
    assert (shown(store, ANNA), shown(store, BEN)) == (["Guns"], ["Busy"])


def test_meeting_that_becomes_private_loses_its_words_and_gets_them_back(store: Store) -> None:
    anna = mailbox(store, ANNA)
    mailbox(store, BEN)
    put(store, anna, meeting())
    put(store, anna, meeting(sensitivity="private", sequence=1))
    assert (shown(store, ANNA), shown(store, BEN)) == (["Busy"], [])
    with store.read() as tx:
        assert set(tx.execute(select(Activity.subject, Activity.private))) == {("Busy", True)}
    put(store, anna, meeting(sequence=2))
    assert shown(store, ANNA) == ["Guns"]


def test_series_goes_on_when_its_window_ends(store: Store) -> None:
    put(store, mailbox(store, ANNA), meeting(rrule="FREQ=WEEKLY"))
    later = NOW + timedelta(days=500)
    assert shown(store, ANNA, now=later) == []
    roll_forward(store, now=later)
    assert shown(store, ANNA, now=later) == ["Guns", "Guns"]


def test_series_stands_on_timelines_at_its_latest_occurrence(store: Store) -> None:
    put(store, mailbox(store, ANNA), meeting(rrule="FREQ=WEEKLY", start=NOW - timedelta(days=30)))
    roll_forward(store, now=NOW + timedelta(days=8))
    with store.read() as tx:
        stands = tx.execute(select(Activity.occurred_at, Activity.link_state)).one()
    assert stands == (NOW + timedelta(days=5), "pending")


def test_busy_series_is_written_out_where_people_look(store: Store) -> None:
    put(store, mailbox(store, ANNA), meeting(rrule="FREQ=HOURLY", start=NOW - timedelta(days=300)))
    with store.read() as tx:
        rows = agenda(tx, by=SYSTEM, start=NOW, end=NOW + timedelta(days=1))
    assert len(rows) == 24


def test_meeting_that_the_store_refuses_holds_nothing_else_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(
        tx: Connection, mailbox_id: int, folder_id: int | None, items: Sequence[PreparedEvent], *, now: datetime
    ) -> int:
        if any(item.appointment.subject == "Refused" for item in items):
            raise ValueError("it is refused")
        return write_events(tx, mailbox_id, folder_id, items, now=now)

    monkeypatch.setattr("calendar_sync.invitations.write_events", refusing)
    for title in ("Refused", "Guns"):
        take_mail(store, title)
    assert [take_invitations(store, now=NOW), take_invitations(store, now=NOW)] == [1, 0]
    with store.read() as tx:
        assert tx.execute(select(Occurrence.title)).scalars().all() == ["Guns"]


def take_mail(store: Store, title: str) -> None:
    """Store a mail that invites to a meeting of that title."""
    raw = (
        f"From: jane@fabrikam.example\r\nMessage-ID: <{title}@mail.example>\r\n"
        "Content-Type: text/calendar; method=REQUEST\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:{title}\r\nSUMMARY:{title}\r\n"
        "DTSTART:20260302T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()
    remote = RemoteMessage(title, "", read_message(raw), is_read=True)
    prepared = prepare_mail(remote, ours=Ours(), capture=CaptureRules(), now=NOW)
    assert prepared is not None
    with store.write() as tx:
        write_mail(tx, files_mailbox(tx, now=NOW), None, [prepared], now=NOW)
