from __future__ import annotations

import pytest

from assistant.tables.errors import TableRefused
from assistant.tables.guessing import guess
from assistant.tables.reading import parse_table

SALESFORCE = "Account ID,Account Name,Billing City,Billing Country,Industry,Annual Revenue,Employees,Account Owner"
HUBSPOT = "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company,Job Title"
HUBSPOT_DEALS = "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Associated Company"
DYNAMICS = "Topic,Potential Customer,Contact,Est. Close Date,Est. Revenue,Probability,Status"
DYNAMICS_CASES = "Case Title,Case Number,Priority,Origin,Customer,Owner,Status Reason,Created On"
OUTLOOK = "First Name,Last Name,Company,Department,Job Title,Business Street,Business City,Mobile Phone,E-mail Address"
LEADS = "Lead Name,Company,Lead Source,Lead Status,Email"
PRODUCTS = "Product Name,Product Code,Product Family,List Price"


@pytest.mark.parametrize(
    ("header", "kind", "fields"),
    [
        (SALESFORCE, "account", "key title city country industry revenue employees owner"),
        (HUBSPOT, "contact", "key given_name family_name emails phone owner account job_title"),
        (HUBSPOT_DEALS, "opportunity", "key title stage close_date owner amount account"),
        (DYNAMICS, "opportunity", "title account contact close_date amount probability status"),
        (DYNAMICS_CASES, "case", "title number priority origin account owner status opened on"),
        (OUTLOOK, "contact", "given_name family_name account department job_title street city mobile emails"),
        (LEADS, "lead", "title company source status emails"),
        (PRODUCTS, "product", "title code family price"),
        ("Acount Name,Industy,Web site", "account", "title industry website"),
    ],
)
def test_guess_knows_the_exports_of_other_programs(header: str, kind: str, fields: str) -> None:
    found = guess(parse_table(f"{header}\n".encode(), "export.csv"), "export.csv")
    assert (found.kind, " ".join(column.field for column in found.columns)) == (kind, fields)


def test_guess_tells_users_by_their_roles() -> None:
    table = parse_table(b"email,name,role\nkim@contoso.com,Kim,sales\n", "people.csv")
    assert guess(table, "people.csv").kind == "user"


def test_guess_believes_values_over_headers() -> None:
    table = parse_table(b"name,email,job title,company\nAda,yes,Boss,Contoso\n", "contacts.csv")
    assert [column.field for column in guess(table, "contacts.csv").columns] == [
        "title",
        "extra",
        "job_title",
        "account",
    ]


def test_guess_follows_what_it_is_told() -> None:
    table = parse_table(b"a,b,c\nContoso,Snow,x\n", "x.csv")
    found = guess(table, "x.csv", kind="account", mapping={"a": "title", "b": "industry", "c": ""})
    assert [column.field for column in found.columns] == ["title", "industry", ""]
    for kind, mapping in (("planet", {}), ("account", {"d": "title"}), ("account", {"a": "colour"})):
        with pytest.raises(TableRefused):
            guess(table, "x.csv", kind=kind, mapping=mapping)


def test_guess_refuses_what_it_cannot_tell() -> None:
    with pytest.raises(TableRefused, match="cannot be told what x"):
        guess(parse_table(b"red,green,blue\na,b,c\n", "x.csv"), "x.csv")


def test_guess_reads_the_notation_of_the_whole_file() -> None:
    table = parse_table(b"deal name;amount;close date\nA;1.500;03.04.2026\nB;12,5;\n", "deals.csv")
    assert guess(table, "deals.csv").notation.decimal == ","
    table = parse_table(b"deal name,amount,close date\nA,1.500,3/4/2026\nB,12.5,3/20/2026\n", "deals.csv")
    assert (guess(table, "deals.csv").notation.decimal, guess(table, "deals.csv").notation.first) == (".", "month")


def test_title_beside_a_name_is_the_job() -> None:
    table = parse_table(
        b"full_name,account,emails,title\nNoah Singh,Lodge,noah@lodge.example,Activities\n", "contacts.csv"
    )
    found = guess(table, "contacts.csv")
    assert [column.field for column in found.columns] == ["title", "account", "emails", "job_title"]
