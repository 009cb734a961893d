"""HTTP on loopback, plain or over TLS: connections, sign-in, and which path is answered by what."""

from __future__ import annotations

import logging
import socket
import ssl
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread, current_thread
from urllib.parse import parse_qsl, urlsplit

from mail_sync.sandbox.autodiscover import AUTODISCOVER_PATH, EWS_PATH
from mail_sync.sandbox.control import CONTROL_PATH
from mail_sync.sandbox.exchange_http import Aim, ExchangeHttp
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import NotFound
from mail_sync.sandbox.signin.caller import Caller
from mail_sync.sandbox.signin.gate import Connection, Refusal
from mail_sync.sandbox.signin.grants import Refused
from mail_sync.sandbox.site import Site

MOST_BYTES = 256 * 1024 * 1024
HANDSHAKE_SECONDS = 10.0
OAUTH_OPERATIONS = {"token": "Token", "devicecode": "DeviceCode"}  # what faults call these endpoints
LOG = logging.getLogger(__name__)


class Server(ThreadingHTTPServer):
    """One port. `is_front_door` is false for the plain port beside one with TLS, which only sends clients there."""

    allow_reuse_address = sys.platform != "win32"  # there it would let another process take the same port
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(
        self,
        address: tuple[str, int],
        site: Site,
        context: ssl.SSLContext | None = None,
        *,
        is_front_door: bool = True,
    ) -> None:
        self.site = site
        self.context = context
        self.is_front_door = is_front_door
        self.connections: dict[Thread, socket.socket] = {}
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox", daemon=True)
        super().__init__(address, Handler)

    def start(self) -> None:
        """Listen in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, break the connections that clients keep alive, and wait for their threads."""
        self.shutdown()
        self.server_close()
        open_now = list(self.connections.items())
        for _, connection in open_now:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread, _ in open_now:
            thread.join(timeout=HANDSHAKE_SECONDS)
        self._thread.join()

    def server_bind(self) -> None:
        """Bind without asking DNS for the host's name, which takes seconds on some machines."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may break a connection at any time; everything else is worth a line in the log."""
        LOG.debug("connection from %s ended early", client_address, exc_info=True)


class Handler(ExchangeHttp, BaseHTTPRequestHandler):
    """One connection and the way of its requests."""

    server: Server

    def setup(self) -> None:
        """Let the server know of the connection, so that a stop ends it, and shake hands where TLS is spoken."""
        self.site = self.server.site
        self.signed_in = Connection()
        if self.server.context is not None:
            self.request.settimeout(HANDSHAKE_SECONDS)
            self.request = self.server.context.wrap_socket(
                self.request, server_side=True, do_handshake_on_connect=False
            )
        self.server.connections[current_thread()] = self.request
        try:
            if self.site.stopping.is_set():  # accepted just before the stop, which does not know of it
                raise ConnectionAbortedError("the server stops")
            if isinstance(self.request, ssl.SSLSocket):
                self.request.do_handshake()
                self.request.settimeout(None)
            super().setup()
        except OSError:
            self._forget()
            raise

    def finish(self) -> None:
        """Forget the connection, also after one that broke."""
        try:
            super().finish()
        finally:
            self._forget()

    def _forget(self) -> None:
        self.server.connections.pop(current_thread(), None)
        if isinstance(self.request, ssl.SSLSocket):
            self.request.close()

    def do_HEAD(self) -> None:
        """As GET, without the page."""
        self.do_GET()

    def do_GET(self) -> None:
        """Redirects of Autodiscover, what a browser does to sign in, and nothing else."""
        split = urlsplit(self.path)
        query = dict(parse_qsl(split.query))
        if not self.server.is_front_door:
            self._plain(split.path)
        elif split.path.endswith("/oauth2/v2.0/authorize"):
            self._authorize(query)
        elif split.path.endswith("/.well-known/openid-configuration"):
            self._json(200, self._metadata(split.path.removesuffix("/v2.0/.well-known/openid-configuration")))
        elif self._checked() is not None:
            self._page(405)

    def do_POST(self) -> None:
        """An EWS request, a question to Autodiscover or the authority, or a control command."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self.close_connection = True
            self._page(413)
            return
        data = self.rfile.read(length)
        path = urlsplit(self.path).path
        if path == CONTROL_PATH:
            status, answer = self.site.control.answer(data, self.headers.get("Authorization", ""))
            self._reply(status, answer, "application/json")
        elif not self.server.is_front_door:
            self._plain(path)
        elif path.lower() == EWS_PATH.lower():
            if (caller := self._checked()) is not None:
                self._ews(data, caller)
        elif path.lower() == AUTODISCOVER_PATH and self.site.discovery.serves(self._host()):
            if (caller := self._checked()) is not None:
                self._discover(data, caller, self._base())
        else:
            self._sign_in(path, data)

    def _plain(self, path: str) -> None:
        """A server with TLS says nothing over http but where to go (step 3 of a client's search)."""
        target = self.site.discovery.plain_redirect
        if path.lower() == AUTODISCOVER_PATH and target:
            self._page(302, [("Location", target)])
        else:
            self._page(403)

    def _checked(self) -> Caller | None:
        """The caller; None when the answer was 401."""
        found = self.site.gate.check(self.headers.get("Authorization", ""), self.signed_in, self._base())
        if isinstance(found, Refusal):
            self._page(401, found.headers)
            return None
        return found

    def _sign_in(self, path: str, data: bytes) -> None:
        form = dict(parse_qsl(data.decode("utf-8", "replace")))
        tenant, _, endpoint = path.partition("/oauth2/v2.0/")
        aim = Aim(OAUTH_OPERATIONS.get(endpoint, ""), (form.get("client_id", ""), form.get("username", "")))
        if aim.operation:
            self.site.frontend.count(aim.operation)
            if self._struck(aim):
                return
        refused = self._take(FaultKind.TOKEN_ERROR, aim) if endpoint == "token" else None
        if refused is not None:
            self._json(400, {"error": refused.value, "error_description": f"AADSTS50076: {refused.value}."})
        elif endpoint == "token":
            self._json(*self.site.authority.token(form), [("Cache-Control", "no-store")])
        elif endpoint == "devicecode":
            self._json(*self.site.authority.device(form, f"{self._base()}{tenant}/oauth2/deviceauth"))
        else:
            self._page(404)

    def _authorize(self, query: dict[str, str]) -> None:
        try:
            self._page(302, [("Location", self.site.authority.authorize(query))])
        except (NotFound, Refused):
            self._page(403)

    def _metadata(self, tenant: str) -> dict[str, object]:
        """OpenID Connect Discovery 1.0 section 3, as far as this authority goes."""
        begin = f"{self._base()}{tenant}"
        return {
            "issuer": f"{begin}/v2.0",
            "authorization_endpoint": f"{begin}/oauth2/v2.0/authorize",
            "token_endpoint": f"{begin}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{begin}/oauth2/v2.0/devicecode",
            "response_types_supported": ["code"],
        }
