"""What servers do that are not Exchange: the sync survives all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from mail_sync.provider import FolderRole
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.faults import FaultKind
from store.actor import SYSTEM
from store.queries.agenda import agenda
from store.records.writing import edit_record
from store.schema.mail import MailboxItem
from store.schema.merging import SyncConflict
from store.schema.outbox import Outgoing
from store.schema.people import Folder as FolderTable
from tests.assistant.linking.mails import mail
from tests.assistant.outbox.test_events import AT, HOUR, WEEKLY
from tests.assistant.outbox.world import JANE, World
from tests.assistant.sync_world import World as Service
from tests.cases.desk import Desk
from tests.cases.over_ews import OverEws

SERIES = (
    "UID:series@x\nDTSTAMP:20260301T000000Z\nSUMMARY:Team\n"
    "DTSTART;TZID=Europe/Berlin:20260317T090000\nDTEND;TZID=Europe/Berlin:20260317T100000\n"
    "RRULE:FREQ=WEEKLY;COUNT=3\n"
)


def state(ews: OverEws, uid: str) -> tuple[str, str]:
    with ews.store.read() as tx:
        row = tx.execute(select(Outgoing.state, Outgoing.last_error).where(Outgoing.uid == uid)).one()
        return row.state, row.last_error


def test_item_ids_change_on_move_and_folder_ids_do_not(ews: OverEws) -> None:
    item = ews.arrives(mail(1))
    ews.cycle()
    moved = ews.box.move(item, ews.box.well_known["sentitems"])
    assert moved.item_id != item
    ews.cycle(3)
    with ews.store.read() as tx:
        rows = tx.execute(select(MailboxItem.remote_id, MailboxItem.gone_at)).all()
    assert [tuple(row) for row in rows] == [(moved.item_id, None)]


def test_read_flag_may_come_as_an_edit_with_another_change_key(desk: Desk) -> None:
    item = desk.arrives(mail(1))
    before = desk.detail("Snow guns")
    desk.box.change(item, is_read=True, flagged=False)
    desk.cycle(2)
    (row,) = desk.inbox()
    assert (row.is_read, desk.detail("Snow guns"), desk.world.open_acts()) == (True, before, [])


def test_one_page_mixes_edits_deletions_and_read_flags(ews: OverEws) -> None:
    gone, flagged, edited = (ews.arrives(mail(number, subject=f"Mail {number}")) for number in (1, 2, 3))
    ews.cycle()
    ews.box.delete(gone)
    ews.box.mark_read(flagged)
    ews.box.edit(edited, categories=("Red",))
    ews.arrives(mail(4, subject="Mail 4"))
    ews.cycle()
    seen = sorted((row.subject, row.is_read, row.categories) for row in ews.inbox())
    assert seen == [("Mail 2", True, ()), ("Mail 3", False, ("Red",)), ("Mail 4", False, ())]


def test_no_place_means_from_the_beginning_whatever_was_read_before(ews: OverEws) -> None:
    ews.arrives(mail(1))
    (inbox,) = (each for each in ews.mailbox.folders() if each.role is FolderRole.INBOX)
    listed = [[page.changes for page in ews.mailbox.changes(inbox, None)] for _ in range(2)]
    assert (listed[0], len(listed[0][0])) == (listed[1], 1)


def test_instants_with_fractions_of_seconds_are_read(ews: OverEws) -> None:
    ews.fault(FaultKind.FRACTIONAL_SECONDS)
    ews.arrives(mail(1))
    ews.event(SERIES)
    ews.cycle()
    assert [row.occurred_at.replace(microsecond=0) for row in ews.inbox()] == [
        (ews.now - timedelta(minutes=20)).replace(microsecond=0)
    ]
    assert len(next_weeks(ews)) == 3


def next_weeks(ews: OverEws) -> list[datetime]:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    with ews.store.read() as tx:
        return [row.starts_at for row in agenda(tx, by=ews.actor(), start=start, end=start + timedelta(days=60))]


def test_mail_without_date_sender_and_name_is_stored_once(ews: OverEws) -> None:
    item = ews.arrives(b"Subject: Bare\n\nNothing else.\n")
    ews.cycle()
    ews.box.edit(item, categories=("Red",))
    ews.cycle()
    assert [(row.subject, row.who, row.categories) for row in ews.inbox()] == [("Bare", "", ("Red",))]


def test_regenerated_mime_is_the_same_mail(ews: OverEws) -> None:
    item = ews.arrives(mail(1))
    ews.cycle()
    ews.fault(FaultKind.REGENERATED_MIME)
    ews.box.edit(item, categories=("Red",))
    ews.cycle()
    assert [(row.subject, row.categories) for row in ews.inbox()] == [("Snow guns", ("Red",))]


def test_item_that_fails_inside_a_batch_stands_alone(ews: OverEws) -> None:
    bad = ews.arrives(mail(1, subject="Bad"))
    for number in (2, 3):
        ews.arrives(mail(number, subject=f"Good {number}"))
    ews.fault(FaultKind.POISON, "ErrorCorruptData", target=bad)
    ews.cycle()
    assert ews.subjects() == ["Good 2", "Good 3"]


def test_connections_that_end_after_each_answer_lose_nothing(ews: OverEws) -> None:
    ews.fault(FaultKind.DROP_KEEP_ALIVE)
    for number in range(3):
        ews.arrives(mail(number, subject=f"Mail {number}", body="x" * 300_000))
    ews.cycle()
    assert ews.subjects() == ["Mail 0", "Mail 1", "Mail 2"]


def test_sending_that_delivers_and_fails_all_the_same_mails_once_and_asks(ews: OverEws) -> None:
    ews.fault(FaultKind.SENDS_BUT_RAISES, times=1)
    uid = ews.sends()
    ews.cycle(5)
    assert (ews.outside(), state(ews, uid)[0]) == ([JANE], "unsure")


def test_place_that_the_server_does_not_know_is_answered_with_everything_again(ews: OverEws) -> None:
    for number in range(4):
        ews.arrives(mail(number, subject=f"Mail {number}"))
    ews.card("Jane Roe", JANE)
    ews.event(SERIES)
    ews.cycle()
    ews.fault(FaultKind.IGNORE_SYNC_STATE)
    ews.cycle(3)
    assert ews.subjects() == [f"Mail {number}" for number in range(4)]
    assert (len(next_weeks(ews)), ews.contacts()) == (3, ["Jane Roe"])


def test_stale_change_key_that_is_accepted_loses_no_edit(ews: OverEws) -> None:
    """What is written is compared afterwards, and only named fields are written."""
    card = ews.card("Jane Roe", JANE)
    ews.cycle()
    ews.fault(FaultKind.STALE_KEY_ACCEPTED)
    ews.do(edit_record, ews.key("Jane Roe"), {"department": "Sales"})
    theirs = ews.box.item(card).content.read().replace(b"Buyer", b"Director")
    ews.box.edit(card, content=BytesContent(theirs))
    ews.cycle(2)
    there = next(ews.mailbox.fetch_contacts([card])).card  # type: ignore[union-attr]
    assert (there.job_title, there.department, ews.contact_fields("Jane Roe")) == (
        "Director",
        "Sales",
        ("Director", "Sales"),
    )
    with ews.store.read() as tx:
        assert tx.execute(select(SyncConflict.field)).all() == []


def test_occurrences_stay_at_their_wall_time_when_the_server_knows_no_zone(ews: OverEws) -> None:
    """The series is expanded here, in its own zone: over the change of 29 March the hour in UTC changes."""
    ews.event(SERIES)
    ews.cycle()
    assert [start.hour for start in next_weeks(ews)] == [8, 8, 7]


def test_attachments_dropped_without_a_word_are_attached_again(ews: OverEws) -> None:
    ews.fault(FaultKind.LOST_ATTACHMENTS, times=1)
    uid = ews.sends("offer.pdf")
    ews.cycle(3)
    assert (state(ews, uid)[0], b"offer.pdf" in ews.sandbox.model.outside[0].data) == ("done", True)


def test_attachments_that_the_server_never_keeps_are_told_and_nothing_is_sent(ews: OverEws) -> None:
    ews.fault(FaultKind.LOST_ATTACHMENTS)
    uid = ews.sends("offer.pdf")
    ews.cycle(3)
    assert (state(ews, uid)[0], ews.outside()) == ("failed", [])
    assert "offer.pdf" in state(ews, uid)[1]


def test_the_servers_list_of_time_zones_is_never_needed(ews: OverEws) -> None:
    from calendar_sync.providers.exchange import ExchangeCalendar

    start = datetime(2026, 3, 1, tzinfo=UTC)
    found = ExchangeCalendar(ews.mailbox).free_busy([ews.us], start, start + timedelta(days=1))
    assert ([one.known for one in found], ews.sandbox.counts["GetServerTimeZones"]) == ([True], 0)


@pytest.mark.parametrize("fault", [FaultKind.LOST_EVENTS, FaultKind.SILENT_STREAM])
def test_cycle_finds_what_no_notification_told(ews: OverEws, fault: FaultKind) -> None:
    ews.fault(fault)
    ews.cycle()
    ews.arrives(mail(1))
    ews.cycle()
    assert ews.subjects() == ["Snow guns"]


def test_edit_of_an_occurrence_that_the_feed_never_tells_is_found_at_night(small: World) -> None:
    service = Service(small.store)
    weekly = replace(WEEKLY, uid="team@x")
    item = service.box.add(service.calendar, weekly).item_id
    service.cycle()
    later = replace(weekly, start=AT + HOUR, end=AT + 2 * HOUR, original_start=AT, rrule="")
    service.box.change(item, content=replace(weekly, exceptions=(later,)))
    (told,) = (page.cursor for page in service.provider.changes(service.calendar, None))
    with small.store.write() as tx:
        tx.execute(update(FolderTable).where(FolderTable.role == "calendar").values(cursor=told))
    worker = service.worker()
    starts = []
    for days in (0, 1):
        service.let_pass(timedelta(days=days))
        for _ in range(12):
            service.let_pass(timedelta(seconds=max(worker.turn(), 0.001)))
        with small.store.read() as tx:
            rows = agenda(tx, by=SYSTEM, start=AT, end=AT + timedelta(days=1))
        starts.append([row.starts_at for row in rows])
    assert starts == [[AT], [AT + HOUR]]
