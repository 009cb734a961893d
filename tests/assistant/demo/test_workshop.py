"""The demo company's workshop: every job of its two weeks finds somebody, and then some of it breaks."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from assistant.demo.cast import load_cast, read_texts
from assistant.demo.workshop import day_of, write_workshop
from store.actor import SYSTEM
from store.engine import Store
from store.records.writing import create_record
from store.schema.scheduling import Booking, BookingNotice, BookingResource, TimeOff, Waiting
from store.sync.mailboxes import add_mailbox
from store.users import NewUser, add_users

#: A Sunday night before the clocks go back, when it is Monday in the workshop, and a Wednesday before a holiday.
MOMENTS = (datetime(2026, 10, 18, 23, tzinfo=UTC), datetime(2026, 12, 30, 9, tzinfo=UTC))


@pytest.mark.parametrize("now", MOMENTS)
def test_every_job_of_the_workshop_is_booked_on_its_day_and_some_of_them_break(
    sqlite_store: Store, now: datetime
) -> None:
    cast, week = load_cast(), read_texts("workshop.toml")["week"]
    with sqlite_store.write() as tx:
        add_users(tx, [NewUser(each.name, each.email) for each in cast.staff.values()], by=SYSTEM, now=now)
        jonas = cast.staff["jonas"]
        add_mailbox(tx, address=jonas.email, name=jonas.name, provider="exchange", settings={}, now=now)
        for key in dict.fromkeys([*(row[3] for row in week["jobs"]), *(row[1] for row in week["waiting"])]):
            account = cast.accounts[key]
            made = create_record(tx, "account", {"title": account.name}, by=SYSTEM, now=now)
            contact = {"title": account.people[0].name, "emails": account.people[0].email, "account": made.number}
            create_record(tx, "contact", contact, by=SYSTEM, now=now)
        write_workshop(tx, cast, by=SYSTEM, now=now)
        days = Counter(tx.execute(select(Booking.starts_at)).scalars().all())
        broken = tx.execute(
            select(Booking.id)
            .distinct()
            .join(BookingResource, BookingResource.booking_id == Booking.id)
            .join(TimeOff, TimeOff.resource_id == BookingResource.resource_id)
            .where(TimeOff.starts_at < BookingResource.ends_at, BookingResource.starts_at < TimeOff.ends_at)
        ).all()
        known = tx.execute(select(func.count()).select_from(BookingNotice)).scalar_one()
        waiting = tx.execute(select(func.count()).select_from(Waiting).where(Waiting.status == "waiting")).scalar_one()
    today = now.astimezone(ZoneInfo("Europe/Vienna")).date()
    assert known == sum(row[4] != "hold" for row in week["jobs"])
    promised = Counter(day_of(row[0], today) for row in week["jobs"])
    assert Counter(each.date() for each in days.elements()) == promised
    assert (len(broken) > 3, waiting) == (True, len(week["waiting"]))


def test_days_of_the_workshop_are_those_of_the_next_two_weeks() -> None:
    assert day_of("1 Mon", date(2026, 11, 22)) == date(2026, 11, 23)
    assert day_of("2 Fri", date(2026, 11, 23)) == date(2026, 12, 11)
