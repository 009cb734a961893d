"""HTTP on loopback: sign-in, keep-alive and the transport faults around the EWS front end and the control endpoint."""

from __future__ import annotations

import binascii
import hmac
import logging
import socket
import sys
from base64 import b64decode
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event

from mail_sync.sandbox.control import CONTROL_PATH, Control
from mail_sync.sandbox.ews.frontend import Frontend
from mail_sync.sandbox.ews.soap import EwsError, Request, SoapFault, fault
from mail_sync.sandbox.ews.streaming import NAME as GET_STREAMING_EVENTS
from mail_sync.sandbox.ews.streaming import Broken
from mail_sync.sandbox.faults import Fault, FaultKind
from mail_sync.sandbox.model import Mailbox, NotFound

EWS_PATH = "/EWS/Exchange.asmx"
MOST_BYTES = 256 * 1024 * 1024
LOG = logging.getLogger(__name__)
REASONS = {
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 413: "Payload Too Large",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
}  # fmt: skip


class Server(ThreadingHTTPServer):
    """Listens; `stopping` ends slow replies early."""

    allow_reuse_address = sys.platform != "win32"  # there it would let another process take the same port
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], frontend: Frontend, control: Control) -> None:
        self.frontend = frontend
        self.control = control
        self.stopping = Event()
        self.connections: set[socket.socket] = set()
        super().__init__(address, Handler)

    def stop(self) -> None:
        """Stop listening and break the connections that clients keep alive."""
        self.stopping.set()
        with self.frontend.model.changed:
            self.frontend.model.changed.notify_all()
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def server_bind(self) -> None:
        """Bind without asking DNS for the host's name, which takes seconds on some machines."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may break a connection at any time; everything else is worth a line in the log."""
        LOG.debug("connection from %s ended early", client_address, exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """One connection, many requests."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-IIS/10.0"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def setup(self) -> None:
        """Let the server know of the connection, so that a stop ends it."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.server.connections.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        """EWS has nothing to get."""
        self._page(405 if self._signed_in() else 401)

    def do_POST(self) -> None:
        """An EWS request or a control command."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self.close_connection = True
            self._page(413)
            return
        data = self.rfile.read(length)
        if self.path == CONTROL_PATH:
            status, answer = self.server.control.answer(data, self.headers.get("Authorization", ""))
            self._reply(status, answer, "application/json")
        elif self.path.lower() != EWS_PATH.lower():
            self._page(404)
        elif (user := self._signed_in()) is None:
            self._page(401)
        else:
            self._ews(data, user)

    def _ews(self, data: bytes, user: Mailbox) -> None:
        frontend = self.server.frontend
        try:
            request = frontend.read(data)
        except SoapFault as error:
            self._reply(500, fault(error).encode())
            return
        if self._struck(request, user):
            return
        if request.operation == GET_STREAMING_EVENTS:
            self._stream(request, user)
            return
        try:
            status, text = frontend.answer(request, user)
        except Exception:  # the edge of a worker: one bad item must not end the connection
            LOG.exception("the sandbox failed to answer %s", request.operation)
            status, text = 500, fault(EwsError("ErrorInternalServerError"))
        self._send_ews(request, user, status, text.encode("utf-8", "replace"))

    def _stream(self, request: Request, user: Mailbox) -> None:
        """A reply in chunks (RFC 9112 section 7.1), one for each envelope as it falls due."""
        try:
            envelopes = self.server.frontend.stream(request, user, self.server.stopping)
        except EwsError as error:
            self._reply(500, fault(error).encode())
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with closing(envelopes):
            try:
                for text in envelopes:
                    data = text.encode("utf-8", "replace")
                    self._write(b"%X\r\n%b\r\n" % (len(data), data))
                self._write(b"0\r\n\r\n")
            except Broken:
                self._break()

    def _write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def _take(self, kind: FaultKind, request: Request, user: Mailbox) -> Fault | None:
        return self.server.frontend.faults.take(kind, request.operation, request.impersonated, user.address)

    def _struck(self, request: Request, user: Mailbox) -> bool:
        """Whether a fault of the transport has answered instead."""
        slow = self._take(FaultKind.SLOW, request, user)
        if slow is not None:
            self.server.stopping.wait(float(slow.value or 1))
        if self._take(FaultKind.DROP_REQUEST, request, user):
            self._break()
            return True
        status = self._take(FaultKind.HTTP_STATUS, request, user)
        if status is not None:
            self._page(int(status.value), status.retry_after)
        return status is not None

    def _send_ews(self, request: Request, user: Mailbox, status: int, body: bytes) -> None:
        if self._take(FaultKind.DROP_BODY, request, user):
            self._head(status, len(body), "text/xml; charset=utf-8")
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self._break()
            return
        self._reply(status, body)
        if self._take(FaultKind.DROP_KEEP_ALIVE, request, user):
            self._break()

    def _break(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _signed_in(self) -> Mailbox | None:
        """The mailbox whose address and password the request carries (RFC 7617)."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, password = b64decode(token).decode("utf-8", "replace").partition(":")
            mailbox = self.server.frontend.model.mailbox(name)
        except (binascii.Error, NotFound):
            return None
        return mailbox if hmac.compare_digest(password.encode(), mailbox.password.encode()) else None

    def _page(self, status: int, retry_after: int | None = None) -> None:
        """A page such as IIS sends when a request never reaches EWS."""
        title = f"{status} - {REASONS.get(status, 'Error')}"
        page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h2>{title}</h2></body></html>"
        self._reply(status, page.encode(), "text/html", retry_after)

    def _head(self, status: int, length: int, kind: str, retry_after: int | None = None) -> None:
        self.send_response(status, REASONS.get(status))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="sandbox"')
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()

    def _reply(
        self, status: int, body: bytes, kind: str = "text/xml; charset=utf-8", retry_after: int | None = None
    ) -> None:
        self._head(status, len(body), kind, retry_after)
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Requests go to the debug log, never to stderr."""
        LOG.debug(format, *args)
