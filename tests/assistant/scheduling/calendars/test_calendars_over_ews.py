"""Bookings in the calendars of a sandbox Exchange, looked at with exchangelib: what is booked, moved, given to others,
cancelled, and what people do there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from exchangelib import Account, CalendarItem, EWSDateTime
from exchangelib.protocol import close_connections
from sqlalchemy import select

from assistant.connecting import ConnectedMailbox
from assistant.outbox.worker import deliver
from assistant.scheduling.asking import Wish, why_not
from assistant.scheduling.calendars.comparing import compare_calendars
from assistant.scheduling.calendars.writing import write_calendars
from assistant.syncing import sync_mailbox
from calendar_sync.providers.exchange import ExchangeCalendar
from mail_sync.providers.exchange.connection import ExchangeMailbox, connect
from mail_sync.providers.exchange.settings import ExchangeSettings, Login
from mail_sync.providers.retry import HASTY, Retry
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Kind, Model
from mail_sync.sandbox.server import Sandbox, serve
from store.actor import SYSTEM
from store.engine import Store
from store.scheduling.booking import Need, book, cancel, confirm, move
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE
from store.schema.outbox import Outgoing
from store.schema.triage import Notice
from store.sync.mailboxes import MailboxRow, add_mailbox, sync_mailboxes
from tests.mail_sync.sandbox.conftest import sign_in
from tests.store.scheduling.scene import Workshop, workshop

ANN, BOB, VAN = "ann@alpine.example", "bob@alpine.example", "van@alpine.example"
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SOON = NOW + timedelta(days=3)
LATE = SOON + timedelta(days=14)
_HOUR = timedelta(hours=1)


def wall(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('Europe/Zurich')):%Y-%m-%d %H:%M}"


@dataclass
class Exchange:
    """Ann and Bob have mailboxes that are synced; the van has one that is not."""

    store: Store
    sandbox: Sandbox
    shop: Workshop
    mailboxes: dict[str, ExchangeMailbox] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    now: datetime = NOW

    def do(self, use_case: Any, *args: Any, **more: Any) -> Any:
        with self.store.write() as tx:
            return use_case(tx, *args, by=SYSTEM, now=self.now, **more)

    def written(self) -> list[str]:
        """What exchangelib sees after the calendars were written and servers told of it."""
        self.now += timedelta(minutes=20)
        write_calendars(self.store, now=self.now)
        for row in self.rows():
            deliver(self.store, row, self.connect(row), clock=lambda: self.now)
        return [line for address in (ANN, BOB) for line in self.seen(address)]

    def read(self, *addresses: str) -> None:
        """These mailboxes are read, and what is there is compared with bookings."""
        self.now += timedelta(minutes=20)
        for row in self.rows():
            if row.address in addresses:
                sync_mailbox(self.store, row, self.connect, progress=lambda _: None, clock=lambda: self.now)
        compare_calendars(self.store, now=self.now)

    def rows(self) -> tuple[MailboxRow, ...]:
        with self.store.read() as tx:
            return sync_mailboxes(tx)

    def connect(self, mailbox: MailboxRow) -> ConnectedMailbox:
        box = self.mailboxes[mailbox.address]
        return ConnectedMailbox(box, ExchangeCalendar(box), lambda: None)

    def seen(self, address: str) -> list[str]:
        """What stands in a calendar: when, what, how it counts, and for how many others."""
        found = []
        for one in self.accounts[address].calendar.all().order_by("start"):
            hours = (datetime.fromisoformat(one.start.isoformat()) - SOON) / _HOUR
            guests = len([*(one.required_attendees or ()), *(one.optional_attendees or ()), *(one.resources or ())])
            name = address.partition("@")[0]
            found.append(f"{name} +{hours:g}h {one.subject} at {one.location} {one.legacy_free_busy_status} {guests}")
        return found

    def mails(self) -> int:
        """How many mails there are anywhere."""
        boxes = (self.sandbox.model.mailbox(address) for address in (ANN, BOB, VAN))
        items = [item for box in boxes for folder in box.folders.values() for item in folder.items]
        return len([item for item in items if item.kind is Kind.MAIL]) + len(self.sandbox.model.outside)

    def told(self) -> list[str]:
        with self.store.read() as tx:
            return list(tx.execute(select(Notice.text).order_by(Notice.id)).scalars())

    def undelivered(self) -> list[tuple[str, str]]:
        with self.store.read() as tx:
            rows = tx.execute(
                select(Outgoing.verb, Outgoing.last_error).where(Outgoing.state.not_in(("done", "cancelled")))
            )
            return [(row.verb, row.last_error) for row in rows]


@pytest.fixture
def exchange(sqlite_store: Store) -> Iterator[Exchange]:
    with serve(Model()) as sandbox:
        with sqlite_store.write() as tx:
            made = Exchange(sqlite_store, sandbox, workshop(tx))
        for address in (ANN, BOB, VAN):
            name = address.partition("@")[0].title()
            sandbox.model.add_mailbox(address, name, "demo", timezone="Europe/Zurich")
            made.accounts[address] = sign_in(sandbox, address)
        for address, key in ((ANN, made.shop.ann), (BOB, made.shop.bob)):
            login: dict[str, Any] = {"username": address, "password": "demo", "login": Login.BASIC}
            settings = ExchangeSettings(address=address, service_endpoint=sandbox.url, **login)
            made.mailboxes[address] = connect(settings, Retry(HASTY, sleep=lambda _: None))
            made.do(lambda tx, by, now, to=address: add_mailbox(tx, address=to, provider="exchange", now=now))
            made.do(write_thing, RESOURCE, {"mailbox": address}, key=key)
        times = (EWSDateTime.from_datetime(LATE), EWSDateTime.from_datetime(LATE + _HOUR))
        CalendarItem(folder=made.accounts[VAN].calendar, subject="Secret", start=times[0], end=times[1]).save()
        made.do(write_thing, RESOURCE, {"address": VAN}, key=made.shop.van)
        made.read(ANN, BOB)
        yield made
        for mailbox in made.mailboxes.values():
            mailbox.close()
        close_connections()


def test_bookings_stand_in_exchange_calendars_once_and_mail_nobody(exchange: Exchange) -> None:
    shop, (ann, bob) = exchange.shop, (Need(exchange.shop.ann), Need(exchange.shop.bob))
    values = {"account": shop.account, "place": "Hauptstrasse 5", "status": "hold"}
    exchange.sandbox.faults.set(FaultKind.DROP_REPLY, operation="CreateItem", times=1)
    key = exchange.do(book, shop.repair, SOON, [ann], values=values).record_id
    exchange.written()
    at_noon = "ann +0h Repair, Contoso (BKG-00001) at Hauptstrasse 5 Busy 0"
    assert exchange.written() == [at_noon.replace("Busy", "Tentative")]
    (item,) = exchange.accounts[ANN].calendar.all()
    item.start, item.end = item.start + _HOUR, item.end + _HOUR
    item.save(update_fields=["start", "end"])
    exchange.do(confirm, key)  # nobody has heard yet that it was moved there
    assert exchange.written() == [at_noon.replace("+0h", "+1h")]
    exchange.read(ANN)
    exchange.do(move, key, starts_at=SOON + 2 * _HOUR, needs=[ann, bob])
    both = at_noon.replace("+0h", "+2h")
    assert exchange.written() == [both, both.replace("ann", "bob")]
    for day in range(0, 8, 3):  # Exchange is away for a week
        exchange.now += timedelta(days=3)
        exchange.do(move, key, starts_at=LATE + day * _HOUR, needs=[ann if day % 2 else bob])
        write_calendars(exchange.store, now=exchange.now)
    assert exchange.written() == [at_noon.replace("ann +0h", "bob +342h")]
    exchange.read(BOB)
    (item,) = exchange.accounts[BOB].calendar.all()
    item.move_to_trash()
    exchange.read(BOB)
    exchange.read(BOB)
    assert exchange.written() == []
    exchange.do(cancel, key)
    assert exchange.written() == []
    assert (exchange.mails(), exchange.undelivered()) == (0, [])
    assert [text.split(";")[0] for text in exchange.told()] == [
        f"BKG-00001 Repair, Contoso was moved to {wall(SOON + _HOUR)} in the calendar of Ann",
        "BKG-00001 Repair, Contoso was deleted in the calendar of Bob",
    ]


def test_exchange_is_asked_when_a_resource_is_busy_whose_mailbox_is_not_synced(exchange: Exchange) -> None:
    with exchange.store.read() as tx:
        wish = Wish("Repair", LATE, LATE + timedelta(days=1))
        _, [van] = why_not(tx, wish, at=LATE, resource="Van", by=SYSTEM, now=exchange.now)
    assert [reason.kind.value for reason in van.reasons] == ["busy"]
