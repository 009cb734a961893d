from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from assistant.tables.exporting import export
from assistant.tables.plan import BadRow, ImportPlan, plan_import
from assistant.tables.run import ImportResult, run_import
from store.activities.writing import add_note
from store.actor import SYSTEM, Actor
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.queries.tables import KnownRow, export_rows, known_rows
from store.records.writing import create_record
from store.schema.people import OwnAddress, User
from store.schema.records import Record
from store.schema.service import Queue
from store.types import new_uid

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
Write = Callable[[str, str], Path]


def run(store: Store, path: Path, *, update: bool = False, by: Actor = SYSTEM) -> tuple[ImportPlan, ImportResult]:
    plan = plan_import(path, store=store, by=by)
    return plan, run_import(plan, store=store, by=by, now=NOW, update=update)


def titles(store: Store, kind: str) -> list[str]:
    with store.read() as tx:
        return [row.title for row in known_rows(tx, kind, by=SYSTEM)]


def states(store: Store, kind: str) -> list[dict[str, object]]:
    with store.read() as tx:
        return [{"number": row.number, **row.state} for row in export_rows(tx, kind, by=SYSTEM)]


def test_bad_rows_are_reported_and_the_rest_goes_on(store: Store, write: Write) -> None:
    with store.write() as tx:
        tx.execute(insert(OwnAddress).values(email="us@our.com"))
    text = "first name,last name,email\nAda,Lovelace,ada@contoso.com\nBo,B,nobody\n,,\nCy,C,us@our.com\nDi,D,di@d.com\n"
    plan, result = run(store, write("contacts.csv", text))
    reasons = (
        BadRow(3, "E-mail: 'nobody' is not an e-mail address."),
        BadRow(5, "us@our.com is an address of our own company."),
    )
    assert (plan.new, plan.bad) == (3, reasons[:1])
    assert (result.new, result.bad) == (2, reasons)
    assert titles(store, "contact") == ["Ada Lovelace", "Di D"]


def test_importing_again_adds_nothing_and_undo_takes_all_back(store: Store, write: Write) -> None:
    path = write(
        "contacts.csv", "name,company,email\nAda,Contoso Ltd,ada@contoso.com\nBo,CONTOSO,bo@contoso.com\nCy,,\n"
    )
    _, result = run(store, path)
    assert (result.new, result.created_accounts, titles(store, "account")) == (3, 1, ["Contoso Ltd"])
    plan, again = run(store, path)
    assert (plan.new, again.new, again.known) == (0, 0, 3)
    with store.write() as tx:
        undo(tx, result.operation_uid, by=SYSTEM, now=NOW)
        assert tx.execute(select(func.count()).where(Record.deleted_at.is_(None))).scalar_one() == 0


def test_rows_that_repeat_or_resemble_are_told(store: Store, write: Write) -> None:
    with store.write() as tx:
        create_record(tx, "account", {"title": "Fabrikam"}, by=SYSTEM, now=NOW)
    plan, result = run(store, write("accounts.csv", "account name\nContoso Ltd\nCONTOSO\nFabricam\nFabrikam Inc\n"))
    assert [(match.row, match.what) for match in plan.known] == [(5, "ACC-00001")]
    assert [(match.row, match.what) for match in plan.repeated] == [(3, "row 2")]
    assert [(match.row, match.what) for match in plan.similar] == [(4, "ACC-00001 Fabrikam")]
    assert (result.new, result.known, result.repeated) == (2, 1, 1)


def test_update_writes_what_the_file_says_over_known_records(store: Store, write: Write) -> None:
    run(store, write("accounts.csv", "account id,account name,city,industry\nX1,Contoso,Zug,Snow\n"))
    _, result = run(
        store, write("accounts.csv", "account id,account name,city\nX1,Contoso New,\nX2,Other,Bern\n"), update=True
    )
    assert (result.new, result.updated) == (1, 1)
    assert states(store, "account") == [
        {
            "number": "ACC-00001",
            "title": "Contoso New",
            "city": "Zug",
            "industry": "Snow",
            "extra": {"account_id": "X1"},
        },
        {"number": "ACC-00002", "title": "Other", "city": "Bern", "extra": {"account_id": "X2"}},
    ]


