from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from store.actor import SYSTEM
from store.engine import Store
from store.queues.choosing import Candidate, choose
from store.queues.giving import next_member
from store.queues.typed import set_members
from store.schema.people import User
from store.schema.records import Record
from tests.store.queues.scenes import support
from tests.store.scenes import NOW, add_user, make

_EARLIER = NOW - timedelta(hours=1)


def test_choose_gives_in_turn_or_to_who_has_least() -> None:
    ann, bo, eve = Candidate(1, 0, NOW, 0), Candidate(2, 1, _EARLIER, 5), Candidate(3, 2, None, 5)
    for assignment, members, chosen in (
        ("none", [ann, bo, eve], None),
        ("round_robin", [], None),
        ("round_robin", [ann, bo, eve], 3),
        ("round_robin", [ann, bo], 2),
        ("round_robin", [ann, Candidate(2, 1, _EARLIER, away=True)], 1),
        ("round_robin", [Candidate(8, 1), Candidate(9, 0)], 9),
        ("least_loaded", [ann, bo, eve], 1),
        ("least_loaded", [bo, eve], 3),
        ("least_loaded", [Candidate(1, away=True)], None),
    ):
        assert choose(assignment, members) == chosen


def test_turns_go_round_also_within_one_moment_and_pass_who_is_away_or_gone(store: Store) -> None:
    with store.write() as tx:
        ann, bo, eve = (add_user(tx, name) for name in ("Ann A", "Bo B", "Eve E"))
        queue = support(tx, members=(ann, bo, eve), assignment="round_robin").id
        given = [next_member(tx, queue, now=NOW) for _ in range(5)]
        assert given == [ann.user_id, bo.user_id, eve.user_id, ann.user_id, bo.user_id]
        keys = [one.user_id for one in (ann, bo, eve) if one.user_id]
        set_members(tx, queue, tuple(keys), frozenset(keys[2:]), by=SYSTEM, now=NOW)
        tx.execute(update(User).where(User.id == bo.user_id).values(active=False))
        assert [next_member(tx, queue, now=NOW) for _ in range(2)] == [ann.user_id, ann.user_id]


def test_the_least_loaded_counts_open_cases_and_leads_of_any_queue(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        ann, bo = add_user(tx, "Ann A"), add_user(tx, "Bo B")
        queue = support(tx, members=(ann, bo), assignment="least_loaded").id
        make(tx, "case", by=ann, title="Broken")
        for title in ("Done", "Done too"):
            make(tx, "case", by=bo, title=title, status="resolved", resolution="Restarted")
        lead = make(tx, "lead", by=bo, title="Maybe").record_id
        assert next_member(tx, queue, now=NOW) == ann.user_id  # one each: whose turn it is
        assert next_member(tx, queue, now=NOW) == bo.user_id
        tx.execute(update(Record).where(Record.id == lead).values(deleted_at=NOW))
        assert next_member(tx, queue, now=NOW) == bo.user_id


def test_nobody_is_chosen_where_people_take_what_they_like(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        assert next_member(tx, support(tx, members=(add_user(tx),)).id, now=NOW) is None
        assert next_member(tx, 999, now=NOW) is None
