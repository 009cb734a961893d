"""What scripts read: every command's JSON keeps to its schema in docs/schemas, which allows nothing unnamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from assistant.commands.base import Command
from assistant.commands.registry import every_command
from store.records.fields import KINDS
from tests.assistant.commands.conftest import Run

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "schemas"
#: An option changes what is printed.
VARIANTS = {"undo-list", "quarantine-retry", "quarantine-raw", "sync-answer", "lead-qualify-preview"}
WITHOUT_JSON = {"ui"}
WITH_EVERY_RECORD = {"new", "edit", "delete", "list"}


def check(name: str, payload: Any) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(payload)


def schema_names(command: Command, before: str = "") -> Iterator[str]:
    """The kinds of record share the schemas of what can be done with every record."""
    name = before + command.name
    if not command.subcommands:
        yield name
    for subcommand in command.subcommands:
        shared = command.name in KINDS and subcommand.name in WITH_EVERY_RECORD
        yield from schema_names(subcommand, "record-" if shared else f"{name}-")


def test_every_command_has_a_schema() -> None:
    wanted = {name for command in every_command() for name in schema_names(command)} - WITHOUT_JSON | VARIANTS
    assert {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.json")} == wanted


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name.split(".")[0])
def test_schemas_are_schemas_that_allow_nothing_unnamed(path: Path) -> None:
    schema = json.loads(path.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    for node in _objects(schema):
        if "properties" in node:
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for each in node.values():
            yield from _objects(each)
    elif isinstance(node, list):
        for each in node:
            yield from _objects(each)


def test_import_prints_its_counts(regarding: Run, files: Path) -> None:
    check("import", regarding("import", files, "--json").json)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("export", ("export", "contact", "contacts.csv")),
        ("export", ("export", "timeline", "ada.csv", "--record", "Ada Lovelace")),
        ("status", ("status",)),
        ("search", ("search", "offer")),
        ("search", ("search", "engines")),
        ("search", ("search", "nothingatall")),
        ("show", ("show", "Engines Ltd")),
        ("show", ("show", "ada@engines.example")),
        ("timeline", ("timeline", "Engines Ltd")),
        ("timeline", ("timeline", "Ada Lovelace", "--kind", "email", "--limit", 1)),
        ("record-new", ("account", "new", "Boots GmbH", "--domains", "boots.example")),
        ("record-new", ("contact", "new", "Alan Turing", "--account", "Engines Ltd")),
        ("record-new", ("lead", "new", "Kurt", "--company", "Logic")),
        ("record-edit", ("account", "edit", "Engines Ltd", "--city", "Wien")),
        ("record-delete", ("contact", "delete", "Ada Lovelace")),
        ("record-list", ("account", "list")),
        ("record-list", ("contact", "list")),
        ("record-list", ("lead", "list")),
        ("undo", ("undo",)),
        ("undo-list", ("undo", "--list")),
        ("quarantine", ("quarantine",)),
        ("quarantine-retry", ("quarantine", "--retry", "all")),
        ("backup", ("backup", "copy.db")),
        ("rebuild", ("rebuild", "timelines")),
        ("rebuild", ("rebuild", "links")),
        ("rebuild", ("rebuild", "names")),
    ],
)
def test_output_keeps_to_its_schema(filled: Run, name: str, words: tuple[object, ...]) -> None:
    assert filled("case", "new", "Squeaks", "--account", "Engines Ltd").code == 0
    check(name, filled(*words, "--json").json)


def test_deals_and_cases_keep_to_their_schemas(filled: Run) -> None:
    new = filled(
        *("opportunity", "new", "Forty engines", "--account", "Engines Ltd", "--contact", "Ada Lovelace"),
        *("--amount", "12,500.50 EUR", "--close-date", "2026-04-01", "--json"),
    )
    check("record-new", new.json)
    check("record-list", filled("opportunity", "list", "--json").json)
    check("show", filled("show", new.json["number"], "--json").json)
    check("record-new", filled("case", "new", "Squeaks", "--account", "Engines Ltd", "--json").json)
    check("record-list", filled("case", "list", "--json").json)
    check("show", filled("show", "Squeaks", "--json").json)


def test_a_mail_and_its_links_keep_to_their_schemas(filled: Run) -> None:
    mail = filled("search", "offer", "--json").json["activities"][0]["uid"]
    check("show", filled("show", mail, "--json").json)
    check("link-why", filled("link", "why", mail, "--json").json)
    check("link-set", filled("link", "set", mail, "Tables AG", "--json").json)
    check("link-why", filled("link", "why", mail, "--json").json)
    check("link-remove", filled("link", "remove", mail, "Tables AG", "--json").json)
    check("link-why", filled("link", "why", mail, "--json").json)


def test_a_meeting_keeps_to_the_schema(filled: Run) -> None:
    meeting = filled("search", "visit", "--json").json["activities"][0]["uid"]
    check("show", filled("show", meeting, "--json").json)


def test_the_bytes_of_an_entry_keep_to_the_schema(filled: Run) -> None:
    entry = filled("quarantine", "--json").json["quarantined"][0]["uid"]
    check("quarantine-raw", filled("quarantine", "--raw", entry, "--json").json)


def test_no_output_tells_a_key_of_the_database(filled: Run) -> None:
    printed = [
        filled(*words, "--json").out
        for words in (("status",), ("search", "offer"), ("show", "Engines Ltd"), ("timeline", "Engines Ltd"))
    ]
    assert [out for out in printed if '_id": ' in out] == []
