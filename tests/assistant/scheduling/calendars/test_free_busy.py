"""Servers are asked when resources are busy whose calendars nobody syncs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.mailbox_worker import MailboxWorker
from assistant.scheduling.asking import Wish, slots, why_not
from assistant.scheduling.calendars.free_busy import ask_when_busy
from assistant.scheduling.engine.rules import Order
from calendar_sync.event import Event
from calendar_sync.provider import Busy, FreeBusy
from mail_sync.errors import AccessDenied, BrokenReply, MailboxUnavailable, SyncError
from mail_sync.provider import FolderRole
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid
from store.scheduling.busy import read_busy, to_ask
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE, SERVICE, SITE
from store.sync.mailboxes import add_mailbox, report_failure
from tests.assistant.sync_world import START, World
from tests.store.builders import counted_statements
from tests.store.scheduling.scene import workshop

ANN = "ann@elsewhere.example"
BY: dict[str, Any] = {"by": SYSTEM, "now": START}
ZURICH = ZoneInfo("Europe/Zurich")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def at(hour: int, days: int = 1) -> datetime:
    """That hour of the day after `START`, or of a later one, on the clocks of Zurich."""
    return (datetime(2026, 3, 10, hour, tzinfo=ZURICH) + days * _DAY).astimezone(UTC)


@dataclass
class Office:
    """A visit is done by Ann, whose calendar is on the server and is not synced."""

    world: World

    @property
    def store(self) -> Store:
        return self.world.store

    def busy(self, hour: int, kind: str = "busy") -> None:
        """Ann has something to do for an hour."""
        event = Event(f"{hour}", "Secret", at(hour), at(hour) + _HOUR, busy=kind)
        box = self.world.server.box(ANN)
        box.add(box.folder(FolderRole.CALENDAR), event)

    def write(self, sort: Any, given: dict[str, Any]) -> None:
        with self.store.write() as tx:
            write_thing(tx, sort, given, key=1, **BY)

    def offered(self, days: int = 1, why: int = 8) -> tuple[list[int], list[str]]:
        """At which hours Ann is offered on that day, and why she is not at one of them."""
        wish = Wish("Visit", at(1, days), at(1, days + 1), order=Order.EARLIEST)
        with self.store.read() as tx:
            _, found = slots(tx, wish, by=SYSTEM, now=self.world.wall)
            _, [ann] = why_not(tx, wish, at=at(why, days), resource="Ann", by=SYSTEM, now=self.world.wall)
        return [slot.start.astimezone(ZURICH).hour for slot in found], [reason.words for reason in ann.reasons]


@pytest.fixture
def office(sqlite_store: Store) -> Office:
    world = World(sqlite_store)
    with sqlite_store.write() as tx:
        workshop(tx)
        rule = {"pick": 1, "resources": ["Ann"]}
        write_thing(tx, SERVICE, {"name": "Visit", "duration": "1 h", "grid": "1 h", "rule": rule}, **BY)
        write_thing(tx, RESOURCE, {"address": ANN}, key=1, **BY)
    return Office(world)


def read_at(office: Office, worker: MailboxWorker, **spans: int) -> datetime:
    """When Ann's calendar was asked for last, after a turn of the worker so much later."""
    office.world.let_pass(timedelta(**spans))
    worker.turn()
    with office.store.read() as tx:
        return read_busy(tx, [1])[1].read_at


def test_what_a_server_tells_of_an_address_keeps_a_resource_busy_until_it_is_old(office: Office) -> None:
    office.busy(8)
    office.busy(10, "tentative")
    assert office.offered() == ([], ["its calendar is not known: no server was asked about it yet"])
    worker = office.world.worker()
    assert read_at(office, worker) == START
    assert office.offered() == ([9, 11, 13, 14, 15, 16], ["is busy Wed 11 Mar 08:00 to Wed 11 Mar 09:00"])
    office.write(SITE, {"tentative": "free"})
    assert office.offered()[0] == [9, 10, 11, 13, 14, 15, 16]
    office.busy(14)
    assert read_at(office, worker, minutes=14) == START
    assert read_at(office, worker, minutes=1) == office.world.wall
    assert office.offered()[0] == [9, 10, 11, 13, 15, 16]
    office.world.let_pass(timedelta(hours=2, minutes=1))
    assert office.offered() == ([], ["its calendar is not known: it was last read on 2026-03-10 09:15 UTC"])


