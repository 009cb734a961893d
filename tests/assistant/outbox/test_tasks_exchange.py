"""Reminders in the tasks of an Exchange mailbox, and its owner's telephone: another client of the same server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from exchangelib import EWSDate, EWSDateTime, EWSTimeZone
from exchangelib import Task as OutlookTask
from exchangelib.protocol import close_connections
from exchangelib.recurrence import TaskRecurrence, WeeklyPattern
from sqlalchemy import select

from assistant.connecting import ConnectedMailbox
from assistant.following.in_outlook import tell_outlook
from assistant.syncing import sync_mailbox
from calendar_sync.providers.exchange import ExchangeCalendar
from calendar_sync.reminders import add_reminder, complete
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import serve
from store.actor import actor_for
from store.engine import Store
from store.following.acts import mark_done
from store.following.settings import save_settings
from store.schema.following import FollowUp
from store.sync.mailboxes import add_mailbox, sync_mailboxes
from tests.calendar_sync.tasks.telephone import Telephone
from tests.mail_sync.providers.exchange.world import ADDRESS, PASSWORD, ExchangeWorld
from tests.mail_sync.sandbox.stamps import registered

ZONE = "Europe/Berlin"
NOW = datetime(2026, 3, 25, 9, tzinfo=UTC)
AT = datetime(2026, 3, 27, 8, tzinfo=UTC)  # nine o'clock; clocks change on the 29th


class Office:
    """A store with the mailbox connected, and reminders switched on."""

    def __init__(self, store: Store, exchange: ExchangeWorld) -> None:
        self.store, self.exchange, self.now = store, exchange, NOW
        with store.write() as tx:
            add_mailbox(tx, address=ADDRESS, provider="exchange", name="Sales", now=NOW)
            self.by = actor_for(tx, ADDRESS)
            save_settings(tx, {"outlook": "on", "zone": ZONE}, zone=ZONE, by=self.by)
        mailbox = exchange.connect()
        self.connected = ConnectedMailbox(mailbox, ExchangeCalendar(mailbox), mailbox.close)
        self.telephone = Telephone(exchange.sandbox, ADDRESS, PASSWORD)
        self.cycle()

    def cycle(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            tell_outlook(self.store, now=self.now)
            self.now += timedelta(minutes=20)
            with self.store.read() as tx:
                [mailbox] = sync_mailboxes(tx)
            report = sync_mailbox(
                self.store, mailbox, lambda _: self.connected, clock=lambda: self.now, progress=lambda _: None
            )
            assert report.error == ""

    def reminders(self) -> list[tuple[str, str, datetime]]:
        with self.store.read() as tx:
            columns = (FollowUp.text, FollowUp.state, FollowUp.snoozed_until, FollowUp.due_at)
            rows = tx.execute(select(*columns).order_by(FollowUp.id)).all()
        return [(row.text, row.state, row.snoozed_until or row.due_at) for row in rows]

    def task_ids(self) -> list[str]:
        return [item.item_id for item in self.exchange.mailbox.folder("tasks").items]


@pytest.fixture
def office(sqlite_store: Store) -> Iterator[Office]:
    model = Model()
    model.clock.offset = NOW - datetime.now(UTC)
    model.add_mailbox(ADDRESS, "Sales", PASSWORD, timezone=ZONE)
    with registered(OutlookTask), serve(model) as sandbox:
        exchange = ExchangeWorld(sandbox)
        yield Office(sqlite_store, exchange)
        exchange.close()
        close_connections()


def at(moment: datetime) -> EWSDateTime:
    utc = EWSTimeZone("UTC")
    return EWSDateTime.from_datetime(moment).astimezone(utc)


def test_reminder_rings_on_the_telephone_and_is_snoozed_and_done_there(office: Office) -> None:
    wall = datetime(2026, 3, 27, 9)  # noqa: DTZ001 the wall in Berlin
    office.exchange.lose_reply()  # of the request that makes the task
    with office.store.write() as tx:
        add_reminder(tx, "Call Contoso", wall, ZONE, by=office.by, now=office.now)
    office.cycle(2)
    office.exchange.faults.clear()
    [item_id] = office.task_ids()
    task = office.telephone.get(item_id)
    assert (task.subject, task.due_date + timedelta(days=1), task.reminder_due_by) == (
        "Call Contoso", EWSDate(2026, 3, 27), at(AT),
    )  # fmt: skip
    later = AT + timedelta(days=4)
    office.telephone.snooze(item_id, later)
    office.cycle(2)
    assert office.reminders() == [("Call Contoso", "open", later)]
    task = office.telephone.get(item_id)
    assert (task.due_date, task.reminder_due_by, task.signal_time) == (EWSDate(2026, 3, 30), at(later), at(later))
    office.telephone.complete(item_id)
    office.cycle()
    assert office.reminders() == [("Call Contoso", "done", AT)]
    with office.store.write() as tx:
        other = add_reminder(tx, "Call Litware", wall, ZONE, by=office.by, now=office.now).follow_up_id
    office.cycle()
    with office.store.write() as tx:
        mark_done(tx, other, by=office.by, now=office.now)
    office.cycle()
    assert [office.telephone.get(one).status for one in office.task_ids()] == ["Completed", "Completed"]


def test_what_outlook_repeats_comes_back_here(office: Office) -> None:
    weekly = TaskRecurrence(pattern=WeeklyPattern(interval=1, weekdays=["Friday"]), start=EWSDate(2026, 3, 27))
    series = office.telephone.save(
        subject="Weekly call", recurrence=weekly, reminder_is_set=True, reminder_due_by=at(AT)
    )
    office.cycle()
    [(text, state, comes_at)] = office.reminders()
    assert (text, state, comes_at) == ("Weekly call", "open", AT)
    with office.store.write() as tx:
        key = tx.execute(select(FollowUp.id)).scalar_one()
        complete(tx, key, by=office.by, now=office.now)
    office.cycle()
    second = datetime(2026, 4, 3, 7, tzinfo=UTC)  # nine o'clock in summer time
    assert office.reminders() == [("Weekly call", "open", second)]
    office.telephone.complete(series)
    office.cycle()
    assert office.reminders() == [("Weekly call", "open", second + timedelta(days=7))]
    assert len(office.task_ids()) == 3  # two that are done, and the next one
    office.telephone.delete(series)
    office.cycle(4)
    assert [(text, state) for text, state, _ in office.reminders()] == [("Weekly call", "dismissed")]
