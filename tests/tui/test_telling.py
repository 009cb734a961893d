"""Customers are told what holds of their bookings: from a record, after moving, all at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from assistant.compose import Services
from store.actor import SYSTEM
from store.linking.by_hand import link_by_hand
from store.queries.scheduling.told import told_notices
from store.records.writing import create_record
from store.scheduling.booking import Need, book
from store.scheduling.saving import write_thing
from store.scheduling.sorts import SITE
from store.schema.triage import Triage
from store.sync.mailboxes import add_mailbox
from store.triage.rows import set_states
from store.triage.standing import State
from tests.store.scheduling.scene import workshop
from tests.tui import world
from tests.tui.conftest import Run
from tests.tui.test_bookings import shown
from tests.tui.test_changes import press, toasts, until
from tests.tui.waiting import wait
from tui.dialogs.form import FormDialog
from tui.dialogs.slots import SlotsDialog
from tui.dialogs.telling import TellingDialog
from tui.screens.record import RecordScreen
from tui.screens.triage import TriageScreen

DESK = "service@alpine.example"


async def test_customer_is_told_in_own_words_and_moved_by_their_mail(run: Run, services: Services) -> None:
    by: dict[str, Any] = {"by": SYSTEM, "now": world.NOW}
    with services.store.write() as tx:
        shop = workshop(tx)
        add_mailbox(tx, address=DESK, provider="exchange", name="Alpine Service", now=world.NOW)
        write_thing(tx, SITE, {"mailbox": DESK}, key=shop.site, **by)
        values = {"title": "Ida Wong", "given_name": "Ida", "emails": ["ida@contoso.example"]}
        ida = create_record(tx, "contact", values, **by).record_id
        start = world.NOW.replace(hour=10, minute=0) + timedelta(days=2)
        made = book(tx, shop.repair, start, [Need(shop.ann), Need(shop.van)], values={"contact": ida}, **by)
    mails = wait(services.store)
    with services.store.write() as tx:
        link_by_hand(tx, mails[0], made.record_id, **by)
        set_states(tx, {mails[0]: State.UNDECIDED}, decided_at=None, rule_id=None)
    async with run() as (app, pilot):
        app.open_record(made.record_id)
        await until(pilot, lambda: isinstance(app.screen, RecordScreen) and app.screen.card is not None)
        await press(pilot, "I")
        await until(pilot, lambda: isinstance(app.screen, TellingDialog) and "Hello Ida," in shown(app))
        await press(pilot, "e")
        await until(pilot, lambda: isinstance(app.screen, FormDialog) and "thank you for your booking" in shown(app))
        await press(pilot, "X", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, TellingDialog) and "in your words" in shown(app))
        await press(pilot, "Y")
        await until(pilot, lambda: any(f"Told Ida Wong: invitation of {made.number}" in said for said in toasts(app)))
        await until(pilot, lambda: "invitation" in shown(app) and "on its way" in shown(app))
        await press(pilot, "escape", "t")
        await until(pilot, lambda: "◈ new time?" in shown(app))
        await press(pilot, "Y")
        await until(pilot, lambda: isinstance(app.screen, SlotsDialog) and "Another time for BKG-00001" in shown(app))
        await until(pilot, lambda: "Ann is preferred" in shown(app))
        await press(pilot, "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, TellingDialog) and "your booking has changed" in shown(app))
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, TriageScreen) and "new time?" not in shown(app))
    with services.store.read() as tx:
        assert tx.execute(select(Triage.state).where(Triage.activity_id == mails[0])).scalar_one() == "handled"
        assert [each.kind for each in told_notices(tx, [made.record_id])[made.record_id]] == ["invitation", "change"]
