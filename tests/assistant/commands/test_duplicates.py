"""Finding, merging and refusing duplicates from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


def test_a_new_record_says_what_it_looks_like(regarding: Run) -> None:
    regarding("account", "new", "Fabrikam GmbH", "--domains", "fabrikam.example")
    made = regarding("account", "new", "Fabrikam", "--domains", "fabrikam.example", "--json").json
    check("record-new", made)
    assert [each["record"]["number"] for each in made["looks_like"]] == ["ACC-00001"]
    again = regarding("account", "new", "Fabrikam AG", "--domains", "fabrikam.example")
    assert "Looks like ACC-00001 Fabrikam GmbH: same domain, same name. See regarding duplicates." in again.out


def test_duplicates_are_listed_with_reasons_merged_and_brought_back(regarding: Run) -> None:
    regarding("contact", "new", "Ada Berg", "--emails", "ada@berg.example", "--city", "Bern")
    regarding("contact", "new", "Berg, Ada", "--emails", "ada@berg.example", "--city", "Zug")
    listed = regarding("duplicates", "list", "--json").json
    check("duplicates-list", listed)
    [pair] = listed["duplicates"]
    assert (pair["left"]["number"], pair["right"]["number"]) == ("CON-00001", "CON-00002")
    merged = regarding("duplicates", "merge", "CON-00001", "CON-00002", "--take", "city", "--json").json
    check("duplicates-merge", merged)
    assert (merged["number"], merged["merged"]) == ("CON-00001", "CON-00002")
    assert regarding("show", "CON-00002", "--json").json["fields"]["city"] == "Zug"
    assert regarding("duplicates", "list").out == "No duplicates are known.\n"
    assert regarding("undo").code == 0
    assert len(regarding("duplicates", "list", "--json").json["duplicates"]) == 1


def test_an_import_counts_the_duplicates_that_it_brings(regarding: Run, tmp_path: Path) -> None:
    regarding("contact", "new", "Ada Berg", "--emails", "ada@berg.example")
    card = tmp_path / "ada.vcf"
    card.write_text("BEGIN:VCARD\nVERSION:3.0\nN:Berg;A.;;;\nFN:A. Berg\nTEL;TYPE=CELL:+43 660 5551234\nEND:VCARD\n")
    regarding("contact", "new", "Annabel Berg", "--mobile", "0660/5551234", "--city", "Linz")
    told = regarding("import", card)
    assert "1 possible duplicate: regarding duplicates\n" in told.out


def test_a_refused_pair_is_not_found_again(regarding: Run) -> None:
    for title in ("Fabrikam GmbH", "Fabrikam"):
        regarding("account", "new", title, "--domains", "fabrikam.example")
    uid = regarding("duplicates", "list", "--kind", "account", "--json").json["duplicates"][0]["uid"]
    check("duplicates-refuse", regarding("duplicates", "refuse", uid, "--json").json)
    scanned = regarding("duplicates", "scan", "--all", "--json").json
    check("duplicates-scan", scanned)
    assert scanned == {"compared": 2, "waiting": 0}
    assert regarding("duplicates", "refuse", uid).err == (
        f"regarding: No single pair is called {uid}; see regarding duplicates list.\n"
    )
