"""Records that rest come back, what is over is closed, and a day brings up no more than is wanted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from assistant.following.keeping_up import keep_following
from store.activities.writing import log_phone_call
from store.actor import SYSTEM
from store.engine import Store
from store.following.settings import save_settings
from store.history.operations import undo
from store.records.state import read_state
from store.records.writing import delete_record, edit_record
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox, User
from store.schema.records import Record
from store.schema.service import CaseEvent
from store.sync.items import ItemState, refresh_items
from store.sync.mailboxes import add_mailbox
from store.users import NewUser, add_users
from tests.assistant.following.scene import DAY, MONDAY, Scene


@pytest.fixture
def scene(sqlite_store: Store) -> Scene:
    scene = Scene(sqlite_store)
    with sqlite_store.write() as tx:
        tx.execute(update(Mailbox).values(last_success_at=MONDAY))
    return scene


def keep_up(scene: Scene, after: timedelta = timedelta()) -> None:
    scene.now += after
    keep_following(scene.store, now=scene.now, zone="UTC")


def call(scene: Scene, record_id: int, *days: float) -> None:
    """Calls so many days before (or after) Monday."""
    with scene.store.write() as tx:
        for each in days:
            log_phone_call(tx, record_id, "Call", occurred_at=MONDAY + each * DAY, by=scene.anna, now=scene.now)


def change(scene: Scene, record_id: int, **values: Any) -> str:
    with scene.store.write() as tx:
        stored = read_state(tx, record_id)
        assert stored is not None
        return edit_record(tx, record_id, values, by=SYSTEM, now=scene.now)


def kinds(scene: Scene) -> list[str]:
    return [kind for (kind,) in scene.told("kind")]


def test_a_deal_comes_back_once_when_it_is_quiet_for_longer_than_usual(scene: Scene) -> None:
    deal = scene.record("opportunity", title="Ten snow guns", account=scene.fabrikam, amount="9000")
    quiet = scene.record("opportunity", title="One snow gun", account=scene.fabrikam)
    call(scene, deal, -42, -38, -34, -30)
    call(scene, quiet, -20)  # without a rhythm three weeks are nothing
    keep_up(scene)
    keep_up(scene, timedelta(hours=2))
    facts = {"title": "Ten snow guns", "last": "2026-01-31", "usual_days": 4.0, "amount": 9000.0}
    assert scene.told("kind", "facts", "brought_on") == [("cold_opportunity", facts, MONDAY.date())]
    call(scene, deal, 0.05)
    keep_up(scene, timedelta(hours=2))
    assert (kinds(scene), scene.closed()) == ([], [("cold_opportunity", "There was contact again")])
    keep_up(scene, 20 * DAY)  # quiet again
    assert kinds(scene) == ["cold_opportunity", "cold_opportunity"]


def test_what_rests_goes_with_its_record_and_comes_back_with_it(scene: Scene) -> None:
    deal = scene.record("opportunity", title="Ten snow guns", account=scene.fabrikam, close_date="2026-02-27")
    other = scene.record("account", title="Contoso")
    keep_up(scene)
    assert scene.told("kind", "due_wall") == [
        ("cold_opportunity", "2025-12-23T09:00"),
        ("close_date", "2026-03-02T09:00"),  # the first working day after it
    ]
    won = change(scene, deal, stage="won")
    assert [why for _, why in scene.closed()] == ["The opportunity was won"] * 2
    with scene.store.write() as tx:
        undo(tx, won, by=SYSTEM, now=scene.now)
    assert kinds(scene) == ["cold_opportunity", "close_date"]
    change(scene, deal, close_date="2026-05-01")
    assert scene.closed() == [("close_date", "The close date was moved")]
    with scene.store.write() as tx:
        kim = add_mailbox(tx, address="kim@alpine.example", provider="exchange", now=MONDAY)
        uid, user_id = tx.execute(
            select(User.uid, User.id).join(Mailbox, Mailbox.owner_id == User.id).where(Mailbox.id == kim)
        ).one()
    with scene.store.read() as tx:
        contoso = read_state(tx, other)
    change(scene, deal, owner=uid, account=contoso and contoso.uid)
    assert scene.told("customer_id") == [(other,)]
    assert scene.told("user_id", "brought_on") == [(user_id, None)]
    with scene.store.write() as tx:
        tx.execute(update(User).where(User.id == user_id).values(active=False))
    keep_up(scene)
    assert kinds(scene) == []
    with scene.store.write() as tx:
        add_users(tx, [NewUser("Kim", "kim@alpine.example")], by=SYSTEM, now=scene.now)
    assert kinds(scene) == ["cold_opportunity"]
    with scene.store.write() as tx:
        gone = delete_record(tx, deal, by=SYSTEM, now=scene.now)
    assert kinds(scene) == []
    with scene.store.write() as tx:
        undo(tx, gone, by=SYSTEM, now=scene.now)
    assert kinds(scene) == ["cold_opportunity"]


def test_nobody_is_nagged_while_their_mail_is_read_for_the_first_time(scene: Scene) -> None:
    scene.record("opportunity", title="Ten snow guns", account=scene.fabrikam)
    with scene.store.write() as tx:
        tx.execute(update(Mailbox).values(last_success_at=None))
    keep_up(scene)
    assert kinds(scene) == []
    with scene.store.write() as tx:
        tx.execute(update(Mailbox).values(last_success_at=MONDAY))
    keep_up(scene)
    assert kinds(scene) == ["cold_opportunity"]
    with scene.store.write() as tx:
        tx.execute(update(Mailbox).values(last_success_at=None, created_at=MONDAY - 3 * DAY))
    keep_up(scene, DAY)  # of another mailbox of theirs nobody knows yet what it holds
    assert kinds(scene) == ["cold_opportunity"]


def test_a_clock_that_warns_comes_back_until_the_case_was_answered(scene: Scene) -> None:
    case = scene.record("case", title="Gun 4 leaks", account=scene.fabrikam)
    with scene.store.write() as tx:
        for kind, hours in (("warned", -2), ("breached", -1)):
            at = MONDAY + timedelta(hours=hours)
            tx.execute(insert(CaseEvent).values(record_id=case, at=at, kind=kind, value="first_response"))
    keep_up(scene)
    ((number,),) = _numbers(scene, case)
    facts = {"title": f"{number} Gun 4 leaks", "clock": "first_response", "late": True}
    told = scene.told("kind", "facts", "due_wall")
    assert (kinds(scene), told[1]) == (["cold_case", "sla"], ("sla", facts, "2026-03-02T07:00"))
    change(scene, case, status="resolved", resolution="Sealed")
    assert scene.closed() == [(kind, "The case was resolved") for kind in ("cold_case", "sla")]


def test_a_day_brings_up_as_many_as_wanted_and_one_for_each_customer(scene: Scene) -> None:
    with scene.store.write() as tx:
        save_settings(tx, {"a_day": "2"}, zone="UTC", by=scene.anna)
    for amount in (1, 5, 3):
        customer = scene.record("account", title=f"Customer {amount}")
        scene.record("opportunity", title=f"Deal {amount}", account=customer, amount=str(amount))
        scene.record("opportunity", title=f"Smaller than {amount}", account=customer)

    def brought() -> list[str]:
        return [text for text, day in scene.told("text", "brought_on") if day == scene.now.date()]

    keep_up(scene)
    assert sorted(brought()) == ["Deal 3", "Deal 5"]
    keep_up(scene, DAY)
    assert brought() == ["Deal 1"]  # the smaller ones wait behind their customers'
    keep_up(scene, DAY)
    assert brought() == []


def test_a_day_off_adds_nothing_to_what_is_left_to_do(scene: Scene) -> None:
    with scene.store.write() as tx:
        save_settings(tx, {"a_day": "1"}, zone="UTC", by=scene.anna)
    for amount in (1, 5, 3):
        scene.record("opportunity", title=f"Deal {amount}", amount=str(amount))
    brought: list[int] = []
    for _ in range(6):  # from a Monday to a Saturday
        keep_up(scene)
        brought.append(sum(day is not None for (day,) in scene.told("brought_on")))
        scene.now += DAY
    assert brought == [1, 2, 3, 3, 3, 3]
    scene.record("opportunity", title="Deal 9", amount="9")
    keep_up(scene)  # on Sunday
    assert sum(day is not None for (day,) in scene.told("brought_on")) == 3
    keep_up(scene, DAY)
    assert sum(day is not None for (day,) in scene.told("brought_on")) == 4


def test_a_promise_is_brought_up_in_the_morning_of_its_day_and_a_question_when_it_is_due(scene: Scene) -> None:
    how = {"to": "Kim Lee <kim@contoso.example>", "subject": "Visit"}
    scene.sends(-66, "Kim, I will call you on Monday at 15:00.", **how)
    scene.sends(-21, "Hello Jane,\n\ncould you send me the drawings of the hall?\n\nAnna")
    scene.now = MONDAY - timedelta(hours=10)
    keep_up(scene)
    assert scene.told("kind", "brought_on") == [("promise", None), ("awaiting_reply", None)]
    keep_up(scene, timedelta(hours=11))
    assert scene.told("kind", "brought_on") == [("promise", MONDAY.date()), ("awaiting_reply", None)]


def test_what_was_found_in_a_mail_goes_and_comes_back_with_it(scene: Scene) -> None:
    scene.sends(1, "Hello Jane,\n\ncould you send me the drawings of the hall?\n\nAnna")
    with scene.store.write() as tx:
        item_id, remote_id = tx.execute(select(MailboxItem.id, MailboxItem.remote_id)).one()
        tx.execute(update(MailboxItem).values(gone_at=scene.now, buried_at=scene.now))
    keep_up(scene)
    assert scene.closed() == [("awaiting_reply", "The mail was deleted")]
    with scene.store.write() as tx:
        refresh_items(tx, None, [(item_id, ItemState(remote_id, scene.now))])
    keep_up(scene)
    assert kinds(scene) == ["awaiting_reply"]


def _numbers(scene: Scene, record_id: int) -> list[Any]:
    with scene.store.read() as tx:
        return [*tx.execute(select(Record.number).where(Record.id == record_id))]
