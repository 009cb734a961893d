"""`regarding schedule tell`: who does not know what holds, the mails, and sending them once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from store.engine import open_store
from store.records.writing import create_record
from store.scheduling.saving import write_thing
from store.scheduling.sorts import SITE
from store.sync.mailboxes import add_mailbox
from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check
from tests.store.scheduling.scene import BY, NINE, NOW, booked, workshop

THURSDAY = NINE + timedelta(days=2)


def _shop(tmp_path: Path) -> None:
    """Two bookings: one for Jane, one for Contoso, of which nobody knows an address."""
    store = open_store(str(tmp_path / "store.db"))
    with store.write() as tx:
        shop = workshop(tx)
        add_mailbox(tx, address="service@alpine.example", provider="exchange", name="Alpine", now=NOW)
        write_thing(tx, SITE, {"mailbox": "service@alpine.example", "remind": "1 d"}, key=shop.site, **BY)
        jane = create_record(tx, "contact", {"title": "Jane Doe", "emails": ["jane@contoso.example"]}, **BY).record_id
        booked(tx, shop, THURSDAY, contact=jane)
        booked(tx, shop, THURSDAY + timedelta(hours=2))
    store.close()


def test_customers_are_listed_previewed_and_told_once(regarding: Run, tmp_path: Path) -> None:
    _shop(tmp_path)
    check("schedule-tell", regarding("schedule", "tell", "--json").json)
    unknown = "Nobody knows an e-mail address of Contoso."
    assert regarding("schedule", "tell").out.splitlines() == [
        "BKG-00001 Repair, Contoso  invitation  Thursday, 5 March 2026, 09:00-10:00 (Zurich time, UTC+1)"
        "  Jane Doe jane@contoso.example",
        f"BKG-00002 Repair, Contoso  invitation  Thursday, 5 March 2026, 11:00-12:00 (Zurich time, UTC+1)  {unknown}",
    ]
    preview = regarding("schedule", "tell", "--preview", "--json").json
    check("schedule-tell", preview)
    assert [each["mail"]["subject"] for each in preview["bookings"]] == [
        "Repair on Thursday, 5 March 2026 at 09:00 (BKG-00001)",
        "Repair on Thursday, 5 March 2026 at 11:00 (BKG-00002)",
    ]
    shown = regarding("schedule", "tell", "BKG-00001", "--preview").out.splitlines()
    assert shown[0] == "BKG-00001  invitation to Jane Doe <jane@contoso.example>"
    refused = regarding("schedule", "tell", "BKG-00001", "BKG-00002")
    assert (refused.code, refused.err) == (1, f"regarding: BKG-00002: {unknown}\n")
    sent = regarding("schedule", "tell", "--all", "--json").json
    check("schedule-tell", sent)
    assert (sent["told"], [each["number"] for each in sent["bookings"]]) == (["BKG-00001"], ["BKG-00002"])
    assert regarding("schedule", "tell", "--all").out == f"BKG-00002: {unknown}\n"
    again = regarding("schedule", "tell", "BKG-00001")
    assert (again.code, again.err) == (1, "regarding: There is nothing to tell Jane Doe about BKG-00001.\n")
    check("undo", regarding("undo", "--json").json)
    assert regarding("schedule", "tell", "BKG-00001").out == "BKG-00001 Repair, Contoso: Jane Doe is told.\n"
    known = regarding("schedule", "tell", "BKG-00002", "--known")
    assert (known.out, regarding("schedule", "tell").out) == (
        "BKG-00002 Repair, Contoso: Contoso knows it.\n",
        "All customers know what holds.\n",
    )
    check("undo", regarding("undo", "--json").json)
    assert regarding("schedule", "tell", "--json").json["bookings"][0]["number"] == "BKG-00002"
    check("site-show", regarding("site", "show", "Zurich", "--json").json)
    check("site-list", regarding("site", "list", "--json").json)
