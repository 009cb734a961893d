"""search, show, timeline, status, export: what people and scripts read."""

from __future__ import annotations

from pathlib import Path

from tests.assistant.commands.conftest import Run


def shown(out: str) -> set[str]:
    """The characters of an output that a terminal might obey."""
    return {char for char in out if not char.isprintable() and char != "\n"}


def test_a_hostile_subject_is_harmless_wherever_it_is_printed(filled: Run) -> None:
    mail = filled("search", "bold", "--json").json["activities"][0]["uid"]
    commands = (("search", "bold"), ("timeline", "Ada Lovelace"), ("show", mail), ("link", "why", mail))
    printed = [filled(*words, *more).out for words in commands for more in ((), ("--json",))]
    assert [shown(out) for out in printed] == [set()] * len(printed)


def test_json_keeps_a_hostile_subject_as_it_is(filled: Run) -> None:
    mail = filled("search", "bold", "--json").json["activities"][0]
    assert mail["subject"] == "\x1b[31mRed\x1b[0m [bold]offer[/bold] \u202egnp.exe"


def test_timeline_of_an_account_shows_its_contacts_mail_newest_first(filled: Run) -> None:
    told = filled("timeline", "Engines Ltd", "--json").json
    assert [each["subject"] for each in told["activities"]][2:] == ["Re: Offer", "Offer"]
    assert {each["regarding"]["title"] for each in told["activities"]} == {"Engines Ltd"}


def test_timeline_tells_when_there_is_more(filled: Run) -> None:
    told = filled("timeline", "Engines Ltd", "--limit", 2, "--json").json
    assert (len(told["activities"]), told["more"]) == (2, True)


def test_show_names_a_record_by_number_name_or_address(filled: Run) -> None:
    by_address = filled("show", "ada@engines.example").out
    assert by_address.splitlines()[:2] == ["number       CON-00001", "name         Ada Lovelace"]
    assert filled("show", "CON-00001").out == by_address
    assert filled("show", "ada lovelace").out == by_address


def test_show_of_nothing_is_one_sentence(filled: Run) -> None:
    ran = filled("show", "Nobody")
    assert (ran.code, ran.out, ran.err) == (1, "", "regarding: There is nothing with that number or name (Nobody).\n")


def test_show_of_an_ambiguous_name_lists_the_candidates(filled: Run) -> None:
    assert filled("account", "new", "Engines North").code == 0
    ran = filled("show", "Engines")
    candidates = "Engines Ltd (ACC-00001), Engines North (ACC-00003)"
    assert (ran.code, ran.out, ran.err) == (1, "", f"regarding: 'Engines' may be {candidates}: give the number.\n")


def test_search_of_nothing_says_so(filled: Run) -> None:
    assert filled("search", "unheardof").out == "Nothing was found.\n"


def test_status_of_imported_files_names_no_mailbox(filled: Run, tmp_path: Path) -> None:
    lines = filled("status").out.splitlines()
    assert lines[0] == "No mailbox is connected yet; run `regarding connect`."
    assert lines[1].startswith(f"store {tmp_path / 'store.db'}: ")


def test_export_writes_what_import_reads_back_as_known(filled: Run, tmp_path: Path) -> None:
    assert filled("export", "account", "out.csv").out == "out.csv: 2 rows\n"
    again = filled("import", tmp_path / "out.csv", "--json").json
    assert (again["new"], again["known"]) == (0, 2)


def test_export_that_cannot_be_written_is_one_sentence(filled: Run, tmp_path: Path) -> None:
    ran = filled("export", "account", tmp_path / "absent" / "out.csv")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_backup_never_overwrites(filled: Run) -> None:
    assert filled("backup", "copy.db").code == 0
    ran = filled("backup", "copy.db")
    assert (ran.code, ran.err) == (1, "regarding: copy.db exists already; a backup never overwrites a file.\n")


def test_a_backup_is_a_store(filled: Run) -> None:
    assert filled("backup", "copy.db").code == 0
    assert filled("search", "offer", "--json", "--store", "copy.db").out == filled("search", "offer", "--json").out


def test_rebuilt_timelines_and_links_are_what_they_were(filled: Run) -> None:
    before = filled("timeline", "Engines Ltd", "--json").json
    assert filled("rebuild", "links").code == 0
    assert filled("rebuild", "timelines").code == 0
    assert filled("timeline", "Engines Ltd", "--json").json == before


def test_export_of_activities_works_for_a_person_as_for_nobody_in_particular(filled: Run) -> None:
    everything = filled("export", "activities", "all.csv", "--json").json["rows"]
    hers = filled("export", "activities", "hers.csv", "--user", "anna@alpine.example", "--json").json["rows"]
    assert (everything, hers) == (4, 4)


def test_a_path_without_a_store_is_a_slip(regarding: Run, tmp_path: Path) -> None:
    ran = regarding("--store", tmp_path / "none" / "x.db", "status")
    assert ran.code == 1
    assert ran.err.startswith("regarding: There is no store ")
    assert not (tmp_path / "none").exists()
