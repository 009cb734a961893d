"""What is needed to reach one mailbox on an Exchange server. It may hold a password, which is never logged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Login(StrEnum):
    """How somebody signs in: with a user name and a password (AUTO asks the server how they are presented), or with
    tokens that a person (DEVICE) or a service (APPLICATION) was given by an authorization server."""

    AUTO = "auto"
    BASIC = "basic"
    NTLM = "ntlm"
    DEVICE = "device"
    APPLICATION = "application"

    @property
    def takes_tokens(self) -> bool:
        return self in (Login.DEVICE, Login.APPLICATION)


class Access(StrEnum):
    """As whom a mailbox is opened: as whoever signed in, with the rights given to them on it, or in the name of the
    mailbox's own user, which a server allows to services (ApplicationImpersonation, full_access_as_app)."""

    DELEGATE = "delegate"
    IMPERSONATION = "impersonation"


class TokenSource(Protocol):
    """Where access tokens come from; used by several threads."""

    def token(self, refused: str = "") -> str:
        """A token that is good for some minutes, another one than `refused`. Raises MailboxRefused,
        MailboxUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What autodiscover and the first requests found out; kept, because finding it takes long."""

    endpoint: str = ""
    login: Login = Login.AUTO
    version: str = ""  # of the server, as in "15.1.2507.6"


@dataclass(frozen=True, slots=True)
class ExchangeSettings:
    """One mailbox and the way to it; `username` and `password` are empty where `tokens` open it.

    Without `server` and `service_endpoint` the address leads to the server (autodiscover). `verify` is True for the
    system's trust store, the path of a CA bundle, or False for none. `largest_mail` is in bytes of the raw mail.
    `threads` and `streams` make the size of the session pool: a stream keeps its session for itself.
    """

    address: str
    username: str
    password: str = field(repr=False)
    server: str = ""  # host name, as in "mail.example.com"
    service_endpoint: str = ""  # full URL, as in "https://mail.example.com/EWS/Exchange.asmx"
    login: Login = Login.AUTO
    verify: bool | str = True
    threads: int = 1
    streams: int = 0
    timeout: timedelta = timedelta(seconds=60)  # without a byte from the server
    largest_mail: int = 50 * 1024 * 1024
    since: datetime | None = None  # aware; mail received earlier is never fetched
    access: Access = Access.DELEGATE
    tokens: TokenSource | None = field(default=None, repr=False)
    version: str = ""  # of the server, where it is known: saves a step down with an older one

    @property
    def endpoint(self) -> str:
        """The URL that EWS is spoken to, '' where autodiscover has to find it."""
        if self.service_endpoint or not self.server:
            return self.service_endpoint
        return f"https://{self.server}/EWS/Exchange.asmx"
