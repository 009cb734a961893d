"""Speaks with an endpoint over HTTP: streamed, in time, and never anywhere else than where it was told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from queue import Empty, Queue
from threading import Event, Thread
from time import monotonic
from typing import Any

from requests import PreparedRequest, RequestException, Response, Session, Timeout
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from assistant.chat.model.errors import Failed, Garbled, ModelTrouble, NotReached, Stopped, TooMuch, TooSlow, refused
from assistant.chat.model.settings import ModelSettings
from assistant.chat.model.wire import (
    Assembling,
    Events,
    Overlong,
    Reported,
    Said,
    Unreadable,
    error_of,
    model_names,
    request_body,
)
from mail_sync.providers.exchange.sessions import USER_AGENT, TrustAdapter

_CONNECT = 5.0  # seconds
_LOOK = 0.1  # seconds between two looks whether the user stopped it
_MOST_BYTES = 1_000_000  # of one answer: text is small, and servers wrap each word in some 200 bytes
_PIECE = 8_192
_ERROR_BYTES = 4_096

Pieces = Queue["bytes | Exception | None"]


class _Key(AuthBase):
    """Sends the key, where there is one, and keeps what a netrc file says about the host out of it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Client:
    """The model of the settings. `is_stopped` says whether the user wants no more of it."""

    def __init__(self, settings: ModelSettings, key: str = "", is_stopped: Callable[[], bool] = lambda: False) -> None:
        self.settings = settings
        self._key = key
        self._is_stopped = is_stopped
        self._until = monotonic() + settings.seconds

    def said(self, messages: Sequence[Any], functions: Sequence[Any], on_text: Callable[[str], None]) -> Said:
        """Its answer, whole; `on_text` hears its words while they come. Raises ModelTrouble."""
        host, assembling, events = self.settings.host, Assembling(), Events()
        try:
            for piece in self._pieces(request_body(self.settings.name, messages, functions)):
                for data in events.feed(piece):
                    on_text(assembling.take(data))
            for data in events.feed(b"", last=True):
                on_text(assembling.take(data))
            return assembling.whole()
        except Unreadable as error:
            raise Garbled(host, str(error)) from error
        except Reported as error:
            raise Failed(host, str(error)) from error
        except Overlong as error:
            raise TooMuch(host) from error

    def _pieces(self, body: dict[str, Any]) -> Iterator[bytes]:
        """The bytes of the answer as they come; the user's stop and the time are looked at while none do."""
        queue: Pieces = Queue()
        ended = Event()
        Thread(target=self._fetch, args=(body, queue, ended), daemon=True).start()
        try:
            while (piece := self._next(queue)) is not None:
                yield piece
        finally:
            ended.set()

    def _next(self, queue: Pieces) -> bytes | None:
        while True:
            if self._is_stopped():
                raise Stopped(self.settings.host)
            left = self._until - monotonic()
            if left <= 0:
                raise TooSlow(self.settings.host, f"{self.settings.seconds} s")
            try:
                piece = queue.get(timeout=min(left, _LOOK))
            except Empty:
                continue
            except KeyboardInterrupt:
                raise Stopped(self.settings.host) from None  # in a terminal only the model is stopped
            if isinstance(piece, Exception):
                raise piece
            return piece

    def _fetch(self, body: dict[str, Any], queue: Pieces, ended: Event) -> None:
        """Runs on a thread of its own, because a read that waits for a silent server cannot be stopped."""
        host = self.settings.host
        try:
            for piece in self._answer(body):
                if ended.is_set():
                    return
                queue.put(piece)
            queue.put(None)
        except ModelTrouble as trouble:
            queue.put(trouble)
        except (Timeout, ReadTimeoutError):
            queue.put(TooSlow(host))
        except RequestException as error:
            was_sent = any(isinstance(one, ProtocolError) for one in error.args)  # a server that hung up had it
            queue.put(Garbled(host, "it broke off") if was_sent else NotReached(host))
        except (HTTPError, OSError):  # while an answer is read
            queue.put(Garbled(host, "it broke off"))
        except Exception as error:  # noqa: BLE001 - a thread's edge: nobody else would hear of it
            queue.put(Failed(host, type(error).__name__))

    def _answer(self, body: dict[str, Any]) -> Iterator[bytes]:
        with _session(self.settings) as session:
            response = session.post(
                f"{self.settings.url}/chat/completions",
                json=body,
                auth=_Key(self._key),
                headers={"Accept": "text/event-stream", "Accept-Encoding": "identity"},
                timeout=(_CONNECT, self.settings.seconds),
                allow_redirects=False,  # to nobody but the host that the user was told of
                stream=True,
            )
            with response:
                if response.status_code != 200:
                    raise refused(self.settings.host, response.status_code, error_of(_read(response, _ERROR_BYTES)))
                yield from self._body(response)

    def _body(self, response: Response) -> Iterator[bytes]:
        if "text/event-stream" not in response.headers.get("Content-Type", ""):
            whole = _read(response, _MOST_BYTES)  # a server that does not stream answers all at once
            yield b"data: " + b" ".join(whole.split(b"\n")) + b"\n\n"
            return
        size = 0
        while piece := response.raw.read1(_PIECE):
            size += len(piece)
            if size > _MOST_BYTES:
                raise TooMuch(self.settings.host)
            yield piece


def _session(settings: ModelSettings) -> Session:
    session = Session()
    session.headers["User-Agent"] = USER_AGENT
    session.mount("https://", TrustAdapter())
    session.trust_env = not settings.is_here  # what stays on this machine goes through no proxy
    return session


def models_at(settings: ModelSettings, key: str) -> tuple[str, ...]:
    """The names of the models that an endpoint has. Nothing but the key is sent. Raises ModelTrouble."""
    host = settings.host
    try:
        with (
            _session(settings) as session,
            session.get(
                f"{settings.url}/models",
                auth=_Key(key),
                timeout=_CONNECT,
                allow_redirects=False,
                stream=True,
                headers={"Accept-Encoding": "identity"},
            ) as response,
        ):
            if response.status_code != 200:
                raise refused(host, response.status_code, error_of(_read(response, _ERROR_BYTES)))
            return model_names(_read(response, _MOST_BYTES))
    except Unreadable as error:
        raise Garbled(host, str(error)) from error
    except (RequestException, HTTPError, OSError) as error:
        raise NotReached(host) from error


def _read(response: Response, most: int) -> bytes:
    return bytes(response.raw.read(most))
