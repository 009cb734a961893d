"""Customers are reminded once, at a decent hour, and not of what they just heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from assistant.scheduling.customers.reminding import remind_customers
from assistant.scheduling.customers.telling import Reminding, reminder_wanted
from assistant.scheduling.keeping_up import keep_up
from store.engine import Store
from store.scheduling.booking import cancel, move
from store.schema.outbox import Outgoing
from tests.assistant.scheduling.desk import JANE, Shop, new_shop
from tests.store.builders import counted_statements
from tests.store.scheduling.scene import NINE, NOW, booked

ZONE = "Europe/Zurich"
FRIDAY = NINE + timedelta(days=3)  # 09:00 in Zurich
DAY_BEFORE = FRIDAY - timedelta(days=1)


@pytest.fixture
def shop(sqlite_store: Store) -> Shop:
    """Jane's repair is on Friday; the site reminds a day before."""
    made = new_shop(sqlite_store, remind="1 d")
    made.do(move, made.booking, starts_at=FRIDAY)
    return made


def reminded(shop: Shop, now: datetime) -> list[str]:
    remind_customers(shop.store, now=now)
    return [mail.payload["subject"] for mail in shop.mails() if mail.payload["subject"].startswith("Reminder")]


def at(hour: int, minute: int = 0, day: int = 6) -> datetime:
    """That time in Zurich, which is an hour ahead of UTC in March."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def test_customer_is_reminded_once_a_day_before(shop: Shop) -> None:
    said = f"Reminder: Repair on Friday, 6 March 2026 at 09:00 ({shop.number})"
    assert reminded(shop, DAY_BEFORE - timedelta(minutes=1)) == []
    assert [reminded(shop, DAY_BEFORE), reminded(shop, DAY_BEFORE + timedelta(hours=1))] == [[said], [said]]
    (mail,) = shop.mails()
    assert (mail.payload["to"], mail.payload["headers"][1:], mail.not_before) == (
        [[JANE, "Jane Doe"]],
        [["Auto-Submitted", "auto-generated"], ["X-Auto-Response-Suppress", "OOF, AutoReply"]],
        DAY_BEFORE,
    )
    with shop.store.write() as tx:
        tx.execute(update(Outgoing).values(state="failed"))
    keep_up(shop.store, now=DAY_BEFORE + timedelta(hours=2))
    assert len(shop.mails()) == 1


def test_looking_for_reminders_again_costs_no_more_for_what_was_reminded_of_or_is_not_due(shop: Shop) -> None:
    looks = []
    for now in (DAY_BEFORE - timedelta(hours=1), DAY_BEFORE + timedelta(hours=1)):
        with counted_statements(shop.store.engine) as statements:
            remind_customers(shop.store, now=now)
        looks.append([each for each in statements if each.startswith("SELECT")])
        remind_customers(shop.store, now=DAY_BEFORE)
    assert (len(shop.mails()), [len(each) for each in looks]) == (1, [3, 3])


def test_nobody_is_reminded_of_what_is_held_off_new_or_over(shop: Shop) -> None:
    with shop.store.write() as tx:
        booked(tx, shop.shop, FRIDAY + timedelta(hours=2), status="hold", contact=shop.jane)
        off = booked(tx, shop.shop, FRIDAY + timedelta(hours=4), contact=shop.jane)
    shop.do(cancel, off.record_id)
    shop.do(move, shop.booking, starts_at=FRIDAY + timedelta(minutes=30), now=DAY_BEFORE + timedelta(hours=2))
    assert reminded(shop, DAY_BEFORE + timedelta(hours=3)) == []
    assert reminded(shop, FRIDAY + timedelta(days=7)) == []


@pytest.mark.parametrize(
    ("starts_at", "ahead", "due"),
    [
        (at(9), timedelta(days=1), at(9, day=5)),
        (at(7), timedelta(days=1), at(8, day=5)),
        (at(19), timedelta(days=1), at(8)),
        (at(8), timedelta(hours=2), at(17, day=5)),
        (at(20), timedelta(hours=1), at(17)),
        (at(9, 30), timedelta(hours=2), at(8)),
    ],
)
def test_reminder_goes_out_at_a_decent_hour(starts_at: datetime, ahead: timedelta, due: datetime) -> None:
    one = Reminding(starts_at, ahead, ZONE, NOW)
    assert one.at == due
    moments = [due - timedelta(minutes=1), due, starts_at]
    assert [reminder_wanted(one, moment) for moment in moments] == [False, True, False]


def test_late_reminder_is_sent_as_long_as_it_helps() -> None:
    one = Reminding(at(14), timedelta(days=1), ZONE, NOW)
    moments = [at(20, day=5), at(13), at(13, 1)]
    assert [reminder_wanted(one, moment) for moment in moments] == [False, True, False]
