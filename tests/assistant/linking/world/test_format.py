"""Reading worlds: what is wrong is said in one sentence with its place, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.linking.world.format import read_world
from assistant.linking.world.mails import Truth
from assistant.linking.world.problems import WorldRefused
from tests.assistant.linking.world.authored import write_mail


def test_a_world_without_fault_is_read_whole(folder: Path) -> None:
    world = read_world(folder)
    assert world.problems == ()
    assert (len(world.users), len(world.records), len(world.mails), len(world.truth)) == (2, 7, 10, 10)


def test_records_keep_what_is_known_before_the_end(folder: Path) -> None:
    case = read_world(folder).records["case", "CAS-01001"]
    assert case.values == {
        "title": "Press leaks",
        "description": "Oil below the press",
        "serial": "P4-77",
        "priority": "urgent",
    }
    assert (case.references, case.products) == ({"account": "birch", "contact": "ada"}, ("Press P4",))


def test_a_day_counts_from_its_beginning_and_a_closing_until_its_end(folder: Path) -> None:
    case = read_world(folder).records["case", "CAS-01001"]
    assert (case.created, case.closed) == (datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))


def test_message_ids_stand_with_or_without_brackets(folder: Path) -> None:
    truth = read_world(folder).truth
    birch = ("account", "birch")
    assert truth["m1@mail.example"] == Truth(frozenset({("contact", "ada"), birch}), birch)
    assert truth["m2@mail.example"] == Truth(frozenset({birch}), birch)
    assert truth["m5@mail.example"] == Truth()


def _append(name: str, row: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text("utf-8") + row, "utf-8")

    return change


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (_append("contacts.csv", ",birch,X,,,\n"), ["contacts.csv, line 4: the row has no key."]),
        (_append("contacts.csv", "x,birch,,,,\n"), ["contacts.csv, line 4: the contact has no name."]),
        (
            _append("contacts.csv", "ada,birch,Ada,,,\n"),
            ["contacts.csv, line 4: the key 'ada' stands in line 2 too."],
        ),
        (
            _append("contacts.csv", "x,elm,X,x at y;anna@alder.example,,\n"),
            [
                "contacts.csv, line 4: 'x at y' is not an e-mail address.",
                "contacts.csv, line 4: anna@alder.example is an address of our own company and left out.",
                "contacts.csv, line 4: there is no account with the key 'elm'.",
            ],
        ),
        (
            _append("accounts.csv", "x,X,gmail.com,,,,\n"),
            [
                "accounts.csv, line 4: Domains: anybody can have a mailbox at gmail.com, so it cannot stand for one"
                " account."
            ],
        ),
        (
            _append("accounts.csv", "x,X\n"),
            ["accounts.csv, line 4: the row has 2 cells where the first row names 7 columns."],
        ),
        (
            _replace("cases.csv", "resolved,urgent", "done,today"),
            [
                "cases.csv, line 2: Priority: 'today' is none of low, normal, high, urgent.",
                "cases.csv, line 2: the status 'done' is none of open, resolved, cancelled.",
            ],
        ),
        (
            _replace("cases.csv", "2026-03-03,2026-03-10", "2026-03-03,"),
            ["cases.csv, line 2: the case is resolved but has no date of closing, so it counts as open."],
        ),
        (
            _replace("cases.csv", "2026-03-03,2026-03-10", "3 March,2026-03-10"),
            ["cases.csv, line 2: created '3 March' is not a date; write it as 2026-11-30 or 2026-11-30T09:00Z."],
        ),
        (
            _replace("cases.csv", "2026-03-03,2026-03-10", "2026-03-03,2026-02-10"),
            ["cases.csv, line 2: it is closed before it is created."],
        ),
        (
            _replace("opportunities.csv", "anna@alder.example", "Nobody"),
            ["opportunities.csv, line 2: the owner 'Nobody' is not among the users."],
        ),
        (
            _replace("leads.csv", ",topic,", ",theme,"),
            [
                "leads.csv, line 1: it has no column 'topic'.",
                "leads.csv, line 1: the column 'theme' is not one of this table.",
            ],
        ),
        (
            lambda folder: (folder / "leads.csv").unlink(),
            [
                "leads.csv: there is no such file.",
                "truth.csv, line 10: there is no lead with the key 'lena'.",
                "truth.csv: it says nothing of the mail 'm7@mail.example', which is not scored.",
            ],
        ),
        (
            lambda folder: (folder / "leads.csv").write_bytes(
                b"key,full_name,company,emails,topic,status\nl,\xe9,,,,\n"
            ),
            [
                "leads.csv, line 2: it is not UTF-8.",
                "truth.csv, line 10: there is no lead with the key 'lena'.",
                "truth.csv: it says nothing of the mail 'm7@mail.example', which is not scored.",
            ],
        ),
        (
            _append("truth.csv", "m99,none,,0\nm6@mail.example,thing,t,1\nm6@mail.example,case,c9,1\n"),
            [
                "truth.csv, line 16: the kind 'thing' is none of account, contact, lead, opportunity, case, none.",
                "truth.csv, line 17: there is no case with the key 'c9'.",
                "truth.csv, line 15: there is no mail with the Message-ID 'm99'.",
            ],
        ),
        (
            _append("truth.csv", "m1@mail.example,none,,0\nm1@mail.example,contact,bo,1\n"),
            [
                "truth.csv, line 15: the mail is regarding records and none at once; the records count.",
                "truth.csv, line 16: line 2 is the mail's primary row already.",
            ],
        ),
        (
            _replace("truth.csv", "m2@mail.example,account,birch,1", "m2@mail.example,account,birch,0"),
            ["truth.csv, line 4: no row of this mail is primary; its first one counts as such."],
        ),
        (
            lambda folder: (folder / "mail" / "11.eml").write_bytes(b"no mail"),
            ["mail/11.eml: It has no mail headers."],
        ),
        (
            lambda folder: (folder / "mail" / "11.eml").write_bytes((folder / "mail" / "01.eml").read_bytes()),
            ["mail/11.eml: 01.eml has the same Message-ID."],
        ),
        (
            lambda folder: (folder / "mail" / "11.eml").write_bytes(
                b"From: a@b.example\r\nMessage-ID: <m11@x>\r\n\r\n"
            ),
            ["mail/11.eml: it has no Date, so nobody knows when it came."],
        ),
        (
            lambda folder: write_mail(folder, 11, "2026-03-05T08:00", "ada@birch.example"),
            ["truth.csv: it says nothing of the mail 'm11@mail.example', which is not scored."],
        ),
    ],
)
def test_a_fault_is_said_with_its_place(folder: Path, change: Callable[[Path], object], sentences: list[str]) -> None:
    change(folder)
    assert list(read_world(folder).problems) == sentences


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: [each.unlink() for each in (folder / "mail").iterdir()], "There is no mail in {folder}/mail."),
        (lambda folder: (folder / "users.csv").unlink(), "{folder}/users.csv names nobody of our own company."),
        (
            lambda folder: (folder / "truth.csv").unlink(),
            "{folder}/truth.csv says of no mail what it is regarding.",
        ),
    ],
)
def test_a_folder_without_mails_or_truth_is_no_world(
    folder: Path, spoil: Callable[[Path], object], sentence: str
) -> None:
    spoil(folder)
    with pytest.raises(WorldRefused) as refused:
        read_world(folder)
    assert str(refused.value).replace("\\", "/") == sentence.format(folder=folder.as_posix())


def test_a_folder_that_is_not_there_is_no_world(tmp_path: Path) -> None:
    with pytest.raises(WorldRefused, match="There is no folder"):
        read_world(tmp_path / "none")
