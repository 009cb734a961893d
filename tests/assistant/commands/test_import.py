"""import, quarantine and link on files."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.sample import mail


def test_import_counts_what_is_new_and_names_what_it_cannot_read(regarding: Run, files: Path) -> None:
    told = regarding("import", files, "--json").json
    assert (told["new"], told["known"], told["linked"]) == (9, 0, 4)
    assert told["quarantined"] == [{"source": str(files / "broken.msg"), "reason": "It is a damaged Outlook file."}]


def test_import_repeated_brings_nothing_new(filled: Run, files: Path) -> None:
    before = filled("status", "--json").json["store"]["counts"]
    told = filled("import", files, "--json").json
    assert (told["new"], told["known"], told["linked"]) == (0, 9, 0)
    assert filled("status", "--json").json["store"]["counts"] == before


def test_import_of_one_file_more_brings_one_more(filled: Run, files: Path) -> None:
    (files / "4.eml").write_bytes(mail(4, "More"))
    told = filled("import", files, "--json").json
    assert (told["new"], told["known"], told["linked"]) == (1, 9, 1)


def test_import_tells_progress_and_prose_to_the_right_streams(regarding: Run, files: Path) -> None:
    ran = regarding("import", files / "1.eml", "--json")
    assert len(ran.out.splitlines()) == 1
    assert ran.err == "Importing 100%  1.eml\n"


@pytest.mark.parametrize("name", ["1.eml", "visit.ics", "grace.vcf"])
def test_import_of_a_single_file_is_not_taken_for_a_table(regarding: Run, files: Path, name: str) -> None:
    told = regarding("import", files / name, "--json").json
    assert (told["new"], told["quarantined"]) == (1, [])


def test_import_of_an_archive_refuses_the_tables_in_it_and_nothing_else(
    regarding: Run, files: Path, tmp_path: Path
) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as packed:
        for name in ("1.eml", "accounts.csv"):
            packed.write(files / name, name)
    told = regarding("import", "all.zip", "--json").json
    reason = "It is a table within an archive; unpack it and import it by itself."
    assert (told["new"], told["quarantined"]) == (1, [{"source": "all.zip/accounts.csv", "reason": reason}])


def test_import_of_an_empty_table_says_so_once(regarding: Run, tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_bytes(b"")
    told = regarding("import", "none.csv", "--json").json
    assert told["quarantined"] == [{"source": "none.csv", "reason": "It is empty."}]


def test_import_of_a_table_by_another_name_needs_its_kind(regarding: Run, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Name,City\nBoots GmbH,Linz\n", "utf-8")
    told = regarding("import", "names.txt", "--kind", "account", "--json").json
    assert (told["new"], told["quarantined"]) == (1, [])


def test_import_preview_changes_nothing(regarding: Run, files: Path) -> None:
    ran = regarding("import", files, "--preview", "--json")
    assert ran.json["new"] == 0
    assert regarding("account", "list", "--json").json["records"] == []
    assert regarding("search", "offer", "--json").json["activities"] == []


def test_import_of_an_absent_file_does_nothing(regarding: Run, files: Path) -> None:
    ran = regarding("import", files, "absent.eml")
    assert (ran.code, ran.out, ran.err) == (1, "", "regarding: There is no file or folder absent.eml.\n")
    assert regarding("search", "offer", "--json").json["activities"] == []


def test_import_with_a_mapping(regarding: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("Column A,Column B\nBoots GmbH,Linz\n", "utf-8")
    words = ("import", tmp_path / "odd.csv", "--kind", "account", "--map", "Column A=title", "--map", "Column B=city")
    assert regarding(*words, "--json").json["new"] == 1
    assert regarding("show", "Boots GmbH", "--json").json["fields"]["city"] == "Linz"


def test_import_with_a_wrong_mapping_is_one_sentence(regarding: Run, files: Path) -> None:
    ran = regarding("import", files / "accounts.csv", "--map", "Name")
    assert (ran.code, ran.err) == (1, "regarding: Write --map as COLUMN=FIELD, not 'Name'.\n")


def test_quarantine_keeps_the_reason_and_counts_tries(filled: Run, files: Path) -> None:
    entry = filled("quarantine", "--json").json["quarantined"][0]
    assert (Path(entry["source"]).name, entry["attempts"]) == ("broken.msg", 1)
    assert filled("quarantine", "--retry", entry["uid"]).code == 1
    assert filled("quarantine", "--json").json["quarantined"][0]["attempts"] == 2


def test_quarantine_is_empty_once_the_file_is_readable(filled: Run, files: Path) -> None:
    (files / "broken.msg").write_bytes(mail(5, "Whole again"))
    (files / "broken.msg").rename(files / "broken.eml")
    assert filled("import", files / "broken.eml", "--json").json["new"] == 1


def test_quarantine_prints_the_bytes_harmlessly(filled: Run) -> None:
    entry = filled("quarantine", "--json").json["quarantined"][0]["uid"]
    ran = filled("quarantine", "--raw", entry)
    assert ran.out.endswith("no compound file follows\n")
    assert all(char.isprintable() for char in ran.out.strip("\n"))


def test_quarantine_does_not_know_other_entries(filled: Run) -> None:
    for option in ("--raw", "--retry"):
        ran = filled("quarantine", option, "nothing")
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_quarantine_without_entries_says_so(regarding: Run) -> None:
    assert regarding("quarantine").out == "Nothing is in quarantine.\n"
    assert regarding("quarantine", "--retry", "all").out == "Nothing is in quarantine.\n"


def test_link_set_stands_above_the_rules_until_undone(filled: Run) -> None:
    uid = filled("search", "bold", "--json").json["activities"][0]["uid"]
    assert filled("link", "set", uid, "Tables AG").out == "It is regarding ACC-00002 Tables AG.\n"
    links = filled("link", "why", uid, "--json").json["links"]
    assert [(each["record"]["title"], each["decided_by"]) for each in links if each["is_primary"]] == [
        ("Tables AG", "user")
    ]
    assert filled("undo").code == 0
    links = filled("link", "why", uid, "--json").json["links"]
    assert [(each["record"]["title"], each["decided_by"]) for each in links if each["is_primary"]] == [
        ("Engines Ltd", "rule")
    ]


def test_link_why_quotes_the_evidence(filled: Run) -> None:
    uid = filled("search", "bold", "--json").json["activities"][0]["uid"]
    assert "The sender has the address of Ada Lovelace: “ada@engines.example”" in filled("link", "why", uid).out
