"""`regarding link eval`: figures for people and scripts, errors only where they are wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check
from tests.assistant.linking.world.authored import write_world


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return write_world(tmp_path / "world")


def test_figures_keep_to_their_schema_and_open_no_store(regarding: Run, world: Path, tmp_path: Path) -> None:
    told = regarding("link", "eval", world, "--json")
    check("link-eval", told.json)
    assert (told.code, told.json["mails"], told.json["auto"]["precision"]) == (0, 10, 7 / 8)
    assert not (tmp_path / "store.db").exists()


def test_errors_name_each_wrong_and_missed_mail(regarding: Run, world: Path) -> None:
    errors = regarding("link", "eval", world, "--json").json["errors"]
    assert [(each["message_id"], each["error"], each["rank"]) for each in errors] == [
        ("m3@mail.example", "other", 2),
        ("m5@mail.example", "wrong", None),
        ("m8@mail.example", "other", None),
        ("m10@mail.example", "missed", None),
    ]
    assert errors[1]["predicted"] == {"kind": "account", "key": "birch"}
    assert errors[1]["evidence"][0]["quote"] == "bo@birch.example"


def test_without_errors_nothing_of_the_mails_is_told(regarding: Run, world: Path) -> None:
    (world / "leads.csv").unlink()
    for more in ((), ("--json",)):
        told = regarding("link", "eval", world, "--no-errors", *more)
        assert told.code == 0
        assert [word for word in ("mail.example", "birch.example", ".eml", "lena") if word in told.out + told.err] == []


def test_people_read_figures_with_their_intervals(regarding: Run, world: Path) -> None:
    lines = regarding("link", "eval", world).out.splitlines()
    assert lines[0] == "10 mails"
    assert lines[3].split("  ")[0] == "all mails"
    assert "87.5%" in lines[3]
    assert "[52.9% 97.8%]" in lines[3]


def test_a_folder_that_is_no_world_is_one_sentence(regarding: Run, tmp_path: Path) -> None:
    told = regarding("link", "eval", tmp_path / "nowhere")
    assert (told.code, told.err) == (1, f"regarding: There is no folder {tmp_path / 'nowhere'}.\n")
