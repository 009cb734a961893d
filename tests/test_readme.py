"""The README tells what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.readme import README, with_tables

ROOT = README.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_tables_of_commands_and_keys_are_those_of_the_code() -> None:
    text = README.read_text("utf-8")
    assert text == with_tables(text), "python -m tests.readme writes them anew"


@pytest.mark.parametrize("heading", ["Run the demo", "Run the tests"])
def test_demo_and_tests_are_one_line_each(heading: str) -> None:
    section = README.read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1]
    assert blocks[0].startswith("python3 start.py ")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", document.read_text("utf-8"))
    absent = [target for target in targets if "://" not in target and not (document.parent / target).exists()]
    assert absent == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_modules_that_are_named_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    named = re.findall(r"`((?:assistant|calendar_sync|mail_sync|store|tui|tests)/[\w/.]+\.\w+)`", text)
    named += [f"{name.replace('.', '/')}.py" for name in re.findall(r"python -m (tests[\w.]+)", text)]
    assert [name for name in named if not (ROOT / name).exists()] == []
