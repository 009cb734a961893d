"""The sandbox as an object: a model served over EWS on loopback for as long as a with block lasts.

with serve(model) as sandbox:
    sandbox.url, sandbox.faults, sandbox.model, sandbox.counts, sandbox.control
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from mail_sync.sandbox.control import CONTROL_PATH, Commands, Control
from mail_sync.sandbox.ews.frontend import Frontend
from mail_sync.sandbox.faults import Faults
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.web import EWS_PATH, Server


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox. `counts` are requests per operation; `token` opens the control endpoint at `control`."""

    model: Model
    faults: Faults
    counts: Counter[str]
    host: str
    port: int
    token: str
    frontend: Frontend  # what answers EWS: its subscriptions, `restart`, `drop_streams`

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}{EWS_PATH}"

    @property
    def control(self) -> str:
        return f"http://{self.host}:{self.port}{CONTROL_PATH}"


@contextmanager
def serve(model: Model, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Sandbox]:
    """Serve a model; port 0 takes a free one. Raises OSError when the port is taken."""
    frontend = Frontend(model, Faults())
    token = secrets.token_urlsafe(24)
    server = Server((host, port), frontend, Control(Commands(frontend), token))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox", daemon=True)
    thread.start()
    try:
        yield Sandbox(model, frontend.faults, frontend.counts, host, server.server_port, token, frontend)
    finally:
        server.stop()
        thread.join()
