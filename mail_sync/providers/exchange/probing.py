"""Questions that nobody asks but whoever looks for what is wrong: is the server there, what may be done in a folder."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

from lxml.etree import _Element
from requests.exceptions import RequestException
from requests.utils import get_environ_proxies

from mail_sync.providers.exchange.connection import ExchangeMailbox
from mail_sync.providers.exchange.errors import translate
from mail_sync.providers.exchange.reading import TYPES
from mail_sync.providers.exchange.sessions import open_session

SECONDS = 20.0
PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Reached:
    """A server that answered; `at` is its Date header (RFC 9110 section 6.6.1), aware UTC."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Rights:
    """What may be done with the items of a folder; Delete and Modify, which a server tells too, are about the folder.

    https://learn.microsoft.com/exchange/client-developer/web-service-reference/effectiverights
    """

    read: bool
    create: bool


def host_of(url: str) -> str:
    """The name of the server in a URL."""
    return urlsplit(url).hostname or url


def proxy_for(url: str) -> str:
    """The proxy of the environment for this server, without its user and password; '' for none."""
    found = get_environ_proxies(url).get(urlsplit(url).scheme, "")
    parts = urlsplit(found)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if found else ""


def reach(url: str, verify: bool | str) -> Reached:
    """One request without a sign-in: name, connection and certificate are good when it is answered at all.

    Raises MailboxUnavailable, UntrustedServer.
    """
    with closing(open_session(verify)) as session:
        try:
            reply = session.post(url, data=b"", allow_redirects=False, timeout=SECONDS)
        except (RequestException, OSError) as error:
            raise translate(error) from error
    return Reached(_date(reply.headers.get("Date", "")))


def folder_rights(mailbox: ExchangeMailbox, folder_ids: Sequence[str]) -> Mapping[str, Rights]:
    """What may be done in each folder; those that may not even be seen are left out. Raises SyncError."""
    from mail_sync.providers.exchange.questions import ask_rights

    rights = ask_rights(mailbox.server, folder_ids)
    return {folder_id: _rights(found) for folder_id, found in rights.items()}


def is_told(mailbox: ExchangeMailbox) -> bool | None:
    """Whether a subscription works; None where the server grants none. Raises SyncError."""
    pokes = mailbox.listen((), stop=lambda: False, patience=PATIENCE)
    heard = next(pokes, None) is not None
    if isinstance(pokes, Generator):
        pokes.close()
    return heard or None


def _rights(element: _Element) -> Rights:
    def has(name: str) -> bool:
        return element.findtext(f"{TYPES}{name}") == "true"

    return Rights(read=has("Read"), create=has("CreateContents"))


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return None
