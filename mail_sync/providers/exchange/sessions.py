"""HTTP as companies need it: the system's trust store, proxies, replies of bounded size, tokens that are renewed."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import partial
from typing import Any

import truststore
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from mail_sync.errors import PoisonItem
from mail_sync.providers.exchange.settings import TokenSource

USER_AGENT = "regarding-crm"
MEBIBYTE = 1024 * 1024


#: What autodiscover trusts in this thread, where the mailbox has a bundle of its own: its sessions are exchangelib's.
BUNDLE: ContextVar[bool | str] = ContextVar("bundle", default=True)


class TrustAdapter(HTTPAdapter):
    """HTTPS by the system's trust store, where companies install their own authorities, also through a proxy."""

    def send(self, *args: Any, **kwargs: Any) -> Response:
        bundle = BUNDLE.get()
        if bundle is not True:
            kwargs["verify"] = bundle
        return super().send(*args, **kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), **kwargs)


class BoundedSession(Session):
    """A session that stops reading a reply after `largest_reply` bytes, whatever the server said about its size."""

    largest_reply = 0

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """Proxies and bundles of the environment; but what the user set explicitly wins over REQUESTS_CA_BUNDLE."""
        chosen = self.verify if verify is None else verify
        return super().merge_environment_settings(url, proxies, stream, chosen, cert)

    def get_adapter(self, url: str | bytes) -> Any:
        adapter = super().get_adapter(url)  # type: ignore[arg-type]
        return _BoundedAdapter(adapter, self.largest_reply) if self.largest_reply else adapter


class _BoundedAdapter:
    def __init__(self, adapter: Any, largest_reply: int) -> None:
        self._adapter = adapter
        self._largest_reply = largest_reply

    def send(self, *args: Any, **kwargs: Any) -> Response:
        """The reply with a bounded body. It stays urllib3's own: NTLM looks at its connection for the certificate that
        it binds the log-in to, which servers with Extended Protection demand."""
        response: Response = self._adapter.send(*args, **kwargs)
        raw: Any = response.raw
        raw.stream = partial(_bounded, raw, raw.stream, self._largest_reply)
        response.connection = self  # type: ignore[assignment]  # sign-in schemes send again over it
        return response

    def close(self) -> None:
        self._adapter.close()


def _bounded(
    raw: Any, stream: Callable[..., Iterator[bytes]], largest: int, *args: Any, **kwargs: Any
) -> Iterator[bytes]:
    count = 0
    for chunk in stream(*args, **kwargs):
        count += len(chunk)
        if count > largest:
            raw.close()
            raise PoisonItem(f"the server's reply is larger than {largest // MEBIBYTE} MiB")
        yield chunk


class BearerAuth(AuthBase):
    """Every request with a token that is good now (RFC 6750); one that is refused is replaced, once."""

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        token = self._tokens.token()
        request.headers["Authorization"] = f"Bearer {token}"
        request.register_hook("response", lambda reply, **sent: self._again(reply, token, sent))  # type: ignore[no-untyped-call]
        return request

    def _again(self, refused: Response, token: str, sent: dict[str, Any]) -> Response:
        """The same request with a new token, after a refusal; whatever comes then is the answer."""
        if refused.status_code != 401:
            return refused
        refused.content  # noqa: B018 - read to its end, so that the connection can be used again
        refused.close()
        renewed = self._tokens.token(refused=token)
        if renewed == token:
            return refused
        again = refused.request.copy()
        again.hooks["response"] = []
        again.headers["Authorization"] = f"Bearer {renewed}"
        answer: Response = refused.connection.send(again, **sent)
        answer.history.append(refused)
        answer.request = again
        return answer


class PassingSession(BoundedSession):
    """A session that keeps no connection: for servers that are spoken to once an hour."""

    def send(self, request: PreparedRequest, **options: Any) -> Response:
        try:
            return super().send(request, **options)
        finally:
            self.close()


def open_session(verify: bool | str, largest_reply: int = MEBIBYTE) -> PassingSession:
    """A session that trusts what the system trusts, or the authorities of a company's own bundle."""
    session = PassingSession()
    session.largest_reply = largest_reply
    session.verify = verify
    session.headers["User-Agent"] = USER_AGENT
    if verify is not False:
        session.mount("https://", TrustAdapter(max_retries=0))
    return session
