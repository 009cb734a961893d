from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from calendar_sync.reminders import add_reminder, claim_due, complete, next_wall
from store.actor import SYSTEM, Actor
from store.engine import Store
from store.errors import Invalid, NotFound
from store.following.acts import delegate, dismiss, mark_done, snooze
from store.following.finding import bring, bring_up, close_follow_ups
from store.following.settings import claim_mailing, save_settings, settings_of
from store.following.values import Found, Kind
from store.history.operations import undo
from store.queries.follow_ups import FollowUpRow, follow_up_called, follow_up_row, follow_ups, suggestions
from store.records.writing import create_record
from tests.store.scenes import add_user

ZONE = "Europe/Vienna"
NOW = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)  # 8:00 in Vienna
WALL = datetime.fromisoformat
WEEKLY = "FREQ=WEEKLY;BYDAY=TU,TH"


def _row(tx: Connection, follow_up_id: int, by: Actor) -> FollowUpRow:
    row = follow_up_row(tx, follow_up_id, by=by)
    assert row is not None
    return row


def test_repeated_reminder_keeps_its_wall_time_when_the_clocks_change(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        made = add_reminder(tx, "call the plant", WALL("2026-10-22T08:00"), ZONE, recurrence=WEEKLY, by=kim, now=NOW)
        comes = []
        for _ in range(3):
            comes.append(_row(tx, made.follow_up_id, kim).comes_at.isoformat())
            complete(tx, made.follow_up_id, by=kim, now=NOW)
    assert comes == ["2026-10-22T06:00:00+00:00", "2026-10-27T07:00:00+00:00", "2026-10-29T07:00:00+00:00"]


def test_a_reminder_at_a_time_that_the_clocks_skip_comes_once_when_that_is_over(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        kim = add_user(tx)
        add_reminder(tx, "nightly", WALL("2027-03-27T02:30"), ZONE, recurrence="FREQ=DAILY", by=kim, now=NOW)
        hours = (1.5, 24.5, 25, 25.5, 48.4, 48.5)  # at 25 it is 3:00, and 2:30 never was
        moments = [datetime(2027, 3, 27, tzinfo=UTC) + timedelta(hours=hour) for hour in hours]
        assert [len(claim_due(tx, by=kim, now=at)) for at in moments] == [1, 0, 0, 1, 0, 1]


def test_reminder_that_ends_is_done_for_good(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        rule = "FREQ=DAILY;COUNT=2"
        made = add_reminder(tx, "water", WALL("2026-10-21T08:00"), ZONE, recurrence=rule, by=kim, now=NOW)
        complete(tx, made.follow_up_id, by=kim, now=NOW)
        assert _row(tx, made.follow_up_id, kim).due_wall == WALL("2026-10-22T08:00")
        complete(tx, made.follow_up_id, by=kim, now=NOW)
        assert _row(tx, made.follow_up_id, kim).state == "done"


@pytest.mark.parametrize(
    ("wall", "recurrence", "said"),
    [
        (WALL("2026-10-20T07:00"), "", "2026-10-20 07:00 is over: give a time that is still to come."),
        (WALL("2026-10-21T07:00"), "FREQ=OFTEN",
         'This cannot be repeated: the repetition rule has no known frequency ("OFTEN").'),
        (WALL("2026-10-01T07:00"), "FREQ=DAILY;COUNT=3", "This would never come: its last time is over."),
    ],
)  # fmt: skip
def test_reminder_that_cannot_come_is_refused_in_a_sentence(
    store: Store, wall: datetime, recurrence: str, said: str
) -> None:
    with store.write() as tx, pytest.raises(Invalid) as caught:
        add_reminder(tx, "call", wall, ZONE, recurrence=recurrence, by=add_user(tx), now=NOW)
    assert caught.value.sentence == said


def test_due_reminder_is_told_once_for_each_time_and_missed_ones_together(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        once = add_reminder(tx, "once", WALL("2026-10-20T09:00"), ZONE, by=kim, now=NOW).follow_up_id
        daily = add_reminder(
            tx, "daily", WALL("2026-10-20T10:00"), ZONE, recurrence="FREQ=DAILY", by=kim, now=NOW
        ).follow_up_id

        def told(hours: float) -> list[tuple[int, datetime]]:
            rows = claim_due(tx, by=kim, now=NOW + timedelta(hours=hours))
            return [(row.follow_up_id, row.due_wall) for row in rows]

        assert told(0) == []
        assert told(3) == [(once, WALL("2026-10-20T09:00")), (daily, WALL("2026-10-20T10:00"))]
        assert told(3) == []
        assert told(24 * 10) == [(daily, WALL("2026-10-29T10:00"))]
        snooze(tx, once, NOW + timedelta(days=11), by=kim, now=NOW + timedelta(hours=3))
        assert told(24 * 10 + 1) == []
        assert told(24 * 11) == [(once, WALL("2026-10-20T09:00")), (daily, WALL("2026-10-30T10:00"))]


def test_rule_that_ends_at_an_instant_ends_there_in_its_zone() -> None:
    first, last = WALL("2026-10-20T08:00"), WALL("2026-10-21T08:00")
    until = "FREQ=DAILY;UNTIL=20261021T060000Z"  # 8:00 in Vienna
    assert next_wall(until, first, first, ZONE) == last
    assert next_wall(until, first, last, ZONE) is None
    assert next_wall("FREQ=DAILY;UNTIL=20261021T055900Z", first, first, ZONE) is None


def test_what_was_found_is_kept_once_and_stays_as_its_user_left_it(store: Store) -> None:
    with store.write() as tx:
        kim, bo = add_user(tx), add_user(tx, "bo")
        assert kim.user_id and bo.user_id
        wall = WALL("2026-10-21T17:00")
        found = [
            Found("promise:1", Kind.PROMISE, kim.user_id, wall, ZONE, sentence="I'll send it.", is_certain=False),
            Found("cold:2", Kind.COLD_ACCOUNT, kim.user_id, wall, ZONE, text="Contoso"),
        ]
        assert (bring(tx, found, now=NOW), bring(tx, found, now=NOW)) == (2, 0)
        (promise,) = suggestions(tx, by=kim)
        (cold,) = follow_ups(tx, by=kim)
        assert follow_ups(tx, by=kim, brought_up=True) == ()
        bring_up(tx, [cold.follow_up_id], NOW.date())
        assert [row.text for row in follow_ups(tx, by=kim, brought_up=True)] == ["Contoso"]

        dismissed = dismiss(tx, promise.follow_up_id, by=kim, now=NOW)
        assert bring(tx, found, now=NOW) == 0
        assert suggestions(tx, by=kim) == ()
        undo(tx, dismissed, by=kim, now=NOW)
        assert [row.sentence for row in suggestions(tx, by=kim)] == ["I'll send it."]

        delegate(tx, cold.follow_up_id, _uid(tx, bo), by=kim, now=NOW)
        assert (follow_ups(tx, by=kim), len(follow_ups(tx, by=bo))) == ((), 1)
        with pytest.raises(NotFound):
            mark_done(tx, cold.follow_up_id, by=kim, now=NOW)
        assert close_follow_ups(tx, [cold.follow_up_id], "They wrote.", now=NOW) == 1
        with pytest.raises(Invalid):
            snooze(tx, cold.follow_up_id, NOW + timedelta(days=1), by=bo, now=NOW)


def test_a_reminder_that_is_given_away_rings_anew_for_whoever_sees_what_it_is_about(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        kim, bo, eve = add_user(tx), add_user(tx, "bo"), add_user(tx, "eve", role="restricted")
        account = create_record(tx, "account", {"title": "Contoso"}, by=kim, now=NOW).record_id
        made = add_reminder(tx, "call", WALL("2026-10-21T08:00"), ZONE, record_id=account, by=kim, now=NOW)
        late = NOW + timedelta(days=30)
        assert claim_due(tx, by=SYSTEM, now=late) == ()
        assert len(claim_due(tx, by=kim, now=late)) == 1
        with pytest.raises(Invalid, match="eve does not see the record"):
            delegate(tx, made.follow_up_id, _uid(tx, eve), by=kim, now=late)
        delegate(tx, made.follow_up_id, _uid(tx, bo), by=kim, now=late)
        assert [len(claim_due(tx, by=each, now=late)) for each in (kim, bo, bo)] == [0, 1, 0]


def test_taking_back_a_reminder_leaves_nothing_and_redo_brings_it_again(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        made = add_reminder(tx, " call   Jane ", WALL("2026-10-21T08:00"), ZONE, by=kim, now=NOW)
        undone = undo(tx, made.operation_uid, by=kim, now=NOW)
        assert follow_up_row(tx, made.follow_up_id, by=kim) is None
        undo(tx, undone, by=kim, now=NOW)
        assert follow_up_called(tx, "jane", by=kim).text == "call Jane"


def test_settings_are_read_as_typed_and_the_day_is_mailed_by_one(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        assert kim.user_id
        assert settings_of(tx, kim.user_id, zone=ZONE).a_day == 7
        given = {"a_day": "3", "mail_at": "7:30", "confirm": "on", "zone": "America/New_York"}
        saved = save_settings(tx, given, zone=ZONE, by=kim)
        assert (saved.a_day, str(saved.mail_at), saved.confirms, saved.zone) == (
            3,
            "07:30:00",
            True,
            "America/New_York",
        )
        with pytest.raises(Invalid) as caught:
            save_settings(tx, {"mail_at": "early"}, zone=ZONE, by=kim)
        assert caught.value.sentence == "'early' is not a time; write it as 07:30, or never."
        day = NOW.date()
        assert [claim_mailing(tx, kim.user_id, saved, day) for _ in range(2)] == [True, False]
        assert claim_mailing(tx, kim.user_id, saved, day + timedelta(days=1))


def _uid(tx: Connection, by: Actor) -> str:
    from store.users import active_users

    return next(uid for uid, name, _ in active_users(tx) if name == by.name)