def test_parents_may_stand_below_their_children(store: Store, write: Write) -> None:
    path = write("accounts.csv", "account,subsidiary_of,sector\nChild,Parent,a\nParent,Top,b\nLoop,Loop,c\n")
    _, result = run(store, path)
    uids = {row.title: row.uid for row in _known(store)}
    parents = {state["title"]: state.get("parent") for state in states(store, "account")}
    assert parents == {"Child": uids["Parent"], "Parent": uids["Top"], "Loop": None, "Top": None}
    assert result.notices == ("Row 4: Parent account: an account cannot be above itself.",)
    with store.write() as tx:
        undo(tx, result.operation_uid, by=SYSTEM, now=NOW)
    assert _known(store) == []


def _known(store: Store) -> list[KnownRow]:
    with store.read() as tx:
        return list(known_rows(tx, "account", by=SYSTEM))


def test_deals_come_with_stage_owner_product_and_amount(store: Store, write: Write) -> None:
    run(store, write("users.csv", "email,name,role\nkim@our.com,Kim Abercrombie,sales\n"))
    run(store, write("products.csv", "product,price\nGTX Pro,4821\nGTX Plus Pro,5482\n"))
    text = (
        "deal id,deal name,account,deal stage,amount,close date,probability,sales agent,product,quantity\n"
        'D1,Big,Contoso,Closed Won,"12,500.50 EUR",3/20/2026,1,Kim Abercrombie,GTXPro,5\n'
        "D2,Small,Contoso,Negotiation/Review,,3/4/2026,0.8,Nobody Known,Sledge,\n"
        "D3,Odd,,Wibble,x,,,,,\n"
    )
    _, result = run(store, write("deals.csv", text))
    big, small = states(store, "opportunity")
    with store.read() as tx:
        kim = tx.execute(select(User.uid)).scalar_one()
        products = {row.title: row.uid for row in known_rows(tx, "product", by=SYSTEM)}
    assert (big["status"], big["probability"], big["amount"], big["currency"]) == ("won", 100, "12500.5", "EUR")
    assert (big["owner"], big["close_date"]) == (kim, "2026-03-20")
    assert [(line["product"], line["quantity"], line["unit_price"]) for line in big["lines"]] == [  # type: ignore[attr-defined]
        (products["GTX Pro"], "5", "2500.1")
    ]
    assert (small["stage"], small["probability"], small["close_date"]) == ("close", 80, "2026-03-04")
    assert (small.get("amount"), small.get("owner")) == (None, None)
    assert result.bad == (BadRow(4, "Amount: 'x' is not an amount; write it as 12500.50 or 12,500.50 EUR."),)
    assert result.notices == (
        "There is no user Nobody Known; the name is kept with the opportunity.",
        "There is no product Sledge; the line of the deal keeps its name.",
    )


def test_users_need_no_address_and_only_an_administrator_makes_another(store: Store, write: Write) -> None:
    _, result = run(store, write("sales_teams.csv", "sales_agent,manager\nKim,Bo\nPat,Bo\n"))
    assert result.new == 2
    with store.read() as tx:
        assert tx.execute(select(User.name, User.email).order_by(User.id)).all() == [("Kim", None), ("Pat", None)]
    seller = Actor(1, "Kim", "sales")
    _, refused = run(store, write("users.csv", "email,name,role\nbo@our.com,Bo,admin\n"), by=seller)
    assert [bad.row for bad in refused.bad] == [2]


def test_export_round_trips_and_is_safe_in_a_spreadsheet(store: Store, tmp_path: Path) -> None:
    hostile = {
        "title": "=cmd|' /C calc'!A0",
        "phone": "+41 44 123",
        "city": "@home",
        "industry": "'-x",
        "revenue": "1.5",
    }
    with store.write() as tx:
        top = create_record(tx, "account", {"title": "Top, Inc"}, by=SYSTEM, now=NOW)
        values = {**hostile, "parent": top.number, "emails": "a@b.com; c@d.com", "extra": {"size": "- big"}}
        create_record(tx, "account", values, by=SYSTEM, now=NOW)
    before = states(store, "account")
    path = tmp_path / "accounts.csv"
    with store.read() as tx, path.open("w", encoding="utf-8", newline="") as out:
        assert export(tx, "account", out, by=SYSTEM) == 2
    cells = path.read_text("utf-8").splitlines()[2]
    assert cells.startswith("ACC-00002,'=cmd|' /C calc'!A0,,,a@b.com; c@d.com,'+41 44 123,,''-x,")
    with store.write() as tx:
        for row in known_rows(tx, "account", by=SYSTEM):
            tx.execute(update(Record).where(Record.id == row.record_id).values(deleted_at=NOW, number=row.uid))
    _, result = run(store, path)
    assert (result.new, result.bad) == (2, ())
    after = states(store, "account")
    parents = [state.pop("parent", None) is not None for state in (*before, *after)]
    assert (after, parents) == (before, [False, True, False, True])