def test_nothing_is_known_further_ahead_than_was_asked(office: Office) -> None:
    office.busy(8)
    office.world.cycle()
    assert office.offered(days=91) == ([8, 9, 10, 11, 13, 14, 15, 16], [])
    assert office.offered(days=98) == ([], ["its calendar is not known after Wed 10 Jun 11:00"])


def test_address_that_is_unknown_or_another_one_now_is_never_free(office: Office) -> None:
    office.world.cycle()
    assert office.offered() == ([], ["its calendar is not known: there is no such mailbox"])
    office.busy(8)
    office.world.let_pass(timedelta(minutes=15))
    office.world.cycle()
    office.write(RESOURCE, {"address": "other@elsewhere.example"})
    assert office.offered() == ([], ["its calendar is not known: no server was asked about it yet"])
    office.write(RESOURCE, {"address": ""})
    assert len(office.offered()[0]) == 8


class Server:
    """Answers as it is told, and counts."""

    def __init__(self, answer: SyncError | None = None) -> None:
        self.answer, self.asked = answer, list[list[str]]()

    def free_busy(self, addresses: list[str], start: datetime, end: datetime) -> list[FreeBusy]:
        self.asked.append(addresses)
        if self.answer is not None:
            raise self.answer
        return [FreeBusy(address, known=True, busy=(Busy(start, end),)) for address in addresses]


@pytest.mark.parametrize("refusal", [AccessDenied(), BrokenReply("SOAPError")])
def test_server_that_does_not_answer_such_questions_is_no_reason_to_stop_the_mailbox(
    office: Office, refusal: SyncError
) -> None:
    server: Any = Server(refusal)
    again = ask_when_busy(office.store, office.world.mailbox_id, server, now=START)
    assert again == START + timedelta(minutes=15)
    assert office.offered() == ([], [f"its calendar is not known: {refusal.sentence}"])


def test_mailbox_that_is_not_there_at_all_is_told_to_its_worker(office: Office) -> None:
    server: Any = Server(MailboxUnavailable("down"))
    with pytest.raises(MailboxUnavailable):
        ask_when_busy(office.store, office.world.mailbox_id, server, now=START)
    with office.store.read() as tx:
        assert read_busy(tx, [1]) == {}


def test_one_question_is_about_many_and_the_mailbox_of_their_domain_asks_it(office: Office) -> None:
    with office.store.write() as tx:
        near = add_mailbox(tx, address="desk@elsewhere.example", provider="exchange", now=START)
        write_thing(tx, RESOURCE, {"address": ANN}, key=2, **BY)
        write_thing(tx, RESOURCE, {"address": "van@elsewhere.example"}, key=3, **BY)
        write_thing(tx, RESOURCE, {"address": "room@third.example"}, key=4, **BY)
    server: Any = Server()
    ask_when_busy(office.store, near, server, now=START)
    assert server.asked == [[ANN, "van@elsewhere.example"]]
    with office.store.write() as tx, counted_statements(office.store.engine) as statements:
        first, other = (to_ask(tx, key) for key in (office.world.mailbox_id, near))
        assert ([one.resource_id for one in first], [one.resource_id for one in other]) == ([4], [1, 2, 3])
        assert len(statements) == 4
        report_failure(tx, near, state="error", sentence="down", retry_at=None, now=START)
        assert [one.resource_id for one in to_ask(tx, office.world.mailbox_id)] == [1, 2, 3, 4]


def test_address_that_is_none_is_refused(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.write(RESOURCE, {"address": "the van"})
    assert refused.value.sentence == "'the van' is not an e-mail address."
