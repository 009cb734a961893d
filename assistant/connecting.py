"""From a mailbox in the store to a connection: settings, secrets, provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from assistant.secret_store import keep_secret
from assistant.signing_in import Secrets, cloud_of, find, login_of, secret_name, signer, token_source
from calendar_sync.provider import CalendarProvider
from calendar_sync.providers.exchange import ExchangeCalendar
from mail_sync.provider import Folder, MailProvider
from mail_sync.providers.exchange.connection import ExchangeMailbox, connect
from mail_sync.providers.exchange.settings import Access, ExchangeSettings, Found, Login
from store.sync.mailboxes import MailboxRow

EXCHANGE = "exchange"
#: Settings that say where the server is; without them autodiscover finds it.
WAYS = ("found", "service_endpoint", "server")


@dataclass(frozen=True, slots=True)
class ConnectedMailbox:
    """Both sides of one connection."""

    mail: MailProvider
    calendar: CalendarProvider
    close: Callable[[], None]
    found: Callable[[], Mapping[str, str]] = dict  # what is known about the way to the server; worth keeping


@dataclass(frozen=True, slots=True)
class Checked:
    """A connection that worked: the settings with what was found out, and the mailbox's folders."""

    settings: dict[str, Any]
    folders: Sequence[Folder]


def found_way(connected: object) -> Mapping[str, str]:
    """Where and how the server of a connection was found, empty where nothing is known."""
    return connected.found() if isinstance(connected, ConnectedMailbox) else {}


def exchange_connector(
    secret_of: Callable[[str], str],
    *,
    clock: Callable[[], datetime],
    keep: Callable[[str, str], bool] = keep_secret,
) -> Callable[[MailboxRow], ConnectedMailbox]:
    """Connects mailboxes over EWS; `secret_of` finds a secret by its name or raises SecretMissing, `keep` puts one
    where it will be found."""
    secrets = Secrets(secret_of, keep)

    def connector(mailbox: MailboxRow) -> ConnectedMailbox:
        settings = exchange_settings(mailbox.address, mailbox.settings, secrets)
        return _both(connect(replace(settings, since=since(mailbox.settings, clock()))))

    return connector


def exchange_settings(address: str, settings: Mapping[str, Any], secrets: Secrets) -> ExchangeSettings:
    """The provider's settings out of what the store keeps with a mailbox. Raises PasswordMissing."""
    found, login = settings.get("found", {}), login_of(settings)
    tokens = token_source(address, settings, secrets)
    password = "" if tokens else find(secrets, secret_name(address, settings))
    if login is Login.AUTO and found.get("login"):
        login = Login(found["login"])
    endpoint = found.get("endpoint") or settings.get("service_endpoint", "")
    if tokens and not endpoint and not settings.get("server"):
        endpoint = cloud_of(settings).endpoint
    return ExchangeSettings(
        address=address,
        username=settings.get("username") or signer(address, settings),
        password=password,
        server=settings.get("server", ""),
        service_endpoint=endpoint,
        login=login,
        verify=settings.get("ca_bundle") or True,
        access=Access(settings.get("access") or default_access(login)),
        tokens=tokens,
        version=found.get("version", ""),
    )


def default_access(login: Login) -> Access:
    """A service has no mailbox of its own and acts in the name of those it opens."""
    return Access.IMPERSONATION if login is Login.APPLICATION else Access.DELEGATE


def since(settings: Mapping[str, Any], now: datetime) -> datetime | None:
    """From when on mail is read, as chosen when the mailbox was connected; None for everything."""
    days = settings.get("days")
    return now - timedelta(days=int(days)) if days else None


def check_connection(address: str, settings: Mapping[str, Any], secrets: Secrets) -> Checked:
    """Try a connection. Raises SyncError."""
    mailbox = connect(exchange_settings(address, settings, secrets))
    try:
        folders = mailbox.folders()
        found = as_settings(mailbox.found)
    finally:
        mailbox.close()
    return Checked(dict(settings) | {"found": found}, folders)


def as_settings(found: Found) -> dict[str, str]:
    """What was found out, as it is kept among a mailbox's settings."""
    values = {"endpoint": found.endpoint, "login": found.login.value, "version": found.version}
    return {name: value for name, value in values.items() if value and value != Login.AUTO}


def _both(mailbox: ExchangeMailbox) -> ConnectedMailbox:
    return ConnectedMailbox(
        mail=mailbox,
        calendar=ExchangeCalendar(mailbox),
        close=mailbox.close,
        found=lambda: as_settings(mailbox.found),
    )
