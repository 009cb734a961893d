"""The sales pipeline of a made-up company, with real dirt, goes in whole and comes out again."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from assistant.tables.plan import plan_folder
from assistant.tables.run import ImportResult, run_import
from store.actor import SYSTEM
from store.engine import Store
from store.history.operations import undo
from store.schema.people import User
from store.schema.records import Account, Opportunity, OpportunityLine, Record

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "crm" / "maven-pipeline"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/data/crm/maven-pipeline is not on this machine"),
]


def take_in(store: Store) -> list[ImportResult]:
    folder = plan_folder([FOLDER], store=store, by=SYSTEM)
    refused = [(one.path.name, one.reason) for one in folder.refused]
    reason = "data_dictionary.csv has no first row that names its columns, so it is not a table of records."
    assert refused == [("data_dictionary.csv", reason)]
    return [run_import(plan, store=store, by=SYSTEM, now=NOW) for plan in folder.plans]


def living(tx: Connection) -> dict[str, int]:
    counts = select(Record.kind, func.count()).where(Record.deleted_at.is_(None)).group_by(Record.kind)
    return {row[0]: row[1] for row in tx.execute(counts)}


def test_the_pipeline_goes_in_whole_and_comes_out_again(store: Store) -> None:
    first = take_in(store)
    assert [(one.kind, one.new, len(one.bad), one.notices, one.created_accounts) for one in first] == [
        ("user", 35, 0, (), 0),
        ("product", 7, 0, (), 0),
        ("account", 85, 0, (), 0),
        ("opportunity", 8800, 0, (), 0),
    ]
    with store.read() as tx:
        _check_links(tx)
    assert [(one.new, one.updated, one.operation_uid) for one in take_in(store)] == [(0, 0, None)] * 4
    with store.write() as tx:
        for one in reversed(first):
            undo(tx, one.operation_uid, by=SYSTEM, now=NOW)
        assert living(tx) == {}
        assert tx.execute(select(func.count()).select_from(User).where(User.active.is_(True))).scalar_one() == 0


def _check_links(tx: Connection) -> None:
    assert living(tx) == {"account": 85, "opportunity": 8800, "product": 7}
    account, product = aliased(Record), aliased(Record)
    rows = tx.execute(
        select(
            Record.title,
            Record.extra,
            Record.owner_id,
            Opportunity.status,
            Opportunity.probability,
            Opportunity.amount,
            Opportunity.close_date,
            account.title.label("account"),
            product.title.label("product"),
        )
        .join(Opportunity, Opportunity.id == Record.id)
        .join(OpportunityLine, OpportunityLine.opportunity_id == Record.id)
        .join(product, product.id == OpportunityLine.product_id)
        .outerjoin(account, account.id == Opportunity.account_id)
    ).all()
    assert Counter(row.status for row in rows) == {"won": 4238, "lost": 2473, "open": 2089}
    assert sum(row.account is None for row in rows) == 1425
    assert sum(row.close_date is None for row in rows) == 2089
    assert sum(row.amount is None for row in rows) == 2089
    assert sum(row.owner_id is None for row in rows) == 0
    assert Counter(row.product for row in rows)["GTX Pro"] == 1480
    assert {(row.status, row.probability) for row in rows if row.status != "open"} == {("won", 100), ("lost", 0)}
    known = next(row for row in rows if row.extra["opportunity_id"] == "Z063OYW0")
    assert (known.account, known.product, known.amount, known.close_date.isoformat()) == (
        "Isdom",
        "GTX Pro",
        4514,
        "2017-03-11",
    )
    parent = aliased(Record)
    above = (
        select(Record.title, parent.title.label("parent"))
        .join(Account, Account.id == Record.id)
        .join(parent, parent.id == Account.parent_id)
    )
    parents = {row.title: row.parent for row in tx.execute(above)}
    assert (len(parents), parents["Bluth Company"]) == (15, "Acme Corporation")
    industries = Counter(tx.execute(select(Account.industry)).scalars())
    assert industries["technolgy"] == 12
