from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from store.actor import SYSTEM, Actor
from store.engine import Store
from store.queries.contracts import contracts, coverage
from store.queries.queues import VIEWS, count_queue_work, queue_loads, queue_work
from store.queues.saving import save_entitlement
from store.queues.values import EntitlementValues
from store.records.writing import edit_record
from store.schema.records import Lead
from store.sla.countdown import countdown
from tests.store.builders import counted_statements
from tests.store.queues.scenes import office, support
from tests.store.scenes import NOW, add_user, make

_LATER = NOW + timedelta(hours=1)  # on a Friday morning in Berlin


def test_the_work_of_a_queue_comes_as_it_becomes_due_and_by_view(store: Store) -> None:
    with store.write() as tx:
        kim = add_user(tx)
        queue = support(tx, sla_id=office(tx).id).id
        account = make(tx, "account", title="Contoso").number
        common: dict[str, Any] = {"queue": "Support", "account": account, "by": kim}
        slow, urgent, mine, closed = (
            make(tx, "case", title="Slow", owner=None, **common).record_id,
            make(tx, "case", title="Urgent", owner=None, priority="urgent", **common).record_id,
            make(tx, "case", title="Mine", **common).record_id,
            make(tx, "case", title="Closed", **common).record_id,
        )
        elsewhere = make(tx, "case", title="Elsewhere", by=kim).record_id
        for key in (slow, urgent):
            edit_record(tx, key, {"owner": None}, by=kim, now=NOW)
        edit_record(tx, mine, {"status": "waiting"}, by=kim, now=NOW)
        edit_record(tx, closed, {"status": "resolved", "resolution": "Done"}, by=kim, now=NOW)

    def listed(view: str, queue_id: int | None = queue) -> list[int]:
        with store.read() as tx:
            page = queue_work(tx, queue_id, view=view, by=kim, now=_LATER)
            assert count_queue_work(tx, queue_id, view=view, by=kim).value == len(page.rows)
        return [row.record_id for row in page.rows]

    assert listed("all") == [urgent, slow, mine]
    assert listed("unassigned") == [urgent, slow]
    assert listed("mine") == listed("waiting") == [mine]
    assert listed("all", None) == [urgent, slow, mine, elsewhere]
    with store.read() as tx:
        first = queue_work(tx, queue, by=kim, now=_LATER, limit=2)
        assert first.more
        assert [row.title for row in queue_work(tx, queue, by=kim, now=_LATER, after=first.rows[-1]).rows] == ["Mine"]
        assert [row.title for row in queue_work(tx, queue, by=kim, now=_LATER, from_end=True, limit=1).rows] == ["Mine"]
        row = first.rows[0]
        assert (row.customer, row.owner, row.queue, row.priority) == ("Contoso", "", "Support", "urgent")
        assert row.calendar is not None
        assert countdown(row.clock_at(_LATER), row.calendar, _LATER) == "late by 30 min"
        assert countdown(row.clock_at(NOW), row.calendar, NOW) == "30 min left"
        loads = {load.queue.name if load.queue else "": load.counts for load in queue_loads(tx, by=kim)}
        assert loads["Support"] == {"all": 3, "mine": 1, "unassigned": 2, "at_risk": 0, "waiting": 1}
        assert loads[""] == {"all": 4, "mine": 2, "unassigned": 2, "at_risk": 0, "waiting": 1}
        stranger = Actor(999, "Eve", "restricted")
        assert [queue_work(tx, queue, view=view, by=stranger, now=NOW).rows for view in VIEWS] == [()] * len(VIEWS)


def test_a_queue_of_leads_lists_leads_with_their_scores(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        kim = add_user(tx)
        queue = support(tx, kind="lead").id
        lead = make(tx, "lead", title="Kurt", company="Logic", queue="Support", by=kim).record_id
        make(tx, "lead", title="Given up", queue="Support", status="disqualified", disqualify_reason="No", by=kim)
        tx.execute(update(Lead).where(Lead.id == lead).values(score=70))
        [row] = queue_work(tx, queue, kind="lead", by=kim, now=NOW).rows
        assert (row.title, row.customer, row.status, row.score, row.clock_at(NOW)) == ("Kurt", "Logic", "new", 70, None)
        assert queue_work(tx, queue, kind="lead", view="at_risk", by=kim, now=NOW).rows == ()
        assert queue_loads(tx, by=kim)[1].counts["mine"] == 1


def test_a_page_of_a_queue_takes_as_many_statements_for_many_rows_as_for_one(sqlite_store: Store) -> None:
    taken = []
    with sqlite_store.write() as tx:
        account = make(tx, "account", title="Contoso").number
        queue = support(tx, sla_id=office(tx).id).id
    for more in (1, 2):
        with sqlite_store.write() as tx:
            for title in range(more):
                make(tx, "case", title=f"Case {title}", queue="Support", account=account)
        with counted_statements(sqlite_store.engine) as seen, sqlite_store.read() as tx:
            queue_work(tx, queue, by=SYSTEM, now=NOW)
        taken.append(len(seen))
    assert taken == [7, 7]


def test_contracts_say_what_is_left_and_whether_a_case_is_under_one(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        account = make(tx, "account", title="Contoso")
        ada = make(tx, "contact", title="Ada", account=account.number)
        bob = make(tx, "contact", title="Bob", account=account.number)
        values = EntitlementValues(
            "Gold", account.record_id, NOW.date(), cases_total=2, contact_ids=frozenset({ada.record_id})
        )
        assert coverage(tx, account.record_id, by=SYSTEM, now=NOW) is None
        save_entitlement(tx, values, by=SYSTEM, now=NOW)
        case = make(tx, "case", title="Broken", account=account.number, contact=ada.number).record_id
        other = make(tx, "case", title="Bent", account=account.number, contact=bob.number).record_id
        [row] = contracts(tx, by=SYSTEM)
        assert (row.name, row.account.title, row.cases_used, row.cases_left) == ("Gold", "Contoso", 1, 1)
        assert [one.title for one in row.callers] == ["Ada"]
        said = {
            title: found.reason
            for title, key in (("Ada", ada.record_id), ("Bob", bob.record_id), ("case", case), ("other", other))
            if (found := coverage(tx, key, by=SYSTEM, now=NOW)) is not None
        }
        assert said == {
            "Ada": "Covered by Gold: 1 of 2 cases is left.",
            "case": "Counted on Gold: 1 of 2 cases left.",
            "other": "Not covered. Who asks is not among those who may call on Gold.",
        }
        assert contracts(tx, by=Actor(9, "Eve", "restricted")) == ()
