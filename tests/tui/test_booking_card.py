"""The card of a booking: the service, when, and who and what is booked. Pure, but for a store that holds one."""

from __future__ import annotations

from store.actor import SYSTEM
from store.engine import Store
from store.queries.record_detail import record_detail
from store.scheduling.booking import Need
from tests.store.scheduling.scene import NINE, NOW, booked, workshop
from tui.widgets.record_card import Card, card_facts


def test_card_of_a_booking_says_when_and_with_whom(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        made = booked(tx, shop, NINE, Need(shop.ann), Need(shop.room, 0, 30, 2))
        detail = record_detail(tx, made.record_id, by=SYSTEM)
    said = [fact.said.plain for fact in card_facts(Card(detail, (), (), ()), NOW)]
    start, half, end = (at.astimezone() for at in (NINE, NINE.replace(minute=30), NINE.replace(hour=9)))
    assert said[said.index("Booked") + 1 :] == [
        "Repair",
        f"{start:%a %Y-%m-%d %H:%M}-{end:%H:%M}",
        f"Ann  {start:%H:%M}-{end:%H:%M}",
        f"Room x 2  {start:%H:%M}-{half:%H:%M}",
    ]
