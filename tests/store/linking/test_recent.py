"""Which later mail is looked at again when it turns out what an earlier one is regarding."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select, update

from store.engine import Store
from store.linking.recent import HISTORY, MOST_MAILS, reopen_later
from store.schema.activities import Activity
from tests.store.builders import NOW, World

JANE = "jane@fabrikam.example"


def test_an_announcement_wakes_the_later_mail_of_its_sender_only(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        announced = _mail(world, "Announced", JANE)
        for position in range(20):
            world.party(announced, "to", f"guest{position}@wingtip.example", position)
        _mail(world, "From Jane", JANE, after=timedelta(days=1))
        _mail(world, "From a guest", "guest3@wingtip.example", after=timedelta(days=1))
        assert _woken(tx, announced) == ["From Jane"]


def test_only_mail_that_looks_back_as_far_is_woken(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        pump = world.record("case", "Pump")
        first = _mail(world, "First", JANE)
        for number in range(MOST_MAILS + 5):
            _mail(world, f"Unlinked {number}", JANE, after=timedelta(hours=number + 1))
            world.link(_mail(world, f"Linked {number}", JANE, after=timedelta(hours=number + 1.5)), pump)
        woken = _woken(tx, first)
        assert (len(woken), woken[-1]) == (2 * MOST_MAILS, f"Linked {MOST_MAILS - 1}")


def test_all_people_of_a_mail_are_told(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        first = _mail(world, "First", JANE)
        world.party(first, "cc", "bob@fabrikam.example")
        for sender in (JANE, "bob@fabrikam.example", "eve@fabrikam.example"):
            _mail(world, f"From {sender}", sender, after=timedelta(hours=1))
        assert sorted(_woken(tx, first)) == ["From bob@fabrikam.example", f"From {JANE}"]


def test_mail_is_woken_for_half_a_year(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        first = _mail(world, "First", JANE)
        _mail(world, "Just", JANE, after=HISTORY)
        _mail(world, "Too late", JANE, after=HISTORY + timedelta(hours=1))
        assert _woken(tx, first) == ["Just"]


def _mail(world: World, subject: str, sender: str, *, after: timedelta = timedelta()) -> int:
    mail = world.email(subject, at=NOW + after)
    world.party(mail, "from", sender)
    return mail


def _woken(tx: Connection, activity_id: int) -> list[str]:
    tx.execute(update(Activity).values(link_state="done"))
    reopen_later(tx, [activity_id])
    again = select(Activity.subject).where(Activity.link_state == "again").order_by(Activity.occurred_at)
    return list(tx.execute(again).scalars())
