"""One activity in full, and who may read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, update

from store import blobs
from store.actor import SYSTEM, Actor
from store.engine import Store
from store.errors import NotFound
from store.queries.activities import activity_detail, activity_html, attachment_chunks, find_activity
from store.queries.agenda import agenda, tasks_due
from store.schema.activities import Activity, Attachment
from store.schema.mail import Email, Thread
from tests.store.builders import NOW, World, actor, counted_statements


def _mail(world: World, tx: Connection, mailbox: int, *, private: bool = False) -> int:
    """A mail with text, HTML and a file."""
    contents = [blobs.content(data) for data in (b"Hello\n> old", b"<p>Hello</p>", b"file")]
    text, html, file = (blobs.put(tx, contents)[each.sha256] for each in contents)
    mail = world.email("Hello", mailbox_ids=[mailbox], text_blob_id=text, html_blob_id=html, private=private)
    tx.execute(update(Email).where(Email.id == mail).values(new_text_size=5))
    columns = {"filename": "a.txt", "media_type": "text/plain", "size": 4, "blob_id": file}
    tx.execute(insert(Attachment).values(activity_id=mail, position=0, **columns))
    world.party(mail, "from", "zoe@contoso.example")
    return mail


def test_activity_detail_holds_what_belongs_to_a_mail(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        mailbox = world.mailbox("ann@alpine.example", None)
        account, other = world.record("account", "Contoso"), world.record("account", "Fabrikam")
        mail = _mail(world, tx, mailbox)
        world.link(mail, account)
        world.link(mail, other, "suggested", score=0.5)
    by = actor(1, mailbox_ids=[mailbox])
    with store.read() as tx:
        detail = activity_detail(tx, mail, by=by)
        assert activity_html(tx, mail, by=by) == "<p>Hello</p>"
        assert list(attachment_chunks(tx, mail, 0, by=by)) == [b"file"]
        assert find_activity(tx, detail.uid, by=by) == mail
        with pytest.raises(NotFound):
            attachment_chunks(tx, mail, 1, by=by)
    assert (detail.text, detail.new_text_size, detail.has_html) == ("Hello\n> old", 5, True)
    assert [(party.role, party.email) for party in detail.parties] == [("from", "zoe@contoso.example")]
    assert [(file.filename, file.size) for file in detail.attachments] == [("a.txt", 4)]
    assert [(link.record.title, link.state, link.rule) for link in detail.links] == [
        ("Contoso", "linked", "exact"),
        ("Fabrikam", "suggested", "exact"),
    ]
    assert detail.mailboxes == ("ann@alpine.example",)


def test_activity_is_not_found_for_those_who_may_not_see_it(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, bob, carl = world.user("Ann"), world.user("Bob"), world.user("Carl", "restricted")
        mailbox = world.mailbox("ann@alpine.example", ann)
        account = world.record("account", "Contoso", owner_id=ann)
        unlinked, linked = _mail(world, tx, mailbox), _mail(world, tx, mailbox)
        private, suggested = _mail(world, tx, mailbox, private=True), _mail(world, tx, mailbox)
        world.link(linked, account)
        world.link(private, account)
        world.link(suggested, account, "suggested")
    mails = {"unlinked": unlinked, "linked": linked, "private": private, "suggested": suggested}
    with store.read() as tx:
        seen = {
            name: {mail for mail, key in mails.items() if _sees(tx, key, by)}
            for name, by in {
                "ann": actor(ann, mailbox_ids=[mailbox]),
                "bob": actor(bob),
                "carl": actor(carl, "restricted"),
            }.items()
        }
    assert seen == {"ann": set(mails), "bob": {"linked"}, "carl": set()}


def _sees(tx: Connection, activity_id: int, by: Actor) -> bool:
    """True when every way to the activity is open, False when every one is closed."""
    ways: tuple[Callable[[], object], ...] = (
        lambda: activity_detail(tx, activity_id, by=by),
        lambda: activity_html(tx, activity_id, by=by),
        lambda: attachment_chunks(tx, activity_id, 0, by=by),
        lambda: find_activity(tx, activity_detail(tx, activity_id, by=SYSTEM).uid, by=by),
    )
    answers = set()
    for way in ways:
        try:
            way()
            answers.add(True)
        except NotFound:
            answers.add(False)
    assert len(answers) == 1
    return answers.pop()


def test_activity_thread_leaves_out_what_may_not_be_seen(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, bob = world.user("Ann"), world.user("Bob")
        mailbox = world.mailbox("ann@alpine.example", ann)
        account = world.record("account", "Contoso")
        thread = tx.execute(insert(Thread).returning(Thread.id)).scalar_one()
        open_mail = world.email("open", mailbox_ids=[mailbox], thread_id=thread)
        world.email("internal", mailbox_ids=[mailbox], thread_id=thread)
        world.link(open_mail, account)
    with store.read() as tx:
        for by, expected in ((actor(ann, mailbox_ids=[mailbox]), ["internal"]), (actor(bob), [])):
            assert [row.subject for row in activity_detail(tx, open_mail, by=by).thread] == expected
        assert activity_detail(tx, open_mail, by=actor(bob)).mailboxes == ()


def test_agenda_holds_what_overlaps_and_whole_days_by_their_date(store: Store) -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    midnight = NOW.replace(hour=0)
    with store.write() as tx:
        world = World(tx)
        world.occurrence("before", midnight - hour, midnight)
        world.occurrence("into the day", midnight - hour, midnight + hour)
        world.occurrence("noon", NOW, NOW + hour)
        world.occurrence("tomorrow", midnight + day, midnight + day + hour)
        today, tomorrow = midnight.date(), midnight.date() + day
        # Whole days of somebody west of us: their instants reach into the next day here.
        whole = {"on_date": today, "until_date": tomorrow}
        world.occurrence("whole day", midnight + 8 * hour, midnight + 32 * hour, **whole)
        yesterday = {"on_date": today - day, "until_date": today}
        world.occurrence("yesterday", midnight - 16 * hour, midnight + 8 * hour, **yesterday)
    with store.read() as tx, counted_statements(store.engine) as seen:
        rows = agenda(tx, by=SYSTEM, start=midnight, end=midnight + day)
    assert [row.title for row in rows] == ["into the day", "whole day", "noon"]
    assert len(seen) == 2


def test_agenda_shows_private_appointments_only_to_their_owner(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, bob = world.user("Ann"), world.user("Bob")
        account = world.record("account", "Contoso")
        for private in (False, True):
            appointment = world.occurrence("private" if private else "open", NOW, NOW, private=private)
            tx.execute(update(Activity).where(Activity.id == appointment).values(owner_id=ann))
            world.link(appointment, account)
    start, end = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    with store.read() as tx:
        seen = {user: [row.title for row in agenda(tx, by=actor(user), start=start, end=end)] for user in (ann, bob)}
    assert seen == {ann: ["open", "private"], bob: ["open"]}


def test_tasks_due_are_ones_own_and_nobodys_the_longest_overdue_first(store: Store) -> None:
    today = NOW.date()
    with store.write() as tx:
        world = World(tx)
        ann, bob = world.user("Ann"), world.user("Bob")
        account = world.record("account", "Contoso")
        for subject, days, owner in (("today", 0, ann), ("overdue", -3, ann), ("later", 1, ann), ("of Bob", 0, bob)):
            world.link(world.task(subject, today + timedelta(days=days), owner_id=owner), account)
        world.link(world.task("nobody's", today), account)
    with store.read() as tx:
        own = tasks_due(tx, by=actor(ann), until=today)
        everybodys = tasks_due(tx, by=actor(ann), until=today, mine_only=False)
    assert [row.subject for row in own] == ["overdue", "today", "nobody's"]
    assert [row.subject for row in everybodys] == ["overdue", "today", "of Bob", "nobody's"]
    assert {row.regarding.title for row in own if row.regarding} == {"Contoso"}
