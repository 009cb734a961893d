"""The one place where exchangelib is imported and adjusted; importing this module adjusts it once per process.

Import it only when a connection is made: it costs about half a second. What is adjusted, and why:

- replies were parsed byte by byte (3.6 MiB/s) and forgivingly; now whole and strictly, so that half of one is an error;
- a `Protocol` is shared process-wide and its first configuration wins silently; each `Connection` is its own;
- the session pool shrinks under a lock that it takes twice, and never grows again; ours stays as it is;
- autodiscover keeps a pickle at a guessable place in the temporary folder; ours stays in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from logging import NullHandler, getLogger
from threading import RLock
from typing import Any

import dns.resolver
from dns.exception import DNSException
from exchangelib import DELEGATE, IMPERSONATION, Account, Configuration, Credentials, EWSTimeZone, FailFast
from exchangelib.autodiscover import Autodiscovery
from exchangelib.autodiscover import cache as autodiscover_cache
from exchangelib.errors import EWSError, SessionPoolMinSizeReached, UnauthorizedError
from exchangelib.protocol import BaseProtocol, Protocol
from exchangelib.services.common import EWSService
from exchangelib.transport import BASIC, DEFAULT_HEADERS, NOAUTH, NTLM, get_auth_method_from_response
from exchangelib.util import CONNECTION_ERRORS, SOAPNS, TLS_ERRORS
from exchangelib.version import EXCHANGE_2016, Build, Version
from lxml import etree
from requests import Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException

from mail_sync.errors import (
    AuthExpired,
    BrokenReply,
    MailboxNotFound,
    MailboxRefused,
    MailboxUnavailable,
    PoisonItem,
    SignInEnded,
    TokenNeeded,
)
from mail_sync.providers.exchange.errors import from_status, translate
from mail_sync.providers.exchange.sessions import BUNDLE, MEBIBYTE, USER_AGENT, BearerAuth, BoundedSession, TrustAdapter
from mail_sync.providers.exchange.settings import Access, ExchangeSettings, Found, Login

# A token is put into each request by our own session: exchangelib would fetch, keep and share tokens by its own rules.
AUTH_TYPES = {Login.BASIC: BASIC, Login.NTLM: NTLM, Login.AUTO: None, Login.DEVICE: NOAUTH, Login.APPLICATION: NOAUTH}
ACCESS_TYPES = {Access.DELEGATE: DELEGATE, Access.IMPERSONATION: IMPERSONATION}
DNS_SECONDS = 5.0
# Where a domain's autodiscover name leads to when its mailboxes are in Microsoft's cloud.
ONLINE = frozenset(("autodiscover.outlook.com", "autodiscover.outlook.office365.us", "autodiscover.partner.outlook.cn"))
LOGINS = {BASIC: Login.BASIC, NTLM: Login.NTLM}

_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
_LEARNT: dict[str, Any] = {}
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class TellingPolicy(FailFast):  # type: ignore[misc]
    """Fails at once, with the HTTP status still readable: exchangelib drops the status and Retry-After."""

    signs_in_by_token = False

    def raise_response_errors(self, response: Response) -> None:
        told = from_status(response.status_code, _retry_seconds(response), response.reason or "")
        if isinstance(told, AuthExpired) and self.signs_in_by_token:
            raise SignInEnded(told.detail)
        if told is not None:
            raise told
        if response.status_code == 500 and "xml" not in response.headers.get("Content-Type", ""):
            raise BrokenReply("HTTP 500, no answer of Exchange itself")
        super().raise_response_errors(response)


class Connection(Protocol):  # type: ignore[misc]
    """The sessions of one mailbox, made by `new_account` and shared with nobody."""

    def __init__(self, config: Any, settings: ExchangeSettings) -> None:
        super().__init__(config=config)
        self._settings = settings
        self._session_pool_lock = RLock()
        self.TIMEOUT = settings.timeout.total_seconds()

    def decrease_poolsize(self) -> None:
        """Never: a busy server is answered by waiting (retry.py), and a shrunken pool would not grow again."""
        raise SessionPoolMinSizeReached("the session pool keeps its size")

    def raw_session(self, prefix: str, *_oauth2: Any, **_options: Any) -> Session:
        session = BoundedSession()
        session.largest_reply = 2 * self._settings.largest_mail + 16 * MEBIBYTE
        session.verify = self._settings.verify
        session.headers.update(DEFAULT_HEADERS | {"User-Agent": USER_AGENT})
        session.mount(prefix, self._adapter())
        return session

    def create_session(self) -> Session:
        session: Session = super().create_session()
        if self._settings.tokens is not None:
            session.auth = BearerAuth(self._settings.tokens)
        return session

    def get_auth_type(self) -> str:
        """Ask the server which way of logging in it offers. Raises MailboxRefused when it is none of ours."""
        with self.raw_session(self.service_endpoint) as session:
            try:
                reply = session.post(self.service_endpoint, data=b"", allow_redirects=False, timeout=self.TIMEOUT)
            except (*TLS_ERRORS, *CONNECTION_ERRORS) as error:
                raise translate(error) from error
        if reply.status_code != 401:
            told = from_status(reply.status_code, _retry_seconds(reply))
            raise told or MailboxUnavailable(f"no answer of an Exchange server: HTTP {reply.status_code}")
        try:
            offered = str(get_auth_method_from_response(response=reply))
        except UnauthorizedError:
            offered = ""
        if offered not in (BASIC, NTLM):
            if reply.headers.get("WWW-Authenticate", "").lower().startswith("bearer"):
                raise TokenNeeded
            raise MailboxRefused("the server offers neither Basic nor NTLM log-in")
        return offered

    def _adapter(self) -> HTTPAdapter:
        adapter = HTTPAdapter if self._settings.verify is False else TrustAdapter
        return adapter(pool_connections=1, pool_maxsize=1, max_retries=0, pool_block=True)


def new_account(settings: ExchangeSettings) -> Any:
    """An exchangelib Account over a connection of its own; nothing is sent yet.

    Times are asked for in UTC. The version hint saves a request; exchangelib steps down by itself when an older
    server refuses it. Raises MailboxNotFound for what is no e-mail address.
    """
    policy = TellingPolicy()
    policy.signs_in_by_token = settings.tokens is not None
    config = Configuration(
        service_endpoint=settings.endpoint,
        credentials=None if settings.tokens else Credentials(settings.username, settings.password),
        auth_type=AUTH_TYPES[settings.login],
        version=Version(build=_build(settings.version)),
        retry_policy=policy,
        max_connections=settings.threads + settings.streams,
    )
    if "@" not in settings.address:
        raise MailboxNotFound(f'"{settings.address}" is no e-mail address')
    account = Account(
        settings.address,
        config=config,
        autodiscover=False,
        access_type=ACCESS_TYPES[settings.access],
        default_timezone=EWSTimeZone("UTC"),
    )
    del Protocol[config]  # Account registered a shared one; ours is not shared
    account.protocol = type.__call__(Connection, config=config, settings=settings)
    return account


def found(account: Any) -> Found:
    """What the connection of an account has learnt."""
    build = account.version.build
    return Found(
        endpoint=str(account.protocol.service_endpoint),
        login=LOGINS.get(account.protocol.config.auth_type, Login.AUTO),
        version="" if build is None else str(build),
    )


def autodiscover(settings: ExchangeSettings) -> tuple[str, str]:
    """The primary address and the EWS endpoint of a mailbox. Raises TokenNeeded, MailboxNotFound, MailboxRefused..."""
    if is_online(settings.address):
        raise TokenNeeded("autodiscover leads to Exchange Online")
    credentials = Credentials(settings.username, settings.password)
    trusted = BUNDLE.set(settings.verify)
    try:
        answer, protocol = Autodiscovery(email=settings.address, credentials=credentials).discover()
    except (EWSError, RequestException) as error:
        raise translate(error) from error
    finally:
        BUNDLE.reset(trusted)
    return str(answer.autodiscover_smtp_address or settings.address), str(protocol.service_endpoint)


def is_online(address: str) -> bool:
    """Whether the domain's autodiscover name is an alias of Exchange Online's, which no user name and password open."""
    name = f"autodiscover.{address.rpartition('@')[2]}"
    try:
        answer = dns.resolver.resolve(name, "CNAME", lifetime=DNS_SECONDS)
    except (DNSException, OSError, ValueError):
        return False
    return any(str(alias).rstrip(".").lower() in ONLINE for alias in answer)


def parse_reply(content: bytes) -> etree._Element:
    """The root of a SOAP reply. Raises BrokenReply when it was cut off, PoisonItem when it is not XML.

    Exchange writes references to characters that XML forbids; they become question marks. No forgiving parser:
    it would take the first half of a reply for all of it.
    """
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError:
        root = _parse_repaired(content)
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise PoisonItem("the server's reply is no plain XML")
    return root


def _parse_repaired(content: bytes) -> etree._Element:
    try:
        return etree.fromstring(_CONTROLS.sub(b"?", _REFERENCE.sub(_legal_reference, content)), _parser())
    except etree.XMLSyntaxError as error:
        if not content.rstrip().endswith(b"Envelope>"):
            raise BrokenReply(f"the reply was cut off after {len(content)} bytes") from error
        raise PoisonItem(f"the server's reply is broken: {error}") from error


def _legal_reference(found: re.Match[bytes]) -> bytes:
    """A character reference as it is, '?' for a character that XML 1.0 (section 2.2) forbids."""
    code = int(found[1], 16) if found[1] else int(found[2])
    legal = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return found[0] if legal else b"?"


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        huge_tree=True, resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True
    )


def _soap_parts(_service: type, response: Response) -> tuple[etree._Element | None, etree._Element]:
    root = parse_reply(response.content)
    body = root.find(f"{{{SOAPNS}}}Body")
    if body is None:
        raise PoisonItem("the server's reply has no body")
    return root.find(f"{{{SOAPNS}}}Header"), body


def _build(version: str) -> Build:
    """The server's build as it was kept; otherwise a guess that exchangelib corrects by itself."""
    parts = version.split(".")
    return Build(*map(int, parts)) if len(parts) == 4 and all(map(str.isdecimal, parts)) else EXCHANGE_2016


def _retry_seconds(response: Response) -> float | None:
    value = response.headers.get("Retry-After", "").strip()
    return float(value) if value.isdecimal() else None


@contextmanager
def _in_memory(_file: Any) -> Iterator[dict[str, Any]]:
    """What autodiscover learnt, for this process only."""
    yield _LEARNT


def _adjust() -> None:
    getLogger("exchangelib").addHandler(NullHandler())  # else its warnings would be written over the screen
    EWSService._get_soap_parts = classmethod(_soap_parts)
    BaseProtocol.USERAGENT = USER_AGENT
    BaseProtocol.HTTP_ADAPTER_CLS = TrustAdapter
    autodiscover_cache.shelve_open_with_failover = _in_memory


_adjust()
