"""Who signs in to a mailbox's server, with which secret, and where tokens are kept. No secret is in the settings.

Settings of a mailbox that say so: `login` (how), `as` (who, where it is not the mailbox's own user), `username`,
`client_id`, `tenant`, `cloud` or `authority` and `resource`, `token_file`, `ca_bundle`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.secret_store import SecretMissing, keep_secret
from assistant.token_file import TokenFileError, read_token, write_token
from mail_sync.errors import PasswordMissing
from mail_sync.providers.exchange.clouds import CLOUDS, GLOBAL, Cloud
from mail_sync.providers.exchange.settings import Login, TokenSource

ANY_TENANT = "organizations"


@dataclass(frozen=True)
class Secrets:
    """`read` finds a secret by its name or raises SecretMissing; `keep` says whether it will be found again. What was
    `given` a moment ago is known whether it could be kept or not."""

    read: Callable[[str], str]
    keep: Callable[[str, str], bool] = keep_secret
    given: dict[str, str] = field(default_factory=dict, repr=False)

    def find(self, name: str) -> str:
        """Raises SecretMissing."""
        return self.given[name] if name in self.given else self.read(name)

    def give(self, name: str, secret: str) -> bool:
        """Use it from now on; False where it will not be found next time."""
        self.given[name] = secret
        return self.keep(name, secret)


def login_of(settings: Mapping[str, Any]) -> Login:
    return Login(settings.get("login", Login.AUTO.value))


def signer(address: str, settings: Mapping[str, Any]) -> str:
    """Whose password or token opens the mailbox."""
    return str(settings.get("as") or address)


def secret_name(address: str, settings: Mapping[str, Any]) -> str:
    """What the secret is called: the person's address, that with ".token", or the application's id."""
    match login_of(settings):
        case Login.APPLICATION:
            return str(settings.get("client_id", ""))
        case Login.DEVICE:
            return f"{signer(address, settings)}.token"
    return signer(address, settings)


def cloud_of(settings: Mapping[str, Any]) -> Cloud:
    """Where tokens are had and used: one of Microsoft's clouds, or servers of one's own."""
    known = CLOUDS[settings.get("cloud") or GLOBAL]
    return Cloud(settings.get("authority") or known.authority, settings.get("resource") or known.resource)


def application_of(settings: Mapping[str, Any], secret: str = "") -> Any:
    """The provider's description of the application that signs in."""
    from mail_sync.providers.exchange.tokens import Application

    cloud = cloud_of(settings)
    return Application(
        client_id=str(settings.get("client_id", "")),
        tenant=str(settings.get("tenant") or ANY_TENANT),
        authority=cloud.authority,
        resource=cloud.resource,
        secret=secret,
        verify=settings.get("ca_bundle") or True,
    )


def token_source(address: str, settings: Mapping[str, Any], secrets: Secrets) -> TokenSource | None:
    """Where the mailbox's tokens come from, None where it is opened with a password. Raises PasswordMissing."""
    login = login_of(settings)
    if not login.takes_tokens:
        return None
    from mail_sync.providers.exchange.tokens import application_tokens, person_tokens

    name = secret_name(address, settings)
    if login is Login.APPLICATION:
        return application_tokens(application_of(settings, find(secrets, name)))
    return person_tokens(
        application_of(settings),
        signer(address, settings),
        lambda: kept_token(name, settings, secrets),
        lambda token: _keep_renewed(name, settings, secrets, token),
    )


def kept_token(name: str, settings: Mapping[str, Any], secrets: Secrets) -> str:
    """The refresh token, '' where there is none. Raises PasswordMissing for a token file that cannot be trusted."""
    try:
        if path := settings.get("token_file"):
            return read_token(Path(path))
        return secrets.find(name)
    except SecretMissing:
        return ""
    except TokenFileError as error:
        raise PasswordMissing(str(error)) from error


def keep_token(name: str, settings: Mapping[str, Any], secrets: Secrets, token: str) -> bool:
    """Put a refresh token where it will be found; False where there is no such place. Raises TokenFileError."""
    path = settings.get("token_file")
    if not path:
        return secrets.keep(name, token)
    write_token(Path(path), token)
    return True


def _keep_renewed(name: str, settings: Mapping[str, Any], secrets: Secrets, token: str) -> None:
    """Keep it if that can be done: what was kept before goes on working for months, so that nobody is stopped."""
    with suppress(TokenFileError):
        keep_token(name, settings, secrets, token)


def find(secrets: Secrets, name: str) -> str:
    """A secret that is needed. Raises PasswordMissing."""
    try:
        return secrets.find(name)
    except SecretMissing as error:
        raise PasswordMissing(str(error)) from error
