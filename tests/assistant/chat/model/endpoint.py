"""A local endpoint that speaks the OpenAI chat API as it is scripted: a real server in a thread."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """One answer: the data of events, or a whole body; `hangs` leaves the connection silent and open after it."""

    events: Sequence[str] = ()
    status: int = 200
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    hangs: bool = False


Scripted = Answered | Callable[[Body], Answered]


def chunk(finish: str | None = None, **delta: Any) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def says(text: str) -> Answered:
    """A text in pieces of seven characters, as models speak."""
    pieces = [chunk(content=text[at : at + 7]) for at in range(0, len(text), 7)]
    return Answered([chunk(role="assistant", content=""), *pieces, chunk("stop"), "[DONE]"])


def calls(*wanted: tuple[str, Any]) -> Answered:
    """Calls of functions, their arguments in two pieces each."""
    events = [chunk(role="assistant", content=None)]
    for index, (name, arguments) in enumerate(wanted):
        written = arguments if isinstance(arguments, str) else json.dumps(arguments)
        half = len(written) // 2
        head = {"index": index, "id": f"c{index}", "type": "function"}
        events.append(chunk(tool_calls=[head | {"function": {"name": name, "arguments": written[:half]}}]))
        events.append(chunk(tool_calls=[{"index": index, "function": {"arguments": written[half:]}}]))
    return Answered([*events, chunk("tool_calls"), "[DONE]"])


@dataclass
class Endpoint:
    """`bodies` and `keys` are what it was sent; it answers from `script` in order."""

    url: str = ""
    script: list[Scripted] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    released: Event = field(default_factory=Event)

    def play(self, *script: Scripted) -> None:
        self.script[:] = script
        self.bodies.clear()
        self.keys.clear()

    def list_models(self, *names: str) -> None:
        """What it says that it has, next."""
        body = json.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})
        self.play(Answered(body=body.encode()))

    def results(self) -> list[Any]:
        """What tools returned, as the last request told it."""
        return [json.loads(one["content"]) for one in self.bodies[-1]["messages"] if one["role"] == "tool"]


@contextmanager
def serving() -> Iterator[Endpoint]:
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert self.path == "/v1/chat/completions"
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.bodies.append(body)
            endpoint.keys.append(self.headers["Authorization"])
            scripted = endpoint.script.pop(0)
            self._answer(scripted if isinstance(scripted, Answered) else scripted(body))

        def do_GET(self) -> None:
            assert self.path == "/v1/models"
            endpoint.keys.append(self.headers["Authorization"])
            scripted = endpoint.script.pop(0)
            assert isinstance(scripted, Answered)
            self._answer(scripted)

        def _answer(self, told: Answered) -> None:
            self.send_response(told.status)
            for name, value in told.headers:
                self.send_header(name, value)
            if told.body is not None:
                self.send_header("Content-Length", str(len(told.body)))
                self.end_headers()
                self.wfile.write(told.body)
                return
            self.send_header("Content-Type", "text/event-stream; charset=utf-8")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for event in told.events:
                self._chunk(f"data: {event}\n\n".encode())
            if told.hangs:
                endpoint.released.wait()
            self._chunk(b"")

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield endpoint
    finally:
        endpoint.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