def test_export_writes_timelines_and_refuses_unknown_lists(store: Store) -> None:
    with store.write() as tx:
        account = create_record(tx, "account", {"title": "Contoso"}, by=SYSTEM, now=NOW).record_id
        add_note(tx, account, "Likes =snow", by=SYSTEM, now=NOW)
        out = io.StringIO(newline="")
        assert export(tx, "timeline", out, by=SYSTEM, record_id=account) == 1
        line = out.getvalue().splitlines()[1]
        assert line == "note,2026-11-20T09:30:00+00:00,,Likes =snow,Regarding,,Likes =snow,ACC-00001,Contoso"
        with pytest.raises(Invalid, match="no list 'planets'"):
            export(tx, "planets", io.StringIO(), by=SYSTEM)


def test_cases_keep_their_numbers_and_words_are_translated(store: Store, write: Write) -> None:
    run(store, write("contacts.csv", "name,company,email\nAda Lovelace,Contoso,ada@contoso.com\n"))
    text = (
        "Case Number,Subject,Account Name,Contact Name,Status,Priority,Case Origin\n"
        "00001026,Binding broke,Contoso,Ada Lovelace,Closed,Medium,Email\n"
        "CAS-00040,Late,Contoso,ada@contoso.com,Working,Critical,Web\n"
    )
    path = write("cases.csv", text)
    _, result = run(store, path)
    first, second = states(store, "case")
    assert (result.new, result.notices) == (2, ())
    names = ("number", "status", "priority", "origin", "extra")
    assert [first.get(name) for name in names] == [
        "00001026",
        "resolved",
        "normal",
        "Email",
        {"status_as_imported": "Closed", "priority_as_imported": "Medium"},
    ]
    assert (second["status"], second["priority"], second["contact"]) == ("in_progress", "urgent", first["contact"])
    assert [run(store, path)[1].new, run(store, path)[1].known] == [0, 2]
    with store.write() as tx:
        assert create_record(tx, "case", {"title": "Next"}, by=SYSTEM, now=NOW).number == "CAS-00041"


def test_leads_and_products_are_recognised_again(store: Store, write: Write) -> None:
    leads = write(
        "leads.csv", "lead name,company,lead status,email\nAda,Contoso,Open - Not Contacted,a@b.com\nBo,Zug,,\n"
    )
    products = write("products.csv", "product code,product name,list price\nG-1,GTX Pro,4821\n,GTXPro,1\n")
    assert [run(store, path)[1].new for path in (leads, products)] == [2, 1]
    assert [run(store, path)[1].new for path in (leads, products)] == [0, 0]
    assert [state["status"] for state in states(store, "lead")] == ["new", "new"]


def test_the_chunks_of_a_long_table_are_one_operation(store: Store, write: Write) -> None:
    rows = "".join(f"Name {number},n{number}@contoso.com\n" for number in range(450))
    told: list[tuple[int, int]] = []
    plan = plan_import(write("contacts.csv", f"name,email\n{rows}"), store=store, by=SYSTEM)
    result = run_import(plan, store=store, by=SYSTEM, now=NOW, progress=lambda done, total: told.append((done, total)))
    assert (result.new, told) == (450, [(200, 450), (400, 450), (450, 450)])
    with store.write() as tx:
        undo(tx, by=SYSTEM, now=NOW)
        assert tx.execute(select(func.count()).where(Record.deleted_at.is_(None))).scalar_one() == 0


def test_cases_keep_their_queue_and_each_other_through_a_table(store: Store, write: Write) -> None:
    with store.write() as tx:
        tx.execute(insert(Queue).values(uid=new_uid(), name="Support", kind="case"))
    text = (
        "case number,title,status,queue,parent case,follows\n"
        "CAS-00007,Leak,new,support,CAS-00008,\nCAS-00008,Pump,new,Nowhere,,CAS-00009\nCAS-00009,Old leak,resolved,,,\n"
    )
    _, result = run(store, write("cases.csv", text))
    assert result.notices == ("There is no queue Nowhere; the name is kept with the case.",)
    out = io.StringIO()
    with store.read() as tx:
        export(tx, "case", out, by=SYSTEM)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [(row["queue"], row["parent number"], row["follows number"]) for row in rows] == [
        ("Support", "CAS-00008", ""),
        ("", "", "CAS-00009"),
        ("", "", ""),
    ]
    _, again = run(store, write("again.csv", out.getvalue()))
    assert (again.known, again.new, again.notices) == (3, 0, ())
