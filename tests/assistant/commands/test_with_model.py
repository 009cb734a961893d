"""`--model`: what leaves is said first, what is found is cited, and no yes goes to what was not shown."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from tests.assistant.chat.model.endpoint import Answered, Endpoint, calls, says, serving
from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[Endpoint]:
    with serving() as served:
        settings = f'[model]\nurl = "{served.url}"\nname = "small"\ntells = "records"\n'
        (tmp_path / "config.toml").write_text(settings, "utf-8")
        yield served


FIND = calls(("find_records", {"text": "Engines"}))
NOTE = calls(("add_note", {"record": "Engines", "text": "they moved"}))


def test_ask_with_a_model_answers_with_what_it_rests_on(filled: Run, endpoint: Endpoint) -> None:
    endpoint.play(FIND, says("Engines Ltd is a customer [1].\nThey are rich."))
    assert filled("ask", "--model", "do we know engines?").out.splitlines() == [
        "Engines Ltd is a customer.  [ACC-00001]",
        "1 sentence of the model was left out, because nothing that was found says so.",
    ]
    endpoint.play(FIND, says("Engines Ltd is a customer [1]."))
    check("ask", told := filled("ask", "--model", "do we know engines?", "--json").json)
    assert [(line["text"], line["cites"][0]["id"]) for line in told["lines"]] == [
        ("Engines Ltd is a customer.", "ACC-00001")
    ]


def test_ask_with_a_model_writes_nothing_and_takes_no_yes(filled: Run, endpoint: Endpoint) -> None:
    endpoint.play(NOTE)
    assert filled("ask", "--model", "engines moved, keep that in mind").out.splitlines() == [
        "Write a note at ACC-00001 Engines Ltd.",
        "  text: they moved",
        "Nothing is done: regarding chat --model does it after a yes.",
    ]
    refused = filled("ask", "--model", "--yes", "engines moved")
    assert (refused.code, len(endpoint.bodies)) == (1, 1)
    assert "they moved" not in filled("timeline", "Engines Ltd").out


def test_chat_with_a_model_writes_after_a_yes(filled: Run, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint.play(NOTE)
    monkeypatch.setattr("sys.stdin", StringIO("engines moved, keep that in mind\nyes\n"))
    assert filled("chat", "--model").out.splitlines()[-1] == "The note stands at ACC-00001. undo takes it back."


def test_a_model_elsewhere_is_named_before_it_is_asked(filled: Run, tmp_path: Path) -> None:
    settings = '[model]\nurl = "https://127.0.0.1.invalid/v1"\nname = "large"\nalways = true\n'
    (tmp_path / "config.toml").write_text(settings, "utf-8")
    asked = filled("ask", "open cases for Engines")
    assert asked.err == (
        "With the model large this goes to 127.0.0.1.invalid: what you ask, the time and the list of tools; no record "
        "and no mail.\n"
    )
    assert asked.out.splitlines() == [
        "The model at 127.0.0.1.invalid cannot be reached. It was understood without it.",
        "No such case was found.",
    ]
    assert filled("ask", "--no-model", "open cases for Engines").err == ""


def test_a_model_that_is_not_set_up_is_one_sentence(filled: Run) -> None:
    asked = filled("ask", "--model", "open cases")
    assert (asked.code, asked.err.count("\n")) == (1, 1)
    assert asked.err.startswith("regarding: No model is set up;")


def test_doctor_says_what_leaves_and_whether_the_model_answers(
    filled: Run, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGARDING_SECRET_MODEL_127_0_0_1", "k3y")
    host = endpoint.url.removeprefix("http://").removesuffix("/v1")

    def told(*script: Answered) -> list[tuple[str, str]]:
        if script:
            endpoint.play(*script)
        check("doctor", ran := filled("doctor", "--json").json)
        model = next(one["findings"] for one in ran["examined"] if one["what"] == "language model")
        return [(one["level"], one["sentence"]) for one in model]

    endpoint.list_models("large", "small")
    assert told() == [
        ("ok", f"The model small runs on this machine ({host}), so nothing leaves it."),
        ("ok", f"{host} answers, and has small."),
    ]
    assert endpoint.keys == ["Bearer k3y"]
    endpoint.list_models("large")
    assert told()[1] == ("warning", f"{host} answers, but tells of no model small; it has large.")
    assert told(Answered(status=401, body=b""))[1] == (
        "warning",
        f"The model at {host} does not accept the key (401).",
    )
    assert told(Answered(status=404, body=b""))[1][0] == "ok"
    assert told(Answered(body=b"<html>"))[1] == (
        "warning",
        f"What the model at {host} answered could not be read (no list of models); the chat goes on without it.",
    )
