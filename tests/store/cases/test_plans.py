"""What is asked about cases and senders with every key and every mail looks through no whole table."""

from __future__ import annotations

from store.actor import SYSTEM
from store.cases.acting import open_parts
from store.cases.mails import follow_links
from store.engine import Store
from store.queries.history import automatic_acts
from store.triage.ignoring import ignore_waiting
from tests.store.builders import World, counted_statements
from tests.store.cases.scene import T0
from tests.store.scenes import make


def test_parts_and_mails_of_cases_and_mails_of_senders_are_found_by_index(store: Store) -> None:
    with store.write() as tx:
        case = make(tx, "case", title="Leak")
        sent = World(tx).email("Leak", direction="out", at=T0)
        World(tx).link(sent, case.record_id)
    with counted_statements(store.engine) as statements, store.write() as tx:
        open_parts(tx, case.record_id)
        follow_links(tx, [sent], now=T0)
        automatic_acts(tx, case.record_id, by=SYSTEM)
        ignore_waiting(tx, "contoso.example", by=SYSTEM, now=T0)
    read = [each for each in statements if each.startswith("SELECT") and "1!=1" not in each]
    plans = []
    with store.read() as tx:
        for statement in read:
            rows = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?"))
            plans += [row.detail for row in rows]
    whole = [plan for plan in plans if plan.startswith("SCAN")]
    assert (len(read) > 5, [plan for plan in whole if "queue" not in plan and "sla" not in plan]) == (True, [])
