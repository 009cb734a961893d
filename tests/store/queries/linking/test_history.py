"""What the people of a mail wrote about before it, and what was decided a moment ago."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from store.engine import Store
from store.linking.facts import KnownRecord
from store.linking.recent import MOST_MAILS
from store.queries.linking.gather import gather
from tests.store.builders import NOW, World

JANE = "jane@fabrikam.example"


def test_history_counts_linked_mail_before_the_activity_the_latest_record_first(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        pump, valve = world.record("case", "Pump"), world.record("case", "Valve")
        for hours, record in ((1, pump), (2, pump), (3, valve), (9, valve)):
            world.link(_mail(world, hours), record)
        _mail(world, 4)
        now = _mail(world, 5)
        words = gather(tx, [now]).histories.of(now)
    assert [(each.record.title, each.times, each.last_at) for each in words[JANE]] == [
        ("Valve", 1, NOW + timedelta(hours=3)),
        ("Pump", 2, NOW + timedelta(hours=2)),
    ]


def test_history_reaches_half_a_year_back(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        pump = world.record("case", "Pump")
        world.link(_mail(world, -181 * 24), pump)
        now = _mail(world, 0)
        assert gather(tx, [now]).histories.of(now) == {}
        world.link(_mail(world, -179 * 24), pump)
        assert [each.times for each in gather(tx, [now]).histories.of(now)[JANE]] == [1]


def test_history_looks_at_the_last_linked_mails_only(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        pump, valve = world.record("case", "Pump"), world.record("case", "Valve")
        world.link(_mail(world, -100), pump)
        for hours in range(MOST_MAILS):
            world.link(_mail(world, hours - MOST_MAILS), valve)
        now = _mail(world, 1)
        words = gather(tx, [now]).histories.of(now)
    assert [(each.record.title, each.times) for each in words[JANE]] == [("Valve", MOST_MAILS)]


def test_what_was_decided_within_the_batch_counts_instead_of_what_was_stored(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        pump, valve = world.record("case", "Pump"), world.record("case", "Valve")
        before, now = _mail(world, 1), _mail(world, 2)
        world.link(before, pump)
        histories = gather(tx, [now, before]).histories
        histories.decided(before, (_known(tx, valve),))
    assert [each.record.title for each in histories.of(now)[JANE]] == ["Valve"]


def test_an_announcement_says_what_its_sender_writes_about_and_nobody_else(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        pump = world.record("case", "Pump")
        people = [f"guest{number}@wingtip.example" for number in range(20)]
        for hours in (1, 2):
            mail = _mail(world, hours)
            for position, email in enumerate(people):
                world.party(mail, "to", email, position)
            world.link(mail, pump)
        now = _mail(world, 3)
        for position, email in enumerate(people):
            world.party(now, "to", email, position)
        assert list(gather(tx, [now]).histories.of(now)) == [JANE]


def test_an_announcement_that_was_linked_is_no_last_word_of_those_who_got_it(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        pump = world.record("case", "Pump")
        announced, letter = _mail(world, 1, sender="ceo@fabrikam.example"), _mail(world, 2, sender="us@alpine.example")
        for position in range(20):
            world.party(announced, "to", f"guest{position}@wingtip.example", position)
        world.party(letter, "to", "guest1@wingtip.example")
        world.link(announced, pump)
        world.link(letter, pump)
        writers = [_mail(world, 3, sender=f"guest{number}@wingtip.example") for number in (0, 1)]
        histories = gather(tx, writers).histories
        assert [list(histories.of(mail)) for mail in writers] == [[], ["guest1@wingtip.example"]]


def _mail(world: World, hours: int, *, sender: str = JANE) -> int:
    mail = world.email("Hello", at=NOW + timedelta(hours=hours))
    world.party(mail, "from", sender)
    return mail


def _known(tx: Connection, record_id: int) -> KnownRecord:
    from store.queries.linking.records import records_of

    return records_of(tx, [record_id])[record_id]
