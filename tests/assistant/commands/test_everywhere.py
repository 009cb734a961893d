"""What holds for every command: options before and after it, one-sentence errors, exit codes, pipes that close."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.compose import Services
from tests.assistant.commands.conftest import Run


def test_store_may_stand_before_or_after_the_command(regarding: Run, tmp_path: Path) -> None:
    store = tmp_path / "other.db"
    regarding("--store", store, "account", "new", "Before")
    regarding("account", "--store", store, "new", "Between")
    regarding("account", "new", "After", "--store", store)
    told = regarding("account", "list", "--json", "--store", store).json
    assert [each["title"] for each in told["records"]] == ["After", "Before", "Between"]
    assert regarding("account", "list", "--json").json["records"] == []


def test_config_may_stand_before_or_after_the_command(
    regarding: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REGARDING_STORE")
    config = tmp_path / "mine.toml"
    config.write_text(f"store = '{tmp_path / 'configured.db'}'\n", "utf-8")
    before = regarding("--config", config, "status", "--json").json["store"]["path"]
    after = regarding("status", "--json", "--config", config).json["store"]["path"]
    assert [before, after] == [str(tmp_path / "configured.db")] * 2


def test_json_may_stand_before_the_command(regarding: Run) -> None:
    assert regarding("--json", "account", "list").json == {"records": [], "more": False}


def test_store_option_wins_over_environment_and_configuration(regarding: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"store = '{tmp_path / 'configured.db'}'\n", "utf-8")
    assert regarding("status", "--json").json["store"]["path"] == str(tmp_path / "store.db")
    regarding("account", "new", "Contoso", "--store", tmp_path / "chosen.db")
    chosen = regarding("status", "--json", "--store", tmp_path / "chosen.db")
    assert chosen.json["store"]["path"] == str(tmp_path / "chosen.db")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("stor = 'x'", "sets 'stor', which is not a setting"),
        ("store = 3", "sets 'store' to something that is not text"),
        ("store =", "cannot be read"),
        ("[model]\nurl = 'http://models.example'\nname = 'm'", "'model.url' must begin with https://"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(regarding: Run, tmp_path: Path, content: str, said: str) -> None:
    config = tmp_path / "wrong.toml"
    config.write_text(content, "utf-8")
    ran = regarding("status", "--config", config)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert said in ran.err


def test_an_absent_configuration_is_one_sentence(regarding: Run) -> None:
    ran = regarding("status", "--config", "absent.toml")
    assert (ran.code, ran.err) == (1, "regarding: There is no configuration file absent.toml.\n")


@pytest.mark.parametrize(
    "store", ["postgresql://127.0.0.1:1/none", "nodatabase://x", "://", "postgresql://host:port/x", "."]
)
def test_a_store_that_cannot_be_opened_is_one_sentence(regarding: Run, store: str) -> None:
    ran = regarding("status", "--store", store)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert ran.err.startswith("regarding: The store cannot be opened (")


def test_a_file_that_is_no_store_is_left_alone(regarding: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Anna, " * 100, "utf-8")
    ran = regarding("status", "--store", file)
    assert (ran.code, ran.err) == (1, "regarding: The store cannot be opened (the file is not a Regarding store).\n")
    assert file.read_text("utf-8") == "Dear Anna, " * 100


def test_an_unknown_user_is_one_sentence(regarding: Run) -> None:
    ran = regarding("status", "--user", "nobody@x.example")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    "words",
    [("frobnicate",), ("account",), ("account", "frob"), ("search",), ("status", "--frob"), ("link", "set", "x")],
)
def test_a_wrong_command_line_is_one_sentence_and_exits_with_2(regarding: Run, words: tuple[str, ...]) -> None:
    ran = regarding(*words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("regarding: ") and "--help`" in ran.err


@pytest.mark.parametrize("words", [("--help",), ("account", "--help"), ("account", "new", "--help"), ("--version",)])
def test_help_and_version_go_to_standard_output(regarding: Run, words: tuple[str, ...]) -> None:
    ran = regarding(*words)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(("usage: regarding", "regarding 0."))


def test_alone_and_as_ui_it_opens_the_ui(regarding: Run, opened: list[Services]) -> None:
    assert regarding().code == 0
    assert regarding("ui").code == 0
    assert len(opened) == 2


def test_the_ui_prints_no_json(regarding: Run, opened: list[Services]) -> None:
    ran = regarding("ui", "--json")
    assert (ran.code, ran.out, opened) == (1, "", [])


def test_a_reader_that_has_had_enough_is_no_error(filled: Run, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tui.entry", "search", "offer", "--store", str(tmp_path / "store.db")]
    root = Path(__file__).resolve().parents[3]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, cwd=root, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_an_output_that_knows_few_characters_gets_the_others_escaped(regarding: Run, tmp_path: Path) -> None:
    regarding("account", "new", "Sněžník a.s.")
    command = [sys.executable, "-m", "tui.entry", "account", "list", "--store", str(tmp_path / "store.db")]
    root = Path(__file__).resolve().parents[3]
    few = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=root, env=few, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.split() == rb"ACC-00001 Sn\u011b\u017en\xedk a.s. 0 0".split()


def test_ctrl_c_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def stopped(_: Services) -> None:
        raise KeyboardInterrupt

    assert main([], open_ui=stopped) == 130
    assert capsys.readouterr().err == "regarding: Stopped. Nothing was lost; run it again to go on.\n"
