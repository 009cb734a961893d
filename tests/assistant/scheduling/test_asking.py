"""Asking the store for slots: what is in calendars, what is not known of them, and who can never do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from assistant.scheduling.asking import Wish, slots, why_not
from assistant.scheduling.booking import book_at
from assistant.scheduling.engine.rules import Order
from assistant.scheduling.setup.keeping import keep
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, Taken
from store.scheduling.booking import cancel
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE, SERVICE, SITE
from store.schema.activities import Appointment
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from tests.store.builders import World
from tests.store.scheduling.scene import BY, NOW, workshop

WISH = Wish("Visit", datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC), order=Order.EARLIEST)
_HOUR = timedelta(hours=1)


def at(hour: int) -> datetime:
    """That hour of the Tuesday in Zurich, an hour ahead of UTC."""
    return datetime(2026, 3, 3, hour - 1, tzinfo=UTC)


def office(tx: Connection) -> int:
    """Ann, whose mailbox was read just now; Visit is done by her alone. Returns the mailbox."""
    workshop(tx)
    world = World(tx)
    mailbox = world.mailbox("ann@alpine.example", world.user("Ann Meier"))
    tx.execute(update(Mailbox).values(last_success_at=NOW))
    world.folder(mailbox, "calendar")
    rule = {"pick": 1, "resources": ["Ann"]}
    write_thing(tx, SERVICE, {"name": "Visit", "duration": "1 h", "grid": "1 h", "rule": rule}, **BY)
    write_thing(tx, RESOURCE, {"colleague": "Ann Meier"}, key=1, **BY)
    for hour, busy in ((8, "busy"), (9, "tentative"), (10, "away"), (11, "elsewhere"), (13, "free"), (14, "busy")):
        meeting(world, mailbox, at(hour), busy, "declined" if hour == 14 else "")
    return mailbox


def meeting(world: World, mailbox: int, start: datetime, busy: str, response: str) -> None:
    end, name = start + _HOUR, f"{start:%H}"
    activity = world.occurrence(f"Meeting {name}", start, end)
    walls = {"start_wall": f"{start:%Y-%m-%dT%H:%M}", "end_wall": f"{end:%Y-%m-%dT%H:%M}"}
    world.tx.execute(insert(Appointment).values(id=activity, identity=name, ical_uid=name, busy=busy, **walls))
    held: dict[str, Any] = {"remote_id": name, "holds": "appointment", "occurred_at": start, "response": response}
    world.tx.execute(insert(MailboxItem).values(mailbox_id=mailbox, activity_id=activity, **held))


def hours(tx: Connection, wish: Wish = WISH) -> list[int]:
    """The wall hours in Zurich at which slots begin."""
    return [slot.start.hour + 1 for slot in slots(tx, wish, by=SYSTEM, now=NOW)[1]]


def kinds(tx: Connection, hour: int, wish: Wish = WISH) -> list[str]:
    """Why Ann is not offered at an hour."""
    _, [found] = why_not(tx, wish, at=at(hour), resource="ann", by=SYSTEM, now=NOW)
    return [reason.kind.value for reason in found.reasons]


def test_calendars_count_as_the_site_says(store: Store) -> None:
    with store.write() as tx:
        office(tx)
        assert hours(tx) == [13, 14, 15, 16]
        assert (kinds(tx, 8), kinds(tx, 11), kinds(tx, 14)) == (["busy"], ["busy"], [])
        write_thing(tx, SITE, {"tentative": "free", "elsewhere": "free"}, key=1, **BY)
        assert hours(tx) == [9, 11, 13, 14, 15, 16]


def test_calendar_that_was_not_read_lately_is_never_free(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        office(tx)
        tx.execute(update(Mailbox).values(last_success_at=NOW - 3 * _HOUR))
        assert hours(tx) == []
        assert kinds(tx, 15) == ["unknown_calendar"]
        _, [found] = why_not(tx, WISH, at=at(15), resource="Ann", by=SYSTEM, now=NOW)
        assert found.reasons[0].words == "its calendar is not known: it was last read on 2026-03-02 04:00 UTC"
        _, [all_day] = why_not(tx, WISH, resource="Ann", by=SYSTEM, now=NOW)
        assert f"{found.reasons[0].words} (33% of the starts)" in [reason.words for reason in all_day.reasons]
        write_thing(tx, SITE, {"stale_after": "4 h"}, key=1, **BY)
        assert hours(tx) == [13, 14, 15, 16]
        tx.execute(update(Mailbox).values(last_success_at=None))
        assert hours(tx) == []


def test_booking_is_answered_and_booked_in_one_go(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        wish = replace(WISH, service="Repair", start=at(9))
        first = book_at(tx, wish, **BY)
        second = book_at(tx, replace(wish, start=at(11)), values={"account": shop.account}, **BY)
        with pytest.raises(Invalid) as none:
            book_at(tx, wish, **BY)
        assert none.value.sentence.startswith("Nobody can do Repair at that time;")
        _, [van] = why_not(tx, wish, at=at(9), resource="Van", by=SYSTEM, now=NOW)
        assert [getattr(item, "what", "") for item in van.reasons[0].items] == [first.number]
        _, [van] = why_not(tx, replace(wish, but=(first.record_id,)), at=at(9), resource="Van", by=SYSTEM, now=NOW)
        assert van.reasons == ()
        assert second.number == "BKG-00002"
    with pytest.raises(Taken), sqlite_store.write() as tx:
        book_at(tx, wish, ["Van"], **BY)


def test_rule_that_nobody_can_meet_is_refused_with_its_part(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        workshop(tx)
        rule = {"all": [{"pick": 1}, {"pick": 3, "groups": ["Technicians"], "name": "Crew"}]}
        with pytest.raises(Invalid) as refused:
            keep(tx, SERVICE, {"name": "Move", "duration": 60, "rule": rule}, **BY)
        assert refused.value.sentence == "The part 'Crew' can never be met: it needs 3, and only 2 fit."


def test_turns_go_round_and_what_was_cancelled_is_none(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        workshop(tx)
        rule = {"pick": 1, "groups": ["Technicians"], "strategy": "round_robin"}
        write_thing(tx, SERVICE, {"name": "Check", "duration": "1 h", "grid": "1 h", "rule": rule}, **BY)
        wish = replace(WISH, service="Check", start=at(9))

        def first() -> int:
            return slots(tx, wish, by=SYSTEM, now=NOW)[1][0].assignments[0].resource_id

        before, made = first(), book_at(tx, replace(wish, start=at(14)), **BY)
        after = first()
        cancel(tx, made.record_id, **BY)
        assert (before, after, first()) == (1, 2, 1)
