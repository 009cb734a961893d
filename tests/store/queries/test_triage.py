"""What triage rules may look at of past mail: gathered in bulk, as it was, and only what the person may see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from store import blobs
from store.actor import SYSTEM
from store.engine import Store
from store.queries.triage import incoming_ids, incoming_mails
from store.queries.triage_mail import CameWith, OwnPlace, ThreadCase
from store.schema.activities import Attachment
from store.schema.people import Mailbox, OwnAddress
from store.schema.records import AccountDomain
from tests.store.builders import NOW, World, actor, counted_statements

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _incoming(world: World, subject: str, sender: str = "ada@engines.example", **columns: Any) -> int:
    mail = world.email(subject, direction="in", **columns)
    world.party(mail, "from", sender)
    world.party(mail, "to", "help@alpine.example")
    return mail


def test_newest_incoming_mail_comes_first_and_private_or_deleted_mail_not_at_all(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        old, first, second = (_incoming(world, subject) for subject in ("old", "first", "second"))
        _incoming(world, "private", private=True)
        world.delete_activity(_incoming(world, "gone"))
        world.email("sent", direction="out")
    with store.read() as tx:
        assert incoming_ids(tx, _LONG_AGO, by=SYSTEM, limit=2) == ((second, first), True)
        assert incoming_ids(tx, _LONG_AGO, by=SYSTEM, limit=3) == ((second, first, old), False)
        assert incoming_ids(tx, NOW + timedelta(minutes=3), by=SYSTEM, limit=3) == ((second,), False)
        assert [mail.subject for mail in incoming_mails(tx, [second, old], by=SYSTEM)] == ["old", "second"]


def test_facts_of_a_mail_are_those_of_its_sender_its_files_and_its_thread(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        mailbox = world.mailbox("help@alpine.example", None)
        tx.execute(update(Mailbox).where(Mailbox.id == mailbox).values(name="Support"))
        tx.execute(insert(OwnAddress).values(email="help@alpine.example"))
        account = world.record("account", "Engines Ltd")
        tx.execute(insert(AccountDomain).values(domain="engines.example", account_id=account))
        ada = world.record("contact", "Ada Lovelace", emails=["ada@engines.example"])
        gun = world.record("case", "Gun leaks")
        closed_at = NOW + timedelta(hours=5)
        done = world.record("case", "Pump", status="resolved", resolved_at=closed_at)
        first = _incoming(world, "first")
        thread = incoming_mails(tx, [first], by=SYSTEM)[0].thread_id
        second = _incoming(world, "second", thread_id=thread)
        _incoming(world, "later", at=NOW + timedelta(hours=3))
        world.link(first, done)
        world.link(second, gun)
        for position, (name, inline) in enumerate((("offer.pdf", False), ("logo.png", True))):
            values = {"filename": name, "media_type": "x/y", "size": 1, "inline": inline}
            blob = next(iter(blobs.put(tx, [blobs.content(name.encode())]).values()))
            tx.execute(insert(Attachment).values(activity_id=second, position=position, blob_id=blob, **values))
    with store.read() as tx:
        [one, two] = incoming_mails(tx, [first, second], by=SYSTEM)
    assert [record.record_id for record in two.parties] == [ada, account]
    assert (two.email, two.own_sender, two.own_places) == (
        "ada@engines.example",
        False,
        (OwnPlace("Support", "help@alpine.example"),),
    )
    assert (two.files, two.within_hour) == ((CameWith("offer.pdf", "x/y"),), 2)
    assert [link.record.record_id for link in two.linked] == [gun]
    assert one.thread_cases == two.thread_cases
    assert two.thread_cases == (ThreadCase(gun, two.occurred_at, None), ThreadCase(done, one.occurred_at, closed_at))


def test_a_person_is_told_neither_mail_nor_records_of_others(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        anna, ben = world.user("Anna", "restricted"), world.user("Ben")
        hers, his = world.mailbox("anna@alpine.example", anna), world.mailbox("ben@alpine.example", ben)
        world.record("contact", "Ada Lovelace", owner_id=ben, emails=["ada@engines.example"])
        gun = world.record("case", "Gun leaks", owner_id=ben)
        mail = _incoming(world, "to her", mailbox_ids=[hers])
        other = _incoming(world, "to him", mailbox_ids=[his])
        world.link(mail, gun)
        by = actor(anna, "restricted", [hers])
    with store.read() as tx:
        assert incoming_ids(tx, _LONG_AGO, by=by, limit=9) == ((mail,), False)
        [seen] = incoming_mails(tx, [mail, other], by=by)
    assert (seen.parties, seen.linked, seen.thread_cases, seen.within_hour) == ((), (), (), 1)


def test_more_mail_takes_no_more_statements(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ids = [_incoming(world, str(number), f"{number}@engines.example") for number in range(20)]
    with store.read() as tx:
        with counted_statements(store.engine) as few:
            incoming_mails(tx, ids[:1], by=SYSTEM)
        with counted_statements(store.engine) as many:
            found = incoming_mails(tx, ids, by=SYSTEM)
    assert (len(found), len(many)) == (20, len(few))
