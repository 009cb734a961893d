"""What writing to an Exchange calendar survives: lost replies, servers that count otherwise, zones nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from lxml.etree import _Element

from calendar_sync.event import Attendee, Event
from calendar_sync.provider import Answer, Notify
from calendar_sync.providers import exchange_occurrences
from calendar_sync.providers.exchange_fields import changes, zone_id
from calendar_sync.providers.exchange_reading import APPOINTMENT
from mail_sync.errors import Conflict, ItemGone, OutcomeUnknown, SendRefused
from mail_sync.message import Address
from mail_sync.providers.exchange.reading import TYPES
from mail_sync.providers.exchange.server import Answer as ServerAnswer
from mail_sync.providers.exchange.server import Instance, Writer
from mail_sync.providers.exchange.shapes import ItemShape
from mail_sync.sandbox.faults import FaultKind
from tests.calendar_sync.providers.contract import BERLIN, FAIR, MEETING, SERIES
from tests.calendar_sync.providers.exchange_world import ExchangeCalendarWorld, new_calendar_world
from tests.calendar_sync.providers.writing import APPOINTMENT as CALL
from tests.calendar_sync.providers.writing import GUEST, STAMP, calendar_folder, read, shown

APRIL_6 = datetime(2026, 4, 6, 9, tzinfo=BERLIN)
MARCH_30 = datetime(2026, 3, 30, 9, tzinfo=BERLIN)
JANE = Address("jane@fabrikam.example", "Jane")


@pytest.fixture
def world() -> Iterator[ExchangeCalendarWorld]:
    with new_calendar_world() as made:
        yield made


def create(world: ExchangeCalendarWorld, event: Event, notify: Notify = Notify.NOBODY) -> str:
    return world.calendar().create_event(calendar_folder(world), event, STAMP, notify).item_id


def series_with_guest() -> Event:
    return replace(SERIES.event, attendees=(GUEST,), exceptions=(), exdates=())


# What may have happened


def test_a_lost_reply_leaves_open_what_happened_and_the_stamp_tells(world: ExchangeCalendarWorld) -> None:
    world.lose_reply()
    with pytest.raises(OutcomeUnknown):
        create(world, replace(CALL, attendees=(GUEST,)), Notify.EVERYBODY)
    assert world.calendar().find_stamped_event(STAMP) is not None
    assert world.mailed() == [GUEST.address.email]


def test_a_lost_reply_to_an_answer_leaves_open_what_happened(world: ExchangeCalendarWorld) -> None:
    item = world.invite(replace(MEETING.event, organizer=JANE))
    world.lose_reply()
    with pytest.raises(OutcomeUnknown):
        world.calendar().answer(item, Answer.ACCEPTED, "", tell=True)
    assert world.mailed() == [JANE.email]


def test_a_server_that_gives_uids_itself_gets_the_event_without(world: ExchangeCalendarWorld) -> None:
    world.faults.set(FaultKind.MESSAGE_ERROR, "ErrorInvalidPropertySet", operation="CreateItem", times=1)
    item = create(world, replace(CALL, uid="ours@alpine.example"))
    got = read(world.calendar(), item)
    assert shown(got.event) == shown(CALL)
    assert got.event.uid != "ours@alpine.example"


def test_a_stale_change_key_is_refused_where_the_server_would_take_it(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    key = read(calendar, create(world, CALL)).change_key
    item = calendar.find_stamped_event(STAMP)
    assert item is not None
    calendar.update_event(item.item_id, key, replace(CALL, title="One"), ["title"], Notify.NOBODY)
    world.faults.set(FaultKind.STALE_KEY_ACCEPTED)
    with pytest.raises(Conflict):
        calendar.update_event(item.item_id, key, replace(CALL, title="Two"), ["title"], Notify.NOBODY)
    with pytest.raises(Conflict):
        calendar.delete_event(item.item_id, key, Notify.NOBODY, "")


def test_a_series_whose_exceptions_were_not_written_is_not_found_and_made_again(world: ExchangeCalendarWorld) -> None:
    event = replace(SERIES.event, attendees=(GUEST,))
    world.faults.set(FaultKind.DROP_REPLY, operation="UpdateItem", times=1)
    with pytest.raises(OutcomeUnknown):
        create(world, event, Notify.EVERYBODY)
    assert (world.calendar().find_stamped_event(STAMP), world.mailed()) == (None, [])
    item = create(world, event, Notify.EVERYBODY)
    assert (calendar_folder(world).total, world.mailed()) == (1, [GUEST.address.email])
    assert [one.title for one in read(world.calendar(), item).event.exceptions] == ["Team, later"]


def test_nothing_stays_of_a_series_whose_exception_is_refused(world: ExchangeCalendarWorld) -> None:
    (moved,) = SERIES.event.exceptions
    beyond = replace(moved, start=moved.start + timedelta(days=8), end=moved.end + timedelta(days=8))
    with pytest.raises(SendRefused) as refused:
        create(world, replace(SERIES.event, attendees=(GUEST,), exceptions=(beyond,)), Notify.EVERYBODY)
    assert refused.value.detail.startswith("an occurrence stays between its neighbours")
    assert (calendar_folder(world).total, world.mailed()) == (0, [])


def test_an_exception_of_no_occurrence_is_refused(world: ExchangeCalendarWorld) -> None:
    (moved,) = SERIES.event.exceptions
    stray = replace(moved, original_start=MARCH_30 + timedelta(days=1))
    with pytest.raises(SendRefused):
        create(world, replace(SERIES.event, exceptions=(stray,)))
    assert calendar_folder(world).total == 0


def test_exceptions_differ_in_anything(world: ExchangeCalendarWorld) -> None:
    (moved,) = SERIES.event.exceptions
    other = replace(
        moved,
        title=SERIES.event.title,
        location="Vienna",
        description="Bring skis",
        busy="away",
        importance="high",
        reminder_minutes=30,
        categories=("Trip",),
        attendees=(GUEST,),
    )
    item = create(world, replace(SERIES.event, exceptions=(other,)))
    (got,) = read(world.calendar(), item).event.exceptions
    assert replace(shown(got), organizer=None) == shown(other)


# Zones and days


@pytest.mark.parametrize(
    ("zone", "source", "written"),
    [
        ("Europe/Berlin", "", "W. Europe Standard Time"),
        ("Europe/Berlin", "W. Europe Standard Time", "W. Europe Standard Time"),
        ("Europe/Vienna", "Europe/Vienna", "W. Europe Standard Time"),
        ("America/New_York", "W. Europe Standard Time", "Eastern Standard Time"),
        ("Europe/Berlin", "Customized Time Zone", "W. Europe Standard Time"),
        ("UTC", "", "UTC"),
    ],
)
def test_zones_are_written_by_their_windows_id(zone: str, source: str, written: str) -> None:
    assert zone_id(replace(CALL, timezone=zone, timezone_source=source)) == written


@pytest.mark.parametrize(
    ("zone", "source"),
    [("Etc/GMT-2", "tzone://Microsoft/Custom"), ("UTC", "Customized Time Zone"), ("Antarctica/Troll", "")],
)
def test_a_zone_that_nobody_knows_is_refused(world: ExchangeCalendarWorld, zone: str, source: str) -> None:
    with pytest.raises(SendRefused) as refused:
        create(world, replace(CALL, timezone=zone, timezone_source=source))
    assert refused.value.detail == f'Exchange knows no time zone "{source or zone}"'


def test_an_event_in_a_zone_of_the_servers_own_stays_in_it_when_it_moves(world: ExchangeCalendarWorld) -> None:
    item = create(world, CALL)
    world.hide_zones("Customized Time Zone")
    calendar = world.calendar()
    event = read(calendar, item).event
    assert isinstance(event.start, datetime) and isinstance(event.end, datetime)
    hour = timedelta(hours=1)
    moved = replace(event, start=event.start + hour, end=event.end + hour)
    calendar.update_event(item, "", moved, ["when"], Notify.NOBODY)
    world.faults.clear()
    after = read(calendar, item).event
    assert (after.start, after.timezone_source) == (event.start + hour, "W. Europe Standard Time")


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "Asia/Kolkata", "Africa/Cairo", "UTC"])
def test_whole_days_stay_the_days_they_are(world: ExchangeCalendarWorld, zone: str) -> None:
    calendar = world.calendar()
    days = [date(2026, 1, 1), date(2026, 4, 24), date(2026, 7, 10)]  # on 24 April Cairo has no midnight
    for day in days:
        item = create(world, replace(FAIR.event, start=day, end=day + timedelta(days=2), timezone=zone))
        got = read(calendar, item).event
        assert (got.start, got.end, got.all_day) == (day, day + timedelta(days=2), True)


def test_an_appointment_becomes_a_whole_day_and_back(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    item = create(world, CALL)
    day = replace(CALL, start=date(2026, 3, 12), end=date(2026, 3, 13), all_day=True)
    calendar.update_event(item, "", day, ["when"], Notify.NOBODY)
    assert shown(read(calendar, item).event) == shown(day)
    calendar.update_event(item, "", CALL, ["when"], Notify.NOBODY)
    assert shown(read(calendar, item).event) == shown(CALL)


# Series and occurrences


def test_a_series_ends_and_begins_to_repeat(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    item = create(world, CALL)
    weekly = replace(CALL, rrule="FREQ=WEEKLY;BYDAY=TH;COUNT=4")
    calendar.update_event(item, "", weekly, ["recurrence"], Notify.NOBODY)
    assert shown(read(calendar, item).event) == shown(weekly)
    calendar.update_event(item, "", CALL, ["recurrence"], Notify.NOBODY)
    assert shown(read(calendar, item).event) == shown(CALL)


def test_a_series_moves_to_another_day_with_its_rule(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    item = create(world, series_with_guest())
    day = timedelta(days=1)
    event = series_with_guest()
    later = replace(event, start=event.start + day, end=event.end + day, rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=5")
    calendar.update_event(item, "", later, ["when", "recurrence"], Notify.NOBODY)
    got = read(calendar, item).event
    assert (got.start, got.rrule) == (later.start, later.rrule)


class Renumbered:
    """A server that does not count deleted occurrences, or counts from zero."""

    def __init__(self, server: Writer, by: int) -> None:
        self._server = server
        self._by = by

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)

    def items(self, item_ids: Sequence[str | Instance], shape: ItemShape) -> list[ServerAnswer]:
        meant = [
            Instance(one.master_id, one.index + self._by) if isinstance(one, Instance) else one for one in item_ids
        ]
        return self._server.items(meant, shape)


@pytest.mark.parametrize("by", [-1, 0, 1, 2])
def test_an_occurrence_is_found_however_the_server_counts(world: ExchangeCalendarWorld, by: int) -> None:
    item = world.add(SERIES)
    server: Any = Renumbered(world.connect().server, by)
    (master,) = server.items([item], APPOINTMENT)
    found = exchange_occurrences.find_occurrence(server, master, APRIL_6)
    (occurrence,) = server.items([found.item_id], APPOINTMENT)
    assert occurrence.findtext(f"{TYPES}Start") == "2026-04-06T07:00:00Z"


def test_an_occurrence_of_whole_days_is_changed(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    fairs = replace(
        FAIR.event, rrule="FREQ=DAILY;INTERVAL=7;COUNT=4", end=date(2026, 7, 11), timezone="Pacific/Auckland"
    )
    item = create(world, fairs)
    other = replace(fairs, title="The big one", rrule="")
    calendar.update_occurrence(item, date(2026, 7, 24), other, ["title"], Notify.NOBODY)
    calendar.delete_occurrence(item, date(2026, 7, 17), Notify.NOBODY, "")
    got = read(calendar, item).event
    assert [(one.original_start, one.title) for one in got.exceptions] == [(date(2026, 7, 24), "The big one")]
    assert got.exdates == (date(2026, 7, 17),)


def test_an_occurrence_is_changed_twice(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    item = create(world, series_with_guest(), Notify.EVERYBODY)
    for title in ("Once", "Twice"):
        other = replace(series_with_guest(), title=title)
        calendar.update_occurrence(item, APRIL_6, other, ["title"], Notify.EVERYBODY)
    assert [one.title for one in read(calendar, item).event.exceptions] == ["Twice"]
    assert world.mailed() == [GUEST.address.email] * 3


def test_an_appointment_has_no_occurrences(world: ExchangeCalendarWorld) -> None:
    item = create(world, CALL)
    with pytest.raises(ItemGone):
        world.calendar().delete_occurrence(item, APRIL_6, Notify.NOBODY, "")


def test_an_occurrence_called_off_says_why(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    item = create(world, series_with_guest(), Notify.EVERYBODY)
    calendar.delete_occurrence(item, APRIL_6, Notify.EVERYBODY, "Easter Monday")
    assert read(calendar, item).event.exdates == (APRIL_6,)
    assert world.notes() == ["", "Easter Monday"]


def test_the_last_occurrence_cannot_be_taken_out(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    item = create(world, replace(CALL, rrule="FREQ=WEEKLY;BYDAY=TH;COUNT=1"))
    with pytest.raises(SendRefused) as refused:
        calendar.delete_occurrence(item, CALL.start, Notify.NOBODY, "")
    assert refused.value.detail.startswith("a series keeps at least one occurrence")


# Guests and answers


def test_a_meeting_called_off_says_why(world: ExchangeCalendarWorld) -> None:
    item = create(world, replace(CALL, attendees=(GUEST,)), Notify.EVERYBODY)
    world.calendar().delete_event(item, "", Notify.EVERYBODY, "It rains")
    assert world.notes() == [CALL.description, "It rains"]
    assert [item.item_class for item in world.mailbox.well_known["deleteditems"].items] == ["IPM.Appointment"]


@pytest.mark.parametrize("notify", list(Notify))
def test_a_guest_who_deletes_a_meeting_tells_nobody(world: ExchangeCalendarWorld, notify: Notify) -> None:
    item = world.invite(replace(MEETING.event, organizer=JANE))
    world.calendar().delete_event(item, "", notify, "No time")
    assert (calendar_folder(world).total, world.mailed()) == (0, [])


def test_guests_have_their_roles(world: ExchangeCalendarWorld) -> None:
    roles = ("required", "optional", "resource")
    people = tuple(Attendee(Address(f"{role}@contoso.example", role.title()), role) for role in roles)
    item = create(world, replace(CALL, attendees=people))
    assert read(world.calendar(), item).event.attendees == people


def test_one_occurrence_is_answered(world: ExchangeCalendarWorld) -> None:
    calendar = world.calendar()
    item = world.invite(replace(series_with_guest(), organizer=JANE))
    calendar.answer(item, Answer.DECLINED, "On holiday", tell=True, original_start=MARCH_30)
    calendar.answer(item, Answer.ACCEPTED, "", tell=False, original_start=APRIL_6)
    got = read(calendar, item).event
    assert (got.exdates, got.my_response) == ((MARCH_30,), "none")
    assert [(one.original_start, one.my_response) for one in got.exceptions] == [(APRIL_6, "accepted")]
    assert world.mailed() == [JANE.email]


def test_a_declined_meeting_leaves_the_calendar(world: ExchangeCalendarWorld) -> None:
    item = world.invite(replace(MEETING.event, organizer=JANE))
    assert world.calendar().answer(item, Answer.DECLINED, "", tell=True) is None
    assert (calendar_folder(world).total, world.mailed()) == (0, [JANE.email])


def test_an_organizer_has_nobody_to_answer(world: ExchangeCalendarWorld) -> None:
    item = create(world, replace(CALL, attendees=(GUEST,)))
    with pytest.raises(SendRefused) as refused:
        world.calendar().answer(item, Answer.ACCEPTED, "", tell=True)
    assert refused.value.detail.startswith("the organizer does not answer the own meeting")


def calendar_item(inner: str) -> _Element:
    found: _Element = etree.fromstring(f'<t:CalendarItem xmlns:t="{TYPES.strip("{}")}">{inner}</t:CalendarItem>')
    return found


def test_guests_without_an_address_stay_invited() -> None:
    now = calendar_item(
        "<t:RequiredAttendees><t:Attendee><t:Mailbox><t:Name>Sales team</t:Name>"
        "<t:EmailAddress>/O=ALPINE/CN=SALES</t:EmailAddress><t:RoutingType>EX</t:RoutingType></t:Mailbox>"
        "<t:ResponseType>Accept</t:ResponseType></t:Attendee></t:RequiredAttendees>"
    )
    (change,) = changes(replace(CALL, attendees=(GUEST,)), ["attendees"], now)[:1]
    written = [one.findtext(f"{TYPES}EmailAddress") for one in change.iter(f"{TYPES}Mailbox")]
    assert written == [GUEST.address.email, "/O=ALPINE/CN=SALES"]


def test_guests_who_stay_are_not_written_again() -> None:
    now = calendar_item(
        "<t:RequiredAttendees><t:Attendee><t:Mailbox><t:Name>Ada</t:Name><t:EmailAddress>Ada@contoso.example"
        "</t:EmailAddress></t:Mailbox></t:Attendee></t:RequiredAttendees>"
    )
    assert changes(replace(CALL, attendees=(GUEST,)), ["attendees"], now) == []


def test_a_series_whose_pattern_is_unknown_is_not_moved() -> None:
    now = calendar_item("<t:Recurrence><t:LunarRecurrence/></t:Recurrence>")
    with pytest.raises(SendRefused):
        changes(CALL, ["when"], now)


def test_a_stamped_event_is_found_in_any_calendar(world: ExchangeCalendarWorld) -> None:
    other = world.mailbox.create_folder("Trips", world.mailbox.well_known["calendar"], "IPF.Appointment")
    mailbox = world.connect()
    (folder,) = (one for one in mailbox.folders() if one.folder_id == other.folder_id)
    made = world.calendar().create_event(folder, CALL, STAMP, Notify.NOBODY)
    assert world.calendar().find_stamped_event(STAMP) == made


def test_times_go_out_in_utc_and_come_back_in_the_zone(world: ExchangeCalendarWorld) -> None:
    tokyo = replace(
        CALL,
        start=datetime(2026, 3, 12, 18, tzinfo=ZoneInfo("Asia/Tokyo")),
        end=datetime(2026, 3, 12, 19, tzinfo=ZoneInfo("Asia/Tokyo")),
        timezone="Asia/Tokyo",
    )
    got = read(world.calendar(), create(world, tokyo)).event
    assert (got.start, got.timezone) == (datetime(2026, 3, 12, 9, tzinfo=UTC), "Asia/Tokyo")
