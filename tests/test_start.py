"""start.py, the way in from a checkout: it must fit any Python that is there."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import start


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that would have been run: pip's, then the program's."""
    lines: list[str] = []
    home = tmp_path / "venv"
    monkeypatch.setenv("REGARDING_VENV", str(home))
    monkeypatch.setattr(start, "has_pip", lambda _: True)
    monkeypatch.setattr(start, "pip", lambda _, *words: lines.append(f"pip {' '.join(words)}"))

    def call(command: list[str], **_: object) -> int:
        lines.append(" ".join(command[1:]))
        return 3

    monkeypatch.setattr("start.subprocess.call", call)
    home.mkdir()
    return lines


def test_the_program_gets_the_words_and_its_status_comes_back(installed: list[str]) -> None:
    assert start.main(["demo", "--no-ui"]) == 3
    assert installed == [
        "pip install --upgrade pip>=25.1",
        f"pip install --editable {start.HERE}",
        "-m tui.entry demo --no-ui",
    ]


def test_without_words_the_ui_opens(installed: list[str]) -> None:
    start.main([])
    assert installed[-1] == "-m tui.entry ui"


def test_tests_install_their_tools_and_run_pytest(installed: list[str]) -> None:
    start.main(["tests", "-n", "2"])
    assert installed[1:] == [
        f"pip install --editable {start.HERE} --group {start.HERE / 'pyproject.toml'}:dev",
        "-m pytest -n 2",
    ]


def test_a_second_start_installs_nothing(installed: list[str]) -> None:
    start.main(["demo"])
    del installed[:]
    start.main(["status"])
    assert installed == ["-m tui.entry status"]


def test_tests_after_a_start_install_their_tools(installed: list[str]) -> None:
    start.main(["demo"])
    start.main(["tests"])
    assert any("--group" in line for line in installed)


def test_an_old_python_is_told_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("start.sys.version_info", (3, 9, 2))
    assert start.main(["demo"]) == 1
    assert capsys.readouterr().err == f"start.py: Python 3.11 or newer is needed; this is {sys.version.split()[0]}.\n"


def test_an_old_python_can_read_the_file() -> None:
    ast.parse(Path(start.__file__).read_text("utf-8"), feature_version=(3, 7))


def test_a_machine_without_pip_and_network_is_told_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGARDING_VENV", str(tmp_path / "venv"))
    monkeypatch.setattr(start, "PIP_INDEX", (tmp_path / "absent").as_uri())
    monkeypatch.setattr("start.importlib.util.find_spec", lambda _: None)
    assert start.main(["demo"]) == 1
    assert capsys.readouterr().err.endswith("on Debian and Ubuntu: sudo apt install python3-venv\n")
