"""What is no Python code but needed at run time goes into the wheel."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("assistant", "calendar_sync", "mail_sync", "store", "tui")


def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def test_every_data_file_is_named_as_package_data() -> None:
    patterns = project()["tool"]["setuptools"]["package-data"]["*"]
    left_out = [
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and path.suffix not in (".py", ".pyc")
        and not any(path.match(pattern) for pattern in patterns)
    ]
    assert left_out == []


def test_every_data_file_lies_in_a_package() -> None:
    outside = [
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not (path.parent / "__init__.py").exists()
    ]
    assert outside == []


def test_every_package_is_found() -> None:
    include = project()["tool"]["setuptools"]["packages"]["find"]["include"]
    assert sorted(include) == [f"{package}*" for package in PACKAGES]


def test_no_package_outside_the_house_would_be_taken_along() -> None:
    include = [pattern.rstrip("*") for pattern in project()["tool"]["setuptools"]["packages"]["find"]["include"]]
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert {name for name in folders if name.startswith(tuple(include))} == set(PACKAGES)


def test_the_licence_is_packed() -> None:
    assert project()["project"]["license-files"] == ["LICENSE"]
    assert (ROOT / "LICENSE").read_text("utf-8").lstrip().startswith("Apache License")
