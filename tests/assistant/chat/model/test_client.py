"""What the client does with a server that is rude."""

from __future__ import annotations

from socket import socket
from threading import Thread

import pytest

from assistant.chat.model.client import Client
from assistant.chat.model.errors import Garbled
from assistant.chat.model.settings import ModelSettings
from tests.assistant.chat.model.endpoint import Answered, Endpoint


def test_a_server_that_hangs_up_was_reached() -> None:
    with socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def hang_up() -> None:
            talking, _ = listening.accept()
            with talking:
                talking.recv(65_536)

        thread = Thread(target=hang_up)
        thread.start()
        settings = ModelSettings(f"http://127.0.0.1:{listening.getsockname()[1]}/v1", "small")
        with pytest.raises(Garbled):
            Client(settings).said([], [], print)
        thread.join()


def test_a_server_that_does_not_stream_is_understood_and_gets_no_key_that_there_is_not(endpoint: Endpoint) -> None:
    body = b'{"choices": [{"message":\n {"content": "Hello"},\n "finish_reason": "stop"}]}'
    endpoint.play(Answered(body=body, headers=(("Content-Type", "application/json"),)))
    heard: list[str] = []
    assert Client(ModelSettings(endpoint.url, "small")).said([], [], heard.append).text == "Hello"
    assert (heard, endpoint.keys) == (["Hello"], [None])
    assert endpoint.bodies[0] == {"model": "small", "messages": [], "tools": [], "stream": True, "temperature": 0}
