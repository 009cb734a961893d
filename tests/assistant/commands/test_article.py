"""`regarding article`: solutions and canned answers are written, found, changed, kept from cases, and deleted."""

from __future__ import annotations

from pathlib import Path

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


def test_articles_are_written_found_changed_and_deleted_with_undo(regarding: Run, tmp_path: Path) -> None:
    file = tmp_path / "jam.txt"
    file.write_text("Dear {contact.given_name},\nopen the lid.\n", "utf-8")
    new = regarding("article", "new", "Paper jam", "--kind", "solution", "--text-file", file, "--json").json
    check("article-new", new)
    assert regarding("article", "new", "Opening hours", "--text", "Nine to five.").out == "Opening hours was written.\n"
    listed = regarding("article", "list", "--json").json
    check("article-list", listed)
    assert [(one["title"], one["kind"]) for one in listed["articles"]] == [
        ("Opening hours", "answer"),
        ("Paper jam", "solution"),
    ]
    found = regarding("article", "search", "papre", "lid", "--json").json
    check("article-search", found)
    assert [one["uid"] for one in found["articles"]] == [new["article"]]
    check("article-edit", regarding("article", "edit", "paper jam", "--text", "Open it.", "--json").json)
    assert regarding("article", "edit", "paper jam", "--text", "Open it.").out == "Paper jam is so already.\n"
    shown = regarding("article", "show", new["article"][:20], "--json").json
    check("article-show", shown)
    assert shown["text"] == "Open it."
    assert regarding("article", "show", "Paper jam").out == "Paper jam\nSolution\n\nOpen it.\n"
    check("article-delete", regarding("article", "delete", "Paper jam", "--json").json)
    assert [one["title"] for one in regarding("article", "list", "--json").json["articles"]] == ["Opening hours"]
    assert regarding("undo").code == 0
    assert regarding("article", "search", "lid").out == "No article has these words.\n"
    assert regarding("article", "list", "--kind", "solution").out.endswith("Paper jam  Open it.\n")


def test_resolution_of_a_case_is_kept_once_and_then_renewed(regarding: Run) -> None:
    number = regarding(
        "case", "new", "Dead printer", "--status", "resolved", "--resolution", "Plug it in.", "--json"
    ).json
    kept = regarding("article", "keep", number["number"], "--title", "No light", "--json").json
    check("article-keep", kept)
    again = regarding("article", "keep", "Dead printer")
    assert again.out == f"The resolution of {number['number']} was kept in place of the one kept before.\n"
    shown = regarding("article", "show", kept["article"], "--json").json
    assert (shown["title"], shown["text"], shown["kind"], shown["case"]["number"]) == (
        *("Dead printer", "Plug it in.", "solution"),
        number["number"],
    )


def test_what_cannot_be_done_is_one_sentence(regarding: Run) -> None:
    regarding("case", "new", "Open")
    regarding("article", "new", "Jam", "--text", "x")
    for words, said in (
        (("keep", "Open"), "CAS-00001 does not say how it was resolved."),
        (("show", "Nothing"), "There is nothing with that number or name (no article Nothing)."),
        (("edit", "Jam"), "Say what to change, for instance --text."),
        (("edit", "Jam", "--queue", "Nowhere"), "Queue: there is no case queue Nowhere."),
        (("new", " ", "--text", "x"), "An article needs a title."),
    ):
        ran = regarding("article", *words)
        assert (ran.code, ran.out, ran.err) == (1, "", f"regarding: {said}\n")
