"""The timeline of a record: order, pages from both ends, and what it must not show."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from store.actor import SYSTEM, Actor
from store.engine import Store
from store.errors import NotFound
from store.queries.paging import Page
from store.queries.timeline import TimelineRow, timeline
from store.schema.links import Timeline
from store.schema.mail import MailboxItem
from tests.store.builders import NOW, World, actor, counted_statements


def _subjects(page: Page[TimelineRow]) -> list[str]:
    return [row.subject for row in page.rows]


def _filled(store: Store, count: int) -> int:
    """An account with that many activities, the i-th a minute after the one before, two at each instant."""
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Contoso")
        for i in range(count):
            kind = "note" if i % 3 == 0 else "phone_call"
            world.link(world.activity(kind, str(i), at=NOW + timedelta(minutes=i // 2)), account)
    return account


def test_timeline_is_newest_first_and_pages_meet_without_gap(store: Store) -> None:
    account = _filled(store, 11)
    with store.read() as tx:
        first = timeline(tx, account, by=SYSTEM, limit=4)
        second = timeline(tx, account, by=SYSTEM, limit=4, after=first.rows[-1])
        third = timeline(tx, account, by=SYSTEM, limit=4, after=second.rows[-1])
        back = timeline(tx, account, by=SYSTEM, limit=4, before=third.rows[0])
    assert _subjects(first) + _subjects(second) + _subjects(third) == [str(i) for i in reversed(range(11))]
    assert (first.more, second.more, third.more) == (True, True, False)
    assert back.rows == second.rows
    assert back.more is True


def test_timeline_read_from_its_end_is_the_oldest_page(store: Store) -> None:
    account = _filled(store, 5)
    with store.read() as tx:
        page = timeline(tx, account, by=SYSTEM, limit=2, from_end=True)
    assert (_subjects(page), page.more) == (["1", "0"], True)


def test_timeline_of_one_kind_pages_within_it(store: Store) -> None:
    account = _filled(store, 11)
    with store.read() as tx:
        first = timeline(tx, account, by=SYSTEM, kind="note", limit=2)
        rest = timeline(tx, account, by=SYSTEM, kind="note", limit=9, after=first.rows[-1])
    assert (_subjects(first), _subjects(rest)) == (["9", "6"], ["3", "0"])


@pytest.mark.parametrize("count", [1, 3])
def test_timeline_takes_three_queries_however_long(store: Store, count: int) -> None:
    account = _filled(store, count)
    with store.read() as tx, counted_statements(store.engine) as seen:
        timeline(tx, account, by=SYSTEM)
    assert len(seen) == 3


def test_timeline_names_what_a_row_is_regarding(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        case = world.record("case", "Broken lift", record_number="CAS-00007")
        world.link(world.email("About the lift", noise="list"), case)
    with store.read() as tx:
        (row,) = timeline(tx, case, by=SYSTEM).rows
    assert row.regarding is not None
    assert (row.regarding.number, row.regarding.title, row.noise, row.completed) == (
        "CAS-00007",
        "Broken lift",
        "list",
        False,
    )


def _with_private(store: Store) -> tuple[int, Actor, Actor, Actor]:
    with store.write() as tx:
        world = World(tx)
        owner, colleague = world.user("Ann"), world.user("Bob")
        mailbox = world.mailbox("ann@alpine.example", owner)
        account = world.record("account", "Contoso", owner_id=owner)
        world.link(world.email("open", mailbox_ids=[mailbox]), account)
        world.link(world.email("private", mailbox_ids=[mailbox], private=True), account)
        gone = world.email("deleted", mailbox_ids=[mailbox])
        world.link(gone, account)
        world.delete_activity(gone)
    restricted = actor(colleague, "restricted")
    return account, actor(owner, mailbox_ids=[mailbox]), actor(colleague), restricted


def test_timeline_shows_private_items_only_to_whose_they_are(store: Store) -> None:
    account, owner, colleague, _ = _with_private(store)
    with store.read() as tx:
        assert _subjects(timeline(tx, account, by=owner)) == ["private", "open"]
        assert _subjects(timeline(tx, account, by=colleague)) == ["open"]


def test_timeline_of_a_record_that_is_not_theirs_is_not_found_for_restricted_users(store: Store) -> None:
    account, _, _, restricted = _with_private(store)
    with store.read() as tx, pytest.raises(NotFound):
        timeline(tx, account, by=restricted)


def test_timeline_does_not_name_a_record_that_a_restricted_user_may_not_see(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, bob = world.user("Ann"), world.user("Bob")
        own = world.record("contact", "Own contact", owner_id=bob)
        secret = world.record("opportunity", "Secret deal", owner_id=ann)
        mail = world.email("both")
        world.link(mail, secret)
        world.link(mail, own, "suggested")
        tx.execute(insert(Timeline).values(subject_id=own, occurred_at=NOW, activity_id=mail, kind="email"))
    with store.read() as tx:
        (row,) = timeline(tx, own, by=actor(bob, "restricted")).rows
    assert row.regarding is None


def test_mail_out_of_sight_says_whether_it_was_seen_in_deleted_items(store: Store) -> None:
    """One mail each: in the inbox, in no folder that is read, deleted here, and deleted in one of two mailboxes."""
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Contoso")
        mailboxes = [world.mailbox(f"{name}@alpine.example", None) for name in ("anna", "ben")]
        inbox, other_inbox = (world.folder(mailbox, "inbox") for mailbox in mailboxes)
        deleted = world.folder(mailboxes[0], "deleted")

        def hold(subject: str, *places: tuple[int, int, datetime | None]) -> None:
            key = world.activity("email", subject)
            world.link(key, account)
            for mailbox, folder, buried_at in places:
                values = {"mailbox_id": mailbox, "folder_id": folder, "remote_id": subject, "holds": "email"}
                values |= {"activity_id": key, "occurred_at": NOW, "buried_at": buried_at}
                tx.execute(insert(MailboxItem).values(**values))

        hold("there", (mailboxes[0], inbox, None))
        hold("out of sight", (mailboxes[0], inbox, NOW))
        hold("deleted", (mailboxes[0], deleted, None))
        hold("deleted in one", (mailboxes[0], deleted, None), (mailboxes[1], other_inbox, None))
    with store.read() as tx:
        rows = timeline(tx, account, by=SYSTEM).rows
    assert {row.subject: (row.buried, row.deleted) for row in rows} == {
        "there": (False, False),
        "out of sight": (True, False),
        "deleted": (True, True),
        "deleted in one": (False, False),
    }
