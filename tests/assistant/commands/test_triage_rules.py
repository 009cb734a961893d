"""`regarding triage rules`: rules are brought in, shown, switched, ordered, written out and deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check

RULES = """
[[mail]]
name = "Printers"
when.says = "print*"
then.create = "case"

[[mail]]
name = "Rest"
enabled = false
then.ignore = true

[[score]]
name = "Near"
points = 20
when.region = "Europe"
"""


@pytest.fixture
def kept(regarding: Run, tmp_path: Path) -> Run:
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    told = regarding("triage", "rules", "import", tmp_path / "rules.toml", "--json")
    check("triage-rules-import", told.json)
    assert told.json["imported"] == 3
    return regarding


def test_rules_are_shown_in_their_order(kept: Run) -> None:
    told = kept("triage", "rules", "list", "--json")
    check("triage-rules-list", told.json)
    assert [(one["kind"], one["position"], one["name"], one["enabled"]) for one in told.json["rules"]] == [
        ("mail", 1, "Printers", True),
        ("mail", 2, "Rest", False),
        ("score", 1, "Near", True),
    ]
    assert [line.split() for line in kept("triage", "rules", "list").out.splitlines()] == [
        ["mail", "1", "Printers", "create", "case"],
        ["mail", "2", "Rest", "(off)", "ignore"],
        ["score", "1", "Near", "+20", "points"],
    ]


def test_rules_are_written_out_as_they_can_be_read_again(kept: Run, tmp_path: Path) -> None:
    check("triage-rules-export", kept("triage", "rules", "export", "--json").json)
    file = tmp_path / "out.toml"
    assert kept("triage", "rules", "export", file).code == 0
    assert file.read_text("utf-8").strip() == RULES.strip()
    assert kept("triage", "rules", "import", file, "--replace").out == "3 rules imported; there are no others now.\n"


def test_rules_are_switched_moved_and_deleted_and_that_is_undone(kept: Run) -> None:
    def names() -> list[str]:
        return [one["name"] for one in kept("triage", "rules", "list", "--json").json["rules"] if one["enabled"]]

    for name, words, after in (
        ("enable", ("Rest",), ["Printers", "Rest", "Near"]),
        ("move", ("Rest", "-1"), ["Rest", "Printers", "Near"]),
        ("disable", ("Printers",), ["Rest", "Near"]),
        ("delete", ("Rest", "Near"), []),
    ):
        check(f"triage-rules-{name}", kept("triage", "rules", name, *words, "--json").json)
        assert names() == after
    assert kept("undo").code == 0
    assert names() == ["Rest", "Near"]


def test_kept_rules_are_tried_where_no_file_is_named(kept: Run) -> None:
    assert [one["rule"] for one in kept("triage", "test", "--json").json["counts"]] == ["Printers"]


def test_what_cannot_be_done_with_rules_is_told(kept: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[[mail]]\nname = 'A'\nthen.assign = 'queue:Nowhere'\n", "utf-8")
    (tmp_path / "empty.toml").write_text("", "utf-8")
    for words, sentence in (
        (("import", wrong), f'{wrong}: mail rule "A": then.assign names "Nowhere", which is no queue.'),
        (("import", tmp_path / "empty.toml"), f"{tmp_path / 'empty.toml'} has no rule."),
        (("delete", "Paper"), "no rule Paper; there are Printers, Rest, Near"),
    ):
        told = kept("triage", "rules", *words)
        assert (told.code, sentence in told.err) == (1, True), told.err
