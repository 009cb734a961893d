"""What is needed to reach one mailbox on an Exchange server. It holds a password, which is never logged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Login(StrEnum):
    """How the user name and password are presented; AUTO asks the server once."""

    AUTO = "auto"
    BASIC = "basic"
    NTLM = "ntlm"


@dataclass(frozen=True, slots=True)
class ExchangeSettings:
    """One mailbox and the way to it.

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

    @property
    def endpoint(self) -> str:
        """The URL that EWS is spoken to, '' where autodiscover has to find it."""
        if self.service_endpoint or not self.server:
            return self.service_endpoint
        return f"https://{self.server}/EWS/Exchange.asmx"
