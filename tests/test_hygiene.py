"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.engine import open_store

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("assistant", "calendar_sync", "mail_sync", "store", "tui")

MOST_LINES = 400
MOST_FUNCTION_LINES = 60
_MIGRATIONS = "store/migrations/versions/"  # written once, never changed: a table's columns stand together
_MARKERS = tuple("".join(parts) for parts in (("TO", "DO"), ("FIX", "ME"), ("XX", "X")))


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_init_files_are_empty() -> None:
    found = [named(path) for path in modules(*PACKAGES, "tests") if path.name == "__init__.py" and path.stat().st_size]
    assert found == []


def test_every_package_folder_has_an_init_file() -> None:
    folders = {path.parent for path in modules(*PACKAGES, "tests")}
    assert sorted(named(folder) for folder in folders if not (folder / "__init__.py").exists()) == []


def test_modules_fit_in_a_head() -> None:
    long = {
        named(path): count
        for path in modules(*PACKAGES)
        if (count := len(path.read_text("utf-8").splitlines())) > MOST_LINES and _MIGRATIONS not in named(path)
    }
    assert long == {}


def test_functions_fit_on_a_screen() -> None:
    long = {
        f"{named(path)}:{function.name}": count
        for path in modules(*PACKAGES)
        if _MIGRATIONS not in named(path)
        for function in functions(path)
        if (count := (function.end_lineno or 0) - function.lineno + 1) > MOST_FUNCTION_LINES
    }
    assert long == {}


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{named(path)}:{number}"
        for path in [*modules(*PACKAGES, "tests"), *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if any(marker in line for marker in _MARKERS)
    ]
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        named(path)
        for path in modules(*PACKAGES)
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def loaded_by(statements: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after the statements."""
    told = "sys.stdout.write('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))"
    script = f"import sys\n{statements}\n{told}"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_loads_no_screen_provider_or_migration() -> None:
    loaded = loaded_by(
        """
sys.argv = ["regarding", "--help"]
from tui.entry import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
"""
    )
    assert loaded & {"textual", "exchangelib", "alembic", "keyring", "phonenumbers"} == set()


def test_a_command_on_an_open_store_loads_no_screen_provider_or_migration(tmp_path: Path) -> None:
    store = str(tmp_path / "store.db")
    run = """
sys.argv = ["regarding", "status", "--json", "--store", {store!r}]
from tui.entry import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
"""
    open_store(store).close()
    loaded = loaded_by(run.format(store=store))
    assert "sqlalchemy" in loaded
    assert loaded & {"textual", "exchangelib", "alembic", "keyring", "phonenumbers"} == set()


@pytest.mark.parametrize("module", ["assistant.linking.decide", "calendar_sync.recurrence", "mail_sync.mime.reader"])
def test_modules_that_decide_load_no_database_provider_or_screen(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert loaded & {"sqlalchemy", "exchangelib", "textual", "alembic"} == set()
