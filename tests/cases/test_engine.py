"""Cases 39 to 44: both sides edited, echoes, clocks, restored servers, trouble by its name, shared mailboxes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from calendar_sync.appointments import move_appointment
from calendar_sync.edit import EventEdit
from mail_sync.errors import (
    AccessDenied,
    AuthExpired,
    EwsBlocked,
    MailboxMoved,
    MailboxUnavailable,
    QuotaFull,
    RightsRevoked,
    SecretExpired,
    SyncError,
    Throttled,
)
from mail_sync.provider import FolderRole
from store.queries.status import mailboxes
from store.schema.ledger import Lease
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.sync.conflicts import Sides
from store.sync.mailboxes import add_mailbox
from tests.assistant.linking.mails import mail
from tests.assistant.outbox.test_contacts import JANE as CARD
from tests.assistant.outbox.test_contacts import Contacts
from tests.assistant.outbox.test_events import AT, HOUR, Appointments
from tests.assistant.outbox.world import JANE, START, US, World
from tests.cases.desk import BEN, Desk, written

SHARED = "sales@alpine.example"


@pytest.fixture
def contacts(small: World) -> Contacts:
    return Contacts(small)


@pytest.fixture
def calendar(small: World) -> Appointments:
    small.sync()
    return Appointments(small)


def test_case_39_different_fields_merge_and_the_same_field_is_asked_about(contacts: Contacts) -> None:
    remote_id = contacts.add()
    contacts.change_there(remote_id, job_title="Theirs", department="Sales")
    contacts.edit(contacts.record_id(), job_title="Mine", city="Graz")
    contacts.cycle()
    assert contacts.conflicts() == {"job_title": Sides("Buyer", "Theirs", "Mine")}
    state, card = contacts.state(contacts.record_id()), contacts.card(remote_id)
    assert (state["department"], card.postal[1].city, state["job_title"], card.job_title) == (
        "Sales",
        "Graz",
        "Mine",
        "Theirs",
    )


def test_case_39_time_changed_on_both_sides_is_one_question(calendar: Appointments) -> None:
    remote_id = calendar.add()
    calendar.change_there(remote_id, start=AT + HOUR, end=AT + 2 * HOUR, location="Room 4")
    calendar.world.do(move_appointment, calendar.key(), AT + 3 * HOUR)
    calendar.edit(EventEdit(title="Visit"))
    calendar.cycle()
    assert list(calendar.conflicts()) == ["when"]
    assert (calendar.there(remote_id).title, calendar.here().location) == ("Visit", "Room 4")


def test_case_40_own_writes_come_back_as_nothing(desk: Desk) -> None:
    contacts, calendar = Contacts(desk.world), Appointments(desk.world)
    contacts.add(replace(CARD, full_name="Jo Roe", emails=(("", "jo@else.example"),)))
    calendar.add()
    contacts.edit(contacts.record_id("Jo Roe"), job_title="Director")
    calendar.edit(EventEdit(title="Visit"))
    desk.cycle(2)
    before = contacts.operations(), desk.box.revision
    desk.cycle(3)
    assert (contacts.operations(), desk.box.revision, desk.world.open_acts()) == (*before, [])


@pytest.mark.parametrize("skew", [timedelta(days=-400), timedelta(days=400)])
def test_case_41_wrong_clock_loses_and_buries_nothing(desk: Desk, skew: timedelta) -> None:
    item = desk.arrives(mail(1), received_at=START)
    desk.world.pass_time(days=skew.days)
    desk.arrives(mail(2, subject="Later"), received_at=START)
    desk.world.provider.edit(item, categories=("Red",))
    desk.cycle(3)
    assert sorted((row.subject, row.categories) for row in desk.inbox()) == [("Later", ()), ("Snow guns", ("Red",))]
    assert [row.buried for row in desk.timeline()] == [False, False]


@pytest.mark.parametrize("silently", [False, True])
def test_case_42_restored_server_is_compared_and_nothing_doubles(desk: Desk, silently: bool) -> None:
    contacts, calendar = Contacts(desk.world), Appointments(desk.world)
    for number in range(5):
        desk.arrives(mail(number, subject=f"Mail {number}"), sync=False)
    card, event = contacts.add(replace(CARD, emails=(("", "jo@else.example"),), full_name="Jo Roe")), calendar.add()
    backup = desk.box.snapshot()
    contacts.edit(contacts.record_id("Jo Roe"), job_title="Director")
    calendar.edit(EventEdit(title="Visit"))
    desk.arrives(mail(10, subject="Since"))
    desk.cycle(2)
    desk.box.restore(backup, silently=silently)
    desk.cycle(6)
    here = contacts.state(contacts.record_id("Jo Roe"))["job_title"], calendar.here().title
    there = contacts.card(card).job_title, calendar.there(event).title
    if silently:  # a few items in their old form cannot be told from items that somebody changed back
        assert (here, contacts.conflicts()) == (there, {})
    else:
        assert (here, there, sorted(contacts.conflicts())) == (
            ("Director", "Visit"),
            ("Buyer", "Call Fabrikam"),
            ["job_title", "title"],
        )
    assert (desk.subjects(), desk.contacts(), len(desk.agenda())) == (
        [f"Mail {number}" for number in range(5)],
        ["Jane Roe", "Jo Roe"],
        1,
    )
    assert "Since" in desk.on_timeline()


def test_case_42_mass_deletion_waits_for_a_person(desk: Desk) -> None:
    items = [desk.arrives(mail(number), sync=False) for number in range(60)]
    desk.cycle()
    for item in items:
        desk.box.remove(item)
    desk.cycle(3)
    with desk.store.read() as tx:
        (row,) = (each for each in mailboxes(tx, by=desk.actor()) if each.address == US)
        assert tx.execute(select(MailboxItem.id).where(MailboxItem.buried_at.is_not(None))).all() == []
    assert row.state == "asks"


@pytest.mark.parametrize(
    ("error", "state", "again"),
    [
        (Throttled("ErrorServerBusy", timedelta(hours=1)), "throttled", True),
        (MailboxUnavailable("no route"), "unavailable", True),
        (MailboxMoved("elsewhere"), "moved", True),
        (AuthExpired("401"), "auth expired", False),
        (SecretExpired("AADSTS7000222"), "auth expired", False),
        (EwsBlocked("403"), "ews blocked", False),
        (AccessDenied("ErrorAccessDenied"), "access denied", False),
        (RightsRevoked("ErrorAccessDenied"), "rights revoked", False),
    ],
)
def test_case_43_each_trouble_has_its_own_state_and_only_passing_ones_are_tried_again(
    small: World, error: SyncError, state: str, again: bool
) -> None:
    desk = Desk(small)
    desk.world.provider.fail(error, times=50)
    desk.world.sync()
    with desk.store.read() as tx:
        row = tx.execute(select(Mailbox.state, Mailbox.state_detail, Mailbox.retry_at)).one()
    assert (row.state, row.retry_at is not None) == (type(error).state, again)
    assert row.state_detail == error.sentence
    assert state == type(error).state.replace("_", " ")
    desk.world.provider.faults.heal()
    desk.arrives(mail(1))
    assert desk.subjects() == ["Snow guns"]


def test_case_43_full_mailbox_is_read_and_written_when_there_is_room(contacts: Contacts) -> None:
    remote_id = contacts.add()
    contacts.edit(contacts.record_id(), job_title="Director")
    contacts.change_there(remote_id, department="Sales")
    contacts.world.provider.faults.fail_writes(QuotaFull("full"), times=1)
    contacts.world.sync()
    assert contacts.state(contacts.record_id())["department"] == "Sales"
    contacts.world.pass_time(hours=1)
    contacts.cycle()
    assert contacts.card(remote_id).job_title == "Director"


def test_case_43_one_bad_item_stands_alone(desk: Desk) -> None:
    bad = desk.arrives(mail(1, subject="Bad"), sync=False)
    desk.world.provider.poison(bad, SyncError("ErrorCorruptData"))
    desk.arrives(mail(2, subject="Good"))
    with desk.store.read() as tx:
        (row,) = mailboxes(tx, by=desk.actor())
    assert (desk.subjects(), row.quarantined) == (["Good"], 1)


def test_case_44_one_process_syncs_a_mailbox(desk: Desk) -> None:
    desk.arrives(mail(1), sync=False)
    with desk.store.write() as tx:
        elsewhere = {"name": "mailbox 1", "holder": "another machine 17 x", "until": START + HOUR}
        tx.execute(insert(Lease).values(elsewhere))
    assert desk.world.sync().error == "Another program is syncing this mailbox at the moment."
    assert desk.subjects() == []
    desk.world.pass_time(hours=2)
    assert (desk.world.sync().error, desk.subjects()) == ("", ["Snow guns"])


@pytest.fixture
def shared(desk: Desk) -> Desk:
    """The mailbox of a department, which Ben may read and Carl may not."""
    colleague(desk, BEN)
    with desk.store.write() as tx:
        add_mailbox(tx, address=SHARED, provider="exchange", name="Sales", readers=[BEN], is_shared=True, now=START)
    desk.others[SHARED] = desk.connected(SHARED)
    return desk


def colleague(desk: Desk, address: str) -> None:
    if address not in desk.others:
        desk.colleague(address)


def test_case_44_who_sees_the_mail_of_a_shared_mailbox_follows_its_rights(shared: Desk) -> None:
    box = shared.others[SHARED].box
    box.add(box.folder(FolderRole.INBOX), mail(1, sender="stranger@else.example", to=SHARED))
    shared.cycle()
    assert (shared.subjects(BEN), shared.subjects(US)) == (["Snow guns"], [])


def test_case_44_mail_sent_for_a_shared_mailbox_is_one_wherever_its_copies_lie(shared: Desk) -> None:
    raw = written(1, sender=SHARED, to=JANE, Sender=BEN)
    for address in (SHARED, BEN):
        box = shared.others[address].box
        box.add(box.folder(FolderRole.SENT), raw)
    shared.cycle(2)
    detail = shared.detail("Snow guns", BEN)
    assert [row.subject for row in shared.timeline()] == ["Snow guns"]
    assert sorted((each.role, each.email) for each in detail.parties) == [
        ("from", SHARED),
        ("on_behalf", BEN),
        ("to", JANE),
    ]
    assert (detail.direction, sorted(detail.mailboxes)) == ("out", [BEN, SHARED])


def test_case_44_delegate_reads_a_colleagues_mail_but_not_what_is_private_in_it(desk: Desk) -> None:
    ben = desk.colleague()
    with desk.store.write() as tx:
        add_mailbox(tx, address=BEN, provider="exchange", capture={"private_items": False}, readers=[US], now=START)
    inbox = ben.box.folder(FolderRole.INBOX)
    ben.box.add(inbox, written(1, subject="Open", sender="stranger@else.example", to=BEN), is_read=False)
    ben.box.add(inbox, written(2, subject="Doctor", to=BEN, Sensitivity="Private"), is_read=False)
    desk.cycle()
    assert (desk.subjects(), desk.subjects(BEN)) == (["Open"], ["Doctor", "Open"])
    assert (desk.found("Doctor"), desk.found("Doctor", BEN)) == ([], ["Doctor"])
    assert (desk.unread(), desk.unread(BEN)) == (1, 2)
