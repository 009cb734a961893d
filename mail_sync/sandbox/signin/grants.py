"""What an authorization server remembers: applications, tokens, grants and devices that wait; and its refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


class Refused(Exception):
    """An error answer of the token endpoint (RFC 6749 section 5.2); `number` is Entra's AADSTS code."""

    def __init__(self, error: str, number: int, sentence: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.number, self.sentence, self.status = error, number, sentence, status


class BadToken(Exception):
    """The bearer token opens nothing; the message says why, as x-ms-diagnostics does."""


@dataclass(slots=True)
class Application:
    """A registration. A public one has no secret; `acts_for_all` is the consented role full_access_as_app."""

    client_id: str
    secret: str = ""
    acts_for_all: bool = True
    secret_expired: bool = False


@dataclass(slots=True)
class Token:
    """An access token; `user` is a lower-case address, '' for an application's own token."""

    client_id: str
    user: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """What a refresh token or an authorization code stands for. A changed password ends it."""

    client_id: str
    user: str
    password: str
    expires: datetime
    challenge: str = ""  # PKCE, S256


@dataclass(slots=True)
class Device:
    """A device code that waits for its user."""

    client_id: str
    user_code: str
    expires: datetime
    interval: timedelta
    polled: datetime | None = None
    user: str = ""
    denied: bool = False
