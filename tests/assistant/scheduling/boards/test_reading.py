"""What a schedule board shows, and when it begins."""

from __future__ import annotations

from datetime import timedelta

from assistant.scheduling.boards.reading import next_work, of_groups, read_board
from store.actor import SYSTEM
from store.engine import Store
from store.scheduling.booking import Need, cancel
from store.scheduling.reading import read_setup
from store.scheduling.saving import write_thing
from store.scheduling.sorts import GROUP
from tests.store.scheduling.scene import BY, NINE, NOW, booked, workshop

_HOUR = timedelta(hours=1)


def test_a_board_tells_what_was_cancelled_where_that_is_asked_and_counts_it_as_free(store: Store) -> None:
    with store.write() as tx:
        shop = workshop(tx)
        cancel(tx, booked(tx, shop).record_id, **BY)
        booked(tx, shop, NINE, Need(shop.ann))
        write_thing(tx, GROUP, {"name": "Everybody", "groups": ["Technicians"]}, **BY)
    with store.read() as tx:
        setup = read_setup(tx)
        ann = setup.resources[next(uid for uid, each in setup.resources.items() if each.id == shop.ann)]
        window = NINE, NINE + 9 * _HOUR
        for ended, told in ((False, ["confirmed"]), (True, ["cancelled", "confirmed"])):
            board = read_board(tx, *window, things=[ann], ended=ended, by=SYSTEM, now=NOW)
            assert [each.status for each in board.bookings[shop.ann]] == told
            assert board.loaded.booked_minutes(shop.ann, 0, 9 * 60) == 75
        groups = {each.name: each for each in setup.groups.values()}
        assert of_groups(setup, {groups["Everybody"].uid}) == set(groups["Technicians"].state["resources"])
        # At 08:00 somebody works; at noon nobody does for an hour, on Saturday nobody until Monday.
        hours = [(0, 0), (4 * 60, 60), (5 * 24 * 60, 2 * 24 * 60)]
        for later, waits in hours:
            now = NOW + timedelta(minutes=later)
            assert next_work(tx, by=SYSTEM, now=now) - now == timedelta(minutes=waits)
