"""The sandbox as an object: a model served over EWS on loopback for as long as a with block lasts.

with serve(model) as sandbox:
    sandbox.url, sandbox.faults, sandbox.model, sandbox.counts, sandbox.control

With `hosts` it speaks TLS under these names, with certificates of `sandbox.ca_pem`, and answers Autodiscover; a second,
plain port then only sends clients there. Names are not registered anywhere: a client must be told to look for them at
`sandbox.host` and `sandbox.port`.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from mail_sync.sandbox import tls
from mail_sync.sandbox.autodiscover import AUTODISCOVER_PATH, EWS_PATH, Discovery
from mail_sync.sandbox.control import CONTROL_PATH, Commands, Control
from mail_sync.sandbox.ews.frontend import Frontend
from mail_sync.sandbox.faults import Faults
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.signin.gate import Gate, Scheme
from mail_sync.sandbox.signin.oauth import Authority
from mail_sync.sandbox.site import Site
from mail_sync.sandbox.web import Server


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox. `counts` are requests per operation; `token` opens the control endpoint at `control`.

    `ca_pem` is what a client must trust, empty without TLS; `plain_port` is the port without TLS.
    """

    model: Model
    faults: Faults
    counts: Counter[str]
    host: str
    port: int
    token: str
    frontend: Frontend  # what answers EWS: its subscriptions, `restart`, `drop_streams`
    gate: Gate
    authority: Authority
    discovery: Discovery
    plain_port: int
    ca_pem: bytes = b""

    @property
    def base(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self.ca_pem else 'http'}://{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The EWS endpoint."""
        return f"{self.base}{EWS_PATH}"

    @property
    def autodiscover(self) -> str:
        """The Autodiscover endpoint."""
        return f"{self.base}{AUTODISCOVER_PATH}"

    @property
    def token_url(self) -> str:
        """The token endpoint; any other tenant than "common" is answered too."""
        return f"{self.base}/common/oauth2/v2.0/token"

    @property
    def control(self) -> str:
        """The control endpoint, always without TLS."""
        return f"http://{self.host}:{self.plain_port}{CONTROL_PATH}"


@contextmanager
def serve(
    model: Model,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    schemes: Sequence[Scheme] = (Scheme.BASIC,),
    hosts: Sequence[str] = (),
) -> Iterator[Sandbox]:
    """Serve a model; port 0 takes a free one. Raises OSError when the port is taken."""
    frontend, authority = Frontend(model, Faults()), Authority(model)
    token = secrets.token_urlsafe(24)
    site = Site(
        frontend,
        Control(Commands(frontend, authority), token),
        Gate(model, authority, tuple(schemes)),
        authority,
        Discovery(model),
    )
    made = tls.make(hosts) if hosts else None
    with ExitStack() as running:
        front = _started(running, Server((host, port), site, made.context if made else None))
        plain = _started(running, Server((host, 0), site, is_front_door=False)) if made else front
        running.callback(site.stop)  # runs before the servers stop, so that no stream keeps them
        yield Sandbox(
            model, frontend.faults, frontend.counts, host, front.server_port, token, frontend, site.gate, authority,
            site.discovery, plain.server_port, made.ca_pem if made else b"",
        )  # fmt: skip


def _started(running: ExitStack, server: Server) -> Server:
    server.start()
    running.callback(server.stop)
    return server
