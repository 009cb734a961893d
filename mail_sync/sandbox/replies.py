"""What every answer over HTTP is made of: heads, pages, JSON, and breaking off."""

from __future__ import annotations

import json
import logging
import socket
import ssl
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler

from mail_sync.sandbox.site import Site

LOG = logging.getLogger(__name__)
REASONS = {
    302: "Found", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    413: "Payload Too Large", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable",
}  # fmt: skip
XML = "text/xml; charset=utf-8"
Headers = Iterable[tuple[str, str]]


class Replies(BaseHTTPRequestHandler):
    """One connection, many requests."""

    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-IIS/10.0"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    site: Site

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header by the sandbox's clock."""
        return super().date_time_string(self.site.frontend.model.now().timestamp() if timestamp is None else timestamp)

    def _host(self) -> str:
        return self.headers.get("Host", "")

    def _base(self) -> str:
        """The server's address as the client wrote it."""
        return f"{'https' if isinstance(self.connection, ssl.SSLSocket) else 'http'}://{self._host()}"

    def _break(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _head(self, status: int, length: int, kind: str, headers: Headers = ()) -> None:
        self.send_response(status, REASONS.get(status))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def _reply(self, status: int, body: bytes, kind: str = XML, headers: Headers = ()) -> None:
        self._head(status, len(body), kind, headers)
        if self.command != "HEAD":
            self._write(body)
        self.wfile.flush()

    def _page(self, status: int, headers: Headers = ()) -> None:
        """A page such as IIS sends when a request never reaches EWS."""
        title = f"{status} - {REASONS.get(status, 'Error')}"
        page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h2>{title}</h2></body></html>"
        self._reply(status, page.encode(), "text/html", headers)

    def _json(self, status: int, answer: dict[str, object], headers: Headers = ()) -> None:
        self._reply(status, json.dumps(answer).encode(), "application/json; charset=utf-8", headers)

    def _write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Requests go to the debug log, never to stderr."""
        LOG.debug(format, *args)
