"""`regarding ask`: answers with what they rest on, and writes only with --yes."""

from __future__ import annotations

from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


def test_ask_answers_with_citations(filled: Run) -> None:
    told = filled("ask", "timeline", "of", "Engines", "--json").json
    check("ask", told)
    assert (told["status"], told["tool"], told["arguments"]) == ("ready", "timeline", {"record": "Engines Ltd"})
    assert all(line["cites"] for line in told["lines"])


def test_ask_shows_what_would_change_and_does_it_with_yes(filled: Run) -> None:
    wanted = ("ask", "note for Engines: they moved")
    assert filled(*wanted).out.splitlines() == [
        "Write a note at ACC-00001 Engines Ltd.",
        "  text: they moved",
        "Nothing is done yet: say it again with --yes to do this.",
    ]
    check("ask", proposed := filled(*wanted, "--json").json)
    assert (len(proposed["proposals"]), proposed["done"]) == (1, [])
    check("ask", done := filled(*wanted, "--yes", "--json").json)
    assert [one["text"] for one in done["done"]] == ["The note stands at ACC-00001."]
    assert "they moved" in filled("timeline", "Engines Ltd").out
    assert filled("ask", "undo", "--yes").code == 0
    assert "they moved" not in filled("timeline", "Engines Ltd").out


def test_ask_makes_one_plan_of_two_steps(filled: Run) -> None:
    text = "new case for Engines: gate stays locked, and assign it to Anna Hofer"
    check("ask", planned := filled("ask", text, "--dry-run", "--json").json)
    assert [step["tool"] for step in planned["steps"]] == ["create_case", "assign"]
    assert (planned["tool"], planned["steps"][1]["arguments"]) == (None, {"record": "$last", "owner": "Anna Hofer"})
    assert filled("ask", text, "--yes").code == 0
    assert "gate stays locked" in filled("ask", "open cases for Engines").out
    half = filled("ask", "new case for Engines: belt torn, and resolve it", "--yes")
    assert (half.code, half.out.splitlines()[-1]) == (1, "Say how it was resolved, as in: resolve it, fuse replaced.")


def test_ask_asks_for_what_is_missing_and_refuses_what_is_not_for_it(filled: Run) -> None:
    check("ask", asked := filled("ask", "open a ticket for Engines", "--json").json)
    assert (asked["status"], asked["missing"]) == ("ask", ["title"])
    check("ask", refused := filled("ask", "tell me a joke", "--json").json)
    assert (refused["status"], refused["tool"], refused["lines"]) == ("out_of_scope", None, [])
