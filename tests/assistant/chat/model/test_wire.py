"""Events and pieces of answers, as servers that differ send them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.chat.model.wire import (
    MOST_CALLS,
    MOST_CHARACTERS,
    Assembling,
    Call,
    Events,
    Overlong,
    Reported,
    Said,
    Unreadable,
    error_of,
)
from tests.assistant.chat.model.endpoint import chunk

STREAM = b": keep-alive\r\ndata: one\r\n\r\nevent: x\ndata:tw\xc3\xb6\ndata: lines\n\nid: 3\n\ndata: last"


@pytest.mark.parametrize("size", [1, 2, 3, 7, len(STREAM)])
def test_events_are_the_same_in_pieces_of_any_size(size: int) -> None:
    events = Events()
    found = [data for at in range(0, len(STREAM), size) for data in events.feed(STREAM[at : at + size])]
    assert [*found, *events.feed(b"", last=True)] == ["one", "twö\nlines", "last"]


def test_events_that_never_end_are_too_much() -> None:
    with pytest.raises(Overlong):
        list(Events().feed(b"data: " + b"x" * MOST_CHARACTERS * 5))


def assembled(*data: str) -> Said:
    assembling = Assembling()
    for one in data:
        assembling.take(one)
    return assembling.whole()


def call(index: int | None, name: str = "", arguments: Any = "", told: str = "") -> str:
    piece = {"index": index, "id": told, "function": {"name": name, "arguments": arguments}}
    return chunk(tool_calls=[{key: value for key, value in piece.items() if value not in (None, "")}])


@pytest.mark.parametrize(
    "events",
    [
        (call(0, "a", '{"x"', "c1"), call(0, "", ": 1}"), call(1, "b", "{}", "c2")),
        (call(0, "a", '{"x": 1}', "c1"), call(0, "b", "{}", "c2")),
        (call(None, "a", '{"x"', "c1"), call(None, "", ": 1}"), call(None, "b", "", "c2")),
        (call(0, "a", {"x": 1}, "c1"), call(1, "b", {}, "c2")),
    ],
    ids=["as specified", "all numbered 0", "none numbered", "arguments as objects"],
)
def test_calls_are_assembled_however_servers_number_their_pieces(events: tuple[str, ...]) -> None:
    assert assembled(*events, chunk("tool_calls")).calls == (Call("c1", "a", '{"x": 1}'), Call("c2", "b", "{}"))


def test_a_call_without_an_id_gets_one() -> None:
    assert assembled(call(0, "a"), "[DONE]").calls == (Call("call_1", "a", "{}"),)


def test_text_is_what_all_pieces_say_and_a_whole_message_is_one_piece() -> None:
    usage = json.dumps({"choices": [], "usage": {"total_tokens": 3}})
    assert assembled(chunk(content="Hel"), chunk(content="lo"), chunk("stop"), usage, "[DONE]") == Said("Hello", ())
    whole = {"choices": [{"message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}]}
    assert assembled(json.dumps(whole)) == Said("Hello", ())


@pytest.mark.parametrize(
    "data",
    ["<html>", "3", "[" * 100_000, '{"choices": 3}', '{"choices": [3]}', '{"choices": [{"delta": 3}]}',
     '{"choices": [{"delta": {"content": 3}}]}', '{"choices": [{"delta": {"tool_calls": 3}}]}',
     '{"choices": [{"delta": {"tool_calls": [3]}}]}',
     '{"choices": [{"delta": {"tool_calls": [{"function": {"name": 3}}]}}]}',
     chunk(content="Hel")],
)  # fmt: skip
def test_what_is_no_answer_or_breaks_off_cannot_be_read(data: str) -> None:
    with pytest.raises(Unreadable):
        assembled(data)


def test_an_error_inside_a_stream_is_told_on_one_line() -> None:
    with pytest.raises(Reported, match=r"^the model is loading$"):
        assembled(json.dumps({"error": {"message": "the model\nis loading"}}))


def test_more_calls_or_words_than_are_taken_are_refused() -> None:
    with pytest.raises(Overlong):
        assembled(*(call(at, "a", "{}", f"c{at}") for at in range(MOST_CALLS + 1)))
    with pytest.raises(Overlong):
        assembled(chunk(content="x" * (MOST_CHARACTERS + 1)))


@pytest.mark.parametrize(
    ("body", "said"),
    [(b'{"error": {"message": "no such\\nmodel"}}', "no such model"), (b'{"error": "no"}', "no"), (b"<html>", "")],
)
def test_what_a_server_says_about_a_refusal_is_one_line(body: bytes, said: str) -> None:
    assert error_of(body) == said
