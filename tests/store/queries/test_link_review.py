"""What is undecided: the likeliest suggestion of each activity, in order, page by page."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from store.actor import SYSTEM
from store.engine import Store
from store.queries import link_review as module
from store.queries.link_review import ReviewRow, link_review, link_review_count
from store.queries.paging import Count, Page
from store.schema.links import Link
from tests.store.builders import World, actor, counted_statements


def _said(page: Page[ReviewRow]) -> list[tuple[str, str, float, int]]:
    return [(row.subject, row.suggested.title, row.score, row.others) for row in page.rows]


def test_review_lists_the_best_suggestion_of_what_is_regarding_nothing(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        account, gun, pump = (
            world.record(*each) for each in (("account", "Contoso"), ("case", "Gun leaks"), ("case", "Pump"))
        )
        both, decided, one, gone = (world.email(subject) for subject in ("both", "decided", "one", "gone"))
        for mail, record, score in ((both, gun, 0.4), (both, pump, 0.7), (decided, gun, 0.9), (one, gun, 0.8)):
            world.link(mail, record, "suggested", score=score)
        world.link(decided, account)
        world.link(gone, gun, "suggested", score=0.99)
        world.delete_activity(gone)
    with store.read() as tx:
        assert _said(link_review(tx, by=SYSTEM)) == [("one", "Gun leaks", 0.8, 0), ("both", "Pump", 0.7, 1)]
        assert link_review_count(tx, by=SYSTEM) == Count(2)
        assert _said(link_review(tx, by=SYSTEM, text="bot")) == [("both", "Pump", 0.7, 1)]
        [closer] = link_review(tx, by=SYSTEM, linked=True).rows
        assert (closer.subject, closer.suggested.title) == ("decided", "Gun leaks")
        assert closer.linked is not None and closer.linked.title == "Contoso"


def test_review_leaves_what_a_person_decided_and_what_is_regarding_work(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        account, gun, pump = (
            world.record(*each) for each in (("account", "Contoso"), ("case", "Gun leaks"), ("case", "Pump"))
        )
        by_hand, by_rule = world.email("by hand"), world.email("by rule")
        link = world.link(by_hand, account)
        tx.execute(update(Link).where(Link.id == link).values(decided_by="user"))
        world.link(by_rule, pump)
        for mail in (by_hand, by_rule):
            world.link(mail, gun, "suggested", score=0.5)
    with store.read() as tx:
        assert (link_review(tx, by=SYSTEM).rows, link_review(tx, by=SYSTEM, linked=True).rows) == ((), ())


def test_review_shows_own_mail_and_visible_records_only(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, bob = world.user("Ann", "restricted"), world.user("Bob")
        box = world.mailbox("ann@alpine.example", ann)
        theirs, hers = world.record("case", "His", owner_id=bob), world.record("case", "Hers", owner_id=ann)
        mine = world.email("mine", mailbox_ids=[box])
        other = world.email("other")
        for mail in (mine, other):
            world.link(mail, theirs, "suggested", score=0.9)
            world.link(mail, hers, "suggested", score=0.6)
    with store.read() as tx:
        page = link_review(tx, by=actor(ann, "restricted", [box]))
        assert _said(page) == [("mine", "Hers", 0.6, 0)]


def test_review_pages_meet_without_gap_in_the_same_statements(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOKED_THROUGH", 8)
    with store.write() as tx:
        world = World(tx)
        case = world.record("case", "Gun leaks")
        for number in range(11):
            world.link(world.email(f"Mail {number}"), case, "suggested", score=0.5 if number % 2 else number / 20)
    with store.read() as tx:
        whole = link_review(tx, by=SYSTEM, limit=8).rows
        with counted_statements(store.engine) as one:
            first = link_review(tx, by=SYSTEM, limit=3)
        with counted_statements(store.engine) as two:
            second = link_review(tx, by=SYSTEM, limit=5, after=first.rows[-1])
        assert (*first.rows, *second.rows) == whole
        assert [row.score for row in whole] == sorted((row.score for row in whole), reverse=True)
        assert link_review(tx, by=SYSTEM, limit=3, before=second.rows[0]).rows == first.rows
        assert link_review(tx, by=SYSTEM, limit=2, from_end=True).rows[-1].score == 0.0
        assert (len(one), len(two)) == (4, 4)
