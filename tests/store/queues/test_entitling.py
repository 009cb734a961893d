from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import update

from store.actor import SYSTEM
from store.engine import Store
from store.queues.contracts import entitlement_by_id
from store.queues.entitling import entitle, service_day
from store.queues.reading import entitlement_slas, sla_of
from store.queues.saving import delete_entitlement, save_entitlement
from store.queues.typed import write_contract
from store.queues.values import EntitlementValues
from store.schema.records import Case, Record
from store.sla.entitlements import Covered
from tests.store.queues.scenes import office, support
from tests.store.scenes import NOW, make

_DAY = date(2026, 11, 20)


def test_a_contract_counts_down_by_the_cases_opened_on_it(store: Store) -> None:
    with store.write() as tx:
        account = make(tx, "account", title="Contoso")
        ada = make(tx, "contact", title="Ada", account=account.number).record_id
        values = EntitlementValues("Gold", account.record_id, date(2026, 1, 1), date(2026, 12, 31), cases_total=2)
        contract = save_entitlement(tx, values, by=SYSTEM, now=NOW).id
        cases = [make(tx, "case", title=title).record_id for title in ("One", "Two", "Three")]
        tx.execute(update(Case).where(Case.id.in_(cases)).values(entitlement_id=contract))
        assert entitle(tx, account.record_id, None, on=_DAY).reason == "All 2 cases of Gold are used."
        tx.execute(update(Case).where(Case.id == cases[0]).values(status="cancelled"))
        tx.execute(update(Record).where(Record.id == cases[1]).values(deleted_at=NOW))
        covered = entitle(tx, None, ada, on=_DAY)
        assert isinstance(covered, Covered)
        assert covered.reason == "Covered by Gold until 2026-12-31: 1 of 2 cases is left."
        assert covered.entitlement.id == contract
        assert entitle(tx, account.record_id, None, on=date(2027, 1, 1)).reason == "Gold ended on 2026-12-31."
        assert entitle(tx, None, None, on=_DAY).reason == "It is not known which account this is for."
        delete_entitlement(tx, contract, by=SYSTEM, now=NOW)
        assert entitle(tx, account.record_id, None, on=_DAY).reason == "The account has no entitlement."
        assert entitlement_by_id(tx, contract).name == "Gold"


def test_what_a_contract_promises_goes_before_what_the_queue_promises(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        account = make(tx, "account", title="Contoso").record_id
        sla = office(tx).id
        queue = support(tx).id
        plain, with_sla = (
            save_entitlement(tx, EntitlementValues(name, account, date(2026, 1, 1), sla_id=one), by=SYSTEM, now=NOW).id
            for name, one in (("Plain", None), ("Gold", sla))
        )
        assert sla_of(tx, queue_id=queue, entitlement_id=plain) is None
        found = sla_of(tx, queue_id=queue, entitlement_id=with_sla)
        assert found is not None
        assert found.sla_id == sla
        assert entitlement_slas(tx, [plain, with_sla]) == {with_sla: found}


def test_the_day_of_a_contract_is_that_where_the_queue_works(sqlite_store: Store) -> None:
    evening = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    with sqlite_store.write() as tx:
        assert service_day(tx, None, now=evening) == date(2026, 12, 31)
        queue = support(tx, sla_id=office(tx).id).id
        assert service_day(tx, queue, now=evening) == date(2027, 1, 1)
        assert service_day(tx, None, now=evening) == date(2027, 1, 1)


def test_a_contract_begins_today_where_work_is_done(store: Store) -> None:
    with store.write() as tx:
        office(tx)
        account = make(tx, "account", title="Contoso").record_id
        late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
        saved = write_contract(tx, {"name": "Gold", "account": account}, by=SYSTEM, now=late)
        assert entitlement_by_id(tx, saved.id).starts_on == date(2026, 11, 21)
