"""Who is at a mail: seen by others, renewed, and gone after a while."""

from __future__ import annotations

from datetime import timedelta

from store.actor import SYSTEM, Actor
from store.engine import Store
from store.presence import ANSWERING, GONE, VIEWING, arrive, leave, present, thread_place
from tests.store.builders import NOW, World, actor

HERE, THERE = thread_place(1), thread_place(2)


def test_presence_is_seen_by_others_until_it_ends(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        ann, bob, cleo = (actor(world.user(name)) for name in ("Ann", "Bob", "Cleo"))
        arrive(tx, HERE, by=ann, now=NOW)
        arrive(tx, HERE, ANSWERING, by=cleo, now=NOW)
        arrive(tx, HERE, by=SYSTEM, now=NOW)
        arrive(tx, HERE, by=ann, now=NOW + timedelta(seconds=10))

    def seen(by: Actor, after: timedelta) -> list[tuple[str, str]]:
        with store.read() as tx:
            found = present(tx, [HERE, THERE], by=by, now=NOW + after)
        return [(one.name, one.doing) for one in found.get(HERE, ())]

    assert seen(bob, timedelta(seconds=20)) == [("Cleo", ANSWERING), ("Ann", VIEWING)]
    assert seen(ann, timedelta(seconds=20)) == [("Cleo", ANSWERING)]
    assert seen(bob, GONE + timedelta(seconds=5)) == [("Ann", VIEWING)]
    with store.write() as tx:
        arrive(tx, THERE, by=ann, now=NOW + timedelta(seconds=20))
        leave(tx, HERE, by=cleo, now=NOW + timedelta(seconds=20))
    assert seen(bob, timedelta(seconds=20)) == []
