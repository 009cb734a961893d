"""Commands run as a user runs them, in this process, on a store and a folder of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.compose import Services
from tests.assistant.commands import sample

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit status and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one line of JSON on standard output."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self
        return json.loads(lines[0])


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_in(tmp_path, monkeypatch)


def settle_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration, store or keyring of the person who runs the tests is touched."""
    monkeypatch.setenv("REGARDING_STORE", str(home / "store.db"))
    monkeypatch.setattr("assistant.config.default_path", lambda: home / "config.toml")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(home)


@pytest.fixture
def opened() -> list[Services]:
    """The bundles that commands have opened a UI with."""
    return []


@pytest.fixture
def regarding(capsys: pytest.CaptureFixture[str], opened: list[Services]) -> Run:
    """Runs `regarding WORDS...`; the UI it may open ends at once."""

    def run(*words: object) -> Ran:
        try:
            code = main([str(word) for word in words], open_ui=opened.append, clock=_now)
        except SystemExit as ended:  # argparse leaves so
            code = int(ended.code or 0)
        written = capsys.readouterr()
        return Ran(code, written.out, written.err)

    return run


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with mail, a calendar, contact cards and tables of a small customer base."""
    return sample.write(tmp_path / "files")


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store into which the sample has been imported, as a closed file."""
    home = tmp_path_factory.mktemp("imported")
    with pytest.MonkeyPatch.context() as monkeypatch, redirect_stdout(StringIO()):
        settle_in(home, monkeypatch)
        assert main(["import", str(sample.write(home / "files")), "--json"], open_ui=_opens_nothing, clock=_now) == 0
    return home / "store.db"


@pytest.fixture
def filled(regarding: Run, imported: Path, files: Path, tmp_path: Path) -> Run:
    """Commands on a store into which the sample has been imported."""
    shutil.copy(imported, tmp_path / "store.db")
    return regarding


def _now() -> datetime:
    return NOW


def _opens_nothing(_services: Services) -> None:
    """Stands for the UI where a command must not open one."""
    raise AssertionError("no command of the sample opens the UI")
