"""Whom a notice goes to when a booking is for somebody else by now, or its customer is reached elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from assistant.scheduling.customers.notices import preview_notice, untold
from assistant.scheduling.keeping_up import keep_up
from calendar_sync.ics_writer import write_reply
from mail_sync.message import Address
from store.actor import RESTRICTED, Actor
from store.engine import Store
from store.errors import Invalid
from store.records.writing import create_record, edit_record
from store.scheduling.booking import Need, cancel, move
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE, SITE
from store.schema.people import User
from store.schema.records import Record
from store.types import new_uid
from tests.assistant.scheduling.customers.test_answers import invited, told
from tests.assistant.scheduling.desk import JANE, Shop, new_shop
from tests.calendar_sync.test_itip import mail
from tests.store.scheduling.scene import BY, NINE, NOW

ROE = "roe@contoso.example"


@pytest.fixture
def shop(sqlite_store: Store) -> Shop:
    """Jane was told of her repair."""
    made = new_shop(sqlite_store, remind="1 d")
    made.tell()
    return made


def person(tx: Any, **more: Any) -> int:
    values = {"title": "Jim Roe", "given_name": "Jim", "emails": [ROE], **more}
    return int(create_record(tx, "contact", values, **BY).record_id)


def sent(shop: Shop) -> list[tuple[str, str, str]]:
    """To whom, which calendar method, and the subject of all but the first mail."""
    mails = [each.payload for each in shop.mails()[1:]]
    return [(each["to"][0][0], each.get("calendar_method", ""), each["subject"]) for each in mails]


def test_who_counts_on_it_hears_that_it_is_off_before_it_is_new_to_somebody_else(shop: Shop) -> None:
    with shop.store.write() as tx:
        edit_record(tx, shop.booking, {"contact": person(tx)}, **BY)
    assert [shop.tell(), shop.tell(), shop.tell()] == [[("cancellation", 1)], [("invitation", 2)], []]
    assert sent(shop) == [
        (JANE, "CANCEL", f"Cancelled: Repair ({shop.number})"),
        (ROE, "REQUEST", f"Repair on Tuesday, 3 March 2026 at 09:00 ({shop.number})"),
    ]
    off, new = (each.payload for each in shop.mails()[1:])
    assert (off["text"].split("\n")[0], new["text"].split("\n")[0]) == ("Hello Jane Doe,", "Hello Jim,")
    assert (bool(off["in_reply_to"]), new.get("in_reply_to")) == (True, None)
    mail(shop.store, Address(JANE), write_reply(invited(shop, 0), Address(JANE), "declined", now=NOW), name="no")
    assert told(shop) == [f"{JANE} declined {shop.number} Repair, Contoso, which is for somebody else now."]
    shop.do(move, shop.booking, starts_at=NINE + timedelta(hours=1))
    shop.do(cancel, shop.booking)
    assert (shop.tell(), shop.untold()) == ([("cancellation", 3)], [])
    assert sent(shop)[-1][0] == ROE


def test_booking_for_nobody_any_more_is_off_for_who_was_told(shop: Shop) -> None:
    shop.do(edit_record, shop.booking, {"contact": None, "account": None})
    assert shop.untold() == [("cancellation", "")]
    assert (shop.tell(), shop.untold(), sent(shop)[0][0]) == ([("cancellation", 1)], [], JANE)


def test_customer_with_another_address_is_invited_there(shop: Shop) -> None:
    shop.do(edit_record, shop.jane, {"emails": ["doe@contoso.example"]})
    assert (shop.tell(), shop.untold()) == ([("invitation", 1)], [])
    assert [each[:2] for each in sent(shop)] == [("doe@contoso.example", "REQUEST")]


def test_customer_hears_of_another_room(shop: Shop) -> None:
    room = [Need(shop.shop.ann), Need(shop.shop.room)]
    shop.do(edit_record, shop.booking, {"place": ""})
    shop.do(move, shop.booking, needs=room)
    assert shop.tell() == [("change", 1)]
    with shop.store.write() as tx:
        write_thing(tx, SITE, {"name": "Bern", "zone": "Europe/Zurich"}, **BY)
        fields = {"name": "Hall", "kind": "facility", "site": "Bern", "hours": "daily 00:00-24:00"}
        hall = write_thing(tx, RESOURCE, fields, **BY).id
        move(tx, shop.booking, needs=[Need(shop.shop.ann), Need(hall)], **BY)
    assert (shop.tell(), shop.untold()) == ([("change", 2)], [])
    assert "Hall, Bern" in shop.mails()[-1].payload["text"]


def test_restricted_colleague_learns_nothing_of_a_customer_whom_they_do_not_see(shop: Shop) -> None:
    rita = Actor(user_id=_rita(shop), name="Rita", role=RESTRICTED)
    shop.do(move, shop.booking, starts_at=NINE + timedelta(hours=1))
    hidden = "is for a customer whom you do not see, so somebody else has to tell them"
    with shop.store.read() as tx:
        assert untold(tx, by=rita, now=NOW) == ()
        with pytest.raises(Invalid, match=f"^{shop.number} {hidden}"):
            preview_notice(tx, shop.booking, by=rita, now=NOW)
    with shop.store.write() as tx:
        tx.execute(update(Record).where(Record.id == shop.jane).values(owner_id=rita.user_id))
    with shop.store.read() as tx:
        assert [due.kind for due in untold(tx, by=rita, now=NOW)] == ["change"]


def _rita(shop: Shop) -> int:
    """Whose booking it is."""
    with shop.store.write() as tx:
        values = {"uid": new_uid(), "name": "Rita", "email": "rita@alpine.example", "role": RESTRICTED}
        key = int(tx.execute(insert(User).values(**values, created_at=NOW).returning(User.id)).scalar_one())
        tx.execute(update(Record).where(Record.id == shop.booking).values(owner_id=key))
    return key


def test_who_has_a_booking_now_is_reminded_although_somebody_else_was(shop: Shop) -> None:
    friday = NINE + timedelta(days=3)
    shop.do(move, shop.booking, starts_at=friday)
    keep_up(shop.store, now=friday - timedelta(days=1))
    with shop.store.write() as tx:
        edit_record(tx, shop.booking, {"contact": person(tx)}, **BY)
    for hours in (23, 22):
        keep_up(shop.store, now=friday - timedelta(hours=hours))
    reminded = [to for to, method, _ in sent(shop) if not method]
    assert reminded == [JANE, ROE]
