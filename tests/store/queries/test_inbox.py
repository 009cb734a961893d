"""The inbox: whose mail it shows, its filters, its pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.engine import Store
from store.queries.inbox import InboxRow, inbox, inbox_counts
from store.queries.paging import Count, Page
from tests.store.builders import NOW, World, actor, counted_statements


def _subjects(page: Page[InboxRow]) -> list[str]:
    return [row.subject for row in page.rows]


def test_inbox_shows_the_mail_of_own_mailboxes_only(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, bob = world.user("Ann"), world.user("Bob")
        own, shared, other = (world.mailbox(f"{name}@alpine.example", None) for name in ("ann", "info", "bob"))
        account = world.record("account", "Contoso")
        world.email("mine", mailbox_ids=[own])
        world.email("shared", mailbox_ids=[shared])
        linked = world.email("of the colleague", mailbox_ids=[other])
        world.link(linked, account)
        world.email("of both", mailbox_ids=[own, other])
    with store.read() as tx:
        page = inbox(tx, by=actor(ann, mailbox_ids=[own, shared]))
        assert _subjects(page) == ["of both", "shared", "mine"]
        assert _subjects(inbox(tx, by=actor(ann, mailbox_ids=[own]), mailbox_id=other)) == []
        assert _subjects(inbox(tx, by=actor(ann, mailbox_ids=[own]), text="colleague")) == []
        assert _subjects(inbox(tx, by=actor(bob))) == []


def _filled(store: Store, count: int) -> tuple[int, int]:
    """Mail in turn in two mailboxes, of which the even ones are in the inbox."""
    with store.write() as tx:
        world = World(tx)
        boxes = [world.mailbox(f"{name}@alpine.example", None) for name in ("a", "b")]
        folders = {(box, role): world.folder(box, role) for box in boxes for role in ("inbox", "sent")}
        for i in range(count):
            box, role = boxes[i // 2 % 2], "inbox" if i % 2 == 0 else "sent"
            world.email(
                f"Mail {i}",
                mailbox_ids=[box],
                folder_id=folders[box, role],
                is_read=i % 3 > 0,
                at=NOW + timedelta(minutes=i // 2),
            )
    return boxes[0], boxes[1]


def test_inbox_pages_over_several_mailboxes_meet_without_gap(store: Store) -> None:
    by = actor(1, mailbox_ids=_filled(store, 11))
    with store.read() as tx:
        first = inbox(tx, by=by, limit=4)
        second = inbox(tx, by=by, limit=4, after=first.rows[-1])
        third = inbox(tx, by=by, limit=4, after=second.rows[-1])
        back = inbox(tx, by=by, limit=4, before=third.rows[0])
        last = inbox(tx, by=by, limit=2, from_end=True)
    assert _subjects(first) + _subjects(second) + _subjects(third) == [f"Mail {i}" for i in reversed(range(11))]
    assert (first.more, second.more, third.more) == (True, True, False)
    assert back.rows == second.rows
    assert _subjects(last) == ["Mail 1", "Mail 0"]


def test_inbox_filters_combine(store: Store) -> None:
    by = actor(1, mailbox_ids=_filled(store, 11))
    with store.read() as tx:
        assert _subjects(inbox(tx, by=by, folder_role="sent")) == ["Mail 9", "Mail 7", "Mail 5", "Mail 3", "Mail 1"]
        assert _subjects(inbox(tx, by=by, unread_only=True)) == ["Mail 9", "Mail 6", "Mail 3", "Mail 0"]
        assert _subjects(inbox(tx, by=by, unread_only=True, folder_role="sent")) == ["Mail 9", "Mail 3"]
        assert _subjects(inbox(tx, by=by, text="mail 7")) == ["Mail 7"]
        assert inbox_counts(tx, by=by, folder_role="inbox").unread == Count(2)


def test_inbox_undecided_is_what_nothing_linked_and_no_noise(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        box = world.mailbox("a@alpine.example", None)
        account, other = world.record("account", "Contoso"), world.record("account", "Fabrikam")
        world.email("plain", mailbox_ids=[box])
        world.email("newsletter", mailbox_ids=[box], noise="list")
        world.link(world.email("linked", mailbox_ids=[box]), account)
        doubtful = world.email("suggested", mailbox_ids=[box])
        world.link(doubtful, account, "suggested", score=0.4)
        world.link(doubtful, other, "suggested", score=0.6)
    by = actor(1, mailbox_ids=[box])
    with store.read() as tx:
        page = inbox(tx, by=by, undecided_only=True)
        everything = inbox(tx, by=by)
        assert inbox_counts(tx, by=by).undecided == Count(2)
    assert _subjects(page) == ["suggested", "plain"]
    assert [(row.regarding.title if row.regarding else "", row.link_state) for row in everything.rows] == [
        ("Fabrikam", "suggested"),
        ("Contoso", "linked"),
        ("", ""),
        ("", ""),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_takes_four_queries_however_long(store: Store, count: int) -> None:
    by = actor(1, mailbox_ids=_filled(store, count))
    with store.read() as tx, counted_statements(store.engine) as seen:
        inbox(tx, by=by)
    assert len(seen) == 4


def test_inbox_shows_a_mail_that_two_mailboxes_hold_once(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        boxes = [world.mailbox(f"{name}@alpine.example", None) for name in ("a", "b")]
        world.email("to both", mailbox_ids=boxes, is_read=False)
        world.email("to one", mailbox_ids=boxes[1:], is_read=False)
    by = actor(1, mailbox_ids=boxes)
    with store.read() as tx:
        assert _subjects(inbox(tx, by=by)) == ["to one", "to both"]
        assert _subjects(inbox(tx, by=by, unread_only=True)) == ["to one", "to both"]
        assert inbox_counts(tx, by=by).unread == Count(2)
        assert _subjects(inbox(tx, by=by, mailbox_id=boxes[1])) == ["to one", "to both"]
