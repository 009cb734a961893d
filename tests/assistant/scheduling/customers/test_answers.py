"""What a customer's calendar answers is kept with the notice it answers, from nobody else, and somebody hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from calendar_sync.event import Event
from calendar_sync.ics import read_calendar
from calendar_sync.ics_writer import write_calendar, write_reply
from mail_sync.message import Address
from store.actor import SYSTEM
from store.engine import Store
from store.queries.scheduling.told import time_asked_for
from store.scheduling.booking import move
from store.schema.activities import Appointment
from store.schema.scheduling import BookingNotice
from store.schema.triage import Notice
from tests.assistant.scheduling.desk import JANE, Shop, new_shop
from tests.calendar_sync.test_itip import mail
from tests.store.scheduling.scene import NINE, NOW

WHO = Address(JANE, "Jane Doe")
EVE = Address("eve@else.example", "Eve")


@pytest.fixture
def shop(sqlite_store: Store) -> Shop:
    made = new_shop(sqlite_store)
    made.tell()
    return made


def invited(shop: Shop, place: int = -1) -> Event:
    return read_calendar(shop.mails()[place].payload["calendar"]).events[0]


def answers(shop: Shop) -> list[Any]:
    """What was answered to each notice, by whom."""
    with shop.store.read() as tx:
        found = tx.execute(select(BookingNotice.answer).order_by(BookingNotice.id)).scalars()
        return [(each["said"], each["who"]) if each else None for each in found]


def told(shop: Shop) -> list[str]:
    with shop.store.read() as tx:
        return list(tx.execute(select(Notice.text).where(Notice.topic.like("booking%")).order_by(Notice.id)).scalars())


def test_decline_is_kept_and_told_and_a_later_answer_replaces_it(shop: Shop) -> None:
    at = NOW + timedelta(hours=1)
    mail(shop.store, WHO, write_reply(invited(shop), WHO, "declined", now=at), name="no", at=at)
    assert (answers(shop), told(shop)) == (
        [("declined", "Jane Doe")], [f"Jane Doe declined {shop.number} Repair, Contoso."],
    )  # fmt: skip
    mail(shop.store, WHO, write_reply(invited(shop), WHO, "tentative", now=at), name="late", at=NOW)
    assert answers(shop) == [("declined", "Jane Doe")]
    later = at + timedelta(hours=1)
    mail(shop.store, WHO, write_reply(invited(shop), WHO, "accepted", now=later), name="yes", at=later)
    assert (answers(shop), len(told(shop))) == ([("accepted", "Jane Doe")], 1)
    with shop.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(Appointment)).scalar() == 0


def test_answer_stays_with_the_time_that_it_answers(shop: Shop) -> None:
    first = invited(shop)
    shop.do(move, shop.booking, starts_at=NINE + timedelta(hours=1))
    shop.tell()
    mail(shop.store, WHO, write_reply(first, WHO, "declined", now=NOW), name="old")
    assert answers(shop) == [("declined", "Jane Doe"), None]
    assert told(shop) == [f"Jane Doe declined {shop.number} Repair, Contoso, as it was before it was moved."]


def test_another_time_is_asked_for(shop: Shop) -> None:
    later = timedelta(days=1)
    event = invited(shop)
    wished = write_calendar(replace(event, start=event.start + later, end=event.end + later), "COUNTER", now=NOW)
    mail(shop.store, WHO, wished, name="counter")
    assert (answers(shop), told(shop)) == (
        [("counter", "Jane Doe")],
        [
            f"Jane Doe asks for another time for {shop.number} Repair, Contoso: "
            "Wednesday, 4 March 2026, 09:00-10:00 (Zurich time, UTC+1)."
        ],
    )
    with shop.store.read() as tx:
        assert time_asked_for(tx, shop.booking, by=SYSTEM) == NINE + later


def test_nobody_answers_for_the_customer(shop: Shop) -> None:
    mail(shop.store, EVE, write_reply(invited(shop), WHO, "declined", now=NOW), name="forged")
    mail(shop.store, EVE, write_reply(invited(shop), EVE, "declined", now=NOW), name="passed-on")
    mail(shop.store, Address(""), write_reply(invited(shop), WHO, "declined", now=NOW), name="from-nobody")
    assert (answers(shop), told(shop)) == ([None], [])
