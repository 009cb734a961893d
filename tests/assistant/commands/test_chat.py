"""`regarding chat`: piped, what was said is answered in order and kept."""

from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper

import pytest

from store.errors import StoreBusy
from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check


def test_chat_answers_what_is_piped_and_keeps_it(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("note for Engines: they moved\n\nyes\nundo\nquit\nyes\n"))
    assert filled("chat").out.splitlines() == [
        "Write a note at ACC-00001 Engines Ltd.",
        "  text: they moved",
        "yes does it, edit changes it, no drops it.",
        "The note stands at ACC-00001. undo takes it back.",
        "Taken back: The note stands at ACC-00001.",
    ]
    assert filled("chat", "--history", "MOVED", "write").out.splitlines() == [
        "just now  > note for Engines: they moved",
        "    Write a note at ACC-00001 Engines Ltd.",
        "    text: they moved",
    ]
    check("chat", kept := filled("chat", "--history", "--limit", "1", "--json").json)
    assert ([one["said"] for one in kept["history"]], kept["more"]) == (["undo"], True)
    monkeypatch.setattr("sys.stdin", StringIO("tell me a joke\nopen a ticket for Engines\n"))
    check("chat", told := filled("chat", "--json").json)
    assert [one["kind"] for one in told["said"]] == ["out_of_scope", "question"]


def test_chat_says_what_is_wrong_with_its_input(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"caf\xe9\n"), encoding="utf-8"))
    assert filled("chat").err == "regarding: What was typed is no text in UTF-8.\n"
    assert filled("chat", "--forget", "--history").err == (
        "regarding: --forget deletes all of your history; it takes no words.\n"
    )
    assert filled("chat", "--history", "anything").out == "Nothing was said with these words.\n"
    assert filled("chat", "--forget").out == "0 requests are forgotten.\n"


def test_chat_goes_on_where_history_cannot_be_kept(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_given: object) -> None:
        raise StoreBusy

    monkeypatch.setattr("assistant.commands.chat.keep", busy)
    monkeypatch.setattr("sys.stdin", StringIO("note for Engines: they moved\nyes\n"))
    ran = filled("chat")
    assert ran.out.splitlines()[-1] == "The note stands at ACC-00001. undo takes it back."
    assert ran.err.splitlines() == [f"This is not in your history: {StoreBusy().sentence}"] * 2
