"""What waits for a decision: whose mail it shows, in which order, with what could be made of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from store.engine import Store
from store.queries.paging import Count, Page
from store.queries.triage_list import TriageRow, Waiting, triage_count, triage_list, triage_row
from store.schema.service import Queue
from store.schema.triage import Triage
from tests.store.builders import NOW, World, actor, counted_statements


def _wait(tx: Connection, activity_id: int, at: datetime, state: str = "undecided", **more: Any) -> None:
    tx.execute(insert(Triage).values(activity_id=activity_id, occurred_at=at, state=state, **more))


def _subjects(page: Page[TriageRow]) -> list[str]:
    return [row.subject for row in page.rows]


def _filled(store: Store, count: int) -> int:
    """Mails of a mailbox that wait, each a minute after the one before; returns the mailbox."""
    with store.write() as tx:
        world = World(tx)
        box = world.mailbox("support@alpine.example", None)
        for i in range(count):
            at = NOW + timedelta(minutes=i)
            _wait(tx, world.email(f"Mail {i}", mailbox_ids=[box], at=at), at)
    return box


def test_triage_list_shows_the_longest_waiting_first_page_by_page(store: Store) -> None:
    by = actor(1, mailbox_ids=[_filled(store, 7)])
    with store.read() as tx:
        first = triage_list(tx, by=by, limit=3)
        second = triage_list(tx, by=by, limit=3, after=first.rows[-1])
        back = triage_list(tx, by=by, limit=3, before=second.rows[0])
        last = triage_list(tx, by=by, limit=2, from_end=True)
    assert _subjects(first) + _subjects(second) == [f"Mail {i}" for i in range(6)]
    assert (first.more, second.more) == (True, True)
    assert back.rows == first.rows
    assert _subjects(last) == ["Mail 5", "Mail 6"]


def test_triage_list_is_filtered_by_who_sees_it_queue_person_and_words(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann = world.user("Ann")
        own, other = world.mailbox("support@alpine.example", None), world.mailbox("bob@alpine.example", None)
        queue = tx.execute(insert(Queue).values(uid="q", name="Support").returning(Queue.id)).scalar_one()
        mails = [world.email(subject, mailbox_ids=[own]) for subject in ("of nobody", "mine", "asleep", "handled")]
        _wait(tx, mails[0], NOW, queue_id=queue)
        _wait(tx, mails[1], NOW + timedelta(minutes=1), user_id=ann)
        _wait(tx, mails[2], NOW + timedelta(minutes=2), "snoozed", until=NOW + timedelta(days=1))
        _wait(tx, mails[3], NOW + timedelta(minutes=3), "handled")
        _wait(tx, world.email("of somebody else", mailbox_ids=[other]), NOW)
    by = actor(ann, mailbox_ids=[own])
    with store.read() as tx:

        def shown(view: str = "all", queue_id: int | None = None, text: str = "") -> list[str]:
            return _subjects(triage_list(tx, Waiting(view, queue_id, text), by=by))

        assert shown() == ["of nobody", "mine"]
        assert shown("mine") == ["mine"]
        assert shown("unassigned") == ["of nobody"]
        assert shown("snoozed") == ["asleep"]
        assert shown(queue_id=queue) == ["of nobody"]
        assert shown(text="nobo") == ["of nobody"]
        assert triage_count(tx, by=by) == Count(2)
        [nobody, mine] = triage_list(tx, by=by).rows
        assert (nobody.queue, nobody.queue_kind, mine.given_to) == ("Support", "case", "Ann")
        assert triage_row(tx, mails[2], by=by) is not None
        assert triage_row(tx, mails[3], by=by) is None


def test_triage_list_names_the_likeliest_work_and_party(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        box = world.mailbox("support@alpine.example", None)
        kinds = ("case", "opportunity", "account", "contact")
        case, deal, account, contact = (world.record(kind, kind) for kind in kinds)
        mail = world.email("Leak", mailbox_ids=[box])
        _wait(tx, mail, NOW)
        world.link(mail, account)
        for record, score in ((case, 0.6), (deal, 0.3), (contact, 0.9)):
            world.link(mail, record, "suggested", score=score)
    with store.read() as tx:
        [row] = triage_list(tx, by=actor(1, mailbox_ids=[box])).rows
    assert row.work is not None and row.party is not None
    assert (row.work.record.title, row.work.score, row.work.linked) == ("case", 0.6, False)
    assert (row.party.record.title, row.party.linked) == ("contact", False)


@pytest.mark.parametrize("count", [1, 3])
def test_triage_list_takes_as_many_queries_whatever_its_length(sqlite_store: Store, count: int) -> None:
    by = actor(1, mailbox_ids=[_filled(sqlite_store, count)])
    with sqlite_store.read() as tx, counted_statements(sqlite_store.engine) as seen:
        triage_list(tx, by=by)
    assert len(seen) == 5
