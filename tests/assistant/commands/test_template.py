"""`regarding template`: texts to begin a mail with are added, changed and deleted."""

from __future__ import annotations

from pathlib import Path

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


def test_templates_are_added_listed_changed_and_deleted(regarding: Run, tmp_path: Path) -> None:
    file = tmp_path / "offer.txt"
    file.write_text("Dear {contact.given_name},\n", "utf-8")
    words = ("--subject", "Offer", "--text-file", file, "--shared")
    added = regarding("template", "add", "Offer", *words, "--json").json
    check("template-add", added)
    assert regarding("template", "add", "Thanks", "--text", "Thank you.").out == "Thanks was added.\n"
    listed = regarding("template", "list", "--json").json
    check("template-list", listed)
    assert [(one["name"], one["text"]) for one in listed["templates"]] == [
        ("Offer", "Dear {contact.given_name},"),
        ("Thanks", "Thank you."),
    ]
    check("template-edit", regarding("template", "edit", "offer", "--text", "Hello,", "--name", "Ask", "--json").json)
    shown = regarding("template", "show", added["template"][:20], "--json").json
    check("template-show", shown)
    assert shown == {
        "uid": added["template"],
        "name": "Ask",
        "subject": "Offer",
        "text": "Hello,",
        "shared": True,
    }
    assert regarding("template", "show", "Ask").out == "Ask\nSubject: Offer\n\nHello,\n"
    check("template-delete", regarding("template", "delete", "ask", "--json").json)
    assert [one["name"] for one in regarding("template", "list", "--json").json["templates"]] == ["Thanks"]


def test_templates_that_are_not_there_or_not_told_apart_are_one_sentence(regarding: Run) -> None:
    assert regarding("template", "add", "Thanks", "--text", "one").code == 0
    assert regarding("template", "add", "thanks", "--text", "two").code == 0
    for name in ("Thanks", "Nothing", ""):
        ran = regarding("template", "delete", name)
        said = f"regarding: No single template is called {name}; see regarding template list.\n"
        assert (ran.code, ran.out, ran.err) == (1, "", said)


def test_a_change_names_what_it_changes(regarding: Run) -> None:
    regarding("template", "add", "Thanks", "--text", "one")
    ran = regarding("template", "edit", "Thanks")
    assert (ran.code, ran.err) == (1, "regarding: Say what to change, for instance --text.\n")
    assert regarding("template", "add", " ", "--text", "x").err == "regarding: A template needs a name.\n"
