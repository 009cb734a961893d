"""Customers are told what holds of their bookings, once, by a mail with a calendar entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from assistant.scheduling.customers.notices import Edited, preview_notice, send_notices
from calendar_sync.ics import read_calendar
from store.engine import Store
from store.errors import Invalid, Stale
from store.history.operations import undo
from store.mail.templates import save_template
from store.outbox.decisions import retry_outgoing
from store.records.writing import create_record
from store.scheduling.booking import cancel, confirm, move
from store.scheduling.saving import write_thing
from store.scheduling.sorts import SITE
from store.schema.outbox import Outgoing
from tests.assistant.scheduling.desk import DESK, JANE, Shop, new_shop
from tests.store.scheduling.scene import BY, NINE, booked


@pytest.fixture
def shop(sqlite_store: Store) -> Shop:
    return new_shop(sqlite_store)


def test_invitation_names_the_booking_and_asks_the_customers_calendar(shop: Shop) -> None:
    assert shop.untold() == [("invitation", "")]
    assert shop.tell() == [("invitation", 0)]
    ((state, mail, regarding, _),) = shop.mails()
    assert (state, regarding, mail["to"], mail["sender"]) == (
        "waiting", shop.booking, [[JANE, "Jane Doe"]], [DESK, "Alpine Service"],
    )  # fmt: skip
    assert mail["subject"] == f"Repair on Tuesday, 3 March 2026 at 09:00 ({shop.number})"
    assert mail["text"].startswith("Hello Jane,\n\nthank you for your booking.")
    assert "Tuesday, 3 March 2026, 09:00-10:00 (Zurich time, UTC+1)\n    Hauptstrasse 5\n    with Ann\n" in mail["text"]
    (event,) = read_calendar(mail["calendar"]).events
    assert (mail["calendar_method"], event.method, event.title, event.location, event.sequence) == (
        "REQUEST", "REQUEST", f"Repair ({shop.number})", "Hauptstrasse 5", 0,
    )  # fmt: skip
    assert event.organizer is not None
    assert (event.organizer.email, [each.address.email for each in event.attendees]) == (DESK, [JANE])
    assert (event.start, event.end) == (NINE, NINE + timedelta(hours=1))
    assert (shop.untold(), shop.tell()) == ([], [])


def test_change_and_cancellation_follow_in_one_conversation_with_rising_sequences(shop: Shop) -> None:
    shop.tell()
    shop.do(move, shop.booking, starts_at=NINE + timedelta(hours=1))
    assert (shop.untold(), shop.tell()) == ([("change", "")], [("change", 1)])
    shop.do(cancel, shop.booking)
    assert (shop.tell(), shop.tell(), shop.untold()) == ([("cancellation", 2)], [], [])
    first, changed, off = (mail.payload for mail in shop.mails())
    assert "It was on Tuesday, 3 March 2026, 09:00-10:00 (Zurich time, UTC+1)" in changed["text"]
    assert (changed["in_reply_to"], off["in_reply_to"]) == (first["message_id"], changed["message_id"])
    events = [read_calendar(mail["calendar"]).events[0] for mail in (first, changed, off)]
    assert [(each.uid, each.method, each.sequence) for each in events] == [
        (events[0].uid, "REQUEST", 0), (events[0].uid, "REQUEST", 1), (events[0].uid, "CANCEL", 2),
    ]  # fmt: skip
    assert events[2].start == NINE + timedelta(hours=1)


def test_notice_that_is_taken_back_was_not_told(shop: Shop) -> None:
    shop.tell()
    shop.do(undo)
    assert ([mail.state for mail in shop.mails()], shop.untold()) == (["cancelled"], [("invitation", "")])
    assert shop.tell() == [("invitation", 1)]
    with shop.store.write() as tx:
        tx.execute(update(Outgoing).values(state="failed"))
    assert shop.untold() == [("invitation", "")]


def test_notice_in_doubt_that_is_sent_again_was_told(shop: Shop) -> None:
    shop.tell()
    with shop.store.write() as tx:
        tx.execute(update(Outgoing).values(state="unsure", stage="sending"))
        uid = tx.execute(select(Outgoing.uid)).scalar_one()
    assert shop.untold() == []
    shop.do(retry_outgoing, uid)
    assert (shop.untold(), shop.tell(), shop.mails()[-1].payload["to"]) == ([], [], [[JANE, "Jane Doe"]])


def test_hold_is_told_and_confirmed_by_an_invitation(shop: Shop) -> None:
    with shop.store.write() as tx:
        other = booked(tx, shop.shop, NINE + timedelta(days=1), status="hold", account=shop.shop.account)
    assert [kind for kind, _ in shop.untold()] == ["invitation", "hold"]
    with pytest.raises(Invalid, match=r"^BKG-00002: Nobody knows an e-mail address of Contoso\.$"):
        shop.do(send_notices, [shop.booking, other.record_id])
    assert [mail.state for mail in shop.mails()] == []
    with shop.store.write() as tx:
        contact = create_record(tx, "contact", {"title": "Bo", "emails": ["bo@contoso.example"]}, **BY).record_id
        held = booked(tx, shop.shop, NINE + timedelta(days=2), status="hold", account=None, contact=contact)
    shop.booking = held.record_id
    assert shop.tell() == [("hold", 0)]
    shop.do(confirm, held.record_id)
    assert shop.tell() == [("invitation", 1)]
    held_mail, confirmed = (read_calendar(mail.payload["calendar"]).events[0] for mail in shop.mails())
    assert (held_mail.status, confirmed.status) == ("tentative", "confirmed")


def test_undone_booking_is_cancelled_at_its_customer(shop: Shop) -> None:
    with shop.store.write() as tx:
        held = booked(tx, shop.shop, NINE + timedelta(days=2), contact=_jane(tx))
    shop.do(send_notices, [held.record_id])
    shop.do(undo, held.operation_uid)
    shop.booking = held.record_id
    assert shop.tell() == [("cancellation", 1)]
    assert shop.mails()[-1].record_id is None


def test_site_template_is_used_and_what_it_asks_for_must_be_known(shop: Shop) -> None:
    with shop.store.write() as tx:
        save_template(tx, "Ours", "{booking.number}", "Dear {contact.given_name}, {booking.place}", shared=True, **BY)
        write_thing(tx, SITE, {"invitation": "ours"}, key=shop.shop.site, **BY)
        mail = preview_notice(tx, shop.booking, **BY)
        other = booked(tx, shop.shop, NINE + timedelta(days=1), account=_company(tx))
        lacking = preview_notice(tx, other.record_id, **BY)
    assert (mail.draft.subject, mail.draft.text) == (shop.number, "Dear Jane, Hauptstrasse 5")
    assert lacking.problem == "Nobody knows {contact.given_name}, which the template for the invitation names."
    done = shop.do(send_notices, [other.record_id, shop.booking], who_can=True)
    assert [[mail.booking.number for mail in mails] for mails in (done.mails, done.left)] == [
        [shop.number], [other.number],
    ]  # fmt: skip


def test_own_words_are_sent_only_for_what_they_were_written_for(shop: Shop) -> None:
    with shop.store.read() as tx:
        mail = preview_notice(tx, shop.booking, **BY)
    words = Edited("See you", "On Tuesday.", mail.holds)
    shop.do(move, shop.booking, starts_at=NINE + timedelta(hours=1))
    with pytest.raises(Stale):
        shop.tell(edited={shop.booking: words})
    later = replace(mail.holds, starts_at=NINE + timedelta(hours=1), ends_at=NINE + timedelta(hours=2))
    shop.tell(edited={shop.booking: replace(words, holds=later)})
    assert [(each.payload["subject"], each.payload["text"]) for each in shop.mails()] == [("See you", "On Tuesday.")]


def test_what_cannot_be_told_says_why(shop: Shop) -> None:
    shop.do(write_thing, SITE, {"mailbox": ""}, key=shop.shop.site)
    problem = "Zurich has no scheduling mailbox; regarding site edit 'Zurich' --mailbox names one."
    assert shop.untold() == [("invitation", problem)]
    with pytest.raises(Invalid, match=r"^Reminders go out from a scheduling mailbox; say which\.$"):
        shop.do(write_thing, SITE, {"remind": "1 d"}, key=shop.shop.site)
    with pytest.raises(Invalid, match=r"^Scheduling mailbox: there is no mailbox no@alpine\.example that could send"):
        shop.do(write_thing, SITE, {"mailbox": "no@alpine.example"}, key=shop.shop.site)
    with pytest.raises(Invalid, match=r"^Hold: there is no template 'Any' for everybody\.$"):
        shop.do(write_thing, SITE, {"hold": "Any"}, key=shop.shop.site)
    assert shop.untold(NINE) == []


def _jane(tx: Any) -> int:
    return int(create_record(tx, "contact", {"title": "Jane Roe", "emails": ["roe@contoso.example"]}, **BY).record_id)


def _company(tx: Any) -> int:
    return int(create_record(tx, "account", {"title": "Fabrikam", "emails": ["info@fabrikam.example"]}, **BY).record_id)
