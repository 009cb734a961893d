"""The day of a user: what is theirs and no one else's, the same on a screen, on paper and in the mail to oneself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from assistant.following.day.mailing import mail_day, mail_days
from assistant.following.day.text import day_lines
from assistant.following.day.today import today
from assistant.following.until import moment_meant, usual
from store.actor import SYSTEM, Actor, actor_for
from store.engine import Store
from store.errors import Invalid
from store.following.finding import bring, bring_up
from store.following.settings import save_settings
from store.following.values import Found, Kind
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from tests.assistant.following.scene import ANNA, DAY, MONDAY, Scene

NOON = MONDAY + timedelta(hours=3)


def promise(scene: Scene, user_id: int, number: int, record_id: int) -> None:
    wall = MONDAY.replace(tzinfo=None) + timedelta(hours=number)
    facts = {"who": "Jane Roe", "on": "2026-02-27", "by": "2026-03-02"}
    found = Found(f"{user_id}:{number}", Kind.PROMISE, user_id, wall, "UTC", record_id, None, "", "It comes.", facts)
    with scene.store.write() as tx:
        bring(tx, [found], now=MONDAY)


def test_day_holds_what_is_due_until_its_end_the_first_of_each_customer(sqlite_store: Store) -> None:
    scene = Scene(sqlite_store)
    assert scene.anna.user_id is not None
    other = scene.record("account", title="Other")
    for number, record_id in ((1, scene.fabrikam), (2, scene.fabrikam), (20, other), (3, other)):
        promise(scene, scene.anna.user_id, number, record_id)
    with sqlite_store.write() as tx:
        bring_up(tx, [1, 2, 3, 4], MONDAY.date())
        stranger = Actor(99, "Bert", "sales")
    with sqlite_store.read() as tx:
        mine, theirs = today(tx, by=scene.anna, now=NOON), today(tx, by=stranger, now=NOON)
        later = today(tx, MONDAY.date() + DAY, by=scene.anna, now=NOON)
        first = today(tx, at_first_sight=True, by=scene.anna, now=NOON)
    assert [row.follow_up_id for row in mine.follow_ups] == [1, 4]
    assert (theirs.counts["follow_ups"], later.counts["follow_ups"], mine.is_empty) == (0, 2, False)
    assert (first.follow_ups, first.is_partial, mine.is_partial) == (mine.follow_ups, True, False)
    assert day_lines(mine, NOON) == [
        "Monday 2 March 2026",
        "",
        "Agenda",
        "  Nothing is planned.",
        "",
        "Follow-ups",
        "  10:00        You promised it to Jane Roe on Fri 27 Feb by Mon 2 Mar. (Fabrikam)",
        "               “It comes.”",
        "  12:00        You promised it to Jane Roe on Fri 27 Feb by Mon 2 Mar. (Other)",
        "               “It comes.”",
    ]


def test_day_is_mailed_to_oneself_once_a_day_at_the_time_that_is_set(sqlite_store: Store) -> None:
    scene = Scene(sqlite_store)
    with sqlite_store.write() as tx:
        save_settings(tx, {"mail_at": "11:00"}, zone="UTC", by=scene.anna)
    sent = [mail_days(sqlite_store, now=MONDAY + timedelta(hours=hours), zone="UTC") for hours in (1, 3, 4, 25, 27)]
    assert sent == [0, 1, 0, 0, 1]
    with sqlite_store.write() as tx:
        rows = tx.execute(select(Outgoing.state, Outgoing.payload).order_by(Outgoing.id)).all()
        assert [(row.state, row.payload["to"][0][0], row.payload["subject"]) for row in rows] == [
            ("waiting", ANNA, "Your day: Monday 2 March"),
            ("waiting", ANNA, "Your day: Tuesday 3 March"),
        ]
        assert mail_day(tx, zone="UTC", by=actor_for(tx, ANNA), now=MONDAY + timedelta(hours=28)) == ""
        with pytest.raises(Invalid, match="Only a user can be mailed their day"):
            mail_day(tx, zone="UTC", by=SYSTEM, now=NOON)
        assert tx.execute(select(MailboxItem.id)).all() == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("in an hour", "2026-03-02 13:00"),
        ("later today", "2026-03-02 15:00"),
        ("Tomorrow", "2026-03-03 09:00"),
        ("next week", "2026-03-09 09:00"),
        ("fri 3pm", "2026-03-06 15:00"),
        ("in two weeks", "2026-03-16 09:00"),
        ("yesterday", ""),
        ("every Monday", ""),
        ("banana", ""),
    ],
)
def test_moment_is_meant_as_people_say_it(said: str, meant: str) -> None:
    found = moment_meant(said, NOON)
    assert (f"{found:%Y-%m-%d %H:%M}" if found is not None else "") == meant


def test_offered_times_are_still_to_come_and_differ() -> None:
    for hours in range(24 * 7):
        now = MONDAY + timedelta(hours=hours)
        moments = [at for _, at in usual(now)]
        assert [at for at in moments if at <= now] == []
        assert len(set(moments)) == len(moments)
