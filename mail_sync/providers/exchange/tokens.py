"""Access tokens of an OAuth 2.0 authorization server such as Microsoft Entra ID, and how a person gets the first.

A source is shared by all mailboxes of one process that sign in alike, so that one token serves them all. Tokens are
renewed before they end, and once more when a server refuses one that should be good.
https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-authenticate-an-ews-application-by-using-oauth
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from logging import NullHandler, getLogger
from threading import Lock
from typing import Any

import msal
from requests import Response
from requests.exceptions import RequestException

from mail_sync.errors import (
    ApplicationUnknown,
    ConsentMissing,
    MailboxUnavailable,
    SecretExpired,
    SignInEnded,
    SyncError,
)
from mail_sync.providers.exchange.clouds import CLOUDS, GLOBAL
from mail_sync.providers.exchange.errors import from_status, translate
from mail_sync.providers.exchange.sessions import open_session

getLogger("msal").addHandler(NullHandler())  # else its errors, which are told as ours, would be written over the screen

PERMISSION = "EWS.AccessAsUser.All"
SPARE = 300.0  # seconds before its end when a token is renewed

# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
MEANING: Mapping[int, type[SyncError]] = {
    65001: ConsentMissing,
    65004: ConsentMissing,
    90094: ConsentMissing,
    90002: ApplicationUnknown,
    700016: ApplicationUnknown,
    700038: ApplicationUnknown,
    7000215: SecretExpired,
    7000216: SecretExpired,
    7000222: SecretExpired,
}
PASSING = frozenset(("temporarily_unavailable", "server_error", "slow_down"))
PENDING = frozenset(("authorization_pending", "slow_down"))


@dataclass(frozen=True, slots=True)
class Application:
    """An application as it is registered with an authorization server; `secret` only where it acts for itself."""

    client_id: str
    tenant: str = "organizations"
    authority: str = CLOUDS[GLOBAL].authority
    resource: str = CLOUDS[GLOBAL].resource
    secret: str = field(default="", repr=False)
    verify: bool | str = True  # as in ExchangeSettings

    @property
    def scope(self) -> str:
        """What is asked for: all that was granted to the application itself, or to act for the person."""
        return f"{self.resource}/{'.default' if self.secret else PERMISSION}"


class ApplicationTokens:
    """`TokenSource` of a service that signs in with its own secret."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._lock = Lock()
        self._client: Any = None
        self._last = ""

    def token(self, refused: str = "") -> str:
        with self._lock, _in_our_words():
            if self._client is None:
                self._client = _client(self.application)
            if refused and refused == self._last:
                self._client.remove_tokens_for_client()
            answer = self._client.acquire_token_for_client([self.application.scope])
            self._last = _accessed(answer)
            return self._last


