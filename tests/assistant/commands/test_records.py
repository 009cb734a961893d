"""account|contact|lead|opportunity|case new, edit, delete, list, and undo."""

from __future__ import annotations

from pathlib import Path

from tests.assistant.commands.conftest import Run


def titles(run: Run, kind: str, *words: str) -> list[str]:
    return [each["title"] for each in run(kind, "list", *words, "--json").json["records"]]


def test_new_edit_delete_and_undo_go_round(regarding: Run) -> None:
    created = regarding("account", "new", "Boots GmbH", "--city", "Linz")
    assert (created.code, created.out) == (0, "ACC-00001 Boots GmbH was created.\n")
    assert regarding("account", "edit", "ACC-00001", "--city", "Graz").out == "ACC-00001 was changed.\n"
    assert regarding("account", "delete", "boots").code == 0
    assert titles(regarding, "account") == []
    assert regarding("undo").out == "Undid: Deleted account ACC-00001 Boots GmbH\n"
    assert regarding("show", "ACC-00001", "--json").json["fields"]["city"] == "Graz"
    assert regarding("undo").code == 0
    assert regarding("show", "ACC-00001", "--json").json["fields"]["city"] == "Linz"
    assert regarding("undo").code == 0
    assert titles(regarding, "account") == []


def test_product_lines_are_set_replaced_and_undone(regarding: Run, tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("Product,Price\nSnow gun,18400\nLance,9000.50\n", "utf-8")
    regarding("import", "products.csv", "--kind", "product")

    def lines() -> list[str]:
        told = regarding("show", "OPP-00001").out.splitlines()
        return [line.removeprefix("product").strip() for line in told if line.startswith("product")]

    regarding("opportunity", "new", "Winter", "--line", "2 x Snow gun @ 18000", "--line", "Lance")
    assert lines() == ["2 x Snow gun @ 18000", "1 x Lance @ 9000.5"]
    assert regarding("show", "OPP-00001", "--json").json["fields"]["amount"] == "45000.5"
    regarding("opportunity", "edit", "OPP-00001", "--line", "3 x Lance")
    assert lines() == ["3 x Lance @ 9000.5"]
    regarding("opportunity", "edit", "OPP-00001", "--line", "")
    assert lines() == []
    regarding("undo")
    assert lines() == ["3 x Lance @ 9000.5"]


def test_undo_of_a_named_operation(regarding: Run) -> None:
    first = regarding("lead", "new", "Kurt", "--json").json["operation_uid"]
    regarding("lead", "new", "Emmy")
    assert regarding("undo", first).code == 0
    assert titles(regarding, "lead") == ["Emmy"]


def test_undo_over_a_later_change_asks_for_force(regarding: Run) -> None:
    regarding("account", "new", "Boots", "--city", "Linz")
    edit = regarding("account", "edit", "Boots", "--city", "Graz", "--json").json["operation"]
    regarding("account", "edit", "Boots", "--city", "Wien")
    ran = regarding("undo", edit)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert regarding("undo", edit, "--force").code == 0
    assert regarding("show", "Boots", "--json").json["fields"]["city"] == "Linz"


def test_undo_with_nothing_to_undo_is_one_sentence(regarding: Run) -> None:
    ran = regarding("undo")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_undo_list_shows_the_newest_first(regarding: Run) -> None:
    regarding("account", "new", "Boots")
    regarding("account", "new", "Skis")
    told = regarding("undo", "--list", "--json").json["operations"]
    assert [each["summary"] for each in told] == ["Created account ACC-00002 Skis", "Created account ACC-00001 Boots"]


def test_a_value_that_cannot_be_stored_is_one_sentence(regarding: Run) -> None:
    for words in (
        ("opportunity", "new", "Deal", "--amount", "a lot"),
        ("opportunity", "new", "Deal", "--close-date", "2026-02-30"),
        ("opportunity", "new", "Deal", "--probability", "120"),
        ("contact", "new", "Ada", "--emails", "no address"),
        ("contact", "new", "Ada", "--account", "Nobody"),
        ("account", "new", " "),
    ):
        ran = regarding(*words)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), ran
    assert titles(regarding, "opportunity") + titles(regarding, "contact") + titles(regarding, "account") == []


def test_edit_without_a_change_says_what_is_missing(regarding: Run) -> None:
    regarding("case", "new", "Squeaks")
    assert regarding("case", "edit", "Squeaks").err == "regarding: Say what to change, for instance --title.\n"


def test_list_narrows_by_view_and_text(regarding: Run) -> None:
    regarding("opportunity", "new", "Engines", "--close-date", "2026-03-20", "--next-step", "Call")
    regarding("opportunity", "new", "Tables", "--close-date", "2026-04-20")
    assert titles(regarding, "opportunity") == ["Engines", "Tables"]
    assert titles(regarding, "opportunity", "--view", "closing_this_month") == ["Engines"]
    assert titles(regarding, "opportunity", "--view", "no_next_step") == ["Tables"]
    assert titles(regarding, "opportunity", "--text", "tab") == ["Tables"]


def test_list_tells_when_there_is_more(regarding: Run) -> None:
    regarding("case", "new", "One")
    regarding("case", "new", "Two")
    assert regarding("case", "list", "--limit", 1, "--json").json["more"] is True
    assert regarding("case", "list", "--limit", 2, "--json").json["more"] is False


def test_an_amount_of_zero_rows_is_refused(regarding: Run) -> None:
    ran = regarding("case", "list", "--limit", 0)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
