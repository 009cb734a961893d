"""Proposals from the command line: what a signature says becomes a contact."""

from __future__ import annotations

from pathlib import Path

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check

MAIL = """\
From: Ada Berg <ada@contoso.example>
To: kim@alpine.example
Subject: {subject}
Message-ID: <{subject}@contoso.example>
Date: Mon, {day} Mar 2026 09:00:00 +0000

We would like to see the pumps next week, please tell us when it suits you.

Kind regards
--{blank}
Ada Berg
{title}
Contoso AG
Phone: +41 31 555 12 34
"""


def _import(regarding: Run, folder: Path, subject: str, title: str, day: str) -> None:
    path = folder / f"{subject}.eml"
    path.write_text(MAIL.format(subject=subject, title=title, day=day, blank=" "), "utf-8")
    assert regarding("import", path, "--json").code == 0


def test_a_signature_becomes_a_contact_and_its_change_an_edit(regarding: Run, tmp_path: Path) -> None:
    regarding("account", "new", "Contoso", "--domains", "contoso.example")
    _import(regarding, tmp_path, "Pumps", "Head of Purchasing", "02")
    listed = regarding("proposals", "list", "--json").json
    check("proposals-list", listed)
    [row] = listed["proposals"]
    assert (row["makes"], row["title"], row["account"]["number"]) == ("contact", "Ada Berg", "ACC-00001")
    assert "Job title: Head of Purchasing" in regarding("proposals", "list").out
    accepted = regarding("proposals", "accept", row["uid"], "--set", "city=Bern", "--json").json
    check("proposals-accept", accepted)
    fields = regarding("show", accepted["number"], "--json").json["fields"]
    named = {name: fields[name] for name in ("title", "job_title", "phone", "city")}
    assert named == {
        "title": "Ada Berg",
        "job_title": "Head of Purchasing",
        "phone": "+41 31 555 12 34",
        "city": "Bern",
    }
    _import(regarding, tmp_path, "More", "Chief Executive Officer", "03")
    [change] = regarding("proposals", "list", "--kind", "change", "--json").json["proposals"]
    before = [(each["name"], each["before"]) for each in change["fields"]]
    assert (change["record"]["number"], before) == (accepted["number"], [("job_title", "Head of Purchasing")])
    refused = regarding("proposals", "refuse", change["uid"], "--json").json
    check("proposals-refuse", refused)
    assert regarding("proposals", "list").out == "Nothing is proposed.\n"
    assert regarding("proposals", "refuse", change["uid"]).code == 1
