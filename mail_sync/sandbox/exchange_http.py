"""EWS and Autodiscover over HTTP: the faults of the transport around them, and replies that stream."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass

from mail_sync.sandbox.autodiscover import OPERATION as GET_USER_SETTINGS
from mail_sync.sandbox.ews.soap import EwsError, Request, SoapFault, fault
from mail_sync.sandbox.ews.streaming import NAME as GET_STREAMING_EVENTS
from mail_sync.sandbox.ews.streaming import Broken
from mail_sync.sandbox.faults import Fault, FaultKind
from mail_sync.sandbox.replies import XML, Replies
from mail_sync.sandbox.signin.caller import Caller
from mail_sync.sandbox.signin.gate import Connection

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Aim:
    """What a fault of the transport must fit: the operation, the user who signed in, the user who is meant."""

    operation: str
    targets: tuple[str, ...]


class ExchangeHttp(Replies):
    """Answers requests of callers who have signed in."""

    signed_in: Connection

    def _ews(self, data: bytes, caller: Caller) -> None:
        frontend = self.site.frontend
        try:
            request = frontend.read(data)
        except SoapFault as error:
            self._reply(500, fault(error).encode())
            return
        aim = Aim(request.operation, (request.impersonated, caller.name))
        if self._struck(aim):
            return
        if request.operation == GET_STREAMING_EVENTS:
            self._stream(request, caller)
            return
        try:
            status, text = frontend.answer(request, caller)
        except Exception:  # the edge of a worker: one bad item must not end the connection
            LOG.exception("the sandbox failed to answer %s", request.operation)
            status, text = 500, fault(EwsError("ErrorInternalServerError"))
        self._send(aim, status, text.encode("utf-8", "replace"))

    def _discover(self, data: bytes, caller: Caller, base: str) -> None:
        aim = Aim(GET_USER_SETTINGS, (caller.name,))
        self.site.frontend.count(GET_USER_SETTINGS)
        if self._struck(aim):
            return
        try:
            status, text = 200, self.site.discovery.answer(data, base)
        except EwsError as error:
            status, text = 500, fault(error)
        self._send(aim, status, text.encode("utf-8", "replace"))

    def _take(self, kind: FaultKind, aim: Aim) -> Fault | None:
        return self.site.frontend.faults.take(kind, aim.operation, *aim.targets)

    def _struck(self, aim: Aim) -> bool:
        """Whether a fault of the transport has answered instead."""
        slow = self._take(FaultKind.SLOW, aim)
        if slow is not None:
            self.site.stopping.wait(float(slow.value or 1))
        if self._take(FaultKind.DROP_REQUEST, aim):
            self._break()
        elif (found := self._take(FaultKind.HTTP_STATUS, aim)) is not None:
            self._page(int(found.value), self._status_headers(found))
        elif (found := self._take(FaultKind.CHALLENGE, aim)) is not None:
            self._page(401, [("WWW-Authenticate", found.value)] if found.value else self._challenges())
        elif self._take(FaultKind.EWS_BLOCKED, aim):
            # Seen from Exchange Online: no body, and a header that says this is a decision and no accident.
            self._reply(403, b"", "text/html", [("Restrict-Access-Confirm", "1")])
        elif (found := self._take(FaultKind.REDIRECT, aim)) is not None:
            self._page(302, [("Location", found.value)])
        else:
            return False
        return True

    def _status_headers(self, found: Fault) -> list[tuple[str, str]]:
        headers = self._challenges() if found.value == "401" else []
        return headers if found.retry_after is None else [*headers, ("Retry-After", str(found.retry_after))]

    def _challenges(self) -> list[tuple[str, str]]:
        self.signed_in.mailbox = None
        return list(self.site.gate.refusal(self._base()).headers)

    def _send(self, aim: Aim, status: int, body: bytes) -> None:
        if self._take(FaultKind.DROP_REPLY, aim):
            self._break()
            return
        if self._take(FaultKind.DROP_BODY, aim):
            self._head(status, len(body), XML)
            self._write(body[: len(body) // 2])
            self._break()
            return
        self._reply(status, body)
        if self._take(FaultKind.DROP_KEEP_ALIVE, aim):
            self._break()
            self.site.frontend.faults.hung_up += 1

    def _stream(self, request: Request, caller: Caller) -> None:
        """A reply in chunks (RFC 9112 section 7.1), one for each envelope as it falls due."""
        try:
            envelopes = self.site.frontend.stream(request, caller, self.site.stopping)
        except EwsError as error:
            self._reply(500, fault(error).encode())
            return
        self.send_response(200)
        self.send_header("Content-Type", XML)
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
