"""Making records of mails, and accepting what is suggested: what stands then, and after undo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, insert, select, update

from assistant.triage.making import accept_suggested, from_mail, make_from_mail
from assistant.triage.prefill import prefilled
from store.actor import Actor
from store.engine import Store
from store.errors import Invalid, Stale
from store.history.operations import undo
from store.queries.activities import activity_detail
from store.queries.triage_list import triage_row
from store.schema.activities import ActivityParty
from store.schema.ledger import Operation
from store.schema.records import Case, Lead, Record
from store.schema.service import Queue, QueueMember
from store.schema.triage import Triage
from store.triage.deciding import decide_mails
from store.triage.standing import State
from tests.store.builders import NOW, World, actor


def _queue(tx: Connection, kind: str) -> int:
    return tx.execute(insert(Queue).values(uid=kind, name=kind, kind=kind).returning(Queue.id)).scalar_one()


def _waiting(world: World, box: int, subject: str, queue_id: int | None = None) -> int:
    mail = world.email(subject, mailbox_ids=[box], direction="in")
    world.party(mail, "from", "jan@contoso.example")
    named = (ActivityParty.activity_id == mail, ActivityParty.role == "from")
    world.tx.execute(update(ActivityParty).where(*named).values(name="Jan Weber"))
    values = {"occurred_at": NOW, "state": "undecided", "queue_id": queue_id}
    world.tx.execute(insert(Triage).values(activity_id=mail, **values))
    return mail


def _anna(world: World) -> tuple[Actor, int]:
    box = world.mailbox("support@alpine.example", None)
    return actor(world.user("Anna"), mailbox_ids=[box]), box


def test_a_mail_that_somebody_decided_about_meanwhile_becomes_no_second_case(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        world = World(tx)
        anna, box = _anna(world)
        mail = _waiting(world, box, "Leak")
        decide_mails(tx, [mail], State.HANDLED, by=anna, now=NOW + timedelta(seconds=9))
        with pytest.raises(Stale, match="“Leak” was decided by somebody else meanwhile"):
            make_from_mail(tx, "case", {"title": "Leak"}, [mail], as_of=NOW, by=anna, now=NOW + timedelta(seconds=20))


def test_mails_become_a_case_that_undo_takes_back(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        world = World(tx)
        anna, box = _anna(world)
        account = world.record("account", "Contoso")
        contact = world.record("contact", "Jan Weber", emails=["jan@contoso.example"], account_id=account)
        queue = _queue(tx, "case")
        first, second = _waiting(world, box, "Re: Leak", queue), _waiting(world, box, "Leak again", queue)
        given = prefilled("case", from_mail(tx, first, by=anna))
        assert (given["contact"].record_id, given["account"].record_id, given["queue"]) == (contact, account, queue)
        values = {name: getattr(value, "record_id", value) for name, value in given.items()}
        made = make_from_mail(tx, "case", values, [first, second], by=anna, now=NOW)
        assert made.title == "Leak"
        assert [triage_row(tx, mail, by=anna) for mail in (first, second)] == [None, None]
        regarding = activity_detail(tx, second, by=anna).regarding
        assert regarding is not None and regarding.number == made.number
        undo(tx, made.operation_uid, by=anna, now=NOW)
        waiting = [triage_row(tx, mail, by=anna) for mail in (first, second)]
        assert [row.state for row in waiting if row is not None] == ["undecided", "undecided"]
        assert tx.execute(select(Record.deleted_at).where(Record.id == made.record_id)).scalar() is not None


def test_what_is_made_in_a_queue_that_gives_becomes_whose_turn_it_is(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        world = World(tx)
        anna, box = _anna(world)
        queue, bo = _queue(tx, "case"), world.user("Bo")
        tx.execute(update(Queue).values(assignment="least_loaded"))
        tx.execute(insert(QueueMember).values(queue_id=queue, user_id=bo))
        mails = [_waiting(world, box, subject, queue) for subject in ("Leak", "Pump")]
        given = prefilled("case", from_mail(tx, mails[0], by=anna))
        assert "owner" not in given
        make_from_mail(tx, "case", given, mails[:1], by=anna, now=NOW)
        accept_suggested(tx, mails[1:], by=anna, now=NOW)
        assert list(tx.execute(select(Record.owner_id).where(Record.kind == "case")).scalars()) == [bo, bo]
        told = tx.execute(select(Operation.summary).order_by(Operation.id)).scalars().all()
        assert told == [
            f"Made case {number} {title} of “{title}”; it is the turn of Bo"
            for number, title in (("CAS-00001", "Leak"), ("CAS-00002", "Pump"))
        ]


def test_accepting_does_for_each_mail_what_is_suggested_for_it(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        world = World(tx)
        anna, box = _anna(world)
        case = world.record("case", "Gun leaks", record_number="CAS-00901", status="new")
        cases, leads = _queue(tx, "case"), _queue(tx, "lead")
        fits = _waiting(world, box, "fits", cases)
        world.link(fits, case, "suggested", score=0.8)
        fresh, stranger = _waiting(world, box, "fresh", cases), _waiting(world, box, "Prices?", leads)
        nothing = _waiting(world, box, "nothing")
        accepted = accept_suggested(tx, [fits, fresh, stranger, nothing], by=anna, now=NOW)
        assert len(accepted.numbers) == 2
        assert [triage_row(tx, mail, by=anna) is None for mail in (fits, fresh, stranger, nothing)] == [
            True,
            True,
            True,
            False,
        ]
        assert tx.execute(select(Lead.topic)).scalars().all() == ["Prices?"]
        assert tx.execute(select(func.count()).select_from(Case)).scalar() == 2
        undo(tx, by=anna, now=NOW)
        assert all(triage_row(tx, mail, by=anna) is not None for mail in (fits, fresh, stranger, nothing))
        with pytest.raises(Invalid, match="Nothing is suggested for it"):
            accept_suggested(tx, [nothing], by=anna, now=NOW)