class PersonTokens:
    """`TokenSource` of a person who signed in once. `kept` reads the refresh token, '' for none, and `keep` puts a
    new one in its place: every renewal may bring one."""

    def __init__(
        self,
        application: Application,
        kept: Callable[[], str],
        keep: Callable[[str], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.application, self._kept, self._keep, self._clock = application, kept, keep, clock
        self._lock = Lock()
        self._client: Any = None
        self._access = self._refresh = ""
        self._renew_at = 0.0

    def token(self, refused: str = "") -> str:
        with self._lock, _in_our_words():
            if not self._access or self._access == refused or self._clock() >= self._renew_at:
                self._renew()
            return self._access

    def _renew(self) -> None:
        if self._client is None:
            self._client = _client(self.application)
        self._access, self._refresh = "", self._refresh or self._kept()
        try:
            self._redeem()
        except SignInEnded:
            tried, self._refresh = self._refresh, self._kept()
            if self._refresh == tried:
                raise
            self._redeem()  # the person signed in again in the meantime

    def _redeem(self) -> None:
        if not self._refresh:
            raise SignInEnded("nobody has signed in")
        began = self._clock()
        answer = self._client.acquire_token_by_refresh_token(self._refresh, [self.application.scope])
        self._access = _accessed(answer)
        lasts = float(answer.get("expires_in", 0))
        self._renew_at = began + lasts - min(SPARE, lasts / 4)
        renewed = str(answer.get("refresh_token") or "")
        if renewed and renewed != self._refresh:
            self._refresh = renewed
            self._keep(renewed)


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person types, and on which page. It is good for `seconds`."""

    page: str
    code: str
    seconds: int


class DeviceSignIn:
    """A sign-in in a browser on any device (RFC 8628): show `shown`, then `finish`."""

    def __init__(self, application: Application) -> None:
        self._application = application
        with _in_our_words():
            self._client = _client(application)
            self._flow = self._client.initiate_device_flow([application.scope])
            if "user_code" not in self._flow:
                raise refusal(self._flow)
        self.shown = DeviceCode(
            str(self._flow.get("verification_uri") or self._flow.get("verification_url")),
            str(self._flow["user_code"]),
            int(self._flow.get("expires_in", 900)),
        )

    def finish(self, sleep: Callable[[float], object] = time.sleep) -> str:
        """Wait until the person has signed in; returns the refresh token. Raises SignInEnded and what `token` does."""
        interval, waited = float(self._flow.get("interval") or 5), 0.0
        while waited < self.shown.seconds:
            sleep(interval)
            waited += interval
            with _in_our_words():
                # The pauses are ours; msal would make its own.
                once = self._flow | {"interval": 1}
                answer = self._client.acquire_token_by_device_flow(once, exit_condition=lambda _: True)
            error = answer.get("error", "")
            if error not in PENDING:
                _accessed(answer)
                return str(answer["refresh_token"])
            interval += 5.0 * (error == "slow_down")  # RFC 8628 section 3.5
        raise SignInEnded("nobody entered the code in time")


_SOURCES: dict[tuple[object, ...], ApplicationTokens | PersonTokens] = {}
_SOURCES_LOCK = Lock()


def application_tokens(application: Application) -> ApplicationTokens:
    """The source of a service's tokens, one for all mailboxes of this process."""
    with _SOURCES_LOCK:
        found = _SOURCES.setdefault((application,), ApplicationTokens(application))
    assert isinstance(found, ApplicationTokens)
    return found


def person_tokens(
    application: Application, user: str, kept: Callable[[], str], keep: Callable[[str], object]
) -> PersonTokens:
    """The source of a person's tokens, one for all mailboxes of this process that the person opens."""
    with _SOURCES_LOCK:
        found = _SOURCES.setdefault((application, user), PersonTokens(application, kept, keep))
    assert isinstance(found, PersonTokens)
    return found


def forget_tokens() -> None:
    """Every source begins anew."""
    with _SOURCES_LOCK:
        _SOURCES.clear()


def refusal(answer: Mapping[str, Any]) -> SyncError:
    """What an error of the token endpoint means (RFC 6749 section 5.2, with Entra's numbers)."""
    said = " ".join(str(answer.get("error_description") or answer.get("error") or "no answer").split())
    detail = said[:200]
    for number in answer.get("error_codes") or ():
        if number in MEANING:
            return MEANING[number](detail)
    match answer.get("error"):
        case error if error in PASSING:
            return MailboxUnavailable(detail)
        case "invalid_client":
            return SecretExpired(detail)
        case "unauthorized_client":
            return ApplicationUnknown(detail)
        case "consent_required":
            return ConsentMissing(detail)
    return SignInEnded(detail)


def _accessed(answer: Mapping[str, Any]) -> str:
    if "access_token" not in answer:
        raise refusal(answer)
    return str(answer["access_token"])


def _client(application: Application) -> Any:
    """msal's client; asking for the authority's metadata is its first request. Which cloud it is was chosen, so
    nobody is asked whether the authority is one of Microsoft's."""
    authority = f"{application.authority.rstrip('/')}/{application.tenant}"
    session = open_session(application.verify)
    session.hooks["response"].append(_tell_trouble)
    options = {
        "authority": authority,
        "instance_discovery": False,
        "http_client": session,
    }
    if application.secret:
        return msal.ConfidentialClientApplication(
            application.client_id, client_credential=application.secret, **options
        )
    return msal.PublicClientApplication(application.client_id, **options)


def _tell_trouble(reply: Response, **_: Any) -> None:
    """What is wrong with the server itself; msal would forget the status and Retry-After."""
    if reply.status_code == 429 or reply.status_code >= 500:
        reply.close()
        after = reply.headers.get("Retry-After", "")
        told = from_status(reply.status_code, float(after) if after.isdecimal() else None, "from the sign-in server")
        raise told or MailboxUnavailable(f"HTTP {reply.status_code} from the sign-in server")


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Troubles on the way to the authorization server, told as those of a mailbox that cannot be reached."""
    try:
        yield
    except (RequestException, OSError) as error:
        raise translate(error) from error
    except ValueError as error:  # no JSON, or an authority that does not exist
        raise _unknown_authority(error) from error


def _unknown_authority(error: ValueError) -> SyncError:
    said = " ".join(str(error).split())[:200]
    return ApplicationUnknown(said) if "authority" in said.lower() else MailboxUnavailable(said)
